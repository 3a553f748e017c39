//! What an agent asked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AgentPath;

/// One tool call of an agent, as a door received it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The tool's name as the agent's host spells it: `Write`, `bash`, `mcp__github__create_issue`.
    pub tool: String,
    /// The arguments as received; anything but an object is a call that no tool understands.
    pub args: Value,
    /// The folder from which relative paths and commands are to be understood.
    pub cwd: PathBuf,
    /// Who speaks.
    pub agent: AgentPath,
    /// The agent's own identity for this call, when it gives one.
    pub tool_call_id: Option<String>,
    /// Why, in the agent's words; empty when it gave none. Never invented.
    pub reason: String,
    /// What the tool's server says of it (MCP annotations).
    pub hints: ServerHints,
}

/// What an MCP server says about its own tool. The server is the party described, so by itself
/// a hint only ever makes a verdict stricter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerHints {
    /// `readOnlyHint` of the MCP specification: the tool does not modify its environment.
    pub read_only_hint: Option<bool>,
    /// `destructiveHint`: the tool may perform destructive updates.
    pub destructive_hint: Option<bool>,
    /// `idempotentHint`: the same call again changes nothing more.
    pub idempotent_hint: Option<bool>,
    /// `openWorldHint`: the tool reaches beyond a closed domain.
    pub open_world_hint: Option<bool>,
    /// The person trusts this server's hints (never read from the server itself).
    #[serde(skip)]
    pub trusted: bool,
}
