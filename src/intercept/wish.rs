//! Calls by which an agent asks for another mode: recorded for the person, and never done.

use serde_json::Value;

use super::interceptor::Interceptor;
use super::reply::{Reply, denied, denied_by_failure};
use crate::classify;
use crate::mode::{Wish, wish};
use crate::model::{Mode, ToolCall};

/// The most of a plan's text that is kept with a proposal: 64 KiB.
const MAX_WORDS_BYTES: usize = 64 << 10;

impl Interceptor<'_> {
    /// The answer to a call that asks for another mode; `None` for every other, and for those that concern only modes of
    /// the agent's own.
    pub(super) fn asks_for_mode(&self, mode: Mode, call: &ToolCall) -> Option<Reply> {
        if !classify::is_plan_transition(&call.tool) {
            return None;
        }
        let wants = match (wish(&call.tool, &call.args), mode) {
            // Outside our modes an agent leaves its own plan mode by its own host's rules.
            (Wish::Nothing, _) | (Wish::Leave | Wish::Unknown(_) | Wish::Switch(Mode::Build), Mode::Build) => {
                return None;
            }
            (Wish::Unknown(name), _) => return Some(denied(format!("[plangate] Denied: `{name}` is no mode."))),
            (Wish::Switch(wanted), _) if wanted == mode => {
                return Some(denied(format!("[plangate] {mode} mode holds already. Go on.")));
            }
            (Wish::Leave, Mode::Plan) => None,
            (Wish::Leave, _) => {
                return Some(denied(format!("[plangate] Denied: {mode} mode holds, not plan mode.")));
            }
            (Wish::Switch(wanted), _) => Some(wanted),
        };
        if call.agent.is_subagent() && mode != Mode::Build {
            let text = "a subagent cannot ask to leave the mode. Go on, or report back.";
            return Some(denied(format!("[{} MODE] Denied: {text}", mode.word().to_uppercase())));
        }
        Some(self.propose_mode(mode, call, wants))
    }

    fn propose_mode(&self, mode: Mode, call: &ToolCall, wants: Option<Mode>) -> Reply {
        let wanted = wants.map_or("an end of plan mode".to_owned(), |mode| format!("{mode} mode"));
        match self.proposer.propose_mode(call, wants, &words(call)) {
            Err(error) => denied_by_failure(&error),
            Ok(None) => denied(format!(
                "[plangate] Denied: nobody can approve in this unattended session, so it does not enter {wanted}. Go on in \
                 {mode} mode."
            )),
            Ok(Some(n)) => denied(format!(
                "[plangate] Proposed, not done: you asked for {wanted}, and only the person switches modes: {mode} mode \
                 holds until they do; your proposal waits as m{n}. Do not ask again or look for another way: end your turn \
                 and tell them."
            )),
        }
    }
}

/// The plan or the reason that came with the call.
fn words(call: &ToolCall) -> String {
    let named = ["plan", "summary", "reason", "explanation"].iter().find_map(|name| call.args.get(*name));
    let text = named.and_then(Value::as_str).unwrap_or(&call.reason).trim();
    let mut end = text.len().min(MAX_WORDS_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = if end < text.len() { format!("\n[{} bytes more]", text.len() - end) } else { String::new() };
    format!("{}{cut}", &text[..end])
}
