//! The file with the person's settings for modes.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::fs::OFlags;

use super::absolute;

/// The largest file that is read.
const MAX_BYTES: u64 = 256 << 10;

/// The file with the person's settings for modes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeFile {
    /// Where it stands.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// Reads `$XDG_CONFIG_HOME/plangate/modes.toml`, else `~/.config/plangate/modes.toml`, if it is there. No other file is
/// asked: what a repository brings along, or whoever starts an agent, sets nothing.
///
/// # Errors
/// It is there and cannot be read, or it is no text of a sensible size.
pub fn mode_file() -> io::Result<Option<ModeFile>> {
    let Some(path) = path() else { return Ok(None) };
    let told =
        |error: &dyn std::fmt::Display| io::Error::other(format!("`{}` cannot be read: {error}", path.display()));
    // A pipe in its place would hold every call up.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(&path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(told(&error)),
    };
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(told(&"it is no regular file"));
    }
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| told(&error))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(told(&format!("it is larger than {} KiB", MAX_BYTES >> 10)));
    }
    Ok(Some(ModeFile { path, text }))
}

/// Where the file stands.
pub(super) fn path() -> Option<PathBuf> {
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("plangate/modes.toml"))
}
