//! Opens the queue with the person's settings, for every command alike.

use std::io;
use std::path::PathBuf;

use super::error::CommandError;
use crate::config::{OwnFile, data_folder, outdated_file};
use crate::mode::{Settings, SettingsError};
use crate::queue::PendingPlanManager;
use crate::store::StoreError;

/// Why the queue cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// No data folder.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The person's file may set something about modes that cannot be known.
    #[error("`{}` {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read or relied upon.
        reason: String,
    },
    /// The settings make no sense.
    #[error("`{}` is not understood", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SettingsError,
    },
    /// Settings stand where nobody reads them.
    #[error("`{}` is not read: put what it says below `[modes]` in `config.toml` beside it, and delete it", .0.display())]
    Outdated(PathBuf),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::Io(error) => error.into(),
            OpenError::Outdated(_) => Self::usage(error.to_string()),
            OpenError::Unreadable { .. } | OpenError::Settings { .. } => {
                Self::usage(crate::model::with_causes(&error)).hint("see docs/contract.md")
            }
        }
    }
}

/// Opens the data folder with the settings of the person.
pub(super) fn open() -> Result<PendingPlanManager, OpenError> {
    open_under(OwnFile::read().as_ref())
}

/// The same, where the person's file has been read already.
pub(super) fn open_under(own: Option<&OwnFile>) -> Result<PendingPlanManager, OpenError> {
    refuse_outdated()?;
    let settings = own.map(settings).transpose()?.unwrap_or_default();
    Ok(PendingPlanManager::open(&data_folder()?)?.with_settings(settings))
}

/// What a person set about modes in a file that is no longer read must not be lost in silence.
pub(super) fn refuse_outdated() -> Result<(), OpenError> {
    outdated_file().map_or(Ok(()), |path| Err(OpenError::Outdated(path)))
}

/// What the file sets about modes. A file that others may have written sets nothing, so it may not seem to.
fn settings(own: &OwnFile) -> Result<Settings, OpenError> {
    let unreadable = |reason: &String| OpenError::Unreadable { path: own.path.clone(), reason: reason.clone() };
    let text = own.text.as_ref().map_err(unreadable)?;
    match &own.doubt {
        Some(doubt) if Settings::may_be_in(text) => Err(unreadable(doubt)),
        Some(_) => Ok(Settings::default()),
        None => Settings::parse(text).map_err(|source| OpenError::Settings { path: own.path.clone(), source }),
    }
}
