//! The tools that existing agents bring along: one row a tool, whatever each agent calls it.

pub(super) mod beside;
mod groups;
mod table;

use std::cmp::Ordering;

use crate::model::Verdict;

/// What a built-in tool does; the verdict follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Creates or replaces a whole file.
    WriteFile,
    /// Replaces passages of a file.
    EditFile,
    /// A word in the argument `command` says what is done to a file: `view`, `create`, `str_replace`, `insert`.
    TextEditor,
    /// Several file changes in one envelope.
    Patch,
    /// Deletes a file.
    DeleteFile,
    /// Moves or renames a file.
    MoveFile,
    /// Runs a shell command line, which is judged by its own text.
    Command,
    /// Runs a shell command line of which only the agent's host can watch the output.
    Watch,
    /// Types into a program that already runs.
    Input,
    /// Runs the project's tests, lints or builds: project code.
    Check,
    /// Reads files or the agent's own records.
    Read,
    /// Reads over the network.
    NetworkRead,
    /// Keeps the agent's own notes; no effect outside the conversation.
    Private,
    /// Talks to the person.
    Talk,
    /// Starts another agent, whose calls are intercepted one by one.
    Spawn,
    /// Asks to change the mode; the host decides, so by itself it does nothing.
    Transition,
    /// Proposes a plan, which the host itself keeps; nothing else changes.
    Proposal,
    /// Could later speak in the person's name; refused while planning, a write otherwise.
    Voice,
    /// Calls a tool of an MCP server by name.
    Wrapper,
    /// Changes something that only the agent's host can change.
    OtherWrite,
}

impl Kind {
    /// What a call of this kind is when its arguments do not decide.
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::Read
            | Self::NetworkRead
            | Self::Private
            | Self::Talk
            | Self::Spawn
            | Self::Transition
            | Self::Proposal => Verdict::Read,
            Self::WriteFile
            | Self::EditFile
            | Self::TextEditor
            | Self::Patch
            | Self::DeleteFile
            | Self::MoveFile
            | Self::Command
            | Self::Watch
            | Self::Input
            | Self::Check
            | Self::Voice
            | Self::Wrapper
            | Self::OtherWrite => Verdict::Write,
        }
    }
}

/// Tools that do the same for the same reason.
#[derive(Debug)]
pub(super) struct Group {
    /// What they do.
    pub(super) kind: Kind,
    /// Why that is so, in a person's words.
    pub(super) reason: &'static str,
}

/// One tool.
#[derive(Debug)]
pub(super) struct Tool {
    /// Its name in snake case; `WriteFile`, `writeFile` and `write-file` are the same tool as `write_file`.
    pub(super) name: &'static str,
    /// What it does, and why.
    pub(super) group: &'static Group,
    /// The agents it is known from.
    #[cfg_attr(not(test), expect(dead_code, reason = "tells the reader of the table where a row comes from"))]
    pub(super) agents: &'static str,
}

/// The row of a tool, if an agent is known to bring it along.
///
/// Case, `_` and `-` do not count: agents spell one tool `Write`, `write` and `write_file`, and no agent has two tools
/// that differ only there. Names that some adapters put in front (`mcp__acp__Write`) are taken off.
pub(super) fn find(tool: &str) -> Option<&'static Tool> {
    let tool = ADAPTERS.iter().find_map(|prefix| tool.strip_prefix(prefix)).unwrap_or(tool);
    if !tool.is_ascii() {
        return None;
    }
    table::TOOLS.binary_search_by(|row| compare(row.name, tool)).ok().map(|at| &table::TOOLS[at])
}

/// Every tool with what a call is when its arguments do not decide, and why.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Verdict, &'static str)> {
    table::TOOLS.iter().map(|tool| (tool.name, tool.group.kind.verdict(), tool.group.reason))
}

/// Bridges that serve an agent's own tools as if they were an MCP server's.
const ADAPTERS: &[&str] = &["mcp__acp__", "functions."];

fn compare(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}

fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|b| !matches!(b, b'_' | b'-')).map(|b| b.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_row_says_why_and_whence() {
        for pair in table::TOOLS.windows(2) {
            assert_eq!(
                compare(pair[0].name, pair[1].name),
                Ordering::Less,
                "`{}` before `{}`",
                pair[0].name,
                pair[1].name
            );
        }
        for row in table::TOOLS {
            assert!(
                !row.group.reason.is_empty() && !row.agents.is_empty(),
                "`{}` lacks a reason or an agent",
                row.name
            );
        }
    }

    #[test]
    fn spellings_of_one_tool_find_one_row() {
        for spelling in ["write_file", "WriteFile", "writeFile", "write-file", "mcp__acp__write_file"] {
            assert_eq!(find(spelling).map(|row| row.group.kind), Some(Kind::WriteFile), "{spelling}");
        }
        for unknown in ["", "mcp__files__write_file", "wrіte", "write_file_now"] {
            assert!(find(unknown).is_none(), "{unknown} was found");
        }
    }
}
