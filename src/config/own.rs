//! The person's own file, `$XDG_CONFIG_HOME/plangate/config.toml`, else `~/.config/plangate/config.toml`: rules, settings for
//! modes, and what is read of it here.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::{getegid, geteuid};

use super::absolute;
use super::text::{real, text_of};

/// The person's own file, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFile {
    /// Where it stands.
    pub path: PathBuf,
    /// Its text, or why it cannot be had.
    pub text: Result<String, String>,
    /// Why somebody else may have written it.
    pub doubt: Option<String>,
}

impl OwnFile {
    /// Reads the file; `None` when it is not there. No other file takes its place: what a repository brings along, or
    /// whoever starts an agent, sets nothing of it.
    pub fn read() -> Option<Self> {
        let path = path()?;
        let (text, doubt) = match text_of(&path, OFlags::empty())? {
            Ok(file) => (Ok(file.text), doubt(&file.metadata)),
            Err(reason) => (Err(reason), None),
        };
        Some(Self { path, text, doubt })
    }

    /// Its text if it is the person's beyond doubt.
    pub(super) fn trusted(self) -> Result<String, String> {
        self.doubt.map_or(self.text, Err)
    }

    fn table(self) -> io::Result<toml::Table> {
        let path = self.path.display().to_string();
        let told = |reason: &str| io::Error::other(format!("`{path}` {reason}"));
        self.trusted().map_err(|reason| told(&reason))?.parse().map_err(|error| told(&format!("is no TOML: {error}")))
    }
}

/// Whether the person's own file lies in the workspace `root`, where agents work.
pub fn own_file_lies_in(root: &Path) -> bool {
    path().is_some_and(|path| real(&path).starts_with(root))
}

/// A file beside the person's own that held settings for modes, if one stands there. It is not read.
pub fn outdated_file() -> Option<PathBuf> {
    outdated_path().filter(|path| path.symlink_metadata().is_ok())
}

/// The names of variables that a person lets commands see besides the usual ones (`environment = [...]` in `[commands]`).
///
/// # Errors
/// The file is there and cannot be read, or the setting is no list of texts.
pub fn command_environment() -> io::Result<Vec<String>> {
    let told = || io::Error::other("`environment` in `[commands]` must be a list of names");
    let commands = table("commands")?.unwrap_or_default();
    match commands.get("environment") {
        None => Ok(Vec::new()),
        Some(toml::Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(told)).collect()
        }
        Some(_) => Err(told()),
    }
}

/// All that the file may say something under; its rules are read in the room `classify`, its settings for modes in `mode`.
const NAMES: [&str; 7] = ["allow", "commands", "keep", "modes", "plans_directory", "queue", "reads"];

/// Refuses a file with a table or setting that means nothing.
pub(super) fn refuse_unknown() -> io::Result<()> {
    let table = OwnFile::read().map(OwnFile::table).transpose()?.unwrap_or_default();
    let unknown = table.keys().find(|name| !NAMES.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(io::Error::other(format!("`{name}` means nothing there"))))
}

/// What the file says under `name`.
pub(super) fn setting(name: &str) -> io::Result<Option<toml::Value>> {
    Ok(OwnFile::read().map(OwnFile::table).transpose()?.and_then(|mut table| table.remove(name)))
}

/// A table of the file; `None` when the file or the table is not there.
pub(super) fn table(name: &str) -> io::Result<Option<toml::Table>> {
    match setting(name)? {
        None => Ok(None),
        Some(toml::Value::Table(table)) => Ok(Some(table)),
        Some(_) => Err(io::Error::other(format!("`{name}` must be a table"))),
    }
}

/// Where the file stands.
pub(super) fn path() -> Option<PathBuf> {
    Some(folder()?.join("config.toml"))
}

/// Where settings for modes once stood: a file that nobody reads, and that nobody should write either.
pub(super) fn outdated_path() -> Option<PathBuf> {
    Some(folder()?.join("modes.toml"))
}

fn folder() -> Option<PathBuf> {
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("plangate"))
}

/// Why somebody else than the reader and the system's owner may have written a file.
fn doubt(metadata: &Metadata) -> Option<String> {
    let me = geteuid().as_raw();
    if metadata.uid() != me && metadata.uid() != 0 {
        return Some("belongs to another user".to_owned());
    }
    let by_group = metadata.mode() & 0o020 != 0 && metadata.gid() != getegid().as_raw();
    (metadata.mode() & 0o002 != 0 || by_group).then(|| "can be written by others".to_owned())
}
