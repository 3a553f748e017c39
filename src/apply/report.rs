//! What applying, undoing and recovering say.

use std::fmt;

use super::{Note, Step};
use crate::model::{ChangeId, ChangeState, PlanId, TargetPath};
use crate::store::StoreError;
use crate::workspace::Difference;

/// What happens while a plan is applied.
#[derive(Debug)]
pub enum Progress<'a> {
    /// A change begins; file changes that go together are told one by one when they are done.
    Began {
        /// The change.
        change: &'a Step,
        /// Which of the approved ones it is, counted from 1.
        number: usize,
        /// How many there are.
        of: usize,
    },
    /// A command printed something.
    Output {
        /// The command's change.
        change: ChangeId,
        /// The next bytes, standard output and standard error as they came.
        piece: &'a [u8],
    },
    /// A command ended, and this happened to the workspace's files meanwhile, by its doing or another's.
    Touched {
        /// The command's change.
        change: ChangeId,
        /// What happened; files that `.gitignore` names are not looked at.
        files: &'a Difference,
    },
    /// The store cannot take what happened, and is tried again.
    Waiting {
        /// Why not.
        error: &'a StoreError,
    },
    /// A change ended, or was passed over.
    Ended {
        /// The change.
        change: ChangeId,
        /// How.
        outcome: &'a Outcome,
    },
}

/// What became of an approved change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Applied,
    /// It was tried and failed; none of its files is changed.
    Failed {
        /// Why.
        error: String,
    },
    /// The disk is not what the change was made for; nothing was written.
    Conflict {
        /// The difference.
        error: String,
    },
    /// A call that its own host carries out: the same call by the agent passes once.
    Granted,
    /// It was not begun and stays as it is.
    NotBegun {
        /// Why not.
        why: WhyNot,
    },
}

impl Outcome {
    /// True when it was tried, or was to be, and did not happen.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Conflict { .. })
    }
}

/// Why a change was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// It needs a change that has not been applied.
    Needs(ChangeId),
    /// An earlier change failed.
    After(ChangeId),
    /// A later change was seen to be impossible, and the plan goes as a whole.
    Whole(ChangeId),
    /// The person stopped the apply.
    Cancelled,
    /// It is not approved, or no longer.
    Is(ChangeState),
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Needs(needed) => write!(f, "it needs {needed}, which is not applied"),
            Self::After(failed) => write!(f, "{failed} failed before it"),
            Self::Whole(refused) => {
                write!(f, "{refused} cannot be applied, and without --keep-going all of them go or none")
            }
            Self::Cancelled => f.write_str("it was cancelled"),
            Self::Is(state) => write!(f, "it is {state}"),
        }
    }
}

/// What became of each approved change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyReport {
    /// The plan.
    pub plan: PlanId,
    /// The approved changes in order, each with its outcome.
    pub results: Vec<(ChangeId, Outcome)>,
    /// What a person should know of files that were changed.
    pub notes: Vec<(ChangeId, TargetPath, Note)>,
}

impl ApplyReport {
    /// The changes that happened.
    pub fn applied(&self) -> impl Iterator<Item = ChangeId> {
        self.results.iter().filter(|(_, outcome)| *outcome == Outcome::Applied).map(|(id, _)| *id)
    }

    /// The first change that failed or was in conflict.
    pub fn first_failure(&self) -> Option<ChangeId> {
        self.results.iter().find(|(_, outcome)| outcome.is_failure()).map(|(id, _)| *id)
    }

    /// True when every change happened or was granted.
    pub fn is_complete(&self) -> bool {
        self.results.iter().all(|(_, outcome)| matches!(outcome, Outcome::Applied | Outcome::Granted))
    }
}

/// What became of a change that was to be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoOutcome {
    /// Its files are as they were before it.
    Undone,
    /// A file of it changed since it was applied; all of its files were left alone.
    Changed {
        /// The difference.
        error: String,
        /// The later change of the plan that made it, as far as the record tells.
        by: Option<ChangeId>,
    },
    /// The system refused; all of its files are as they were applied.
    Failed {
        /// Why.
        error: String,
    },
    /// It is a command or a forwarded call: what it did elsewhere nobody knows, and no content of before is kept.
    CannotBeUndone {
        /// What is known of its effects.
        why: String,
    },
    /// Applying or undoing it was stopped half way, and recovery cannot settle that yet.
    HalfDone {
        /// Why not.
        error: String,
    },
    /// The person stopped the undo before it came to this change.
    Cancelled,
    /// It is not applied.
    NotApplied(ChangeState),
}

impl fmt::Display for UndoOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undone => f.write_str("undone"),
            Self::Changed { error, by: Some(by) } => {
                write!(f, "left alone: {by} was applied on top of it, undo that first ({error})")
            }
            Self::Changed { error, by: None } => write!(f, "left alone, changed since: {error}"),
            Self::Failed { error } => write!(f, "not undone: {error}"),
            Self::CannotBeUndone { why } => write!(f, "cannot be undone: {why}"),
            Self::HalfDone { error } => write!(f, "half done, and not settled: {error}"),
            Self::Cancelled => f.write_str("left as it is: the undo was stopped"),
            Self::NotApplied(state) => write!(f, "nothing to undo: it is {state}"),
        }
    }
}

/// How far an undo is.
#[derive(Debug)]
pub struct UndoProgress<'a> {
    /// The change that is over.
    pub change: ChangeId,
    /// What became of it.
    pub outcome: &'a UndoOutcome,
    /// How many there are.
    pub of: usize,
}

/// What became of each change that was to be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoReport {
    /// The plan.
    pub plan: PlanId,
    /// The changes in the order in which they were reversed, the last applied first.
    pub results: Vec<(ChangeId, UndoOutcome)>,
    /// What to know of files that are back nevertheless.
    pub notes: Vec<(ChangeId, TargetPath, Note)>,
}

/// A change that was in flight when its process died, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Its plan.
    pub plan: PlanId,
    /// The change.
    pub change: ChangeId,
    /// What became of it.
    pub outcome: RecoveredAs,
    /// What a person should know of its files.
    pub notes: Vec<(TargetPath, Note)>,
}

/// What became of a change in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoveredAs {
    /// It was finished.
    Applied,
    /// The disk had changed; nothing of it stands.
    Conflict(String),
    /// The same, but both changes of its files fit together: that waits as a proposal to be shown.
    Merged(String),
    /// It could not be finished; nothing of it stands.
    Failed(String),
    /// A command whose outcome nobody knows.
    Interrupted {
        /// The process as which it still runs; `None` when it does not, or nobody can know.
        runs_as: Option<i32>,
    },
    /// A command that had ended, well or with this error, before that was recorded.
    Ended(Option<String>),
    /// Its undoing was finished.
    Undone,
    /// Its undoing could not be finished; it stays applied.
    StaysApplied(String),
    /// It could be neither finished nor taken back; the next start tries again.
    Unsettled(String),
}

impl Recovered {
    /// A line for each change, and for each thing to be known of its files; neighbours of a plan with whom the same happened,
    /// and nothing more, share one.
    pub fn lines(recovered: &[Self]) -> Vec<String> {
        let same = |a: &Self, b: &Self| {
            (&a.plan, &a.outcome, a.change.0 + 1) == (&b.plan, &b.outcome, b.change.0)
                && a.notes.is_empty()
                && b.notes.is_empty()
        };
        let lines = |run: &[Self]| match run {
            [first, .., last] => vec![format!("{} to {}: {}", first.change, last.change, first.outcome)],
            run => run.iter().flat_map(|one| std::iter::once(one.to_string()).chain(one.told_notes())).collect(),
        };
        recovered.chunk_by(same).flat_map(lines).collect()
    }

    fn told_notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().map(|(path, note)| format!("note on {} ({}): {note}", self.change, path.as_path().display()))
    }
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.change, self.outcome)
    }
}

impl fmt::Display for RecoveredAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied => f.write_str("finished after plangate had been stopped in the middle of it"),
            Self::Conflict(error) => write!(f, "taken back after plangate had been stopped: {error}"),
            Self::Merged(error) => write!(
                f,
                "taken back after plangate had been stopped: {error}; both changes fit together and wait to be shown and approved as one"
            ),
            Self::Failed(error) => write!(f, "failed after plangate had been stopped: {error}"),
            Self::Interrupted { runs_as } => {
                f.write_str(
                    "interrupted: plangate was stopped while the command ran, which may have done nothing, a part or all",
                )?;
                runs_as.map_or(Ok(()), |pid| write!(f, ", and still runs as process {pid}"))
            }
            Self::Ended(None) => f.write_str("the command had ended well when plangate was stopped"),
            Self::Ended(Some(error)) => write!(f, "the command had failed when plangate was stopped: {error}"),
            Self::Undone => f.write_str("its undoing was finished after plangate had been stopped"),
            Self::StaysApplied(error) => write!(f, "stays applied, its undoing was stopped: {error}"),
            Self::Unsettled(error) => write!(f, "half done and cannot be settled yet: {error}"),
        }
    }
}
