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

    /// Its name as screens show it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Build => "Build",
            Self::Plan => "Plan",
            Self::Review => "Review",
            Self::Debug => "Debug",
        }
    }

    /// The colour of its indicator.
    pub fn colour(self) -> Colour {
        match self {
            Self::Build => Colour::Green,
            Self::Plan => Colour::Blue,
            Self::Review => Colour::Yellow,
            Self::Debug => Colour::Magenta,
        }
    }

    /// The mode that follows when a person goes through them one by one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Build => Self::Plan,
            Self::Plan => Self::Review,
            Self::Review => Self::Debug,
            Self::Debug => Self::Build,
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

/// The colour of a mode's indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Of build mode.
    Green,
    /// Of plan mode.
    Blue,
    /// Of review mode.
    Yellow,
    /// Of debug mode.
    Magenta,
}

impl Colour {
    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Magenta => "magenta",
        }
    }

    /// The parameter that selects it as a foreground (ECMA-48, SGR).
    pub fn sgr(self) -> u8 {
        match self {
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Blue => 34,
            Self::Magenta => 35,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_names_its_mode_in_any_case() {
        let aliases = [
            (Mode::Build, "build dev development write"),
            (Mode::Plan, "plan read readonly read-only explore"),
            (Mode::Review, "review code-review codereview cr"),
            (Mode::Debug, "debug bug fix"),
        ];
        for (mode, words) in aliases {
            for word in words.split(' ') {
                for spelling in
                    [word.to_owned(), word.to_uppercase(), format!("{}{}", word[..1].to_uppercase(), &word[1..])]
                {
                    assert_eq!(spelling.parse(), Ok(mode), "{spelling}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_mode_is_an_error_that_names_the_modes() {
        for text in ["", "yolo", "plans", " plan", "build mode", "pl\u{430}n"] {
            let error = text.parse::<Mode>().expect_err(text);
            assert_eq!(error.to_string(), format!("`{text}` is not a mode: build, plan, review or debug"));
        }
    }

    #[test]
    fn going_through_the_modes_meets_each_once_and_comes_back() {
        let mut order = vec![Mode::Build];
        while order.len() < 5 {
            order.push(order[order.len() - 1].next());
        }
        assert_eq!(order, [Mode::Build, Mode::Plan, Mode::Review, Mode::Debug, Mode::Build]);
    }
}
