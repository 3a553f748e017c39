//! What the host tells an agent after a person's act: plain sentences, no commands an agent could take for consent.

use std::fmt::Write;

use crate::model::ChangeId;

/// Changes were rejected.
pub(super) fn rejected(changes: &[ChangeId], because: &str) -> String {
    let mut text = format!("[plangate] The person rejected {}.", listed(changes));
    if !because.is_empty() {
        write!(text, " Their reason: {because}").expect("a string takes all text");
    }
    text
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
