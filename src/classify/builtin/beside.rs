//! What may stand beside a command line or a question without changing what the call does.

use serde_json::Value;

use crate::classify::arguments::{COMMAND, same_name};
use crate::classify::request::CWD;

/// Why the command of a shell tool is not all that its call does: two command lines or two folders that differ, or an
/// argument beside them that no agent is known to pass without effect, such as variables or another shell.
pub(in crate::classify) fn command(args: &Value) -> Option<String> {
    let given = || args.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    for names in [COMMAND, CWD] {
        let mut same = given().filter(|(key, _)| is_any(key, names));
        if let Some((first, value)) = same.next()
            && let Some((other, _)) = same.find(|(_, other)| *other != value)
        {
            return Some(format!("`{first}` and `{other}` contradict each other"));
        }
    }
    let harmless =
        |key: &str, value: &Value| is_any(key, COMMAND) || is_any(key, CWD) || is_any(key, BESIDE) || off(key, value);
    let (key, _) = given().find(|(key, value)| !harmless(key, value))?;
    Some(format!("`{key}` may change what the command does"))
}

fn is_any(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| same_name(key, name))
}

/// What counts only when it is set: to type into a running program, to restart the shell.
fn off(key: &str, value: &Value) -> bool {
    is_any(key, &["is_input", "restart", "reset"]) && (value == false || value == "false")
}

/// What agents pass beside a command: for the person, for the time it may take, for how its output comes back, and
/// which of the agent's own terminals and sandboxes it runs in.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    // For the person.
    "description", "explanation", "goal", "justification", "progress", "reason", "requires_approval",
    "require_user_approval", "result", "risk_level", "risk_level_reason", "safe_to_auto_run", "security_risk",
    "summary", "task_progress", "thought", "tool_action", "tool_summary",
    // Time.
    "auto_background_after", "block_until_ms", "delay_ms", "initial_wait", "timeout", "timeout_millis",
    "timeout_milliseconds", "timeout_ms", "timeout_sec", "timeout_seconds", "timeout_secs", "wait_ms_before_async",
    "yield_time_ms",
    // How it runs and what comes back.
    "background", "blocking", "detach", "fire_and_forget", "is_background", "login", "max_output_length",
    "max_output_tokens", "mode", "persistent", "run_in_background", "tty", "wait_for_previous_tools",
    // Where: the agent's own terminals and sandboxes.
    "dangerously_disable_sandbox", "prefix_rule", "required_permissions", "sandbox_permissions", "session_id",
    "shell_id", "terminal_id", "with_escalated_permissions",
];

/// The argument that asks a language server for more than an answer: `rename`, `executeCommand`.
///
/// Only questions of the Language Server Protocol (3.17) are let through; its prefixes (`textDocument/`) do not count.
pub(in crate::classify) fn language_server(args: &Value) -> Option<String> {
    let named = ["operation", "action", "method", "command", "op", "request"];
    let mut given = args.as_object()?.iter().filter(|(key, value)| is_any(key, &named) && !value.is_null());
    let asks = |value: &Value| {
        let word = value.as_str().map(|text| text.rsplit('/').next().unwrap_or(text));
        word.is_some_and(|word| is_any(word, QUESTIONS))
    };
    given.find(|(_, value)| !asks(value)).map(|(key, _)| format!("`{key}` is no question that only reads"))
}

#[rustfmt::skip]
const QUESTIONS: &[&str] = &[
    "call_hierarchy", "code_lens", "completion", "declaration", "definition", "diagnostic", "diagnostics",
    "document_highlight", "document_link", "document_symbol", "document_symbols", "find_definition",
    "find_implementations", "find_references", "folding_range", "get_definition", "get_diagnostics",
    "get_references", "go_to_declaration", "go_to_definition", "go_to_implementation", "go_to_type_definition",
    "hover", "implementation", "implementations", "incoming_calls", "inlay_hint", "outgoing_calls",
    "prepare_call_hierarchy", "prepare_type_hierarchy", "references", "selection_range", "semantic_tokens",
    "signature_help", "status", "subtypes", "supertypes", "symbol", "symbols", "type_definition", "workspace_symbol",
    "workspace_symbols",
];
