//! Who says yes, and to what.

/// A person's act, as a value: whoever makes one vouches that a person acted through that channel.
///
/// Agents' doors never hold one. A host that embeds the queue makes one when its own person has said yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    channel: String,
    unseen: Unseen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unseen {
    Refused,
    Allowed,
}

impl Consent {
    /// Consent to what was displayed, given by a person through `channel`: `terminal`, `prompt`, `token 3`, ...
    pub fn by_person(channel: impl Into<String>) -> Self {
        Self { channel: channel.into(), unseen: Unseen::Refused }
    }

    /// The same consent, but also to changes that the person was never shown; they have to say so aloud.
    #[must_use]
    pub fn even_unseen(self) -> Self {
        Self { unseen: Unseen::Allowed, ..self }
    }

    /// Through which channel the person spoke.
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// Whether it covers changes that the person was never shown.
    pub(super) fn covers_unseen(&self) -> bool {
        self.unseen == Unseen::Allowed
    }
}
