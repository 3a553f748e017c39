//! What a plan document is made of: steps, decision points and questions, each with a name that stays.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::change::closed_words;
use super::{IllegalTransition, ParseIdError};

macro_rules! lettered_id {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let refused = || ParseIdError { text: text.to_owned(), expected: $expected };
                let digits = text.strip_prefix($letter).ok_or_else(refused)?;
                // An id has one spelling only: `parse` alone would take `+3` and `03`.
                if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(refused());
                }
                digits.parse().map(Self).map_err(|_| refused())
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

lettered_id! {
    /// The name of a step inside its document: `S1`, `S2`, ... Never reused, never renumbered, wherever the step moves.
    StepId, "S", "a step id such as `S3`"
}
lettered_id! {
    /// The name of a decision point: `D1`, `D2`, ...
    DecisionId, "D", "a decision point such as `D1`"
}
lettered_id! {
    /// The name of a question: `Q1`, `Q2`, ...
    QuestionId, "Q", "a question such as `Q1`"
}

/// How much work a step is, from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Size(u8);

impl Size {
    /// The size of that number; `None` outside 1 to 5.
    pub fn new(size: u32) -> Option<Self> {
        u8::try_from(size).ok().filter(|size| (1..=5).contains(size)).map(Self)
    }

    /// As a number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a step is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Not begun.
    #[default]
    Pending,
    /// Begun; some of its changes may be applied.
    InProgress,
    /// Done.
    Completed,
    /// A change of it failed; what depends on it does not begin.
    Failed,
    /// A person wants it left out.
    Skipped,
}

closed_words!(StepStatus, "a status of a step", {
    Pending = "pending", InProgress = "in_progress", Completed = "completed", Failed = "failed", Skipped = "skipped",
});

impl StepStatus {
    /// The character between the brackets of its check box.
    pub fn mark(self) -> char {
        match self {
            Self::Pending => ' ',
            Self::InProgress => '~',
            Self::Completed => 'x',
            Self::Failed => '!',
            Self::Skipped => '-',
        }
    }

    /// The status that a check box means; `X` is what many editors write.
    pub fn of_mark(mark: char) -> Option<Self> {
        if mark == 'X' {
            return Some(Self::Completed);
        }
        Self::ALL.iter().copied().find(|status| status.mark() == mark)
    }

    /// Steps that come after it may begin.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped)
    }

    /// The status after `event`, or both names when that may not happen.
    pub fn after(self, event: StepEvent) -> Result<Self, IllegalTransition> {
        use StepEvent as E;
        match (self, event) {
            (Self::Pending | Self::Failed | Self::InProgress, E::Begin) => Ok(Self::InProgress),
            (Self::InProgress, E::Complete) => Ok(Self::Completed),
            (Self::InProgress, E::Fail) => Ok(Self::Failed),
            (Self::Pending | Self::Failed, E::Skip) => Ok(Self::Skipped),
            (Self::Skipped, E::Unskip)
            | (Self::Completed | Self::Failed | Self::InProgress, E::RollBack)
            // A step that is edited after it failed is another step, to be tried from the start.
            | (Self::Failed, E::Edit) => Ok(Self::Pending),
            (Self::Pending | Self::Skipped, E::Edit) => Ok(self),
            (from, event) => Err(IllegalTransition { from: from.word(), event: event.word() }),
        }
    }
}

/// What can happen to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepEvent {
    /// Its changes begin to be applied, perhaps again.
    Begin,
    /// All its changes are applied.
    Complete,
    /// One of them was not.
    Fail,
    /// A person leaves it out.
    Skip,
    /// A person wants it after all.
    Unskip,
    /// Its files are put back.
    RollBack,
    /// Its text changes.
    Edit,
}

closed_words!(StepEvent, "an event of a step", {
    Begin = "begin", Complete = "complete", Fail = "fail", Skip = "skip", Unskip = "unskip", RollBack = "roll_back",
    Edit = "edit",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_meets_every_event_as_the_table_says() {
        let mut table = String::new();
        for &status in StepStatus::ALL {
            let after: Vec<_> =
                StepEvent::ALL.iter().map(|&event| status.after(event).map_or("-", StepStatus::word)).collect();
            table.extend([status.word(), ": ", &after.join(" "), "\n"]);
        }
        let events: Vec<_> = StepEvent::ALL.iter().map(|event| event.word()).collect();
        assert_eq!(events.join(" "), "begin complete fail skip unskip roll_back edit");
        assert_eq!(
            table,
            "pending: in_progress - - skipped - - pending\n\
             in_progress: in_progress completed failed - - pending -\n\
             completed: - - - - - pending -\n\
             failed: in_progress - - skipped - pending pending\n\
             skipped: - - - - pending - skipped\n"
        );
    }

    #[test]
    fn every_status_has_a_mark_of_its_own() {
        for &status in StepStatus::ALL {
            assert_eq!(StepStatus::of_mark(status.mark()), Some(status));
        }
        assert_eq!(StepStatus::of_mark('?'), None);
    }

    #[test]
    fn a_step_id_has_exactly_one_spelling() {
        assert_eq!("S12".parse(), Ok(StepId(12)));
        for wrong in ["12", "S", "S0", "S03", "s3", "S-1", "S3x", "S99999999999", ""] {
            assert!(wrong.parse::<StepId>().is_err(), "{wrong} was taken for an id");
        }
    }

    #[test]
    fn sizes_go_from_one_to_five() {
        assert_eq!((0..8).filter_map(Size::new).map(Size::get).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }
}
