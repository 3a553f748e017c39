//! The regimes, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ParseIdError;

/// A regime under which an agent works. The host owns it; an agent can at most ask for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Calls pass; the agent's own permission rules hold.
    Build,
    /// Reads pass, writes are queued for approval.
    Plan,
    /// Reads pass, writes are denied.
    Review,
    /// Reads and checks (tests, lints, builds) pass, other writes are denied.
    Debug,
}

impl Mode {
    /// Every mode, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Build, Self::Plan, Self::Review, Self::Debug];

    /// The word for it in messages, JSON and the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Plan => "plan",
            Self::Review => "review",
            Self::Debug => "debug",
        }
    }

    /// What holds in it, for a person.
    pub fn description(self) -> &'static str {
        match self {
            Self::Build => "calls pass; the agent's own permissions hold",
            Self::Plan => "reads run, every write waits for approval",
            Self::Review => "reads run, writes are denied",
            Self::Debug => "reads and checks run, other writes are denied",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Mode {
    type Err = ParseIdError;

    /// Takes a mode's name or one of its aliases, in any case.
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        match text.to_ascii_lowercase().as_str() {
            "build" | "dev" | "development" | "write" => Ok(Self::Build),
            "plan" | "read" | "readonly" | "read-only" | "explore" => Ok(Self::Plan),
            "review" | "code-review" | "codereview" | "cr" => Ok(Self::Review),
            "debug" | "bug" | "fix" => Ok(Self::Debug),
            _ => Err(ParseIdError { text: text.to_owned(), expected: "a mode: build, plan, review or debug" }),
        }
    }
}
