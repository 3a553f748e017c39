//! Identities, each its own type so that none stands in for another.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Digest;

/// A text that is not the identity it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseIdError {
    /// The text as it was given.
    pub text: String,
    /// What would have been right, with an example.
    pub expected: &'static str,
}

/// The name of a change inside its plan: `c1`, `c2`, ... Counted per plan, never reused, never renumbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub u32);

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

impl FromStr for ChangeId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let refused = || ParseIdError { text: text.to_owned(), expected: "a change id such as `c3`" };
        let digits = text.strip_prefix('c').ok_or_else(refused)?;
        // `parse` would take `+3` and `03`; an id has one spelling only.
        if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        digits.parse().map(ChangeId).map_err(|_| refused())
    }
}

impl Serialize for ChangeId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChangeId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identity as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id! {
    /// The identity of a plan, unique in the store.
    PlanId
}
text_id! {
    /// The identity of an agent's session, as the agent's own host names it.
    SessionId
}
text_id! {
    /// Two words that a person can say aloud for a plan: `brave-fox`.
    Slug
}
text_id! {
    /// Which agent of a session speaks: `main`, or `main/coder` for one that `main` spawned, to any depth.
    AgentPath
}

impl SessionId {
    /// The session that the workspace `root` has by itself, for whoever names none.
    pub fn of_workspace(root: &Path) -> Self {
        Self(format!("workspace-{}", Digest::of(root.as_os_str().as_encoded_bytes()).short()))
    }
}

impl AgentPath {
    /// The agent that the person talks to.
    pub fn main() -> Self {
        Self("main".to_owned())
    }

    /// True unless this is the agent that the person talks to.
    pub fn is_subagent(&self) -> bool {
        self.0 != "main"
    }
}

/// How often a plan has changed, counted from 1; what a person was shown is tied to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u32);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Ids in order, neighbours as ranges: `c1-c4, c6`.
pub fn ranges(ids: impl IntoIterator<Item = ChangeId>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(id.0) => *last = id.0,
            _ => runs.push((id.0, id.0)),
        }
    }
    let words: Vec<_> = runs.iter().map(|(a, b)| if a == b { format!("c{a}") } else { format!("c{a}-c{b}") }).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_ids_are_told_as_ranges() {
        assert_eq!(ranges([1, 2, 3, 5, 7, 8].map(ChangeId)), "c1-c3, c5, c7-c8");
        assert_eq!(ranges([]), "");
    }

    #[test]
    fn a_change_id_has_exactly_one_spelling() {
        assert_eq!("c12".parse(), Ok(ChangeId(12)));
        for wrong in ["12", "c", "c0", "c03", "C3", "c-1", "c+1", "c3abc", "c99999999999", ""] {
            assert!(wrong.parse::<ChangeId>().is_err(), "{wrong} was taken for an id");
        }
    }
}
