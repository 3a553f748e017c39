//! Who says yes, and to what.

use super::DecideError;
use crate::model::{ChangeId, Digest, PendingPlan};

/// A person's act, as a value: whoever makes one vouches that a person acted through that channel.
///
/// Agents' doors never hold one. A host that embeds the queue makes one when its own person has said yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    channel: String,
    unseen: Unseen,
    order: Order,
    asked: Option<Vec<(ChangeId, Digest)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unseen {
    Refused,
    Allowed,
}

/// Whether what is chosen may pass what comes before it in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Kept,
    Free,
}

impl Consent {
    /// Consent to what was displayed, given by a person through `channel`: `terminal`, `prompt`, `token 3`, ...
    pub fn by_person(channel: impl Into<String>) -> Self {
        Self { channel: channel.into(), unseen: Unseen::Refused, order: Order::Kept, asked: None }
    }

    /// The same consent, but also to changes that the person was never shown; they have to say so aloud.
    #[must_use]
    pub fn even_unseen(self) -> Self {
        Self { unseen: Unseen::Allowed, ..self }
    }

    /// The same consent, but also to changes that pass a command of unknown effect, or are a check of what is not done yet;
    /// the person has to say so aloud.
    #[must_use]
    pub fn out_of_order(self) -> Self {
        Self { order: Order::Free, ..self }
    }

    /// The same consent to these changes in this form and no others: those that a question named.
    #[must_use]
    pub fn to(self, asked: Vec<(ChangeId, Digest)>) -> Self {
        Self { asked: Some(asked), ..self }
    }

    /// Through which channel the person spoke.
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// Refuses changes that came, or changed, after the question.
    pub(super) fn check(&self, plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), DecideError> {
        let Some(asked) = &self.asked else { return Ok(()) };
        let named = |id: &&ChangeId| plan.change(**id).is_some_and(|change| asked.contains(&(**id, change.digest)));
        let unseen: Vec<ChangeId> = chosen.iter().filter(|id| !named(id)).copied().collect();
        if unseen.is_empty() { Ok(()) } else { Err(DecideError::NotShown { unseen }) }
    }

    /// Whether what is chosen may pass what comes before it.
    pub(super) fn order(&self) -> Order {
        self.order
    }

    /// Whether it covers changes that the person was never shown.
    pub(super) fn covers_unseen(&self) -> bool {
        self.unseen == Unseen::Allowed
    }
}
