//! The person's own editor.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config;

/// Lets the person edit a file in `$VISUAL`, `$EDITOR` or `vi`, which the shell reads, and waits.
///
/// # Errors
/// The editor cannot be started or says that it failed; the file stays as it left it.
pub(super) fn start(path: &Path) -> io::Result<()> {
    let editor = config::editor();
    let ended = Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "sh"])
        .arg(path)
        .env_remove(super::consent::TOKEN_VARIABLE)
        .status()
        .map_err(|error| io::Error::new(error.kind(), format!("`{editor}` cannot be started: {error}")))?;
    if ended.success() { Ok(()) } else { Err(io::Error::other(format!("`{editor}` ended with {ended}"))) }
}

/// A text in a file of its own, which stays until it is thrown away on purpose: what a person wrote is never lost.
pub(super) struct Draft {
    path: PathBuf,
}

impl Draft {
    /// Writes `text` to the file `name` in the folder `edits` of the data folder, for the person alone.
    pub(super) fn write(home: &Path, name: &str, text: &[u8]) -> io::Result<Self> {
        let folder = home.join("edits");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let path = folder.join(name);
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.write_all(text)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets the person edit it in `$VISUAL`, `$EDITOR` or `vi`, and waits; tells what it holds then.
    ///
    /// # Errors
    /// The editor cannot be started or says that it failed; the draft stays as it is.
    pub(super) fn edit(&self) -> io::Result<Vec<u8>> {
        start(&self.path)?;
        fs::read(&self.path)
    }

    /// Whether `text` still stands in it.
    pub(super) fn holds(&self, text: &[u8]) -> bool {
        fs::read(&self.path).is_ok_and(|found| found == text)
    }

    /// Throws the draft away.
    pub(super) fn discard(self) {
        let _ = fs::remove_file(self.path);
    }
}
