//! How a command ends: an exit code, and for failures a message and a hint.

use std::error::Error;
use std::fmt;
use std::io;

use super::applying::listed;
use crate::apply::ApplyError;
use crate::config::data_folder;
use crate::model::{ChangeId, ChangeState, ParseIdError, with_causes};
use crate::queue::{BookError, DecideError, GrantError, QueueError, SelectionError};
use crate::store::{ContentsError, StoreError};
use crate::workspace::WorkspaceError;

/// What ends it that a change is half done.
pub(super) const WAY_OUT: &str =
    "it is half done: once what stands in its way is mended, any command of plangate finishes it or takes it back";

/// The exit codes that scripts may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing was pending.
    Done = 0,
    /// It was tried and failed.
    Failed = 1,
    /// The command makes no sense; nothing changed.
    Usage = 2,
    /// What was to be approved has not been shown in its present form; nothing changed.
    NotShown = 3,
    /// No person spoke, or the policy forbids it; nothing changed.
    Refused = 4,
    /// Some changes were applied, others were not.
    PartlyApplied = 5,
    /// What ran without a person has planned, and waits for a decision.
    Planned = 10,
}

/// Why a command did not do what it says.
#[derive(Debug)]
pub(super) struct CommandError {
    /// The exit code.
    pub(super) exit: Exit,
    message: String,
    hint: Option<String>,
}

impl CommandError {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, message)
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    fn failed(error: &dyn Error) -> Self {
        Self::new(Exit::Failed, with_causes(error))
    }

    /// The message without the hint.
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

/// Why something about a file or a program failed, without the number that the system gives it.
pub(crate) fn told_plainly(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not do that".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::InvalidData => "it is not text in UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Few ids each by itself, many as ranges.
fn words(ids: &[ChangeId]) -> String {
    const FEW: usize = 8;
    if ids.len() > FEW { listed(ids) } else { ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") }
}

impl From<DecideError> for CommandError {
    fn from(error: DecideError) -> Self {
        let message = error.to_string();
        match error {
            DecideError::Nothing(text) => Self::new(Exit::Done, text),
            DecideError::Selection(_) => Self::usage(message).hint("`/show-plan` lists the changes with their ids"),
            DecideError::Needs { complete, .. } => {
                Self::usage(message).hint(format!("approve what belongs together: `/approve {}`", words(&complete)))
            }
            DecideError::Passes { complete, chosen, .. } => Self::usage(message).hint(format!(
                "approve what comes before it as well: `/approve {}`, or pass it: `/approve {} --out-of-order`",
                words(&complete),
                words(&chosen)
            )),
            DecideError::Depended { complete, .. } => Self::usage(message)
                .hint(format!("`/reject {}`, or add `--rebase` to compute the rest anew", words(&complete))),
            DecideError::NotShown { .. } => Self::new(Exit::NotShown, message)
                .hint("look at it with `/show-plan`, or approve unseen with `--unseen`"),
            DecideError::CannotRebase { change, .. } => {
                Self::usage(message).hint(format!("`/reject {change}` discards it"))
            }
            DecideError::WrongState { state: ChangeState::Applying, .. } => {
                Self::new(Exit::Failed, message).hint(WAY_OUT)
            }
            DecideError::StillRuns { pid, .. } => {
                Self::refused(message).hint(format!("wait for its end, or end it: `kill -- -{pid}`"))
            }
            DecideError::WrongState { .. }
            | DecideError::NotEditable { .. }
            | DecideError::NoCommand { .. }
            | DecideError::Unchanged { .. }
            | DecideError::Unsettled { .. }
            | DecideError::AlreadySo { .. }
            | DecideError::Rewritten { .. }
            | DecideError::Unfit { .. } => Self::usage(message),
            DecideError::Workspace(error) => error.into(),
            DecideError::Store(error) => error.into(),
        }
    }
}

impl From<GrantError> for CommandError {
    fn from(error: GrantError) -> Self {
        let message = error.to_string();
        match error {
            GrantError::Nothing => Self::new(Exit::Done, message),
            GrantError::NoPlan { .. } => {
                Self::refused(message).hint("`/mode build` leaves plan mode without carrying anything out")
            }
            GrantError::NotShown { .. } => Self::new(Exit::NotShown, message).hint("`/show-plan` shows the changes"),
            GrantError::Store(error) => error.into(),
        }
    }
}

impl From<SelectionError> for CommandError {
    fn from(error: SelectionError) -> Self {
        DecideError::from(error).into()
    }
}

impl From<ParseIdError> for CommandError {
    fn from(error: ParseIdError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<QueueError> for CommandError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Store(error) => error.into(),
            QueueError::Workspace(error) => error.into(),
            QueueError::Recover(error) => error.into(),
            QueueError::SessionName => Self::usage(error.to_string()),
        }
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let failed = Self::failed(&error);
        match error {
            StoreError::Newer { .. } => failed.hint("use the plangate that wrote it, or another PLANGATE_HOME"),
            StoreError::Corrupt { .. } | StoreError::Emptied { .. } => {
                failed.hint("move the file away to start anew; nothing was changed")
            }
            StoreError::Damaged(_) => match data_folder() {
                Ok(home) => {
                    failed.hint(format!("`{}`: move the file away to start anew", home.join("plangate.db").display()))
                }
                Err(_) => failed,
            },
            StoreError::ReadOnly(_) | StoreError::Folder { .. } => {
                failed.hint("PLANGATE_HOME names the data folder; it must be writable")
            }
            StoreError::Expired { .. } => {
                failed.hint("nothing was changed; `[keep]` in `config.toml` says how long they are kept")
            }
            StoreError::Full(_) => failed.hint("free some space; what was queued before is safe"),
            _ => failed,
        }
    }
}

impl From<BookError> for CommandError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Store(error) => error.into(),
            BookError::Edit(error) => error.into(),
            BookError::Stale(_) => Self::new(Exit::NotShown, error.to_string()).hint("look at it again, then repeat"),
            BookError::None | BookError::NoRevision { .. } | BookError::NothingTo(_) => Self::usage(error.to_string()),
            other => Self::failed(&other),
        }
    }
}

macro_rules! failing {
    ($($error:ty),+) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::failed(&error)
            }
        })+
    };
}

failing!(WorkspaceError, ContentsError, io::Error, serde_json::Error);

impl From<ApplyError> for CommandError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Busy { .. } => {
                Self::refused(with_causes(&error)).hint("nothing was decided; decide when that is done")
            }
            ApplyError::Lock { ref source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Self::failed(&error).hint("free some space; nothing was decided")
            }
            ApplyError::Store(error) => error.into(),
            ApplyError::Unsettled { .. } => Self::failed(&error).hint(WAY_OUT),
            ApplyError::Unrecorded { source: StoreError::Full(_), .. } => Self::failed(&error).hint("free some space"),
            other => Self::failed(&other),
        }
    }
}
