//! What the host tells an agent after a person's act: plain sentences, no commands an agent could take for consent.

use std::fmt::Write;

use crate::model::ChangeId;

/// The tool list of a trusted server has changed.
pub(super) fn withdrawn(server: &str) -> String {
    format!(
        "[plangate] The server `{server}` has changed its tools, so the person's trust in it has ended; its tools are judged anew. \
         Tell the person: `plangate trust {server}` shows them."
    )
}

/// Changes were rejected.
pub(super) fn rejected(changes: &[ChangeId], because: &str) -> String {
    let mut text = format!("[plangate] The person rejected {}.", listed(changes));
    if !because.is_empty() {
        write!(text, " Their reason: {because}").expect("a string takes all text");
    }
    text
}

/// Changes were put together with what their files had become.
pub(super) fn merged(changes: &[ChangeId]) -> String {
    let (is, wait) = if changes.len() == 1 { ("is", "waits") } else { ("are", "wait") };
    format!(
        "[plangate] {} {is} not written: the files had changed on disk. Your change and theirs fit together; the result \
         {wait} for the person's approval, and reads show it.",
        listed(changes)
    )
}

/// A person rewrote a change.
pub(super) fn edited(change: ChangeId) -> String {
    format!("[plangate] The person edited {change}. It is not on disk yet; reads show it as they wrote it.")
}

/// `c1, c2 and c3`
pub(super) fn listed(changes: &[ChangeId]) -> String {
    let names: Vec<String> = changes.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
