//! What agents' hooks say and are told, in one vocabulary; each agent's own dialect is a file below.

use std::path::PathBuf;

use serde_json::Value;

use crate::model::{AgentPath, SessionId, ToolCall};

pub mod claude_code;
pub mod install;

/// One message of an agent's hook: who speaks, and what happens.
#[derive(Debug, Clone, PartialEq)]
pub struct HookMessage {
    /// Where the message comes from.
    pub origin: Origin,
    /// What happens.
    pub event: HookEvent,
}

/// Where a hook's message comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The agent's session; the same after a resume.
    pub session: SessionId,
    /// The agent's working folder.
    pub cwd: PathBuf,
    /// Who speaks: the agent that the person talks to, or one that it spawned.
    pub agent: AgentPath,
    /// The agent's own permission mode, in its own words; plangate does not rely on it.
    pub permission_mode: Option<String>,
    /// The file to which the agent's host writes what `agent` says and does.
    ///
    /// It lags behind: Claude Code was seen to write a call's line tens of milliseconds after the call's hook began.
    pub transcript: Option<PathBuf>,
}

/// What happens in the agent.
#[derive(Debug, Clone, PartialEq)]
pub enum HookEvent {
    /// The agent is about to call a tool.
    ToolCall(ToolCall),
    /// A prompt is about to reach the model.
    Prompt {
        /// The prompt as typed, before any expansion.
        text: String,
        /// Who wrote it, as far as the message tells.
        author: PromptAuthor,
    },
    /// A session begins or goes on.
    SessionStart {
        /// Why.
        source: SessionSource,
    },
    /// The agent has finished its answer.
    Stop {
        /// True if it goes on only because a hook kept it from stopping before.
        continued_by_hook: bool,
        /// Prompts that the model has scheduled for later; while there are any, a prompt may be the model's.
        scheduled_prompts: usize,
        /// The agent's last words; empty when it had none.
        last_words: String,
    },
    /// An agent was spawned and is about to begin; the message's origin names it.
    SubagentStart,
    /// A spawned agent has finished.
    SubagentStop,
    /// A settings file of the agent changed while it runs.
    ConfigChange {
        /// Which kind of settings, in the agent's words: `project_settings`.
        source: String,
        /// The file, if the message names one.
        file: Option<PathBuf>,
    },
    /// Something that plangate has no part in.
    Other {
        /// The event's name in the agent's words.
        name: String,
    },
}

/// Who wrote a prompt, as far as a hook's message tells. [`Self::Person`] is not a proof:
/// a prompt that the model scheduled looks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptAuthor {
    /// Nothing speaks against a person.
    Person,
    /// An agent: for one that it spawned, or for itself at a later time.
    Agent,
    /// The agent's host, to tell the model of something.
    Host,
}

/// Why a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionSource {
    /// It is new.
    Startup,
    /// It was continued, or continues a copy of another.
    Resume,
    /// Its conversation was cleared.
    Clear,
    /// Its conversation was summarized.
    Compact,
    /// For a reason that plangate does not know.
    Unknown,
}

/// What plangate answers to a hook.
#[derive(Debug, Clone, PartialEq)]
pub enum HookReply {
    /// Nothing to say: the agent goes on by its own rules.
    Pass,
    /// The tool call runs, without a question from the agent's host.
    Allow {
        /// Arguments to run it with instead of the ones it came with.
        updated_input: Option<Value>,
        /// What the model is told beside the result.
        context: Option<String>,
    },
    /// The tool call does not run.
    Deny {
        /// What the model gets as the call's result.
        text: String,
        /// What the model is told besides.
        context: Option<String>,
    },
    /// The agent's host asks its person whether the tool call may run.
    Ask {
        /// Why they are asked.
        text: String,
    },
    /// The prompt does not reach the model.
    BlockPrompt {
        /// What the person sees instead.
        text: String,
    },
    /// The agent goes on by its own rules and is told something.
    Tell {
        /// What the model is told.
        context: Option<String>,
        /// What the person is shown.
        notice: Option<String>,
    },
    /// The changed settings do not take effect.
    RefuseConfigChange {
        /// Why.
        text: String,
    },
}

/// A reply in an agent's dialect: what the hook's process leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedReply {
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
    /// The exit code.
    pub exit_code: u8,
}
