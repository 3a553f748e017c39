//! Read or write? A pure function of the call: its tool, its arguments and what its server says of it.
//!
//! A tool that an agent is known to bring along is judged by its row in `builtin`, a shell command by its text in
//! `shell`, and everything else (tools of MCP servers, tools nobody knows) by the rules of `mcp`. What people have
//! said in files of rules is a [`Policy`] beside the tables. Nothing else in the program decides reads.

mod arguments;
mod builtin;
mod folder;
mod kinds;
mod later;
mod mcp;
pub mod patch;
pub mod policy;
mod request;
mod secret;
mod settings;
pub mod shell;
pub mod wire;

use serde_json::Value;

use crate::model::{Assessment, Effect, Effects, Evidence, Mark, Phase, Span, ToolCall, Verdict};
use builtin::{Kind, Tool};
use folder::{Ground, Unseen};

pub use folder::{Surroundings, Trust};
pub use kinds::ReadKinds;
pub use later::runs_later;
pub use policy::Policy;
pub use request::{ArgumentError, request};

/// Judges a call by the most cautious fact about it.
///
/// A span of the evidence points into the text that was judged: the command of a shell tool, else the tool's name.
/// Never fails: what is not understood is a write.
pub fn classify(call: &ToolCall) -> Assessment {
    classify_under(call, Policy::built_in())
}

/// The same, where the person has said which kinds of reads run unasked.
pub fn classify_with(call: &ToolCall, kinds: ReadKinds) -> Assessment {
    classify_under(call, &Policy::of_kinds(kinds))
}

/// The same, by the built-in table and by what people have said.
pub fn classify_under(call: &ToolCall, policy: &Policy) -> Assessment {
    classify_in(call, policy, &Unseen::around(call))
}

/// The same, by one who knows the folders around the call. It may be a write where the call alone is none: a program may
/// meet a file there by which it runs another.
pub fn classify_in(call: &ToolCall, policy: &Policy, around: &dyn Surroundings) -> Assessment {
    let assessment = match builtin::find(&call.tool) {
        Some(tool) => classify_builtin(tool, call, policy, around),
        None => mcp::assess(call, around),
    };
    settings::among(policy.kinds().settle(policy.over_tool(call, assessment)), around)
}

/// The tools that agents are known to bring along, by name: what a call is when its arguments do not decide, and why.
pub fn tools() -> impl Iterator<Item = (&'static str, Verdict, &'static str)> {
    builtin::all()
}

/// The tool of an MCP server that a call leads to, as `mcp__SERVER__TOOL`: its own, or the one that it passes on to.
pub fn server_tool(call: &ToolCall) -> Option<String> {
    match builtin::find(&call.tool) {
        Some(tool) if tool.group.kind == Kind::Wrapper => inner_call(call).map(|inner| inner.tool),
        Some(_) => None,
        None => call.tool.starts_with("mcp__").then(|| call.tool.clone()),
    }
}

/// The arguments with which a call of a shell tool is a read, when nothing but the configuration of a folder other than
/// the agent's makes it a write, and variables put that out of force. Whoever runs the call must take them.
pub fn overridden(call: &ToolCall, found: &Assessment) -> Option<Value> {
    builtin::find(&call.tool).filter(|tool| tool.group.kind == Kind::Command)?;
    let says_write = call.hints.read_only_hint == Some(false) || call.hints.destructive_hint == Some(true);
    let (name, line) = arguments::command_line(&call.args).filter(|_| !says_write)?;
    let mut args = call.args.clone();
    args[name] = Value::String(shell::overridden(line, found)?);
    Some(args)
}

/// When the call belongs in its plan: what only checks earlier changes runs after them.
pub fn phase(call: &ToolCall) -> Phase {
    let validates = match builtin::find(&call.tool).map(|tool| tool.group.kind) {
        Some(Kind::Check) => true,
        Some(Kind::Command) => arguments::command(&call.args).is_some_and(|command| shell::is_validation(&command)),
        _ => false,
    };
    if validates { Phase::Validate } else { Phase::Change }
}

/// Why a tool is refused, and not queued, while a plan is made: a prompt that the agent sends itself, now or by a
/// timer, could say `/approve` in the person's name.
pub fn denied_in_plan_mode(tool: &str) -> Option<&'static str> {
    let found = match tool.strip_prefix("mcp__").and_then(|rest| rest.split_once("__")) {
        // A chat server's `send_message` is a write like others; a scheduler's timer is a voice.
        Some((server, tail)) if server.contains("sched") || server.contains("cron") => builtin::find(tail),
        _ => builtin::find(tool),
    };
    found.filter(|tool| tool.group.kind == Kind::Voice).map(|tool| tool.group.reason)
}

/// True for tools by which an agent asks for another mode: `ExitPlanMode`, `switch_mode`. They change nothing; only
/// the person grants a mode.
pub fn is_plan_transition(tool: &str) -> bool {
    builtin::find(tool).is_some_and(|tool| tool.group.kind == Kind::Transition)
}

/// True for the tool by which an agent proposes its plan: `propose_plan`, under whatever server's name. plangate answers it
/// itself.
pub fn is_plan_proposal(tool: &str) -> bool {
    let own = tool.strip_prefix("mcp__plangate__").unwrap_or(tool);
    builtin::find(own).is_some_and(|tool| tool.group.kind == Kind::Proposal)
}

/// The argument that names the file which a call reads whole, and the path it gives; `None` for other calls.
pub fn read_path(call: &ToolCall) -> Option<(&str, &str)> {
    builtin::find(&call.tool).filter(|tool| tool.group.kind == Kind::Read)?;
    let names = ["file_path", "path", "filePath", "absolute_path", "target_file", "filename"];
    let arguments = call.args.as_object()?;
    let (name, value) = names.iter().find_map(|name| arguments.get_key_value(*name))?;
    // Listing and searching take a folder by the same names; only the tools that read one file are redirected.
    let reads_one_file = ["read", "read_file", "view", "view_file", "cat", "open_file"];
    let tool = call.tool.to_ascii_lowercase();
    reads_one_file.contains(&tool.as_str()).then(|| value.as_str().map(|path| (name.as_str(), path)))?
}

/// The words of a shell command that may be paths, if the call runs one; a few at most.
pub fn words_of_command(call: &ToolCall) -> Vec<String> {
    const MOST: usize = 32;
    let is_command = builtin::find(&call.tool).is_some_and(|tool| tool.group.kind == Kind::Command);
    let command = if is_command { arguments::command(&call.args) } else { None };
    let words = command.and_then(|command| shell_words::split(&command).ok()).unwrap_or_default();
    words.into_iter().skip(1).filter(|word| !word.starts_with('-')).take(MOST).collect()
}

fn classify_builtin(tool: &'static Tool, call: &ToolCall, policy: &Policy, around: &dyn Surroundings) -> Assessment {
    match tool.group.kind {
        Kind::Command | Kind::Watch => classify_command(tool, call, policy, around),
        // Some agents let the last word to the person carry a command to show off the result.
        Kind::Talk if !arguments::is_empty(&call.args, "command") => classify_command(tool, call, policy, around),
        Kind::Wrapper => classify_wrapped(tool, call, policy, around),
        kind => match more_than_a_read(tool, call) {
            Some(reason) => refused(tool, call, &reason),
            None => judged(tool, call, judge(kind, call), marks(kind, call)),
        },
    }
}

fn judge(kind: Kind, call: &ToolCall) -> Verdict {
    let says_write = call.hints.read_only_hint == Some(false) || call.hints.destructive_hint == Some(true);
    let reads = match kind {
        Kind::TextEditor => arguments::text(&call.args, &["command"]) == Some("view"),
        // Without anything to type this is how an agent waits for output.
        Kind::Input => arguments::is_empty(&call.args, "chars") && arguments::is_empty(&call.args, "input"),
        // An agent with a working copy of its own first makes that copy.
        Kind::Spawn => arguments::is_empty(&call.args, "isolation"),
        kind => kind.verdict() == Verdict::Read,
    };
    if reads && !says_write { Verdict::Read } else { Verdict::Write }
}

fn judged(tool: &Tool, call: &ToolCall, verdict: Verdict, marks: Vec<Mark>) -> Assessment {
    let reason = match (tool.group.kind, verdict) {
        (Kind::Command | Kind::Watch | Kind::Talk, Verdict::Write) => "names no command that could be judged",
        (Kind::Wrapper, Verdict::Write) => "names no tool that could be judged",
        (Kind::Spawn, Verdict::Write) => "starts an agent in a working copy that is made for it",
        (kind, Verdict::Write) if kind.verdict() == Verdict::Read => "the server of this tool says that it writes",
        _ => tool.group.reason,
    };
    let span = Some(Span { start: 0, end: call.tool.len() });
    let effects = effects(tool.group.kind, verdict, &marks);
    let evidence = Evidence { verdict, effects, rule: format!("tool.{}", tool.name), reason: reason.to_owned(), span };
    Assessment::of(vec![evidence], marks)
}

fn effects(kind: Kind, verdict: Verdict, marks: &[Mark]) -> Effects {
    let own = match (kind, verdict) {
        (Kind::NetworkRead, Verdict::Read) => Effect::NetworkRead.into(),
        (_, Verdict::Read) => Effects::NONE,
        (Kind::DeleteFile, _) => Effect::Delete.into(),
        (Kind::MoveFile, _) => Effects::of(&[Effect::Write, Effect::Delete]),
        (Kind::Command | Kind::Watch | Kind::Talk | Kind::Wrapper | Kind::Input, _) => Effect::Unknown.into(),
        (Kind::Check | Kind::Spawn, _) => Effects::of(&[Effect::Execute, Effect::Write]),
        (Kind::Voice | Kind::OtherWrite, _) => Effect::Host.into(),
        _ => Effect::Write.into(),
    };
    if marks.contains(&Mark::Secret) { own.with(Effect::SecretRead.into()) } else { own }
}

fn marks(kind: Kind, call: &ToolCall) -> Vec<Mark> {
    let mut marks = match kind {
        Kind::Read | Kind::TextEditor => secret::marks(&call.args),
        Kind::NetworkRead => vec![Mark::Network],
        _ => Vec::new(),
    };
    if kind == Kind::DeleteFile && call.args.get("recursive").is_some_and(|flag| flag == true) {
        marks.push(Mark::Destructive);
    }
    marks
}

fn classify_command(tool: &'static Tool, call: &ToolCall, policy: &Policy, around: &dyn Surroundings) -> Assessment {
    if let Some(reason) = builtin::beside::command(&call.args) {
        return refused(tool, call, &reason);
    }
    match arguments::command(&call.args) {
        Some(command) => shell::facts_under(&command, ground(call, around), policy),
        None => judged(tool, call, Verdict::Write, Vec::new()),
    }
}

/// Why the arguments of a reading tool ask for more than its name says.
fn more_than_a_read(tool: &Tool, call: &ToolCall) -> Option<String> {
    match tool.group.kind {
        Kind::Read if tool.name == "lsp" => builtin::beside::language_server(&call.args),
        Kind::Read | Kind::NetworkRead => {
            mcp::switches::find_write(&call.tool, &call.args, true).map(|evidence| evidence.reason)
        }
        _ => None,
    }
}

/// A write because of the arguments, for what its tool alone is not.
fn refused(tool: &Tool, call: &ToolCall, reason: &str) -> Assessment {
    let mut assessment = judged(tool, call, Verdict::Write, Vec::new());
    assessment.evidence.iter_mut().for_each(|evidence| {
        reason.clone_into(&mut evidence.reason);
        evidence.effects = evidence.effects.with(Effect::Unknown.into());
    });
    assessment
}

/// Where a command of `call` runs: an argument may send it to a folder other than the agent's.
fn ground<'a>(call: &ToolCall, around: &'a dyn Surroundings) -> Ground<'a> {
    named_ground(call, around).unwrap_or_else(|| Ground::here(around))
}

/// The folder other than the call's own to which an argument sends it.
fn named_ground<'a>(call: &ToolCall, around: &'a dyn Surroundings) -> Option<Ground<'a>> {
    let named = arguments::text(&call.args, request::CWD).filter(|named| !named.is_empty())?;
    Some(Ground::here(around).within(named)).filter(|ground| ground.strayed())
}

/// Judges the tool that a call names in its arguments, as if it had been called itself.
fn classify_wrapped(tool: &'static Tool, call: &ToolCall, policy: &Policy, around: &dyn Surroundings) -> Assessment {
    let Some(inner) = inner_call(call) else { return judged(tool, call, Verdict::Write, Vec::new()) };
    let mut assessment = policy.over_tool(&inner, mcp::assess(&inner, around));
    let span = Some(Span { start: 0, end: call.tool.len() });
    assessment.evidence.iter_mut().for_each(|evidence| evidence.span = span);
    assessment
}

fn inner_call(call: &ToolCall) -> Option<ToolCall> {
    let server = arguments::text(&call.args, &["server_name", "server"]).unwrap_or("unknown");
    let name = arguments::text(&call.args, &["tool_name", "name", "tool"])?;
    let args = match arguments::value(&call.args, &["arguments", "args", "input"]) {
        Some(Value::String(text)) => serde_json::from_str(text).ok()?,
        Some(value) => value.clone(),
        None => Value::Null,
    };
    let tool = if name.starts_with("mcp__") { name.to_owned() } else { format!("mcp__{server}__{name}") };
    Some(ToolCall { tool, args, ..call.clone() })
}

#[cfg(test)]
mod tests;
