//! The arguments of the tools that plangate can carry out itself, parsed once.

use serde_json::Value;

use super::arguments::{self, COMMAND, PATH};
use super::builtin::{self, Kind, beside};
use super::patch;
use crate::model::{FileEdit, PatchHunk, PatchPart, PatchPlace, Request, ToolCall};

/// An argument that the called tool cannot do without is missing or of the wrong kind. The text is for the agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// The argument is absent or of another type.
    #[error("`{tool}` needs {expected} `{argument}`")]
    Missing {
        /// The tool as the agent spelled it.
        tool: String,
        /// The argument's usual name.
        argument: &'static str,
        /// Its type, with an article.
        expected: &'static str,
    },
    /// Two spellings of one argument say different things.
    #[error("`{tool}` got `{argument}` twice with different values")]
    Contradiction {
        /// The tool as the agent spelled it.
        tool: String,
        /// The argument's usual name.
        argument: &'static str,
    },
    /// The argument has a value that no such call can have.
    #[error("`{tool}` cannot use `{argument}`: {problem}")]
    Unusable {
        /// The tool as the agent spelled it.
        tool: String,
        /// The argument's usual name.
        argument: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// What a call asks plangate to do once it is approved.
///
/// Names of tools and arguments are those of every known agent. A call whose tool is not known, or that only the
/// agent's own host can carry out, is [`Request::Forward`].
pub fn request(call: &ToolCall) -> Result<Request, ArgumentError> {
    let Some(tool) = builtin::find(&call.tool) else { return Ok(Request::Forward) };
    let args = Args { tool: &call.tool, args: &call.args };
    match tool.group.kind {
        Kind::WriteFile => write_file(&args),
        Kind::EditFile => edit_file(&args),
        Kind::TextEditor => text_editor(&args),
        Kind::Patch => patch(&args),
        Kind::DeleteFile => Ok(Request::DeleteFile { path: args.path()? }),
        Kind::MoveFile => move_file(&args),
        Kind::Command => command(&args),
        Kind::Check => Ok(if args.get(COMMAND).is_some() { command(&args)? } else { Request::Forward }),
        _ => Ok(Request::Forward),
    }
}

const CONTENT: &[&str] = &["content", "contents", "file_text", "file_content", "code_content", "new_text", "text"];
const OLD: &[&str] = &["old_string", "old_str", "old_text", "old_content", "target_content"];
const NEW: &[&str] = &["new_string", "new_str", "new_text", "new_content", "replacement_content"];
const EVERY: &[&str] = &["replace_all", "allow_multiple", "replace_all_occurrences"];
const FROM: &[&str] = &["from", "source", "src", "old_path", "source_path", "source_file", "path"];
const TO: &[&str] = &["to", "destination", "dest", "dst", "new_path", "destination_path", "target", "target_path"];
pub(super) const CWD: &[&str] = &["cwd", "workdir", "working_directory", "working_dir", "dir_path", "directory", "cd"];
const PATCH: &[&str] = &["input", "patch", "patch_text", "command"];

/// The arguments of one call.
struct Args<'a> {
    tool: &'a str,
    args: &'a Value,
}

impl<'a> Args<'a> {
    fn get(&self, names: &[&str]) -> Option<&'a Value> {
        arguments::value(self.args, names).filter(|value| !value.is_null())
    }

    /// The text under any of `names`, of which the first is the usual one.
    fn text(&self, names: &[&'static str]) -> Result<&'a str, ArgumentError> {
        let missing = || self.missing(self.usual(names), "a string");
        let object = self.args.as_object().ok_or_else(missing)?;
        let asked = |key: &str| names.iter().any(|name| arguments::same_name(key, name));
        let mut given = object.iter().filter(|(key, value)| asked(key) && !value.is_null()).map(|(_, value)| value);
        let first = given.next().ok_or_else(missing)?;
        if given.any(|other| other != first) {
            return Err(ArgumentError::Contradiction { tool: self.tool.to_owned(), argument: names[0] });
        }
        first.as_str().ok_or_else(missing)
    }

    /// The name by which the tool's own agent knows an argument; Claude Code spells its tools with capitals.
    fn usual(&self, names: &[&'static str]) -> &'static str {
        match self.tool {
            "NotebookEdit" if names == PATH => "notebook_path",
            "Edit" | "MultiEdit" | "Write" if names == PATH => "file_path",
            _ => names[0],
        }
    }

    fn path(&self) -> Result<String, ArgumentError> {
        self.file(PATH)
    }

    fn file(&self, names: &[&'static str]) -> Result<String, ArgumentError> {
        let path = self.text(names)?;
        if path.is_empty() || path.contains('\0') {
            return Err(self.unusable(names[0], "a path is not empty and holds no NUL"));
        }
        Ok(path.to_owned())
    }

    fn missing(&self, argument: &'static str, expected: &'static str) -> ArgumentError {
        ArgumentError::Missing { tool: self.tool.to_owned(), argument, expected }
    }

    fn unusable(&self, argument: &'static str, problem: impl Into<String>) -> ArgumentError {
        ArgumentError::Unusable { tool: self.tool.to_owned(), argument, problem: problem.into() }
    }
}

fn write_file(args: &Args<'_>) -> Result<Request, ArgumentError> {
    Ok(Request::WriteFile { path: args.path()?, content: args.text(CONTENT)?.to_owned() })
}

fn edit_file(args: &Args<'_>) -> Result<Request, ArgumentError> {
    if args.get(&["replacements"]).is_some() || is_sketch(args) {
        return Ok(Request::Forward);
    }
    let path = args.path()?;
    // One editor creates a file with the call that edits others; it then has nothing to replace.
    let creates = args.get(OLD).is_none() && args.get(&["insert_line", "edits"]).is_none();
    if creates && arguments::same_name(args.tool, "editor") {
        return Ok(Request::WriteFile { path, content: args.text(&["new_text"])?.to_owned() });
    }
    let edits = match args.get(&["edits"]) {
        None => vec![file_edit(args)?],
        Some(Value::Array(items)) if !items.is_empty() => {
            items.iter().map(|item| file_edit(&Args { tool: args.tool, args: item })).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(args.missing("edits", "a list of edits, not empty,")),
    };
    Ok(Request::EditFile { path, edits })
}

/// True when the edit is a sketch that another model works out.
fn is_sketch(args: &Args<'_>) -> bool {
    args.get(OLD).is_none() && args.get(&["code_edit", "code_markdown_language", "diff"]).is_some()
}

fn file_edit(args: &Args<'_>) -> Result<FileEdit, ArgumentError> {
    let old = args.text(OLD)?.to_owned();
    let new = args.text(NEW)?.to_owned();
    let every = match args.get(EVERY) {
        None => false,
        Some(Value::Bool(every)) => *every,
        Some(Value::String(word)) if word == "true" || word == "false" => word == "true",
        Some(_) => return Err(args.missing("replace_all", "true or false as")),
    };
    let several = args.get(&["expected_replacements"]).and_then(Value::as_u64).is_some_and(|count| count > 1);
    Ok(FileEdit { old, new, every: every || several })
}

/// `command` says what is done: the shape of the text editor tools of Claude and Amazon Q.
fn text_editor(args: &Args<'_>) -> Result<Request, ArgumentError> {
    let Some(word) = args.get(&["command"]) else { return write_file(args) };
    match word.as_str().unwrap_or_default() {
        "create" | "write" => write_file(args),
        "str_replace" => Ok(Request::EditFile { path: args.path()?, edits: vec![file_edit(args)?] }),
        "insert" => {
            let line = args.get(&["insert_line"]).and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok());
            let line = line.ok_or_else(|| args.missing("insert_line", "a line number"))?;
            add_lines(args, PatchPlace::AfterLine(line))
        }
        "append" => add_lines(args, PatchPlace::End),
        _ => Ok(Request::Forward),
    }
}

fn add_lines(args: &Args<'_>, place: PatchPlace) -> Result<Request, ArgumentError> {
    let text = args.text(&["new_str", "insert_text", "new_text", "text"])?;
    let new = text.strip_suffix('\n').unwrap_or(text).split('\n').map(str::to_owned).collect();
    let hunks = vec![PatchHunk { place, old: Vec::new(), new }];
    Ok(Request::Patch { parts: vec![PatchPart::Update { path: args.path()?, move_to: None, hunks }] })
}

fn patch(args: &Args<'_>) -> Result<Request, ArgumentError> {
    let text = match args.get(PATCH) {
        Some(Value::String(text)) => text,
        Some(Value::Array(items)) => match items.as_slice() {
            [Value::String(word), Value::String(text)] if word == "apply_patch" => text,
            _ => return Err(args.missing("input", "a string")),
        },
        _ => return Err(args.missing("input", "a string")),
    };
    parse_patch(args, text)
}

fn parse_patch(args: &Args<'_>, text: &str) -> Result<Request, ArgumentError> {
    let parts = patch::parse(text).map_err(|problem| args.unusable("input", problem.to_string()))?;
    let names = parts.iter().flat_map(|part| match part {
        PatchPart::Add { path, .. } | PatchPart::Delete { path } => [Some(path), None],
        PatchPart::Update { path, move_to, .. } => [Some(path), move_to.as_ref()],
    });
    if names.flatten().any(|path| path.is_empty() || path.contains('\0')) {
        return Err(args.unusable("input", "a path is not empty and holds no NUL"));
    }
    Ok(Request::Patch { parts })
}

fn move_file(args: &Args<'_>) -> Result<Request, ArgumentError> {
    Ok(Request::MoveFile { from: args.file(FROM)?, to: args.file(TO)? })
}

fn command(args: &Args<'_>) -> Result<Request, ArgumentError> {
    let stays = |name| args.get(&[name]).is_some_and(|value| value == true);
    // What goes on in the background, is typed into or restarts the host's shell is the host's to run.
    if ["run_in_background", "is_background", "background", "tty", "restart", "detach"].into_iter().any(stays) {
        return Ok(Request::Forward);
    }
    if beside::command(args.args).is_some() {
        return Ok(Request::Forward);
    }
    let command = arguments::command(args.args).ok_or_else(|| args.missing("command", "a string"))?;
    if command.contains('\0') {
        return Err(args.unusable("command", "a command holds no NUL"));
    }
    if let Some(text) = patch_of(args.args, &command) {
        return parse_patch(args, text);
    }
    let cwd = match args.get(CWD) {
        Some(_) => Some(args.file(CWD)?),
        None => None,
    };
    Ok(Request::Command { command, cwd, timeout_ms: timeout_ms(args)? })
}

/// The patch in `apply_patch <<'EOF' ...` or `["apply_patch", PATCH]`: a word of the agent's host, not a program.
fn patch_of<'a>(args: &'a Value, command: &'a str) -> Option<&'a str> {
    if let Some(Value::Array(items)) = arguments::value(args, COMMAND)
        && let [Value::String(word), Value::String(text)] = items.as_slice()
        && word == "apply_patch"
    {
        return Some(text);
    }
    let (head, rest) = command.trim().split_once('\n')?;
    let delimiter = head.strip_prefix("apply_patch")?.trim_start().strip_prefix("<<")?.trim();
    let delimiter = delimiter.strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = !delimiter.is_empty() && delimiter.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let body = rest.strip_suffix(delimiter)?;
    // The delimiter must end the command: a line of it earlier would end the here-document there.
    let alone = body.ends_with('\n') && !body.lines().any(|line| line == delimiter);
    (plain && alone).then_some(body)
}

/// How long the agent is willing to wait. A bare `timeout` counts milliseconds, but for the tools that count seconds.
fn timeout_ms(args: &Args<'_>) -> Result<Option<u64>, ArgumentError> {
    let in_seconds = arguments::same_name(args.tool, "execute_command");
    let names: [(&[&str], u64); 3] = [
        (&["timeout_ms", "timeout_millis", "timeout_milliseconds"], 1),
        (&["timeout_secs", "timeout_seconds", "timeout_sec"], 1000),
        (&["timeout"], if in_seconds { 1000 } else { 1 }),
    ];
    for (names, unit) in names {
        if let Some(value) = args.get(names) {
            let number = match value {
                Value::String(text) => text.trim().parse().ok(),
                value => value.as_f64(),
            };
            let number = number.filter(|number: &f64| number.is_finite() && *number >= 0.0);
            let number = number.ok_or_else(|| args.missing("timeout", "a number as"))?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; saturates")]
            return Ok(Some((number as u64).saturating_mul(unit)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
