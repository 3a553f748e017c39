//! What a person asked about a change.

use serde::Serialize;

use super::ChangeId;

/// A question about a change, and the agent's answer once it has given one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The change.
    #[serde(skip)]
    pub change: ChangeId,
    /// When, as the store writes it.
    pub at: String,
    /// Through which channel the person spoke.
    pub by: String,
    /// What was asked.
    pub text: String,
    /// What the agent said at the end of the turn with which the question reached it; empty until then.
    pub answer: String,
}
