//! A row of a person's file: the same facts as a row of the built-in table, owned, with where it was written.

use std::path::PathBuf;

use serde_json::Value;

use super::glob::Glob;
use crate::classify::arguments;
use crate::classify::shell::{Row, Style};
use crate::config::Authority;
use crate::model::{Effects, Evidence, ToolCall, Verdict};

/// One row: what it speaks of, and what it says.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `Read` lets a call pass, `Write` queues it.
    pub verdict: Verdict,
    /// What it speaks of.
    pub subject: Subject,
    /// Why, in the words of whoever wrote it; may be empty.
    pub reason: String,
    /// Where it stands.
    pub origin: Origin,
    /// What must be judged a read, by the file's own account.
    pub reads: Vec<String>,
    /// What must be judged a write.
    pub writes: Vec<String>,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Whose word it is.
    pub authority: Authority,
    /// The file.
    pub file: PathBuf,
    /// The line at which it begins.
    pub line: usize,
}

/// What a row speaks of.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A program on a command line.
    Program(ProgramRule),
    /// A tool of an agent or a server.
    Tool(ToolRule),
}

/// A program, narrowed down as far as its author wished.
#[derive(Debug, Clone)]
pub struct ProgramRule {
    /// Names separated by `|`; in a row that queues one may end in `*`.
    pub program: String,
    /// The words that lead to the subcommand.
    pub subcommand: Vec<String>,
    /// Options in the notation of [`Row`]: all that a row may allow, or any that a row queues.
    pub flags: Option<String>,
    /// How options are written.
    pub style: Style,
    /// The operands: all that a row may allow, or any that a row queues.
    pub operands: Option<Vec<Glob>>,
    /// Whether a row that allows also holds after a change of folder.
    pub anywhere: bool,
}

/// A tool by its name.
#[derive(Debug, Clone)]
pub struct ToolRule {
    /// The name or a pattern of names.
    pub name: Glob,
    /// The paths that a row queues; without them every call.
    pub paths: Option<Vec<Glob>>,
}

impl Rule {
    /// The rule's name in evidence.
    pub fn id(&self) -> &'static str {
        match self.origin.authority {
            Authority::User => "rules.user",
            Authority::Variable => "rules.variable",
            Authority::Repository => "rules.repository",
        }
    }

    /// What the row says, and where it stands.
    pub fn says(&self) -> String {
        let Origin { authority, file, line } = &self.origin;
        let whose = match authority {
            Authority::User => "your rules",
            Authority::Variable => "the rules that PLANGATE_CONFIG names",
            Authority::Repository => "the repository's rules",
        };
        let does = if self.verdict == Verdict::Read { "allow" } else { "queue" };
        let reason = if self.reason.is_empty() { String::new() } else { format!(": {}", self.reason) };
        format!("{whose} {does} it (`{}`, line {line}){reason}", file.display())
    }

    /// The row as evidence, without a span.
    pub(in crate::classify) fn evidence(&self) -> Evidence {
        Evidence {
            verdict: self.verdict,
            effects: Effects::NONE,
            rule: self.id().to_owned(),
            reason: self.says(),
            span: None,
        }
    }
}

impl ProgramRule {
    /// The row of the table's own type; subcommands are walked by their words.
    pub(in crate::classify) fn row(&self) -> Row<'_> {
        Row::read(&self.program, "is allowed").flags(self.flags.as_deref().unwrap_or_default()).style(self.style)
    }
}

impl ToolRule {
    /// Whether a call surely is one of this tool's.
    ///
    /// A pattern does not speak for a tool of which its server says that it writes; that tool must be named.
    pub(super) fn is(&self, call: &ToolCall) -> bool {
        let confesses = call.hints.read_only_hint == Some(false) || call.hints.destructive_hint == Some(true);
        self.name.is_match(&call.tool) && !(self.name.is_wild() && confesses)
    }

    /// Whether a call may be one of this tool's; `own` is the name of the agent's tool that it is.
    pub(super) fn may_be(&self, call: &ToolCall, own: Option<&str>) -> bool {
        let pattern = &self.name;
        let named = pattern.is_match(&call.tool)
            || own.is_some_and(|own| pattern.is_match(own) || arguments::same_name(own, &pattern.text));
        named && self.paths.as_ref().is_none_or(|paths| texts(&call.args).iter().any(|text| touches(paths, text)))
    }
}

fn touches(paths: &[Glob], text: &str) -> bool {
    let text = text.strip_prefix("file://").unwrap_or(text);
    paths.iter().any(|path| path.may_hold_path(text))
}

/// Every text in a call's arguments.
fn texts(args: &Value) -> Vec<&str> {
    let (mut texts, mut waiting) = (Vec::new(), vec![args]);
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(items) => waiting.extend(items),
            Value::Object(fields) => waiting.extend(fields.values()),
            _ => {}
        }
    }
    texts
}
