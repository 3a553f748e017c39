//! Opens the queue with the person's settings, for every command alike.

use std::io;
use std::path::PathBuf;

use super::error::CommandError;
use crate::config::{data_folder, mode_file};
use crate::mode::{Settings, SettingsError};
use crate::queue::PendingPlanManager;
use crate::store::StoreError;

/// Why the queue cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// No data folder, or the settings cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The settings make no sense.
    #[error("`{}` is not understood", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SettingsError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::Io(error) => error.into(),
            OpenError::Settings { path, source } => {
                Self::usage(format!("`{}` is not understood: {source}", path.display())).hint("see docs/contract.md")
            }
        }
    }
}

/// Opens the data folder with the settings of the person.
pub(super) fn open() -> Result<PendingPlanManager, OpenError> {
    let settings = match mode_file()? {
        None => Settings::default(),
        Some(file) => Settings::parse(&file.text).map_err(|source| OpenError::Settings { path: file.path, source })?,
    };
    Ok(PendingPlanManager::open(&data_folder()?)?.with_settings(settings))
}
