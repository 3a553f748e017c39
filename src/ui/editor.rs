//! The person's own editor.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

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
        let named = ["VISUAL", "EDITOR"].iter().filter_map(|name| env::var(name).ok());
        let editor = named.into_iter().find(|value| !value.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
        let words = shell_words::split(&editor).map_err(|error| io::Error::other(format!("`{editor}`: {error}")))?;
        let (program, args) = words.split_first().ok_or_else(|| io::Error::other("no editor is named"))?;
        let ended = Command::new(program)
            .args(args)
            .arg(&self.path)
            .env_remove(super::consent::TOKEN_VARIABLE)
            .status()
            .map_err(|error| io::Error::new(error.kind(), format!("`{editor}` cannot be started: {error}")))?;
        if !ended.success() {
            return Err(io::Error::other(format!("`{editor}` ended with {ended}")));
        }
        fs::read(&self.path)
    }

    /// Throws the draft away.
    pub(super) fn discard(self) {
        let _ = fs::remove_file(self.path);
    }
}
