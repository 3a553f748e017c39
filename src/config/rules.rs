//! The files in which people write rules of their own: where they stand, whose word they are, and their text.

use std::env;
use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::{getegid, geteuid};

use super::absolute;

/// The environment variable that names one more file of rules. Whoever starts an agent may set it, so that file may
/// only tighten, and it never takes the place of the others.
pub const RULES_VARIABLE: &str = "PLANGATE_CONFIG";

/// The name of a repository's rules in the workspace's root.
const REPOSITORY_FILE: &str = ".plangate.toml";

/// The largest file that is read.
const MAX_RULE_BYTES: u64 = 256 << 10;

/// Whose word a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authority {
    /// The person's own file, which alone may loosen.
    User,
    /// The file that [`RULES_VARIABLE`] names.
    Variable,
    /// The file of the repository, which anybody who commits has written.
    Repository,
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Variable => "variable",
            Self::Repository => "repository",
        })
    }
}

/// One file of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Whose word it is.
    pub authority: Authority,
    /// Where it stands.
    pub path: PathBuf,
    /// Its text, or why it cannot be had.
    pub text: Result<String, String>,
    /// Why it may not loosen anything; `None` for the person's own file.
    pub only_tightens: Option<&'static str>,
}

/// The files that hold for one workspace, the person's own first; those that are not there are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleFiles(pub Vec<RuleFile>);

impl RuleFiles {
    /// Reads the files that hold in the workspace `root`. Where there are none this costs a look for each.
    pub fn read(root: &Path) -> Self {
        let files = [user_path().and_then(|path| user(path, root)), variable(), repository(root)];
        Self(files.into_iter().flatten().collect())
    }
}

/// The person's own file: `$XDG_CONFIG_HOME/plangate/config.toml`, else `~/.config/plangate/config.toml`.
fn user_path() -> Option<PathBuf> {
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("plangate/config.toml"))
}

fn user(path: PathBuf, root: &Path) -> Option<RuleFile> {
    let text = read(&path, OFlags::empty(), own)?;
    let inside = real(&path).starts_with(root);
    let only_tightens = inside.then_some("it lies in the workspace, where agents work");
    Some(RuleFile { authority: Authority::User, path, text, only_tightens })
}

fn variable() -> Option<RuleFile> {
    let path = PathBuf::from(env::var_os(RULES_VARIABLE).filter(|value| !value.is_empty())?);
    let text = if path.is_absolute() {
        read(&path, OFlags::empty(), |_| Ok(())).unwrap_or_else(|| Err("is not there".to_owned()))
    } else {
        Err("is no absolute path".to_owned())
    };
    let only_tightens = Some("the environment names it, which is not the person's alone");
    Some(RuleFile { authority: Authority::Variable, path, text, only_tightens })
}

fn repository(root: &Path) -> Option<RuleFile> {
    let path = root.join(REPOSITORY_FILE);
    let text = read(&path, OFlags::NOFOLLOW, |_| Ok(()))?;
    let only_tightens = Some("a repository's file may only tighten");
    Some(RuleFile { authority: Authority::Repository, path, text, only_tightens })
}

/// The text of a file, or why it cannot be had; `None` when there is none.
fn read(path: &Path, more: OFlags, fits: fn(&Metadata) -> Result<(), String>) -> Option<Result<String, String>> {
    // A pipe in the file's place must not hold the agent up.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | more;
    match OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path) {
        Ok(file) => Some(text(&file, fits)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            path.is_symlink().then(|| Err("is a symbolic link that leads nowhere".to_owned()))
        }
        Err(_) if more.contains(OFlags::NOFOLLOW) && path.is_symlink() => Some(Err("is a symbolic link".to_owned())),
        Err(error) => Some(Err(told(&error))),
    }
}

fn text(file: &File, fits: fn(&Metadata) -> Result<(), String>) -> Result<String, String> {
    let metadata = file.metadata().map_err(|error| told(&error))?;
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    fits(&metadata)?;
    let mut bytes = Vec::new();
    file.take(MAX_RULE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    if bytes.len() as u64 > MAX_RULE_BYTES {
        return Err(format!("is larger than {} KiB", MAX_RULE_BYTES >> 10));
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

fn told(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

/// Whether nobody but its reader and the system's owner can have written a file.
fn own(metadata: &Metadata) -> Result<(), String> {
    let me = geteuid().as_raw();
    if metadata.uid() != me && metadata.uid() != 0 {
        return Err("belongs to another user".to_owned());
    }
    let by_group = metadata.mode() & 0o020 != 0 && metadata.gid() != getegid().as_raw();
    if metadata.mode() & 0o002 != 0 || by_group {
        return Err("can be written by others".to_owned());
    }
    Ok(())
}

/// Whether a change of `path` changes the rules by which plangate judges, or a folder above them.
pub fn changes_rules(path: &Path) -> bool {
    if path.file_name().is_some_and(|name| name == REPOSITORY_FILE) {
        return true;
    }
    let named = env::var_os(RULES_VARIABLE).map(PathBuf::from);
    user_path()
        .into_iter()
        .chain(super::modes::path())
        .chain(named)
        .any(|file| file.starts_with(path) || real(&file).starts_with(path))
}

/// Where a file stands once its links, or those of its folder, are followed.
fn real(file: &Path) -> PathBuf {
    let in_folder = || Some(fs::canonicalize(file.parent()?).ok()?.join(file.file_name()?));
    fs::canonicalize(file).ok().or_else(in_folder).unwrap_or_default()
}

/// Whether a command line names a file of rules.
pub fn names_rules(command: &str) -> bool {
    command.contains(REPOSITORY_FILE)
        || command.contains(RULES_VARIABLE)
        || command.contains("plangate") && (command.contains("config.toml") || command.contains("modes.toml"))
}
