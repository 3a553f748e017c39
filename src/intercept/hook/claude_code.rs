//! The dialect of Claude Code's hooks, as observed with version 2.1.329 (`docs/agents/claude-code.md`).

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{HookEvent, HookMessage, HookReply, Origin, PromptAuthor, RenderedReply, SessionSource};
use crate::model::{AgentPath, ServerHints, SessionId, ToolCall};

pub mod mailbox;
mod transcript;

pub use transcript::{MAX_TAIL_BYTES, text_before_call};

/// The exit code that blocks a call or a prompt, whatever else is printed.
const BLOCK: u8 = 2;
/// How much of an agent's id its path shows: enough to tell agents apart, short enough to read.
const SHORT_ID_CHARS: usize = 8;

/// A payload that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// The payload is no JSON.
    #[error("the hook's payload is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// The payload is JSON of another shape.
    #[error("the hook's payload does not have the expected shape")]
    Shape {
        /// The event's name, when there is one.
        event: Option<String>,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// An event that plangate needs lacks a field.
    #[error("a `{event}` payload without `{field}`")]
    Missing {
        /// The event's name.
        event: String,
        /// The field's name.
        field: &'static str,
    },
    /// An event of an unknown name that speaks of a tool.
    #[error("`{event}` is an unknown event about a tool")]
    UnknownToolEvent {
        /// The event's name.
        event: String,
    },
}

impl PayloadError {
    /// The reply that keeps everything from running that might be a tool call.
    ///
    /// Other events cannot do harm; they get exit code 1, which Claude Code shows to the person and then ignores.
    pub fn reply(&self) -> RenderedReply {
        let text = format!("plangate: {self}{}", cause(self));
        if self.may_be_tool_call() {
            return render("PreToolUse", &HookReply::Deny { text, context: None });
        }
        RenderedReply { stdout: String::new(), stderr: text + "\n", exit_code: 1 }
    }

    fn may_be_tool_call(&self) -> bool {
        match self {
            Self::NotJson(_) | Self::UnknownToolEvent { .. } | Self::Shape { event: None, .. } => true,
            Self::Shape { event: Some(event), .. } | Self::Missing { event, .. } => !is_harmless(event),
        }
    }
}

fn cause(error: &PayloadError) -> String {
    std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default()
}

/// True for the events that are known not to precede a tool call.
fn is_harmless(event: &str) -> bool {
    matches!(event, "UserPromptSubmit" | "SessionStart" | "SessionEnd" | "Stop" | "SubagentStart" | "SubagentStop")
        || matches!(event, "ConfigChange" | "Notification" | "PreCompact" | "UserPromptExpansion")
        || event.starts_with("Post")
}

/// The payload's fields that plangate reads; others are the agent's business.
#[derive(Deserialize)]
struct Payload {
    hook_event_name: String,
    session_id: Option<String>,
    cwd: Option<PathBuf>,
    transcript_path: Option<PathBuf>,
    permission_mode: Option<String>,
    agent_id: Option<String>,
    agent_type: Option<String>,
    tool_name: Option<String>,
    tool_input: Option<Value>,
    tool_use_id: Option<String>,
    prompt: Option<String>,
    source: Option<String>,
    file_path: Option<PathBuf>,
    #[serde(default)]
    stop_hook_active: bool,
    #[serde(default)]
    session_crons: Vec<Value>,
    last_assistant_message: Option<String>,
}

/// Understands what Claude Code writes to a hook's standard input.
pub fn parse(payload: &[u8]) -> Result<HookMessage, PayloadError> {
    let value: Value = serde_json::from_slice(payload).map_err(PayloadError::NotJson)?;
    let event = value.get("hook_event_name").and_then(Value::as_str).map(str::to_owned);
    let payload: Payload = serde_json::from_value(value).map_err(|source| PayloadError::Shape { event, source })?;
    let origin = payload.origin()?;
    let event = payload.event(&origin)?;
    Ok(HookMessage { origin, event })
}

impl Payload {
    fn origin(&self) -> Result<Origin, PayloadError> {
        let session = self.session_id.as_deref().filter(|id| !id.is_empty());
        Ok(Origin {
            session: SessionId::from(session.ok_or_else(|| self.missing("session_id"))?),
            cwd: self.cwd.clone().ok_or_else(|| self.missing("cwd"))?,
            agent: self.agent(),
            permission_mode: self.permission_mode.clone(),
            transcript: self.transcript(),
        })
    }

    /// `main`, or `main/general-purpose-a934f447`. Payloads do not name a spawned agent's parent,
    /// so every spawned agent stands right below `main`.
    fn agent(&self) -> AgentPath {
        let Some(id) = &self.agent_id else { return AgentPath::main() };
        // A teammate in the lead's process has its name and its team for an id.
        if let Some((name, team)) = id.split_once('@')
            && [name, team].iter().all(|part| !part.is_empty() && !part.contains(['/', '@']))
        {
            return AgentPath(format!("main/{id}"));
        }
        // One of a team has its name for a type, and in its id: `acoder-b701359260b01a59`.
        if let Some(name) = self.agent_type.as_deref()
            && let Some(number) = id.strip_prefix('a').and_then(|rest| rest.strip_prefix(name)?.strip_prefix('-'))
            && number.len() == 16
            && number.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return AgentPath(format!("main/{}@{}", path_word(name), &number[..SHORT_ID_CHARS]));
        }
        let short: String = id.chars().take(SHORT_ID_CHARS).collect();
        let kind = self.agent_type.as_deref().filter(|kind| !kind.is_empty()).unwrap_or("agent");
        AgentPath(format!("main/{}-{}", path_word(kind), path_word(&short)))
    }

    /// A spawned agent has a file of its own beside that of its session.
    fn transcript(&self) -> Option<PathBuf> {
        let session = self.transcript_path.as_deref()?;
        Some(match &self.agent_id {
            Some(id) => session.with_extension("").join("subagents").join(format!("agent-{}.jsonl", path_word(id))),
            None => session.to_owned(),
        })
    }

    fn event(self, origin: &Origin) -> Result<HookEvent, PayloadError> {
        Ok(match self.hook_event_name.as_str() {
            "PreToolUse" => HookEvent::ToolCall(self.tool_call(origin)?),
            "UserPromptSubmit" => {
                let text = self.prompt.clone().ok_or_else(|| self.missing("prompt"))?;
                HookEvent::Prompt { author: author(&text, self.source.as_deref(), self.agent_id.is_some()), text }
            }
            "SessionStart" => HookEvent::SessionStart { source: session_source(self.source.as_deref()) },
            "Stop" => HookEvent::Stop {
                continued_by_hook: self.stop_hook_active,
                scheduled_prompts: self.session_crons.len(),
                last_words: self.last_assistant_message.unwrap_or_default(),
            },
            "SubagentStart" => HookEvent::SubagentStart,
            "SubagentStop" => HookEvent::SubagentStop,
            "ConfigChange" => HookEvent::ConfigChange { source: self.source.unwrap_or_default(), file: self.file_path },
            event if self.tool_name.is_some() && !is_harmless(event) => {
                return Err(PayloadError::UnknownToolEvent { event: self.hook_event_name });
            }
            _ => HookEvent::Other { name: self.hook_event_name },
        })
    }

    fn tool_call(self, origin: &Origin) -> Result<ToolCall, PayloadError> {
        let missing = |field| PayloadError::Missing { event: "PreToolUse".to_owned(), field };
        let tool = self.tool_name.ok_or_else(|| missing("tool_name"))?;
        let args = self.tool_input.ok_or_else(|| missing("tool_input"))?;
        Ok(ToolCall {
            reason: stated_reason(&tool, &args),
            tool,
            args,
            cwd: origin.cwd.clone(),
            agent: origin.agent.clone(),
            tool_call_id: self.tool_use_id,
            hints: ServerHints::default(),
        })
    }

    fn missing(&self, field: &'static str) -> PayloadError {
        PayloadError::Missing { event: self.hook_event_name.clone(), field }
    }
}

/// What the call itself says of its purpose. An MCP tool's `description` is data, not a reason.
fn stated_reason(tool: &str, args: &Value) -> String {
    if tool.starts_with("mcp__") {
        return String::new();
    }
    args.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Who wrote a prompt. `source` is announced by Claude Code's own description of its payloads (`user`, `sdk`, `system`,
/// `loop_wakeup`, `schedule_wakeup`, `poll_event`) but not yet sent by 2.1.329; where it is, it tells a typed prompt from
/// one that the model scheduled. What Claude Code itself has to say comes in tags of its own: `<task-notification>` was
/// observed for a finished background agent, the others stand in the program.
fn author(prompt: &str, source: Option<&str>, from_agent: bool) -> PromptAuthor {
    const HOST_TAGS: [&str; 6] = [
        "<task-notification",
        "<system-reminder",
        "<teammate-message",
        "<cross-session-message",
        "<agent-message",
        "<channel",
    ];
    let prompt = prompt.trim_start();
    match source {
        Some("loop_wakeup" | "schedule_wakeup") => PromptAuthor::Agent,
        _ if from_agent => PromptAuthor::Agent,
        None | Some("user" | "sdk") if !HOST_TAGS.iter().any(|tag| prompt.starts_with(tag)) => PromptAuthor::Person,
        _ => PromptAuthor::Host,
    }
}

fn session_source(source: Option<&str>) -> SessionSource {
    match source {
        Some("startup") => SessionSource::Startup,
        Some("resume" | "fork") => SessionSource::Resume,
        Some("clear") => SessionSource::Clear,
        Some("compact") => SessionSource::Compact,
        _ => SessionSource::Unknown,
    }
}

/// A word that can stand between the slashes of an agent's path or be part of a file's name.
fn path_word(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || "-_.:".contains(c) { c } else { '-' }).collect()
}

/// Says `reply` as Claude Code understands it, in answer to `event` (its `hook_event_name`).
///
/// A denial is said in every way there is at once (exit code 2, standard error, and JSON in both spellings),
/// because a denial that is not understood lets the call run.
pub fn render(event: &str, reply: &HookReply) -> RenderedReply {
    match reply {
        HookReply::Pass | HookReply::Tell { context: None, notice: None } => silent(),
        HookReply::Allow { updated_input, context } => say(&allowance(updated_input.as_ref(), context.as_deref())),
        HookReply::Deny { text, context } => refuse(text, &denial(text, context.as_deref())),
        HookReply::Ask { text } => say(&question(text)),
        HookReply::BlockPrompt { text } => refuse(text, &blocked_prompt(text)),
        HookReply::RefuseConfigChange { text } => refuse(text, &json!({ "decision": "block", "reason": text })),
        HookReply::Tell { context, notice } => say(&news(event, context.as_deref(), notice.as_deref())),
    }
}

fn silent() -> RenderedReply {
    RenderedReply { stdout: String::new(), stderr: String::new(), exit_code: 0 }
}

fn say(value: &Value) -> RenderedReply {
    RenderedReply { stdout: format!("{value}\n"), stderr: String::new(), exit_code: 0 }
}

fn refuse(text: &str, value: &Value) -> RenderedReply {
    RenderedReply { stdout: format!("{value}\n"), stderr: format!("{text}\n"), exit_code: BLOCK }
}

fn allowance(updated_input: Option<&Value>, context: Option<&str>) -> Value {
    let mut specific = specific("PreToolUse", context);
    specific.insert("permissionDecision".to_owned(), json!("allow"));
    if let Some(input) = updated_input {
        specific.insert("updatedInput".to_owned(), input.clone());
    }
    json!({ "hookSpecificOutput": specific })
}

fn denial(text: &str, context: Option<&str>) -> Value {
    let mut specific = specific("PreToolUse", context);
    specific.insert("permissionDecision".to_owned(), json!("deny"));
    specific.insert("permissionDecisionReason".to_owned(), json!(text));
    json!({ "decision": "block", "reason": text, "hookSpecificOutput": specific })
}

fn question(text: &str) -> Value {
    let mut specific = specific("PreToolUse", None);
    specific.insert("permissionDecision".to_owned(), json!("ask"));
    specific.insert("permissionDecisionReason".to_owned(), json!(text));
    json!({ "hookSpecificOutput": specific })
}

/// Without `suppressOriginalPrompt` the person reads the command again below its answer.
fn blocked_prompt(text: &str) -> Value {
    json!({
        "decision": "block",
        "reason": text,
        "hookSpecificOutput": { "hookEventName": "UserPromptSubmit", "suppressOriginalPrompt": true },
    })
}

fn news(event: &str, context: Option<&str>, notice: Option<&str>) -> Value {
    let mut object = Map::new();
    if let Some(notice) = notice {
        object.insert("systemMessage".to_owned(), json!(notice));
    }
    if context.is_some() {
        object.insert("hookSpecificOutput".to_owned(), Value::Object(specific(event, context)));
    }
    Value::Object(object)
}

fn specific(event: &str, context: Option<&str>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("hookEventName".to_owned(), json!(event));
    if let Some(context) = context {
        object.insert("additionalContext".to_owned(), json!(context));
    }
    object
}

/// The name by which Claude Code calls `event`, for [`render`].
pub fn event_name(event: &HookEvent) -> &str {
    match event {
        HookEvent::ToolCall(_) => "PreToolUse",
        HookEvent::Prompt { .. } => "UserPromptSubmit",
        HookEvent::SessionStart { .. } => "SessionStart",
        HookEvent::Stop { .. } => "Stop",
        HookEvent::SubagentStart => "SubagentStart",
        HookEvent::SubagentStop => "SubagentStop",
        HookEvent::ConfigChange { .. } => "ConfigChange",
        HookEvent::Other { name } => name,
    }
}

#[cfg(test)]
mod tests;
