//! What a call does to the world, as a set.

use std::fmt;

use serde::{Serialize, Serializer};

/// One thing that a call may do. Declared from the mildest to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Reads over the network by a dedicated client.
    NetworkRead,
    /// Asks for an address that the line itself spells: a plain GET.
    HttpRead,
    /// Reads what is commonly secret.
    SecretRead,
    /// Changes what later commands of the same shell mean.
    ShellState,
    /// Creates or changes files.
    Write,
    /// Deletes files.
    Delete,
    /// Runs code that was not judged.
    Execute,
    /// Acts on other processes.
    Process,
    /// Changes the machine.
    Host,
    /// Changes something on another machine.
    NetworkWrite,
    /// Nobody knows.
    Unknown,
}

impl Effect {
    /// Every effect, mildest first.
    pub const ALL: [Self; 11] = [
        Self::NetworkRead,
        Self::HttpRead,
        Self::SecretRead,
        Self::ShellState,
        Self::Write,
        Self::Delete,
        Self::Execute,
        Self::Process,
        Self::Host,
        Self::NetworkWrite,
        Self::Unknown,
    ];
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NetworkRead => "network read",
            Self::HttpRead => "http read",
            Self::SecretRead => "secret read",
            Self::ShellState => "shell state",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Execute => "execute",
            Self::Process => "process",
            Self::Host => "host",
            Self::NetworkWrite => "network write",
            Self::Unknown => "unknown",
        })
    }
}

/// A set of [`Effect`]s; empty for what only reads files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Effects(u16);

impl Effects {
    /// No effect at all.
    pub const NONE: Self = Self(0);

    /// The set of these effects.
    pub const fn of(effects: &[Effect]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < effects.len() {
            bits |= 1 << effects[at] as u16;
            at += 1;
        }
        Self(bits)
    }

    /// Everything that is in either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether everything in `self` is in `other` too.
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether `effect` is in the set.
    pub const fn has(self, effect: Effect) -> bool {
        self.0 & (1 << effect as u16) != 0
    }

    /// The effects, mildest first.
    pub fn iter(self) -> impl Iterator<Item = Effect> {
        Effect::ALL.into_iter().filter(move |effect| self.has(*effect))
    }
}

impl From<Effect> for Effects {
    fn from(effect: Effect) -> Self {
        Self::of(&[effect])
    }
}

impl Serialize for Effects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set = Effects::of(&[Effect::Write, Effect::NetworkRead]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Effect::NetworkRead, Effect::Write]);
        assert!(set.within(set.with(Effect::Unknown.into())) && !set.within(Effect::Write.into()));
        assert!(Effects::NONE.within(Effects::NONE) && !set.has(Effect::Delete));
        for effect in Effect::ALL {
            assert_eq!(Effects::from(effect).iter().collect::<Vec<_>>(), [effect]);
        }
    }
}
