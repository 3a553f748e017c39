//! The files in which people write rules of their own: where they stand, whose word they are, and their text.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::own::{self, OwnFile};
use super::text::{real, text_of};

/// The environment variable that names one more file of rules. Whoever starts an agent may set it, so that file may
/// only tighten, and it never takes the place of the others.
pub const RULES_VARIABLE: &str = "PLANGATE_CONFIG";

/// The name of a repository's rules in the workspace's root.
const REPOSITORY_FILE: &str = ".plangate.toml";

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
        Self::beside(OwnFile::read(), root)
    }

    /// The same, where the person's own file has been read already.
    pub fn beside(own: Option<OwnFile>, root: &Path) -> Self {
        let files = [own.map(|own| user(own, root)), variable(), repository(root)];
        Self(files.into_iter().flatten().collect())
    }
}

fn user(file: OwnFile, root: &Path) -> RuleFile {
    let inside = real(&file.path).starts_with(root);
    let only_tightens = inside.then_some("it lies in the workspace, where agents work");
    RuleFile { authority: Authority::User, path: file.path.clone(), text: file.trusted(), only_tightens }
}

fn variable() -> Option<RuleFile> {
    let path = PathBuf::from(env::var_os(RULES_VARIABLE).filter(|value| !value.is_empty())?);
    let text = if path.is_absolute() {
        read(&path, OFlags::empty()).unwrap_or_else(|| Err("is not there".to_owned()))
    } else {
        Err("is no absolute path".to_owned())
    };
    let only_tightens = Some("the environment names it, which is not the person's alone");
    Some(RuleFile { authority: Authority::Variable, path, text, only_tightens })
}

fn repository(root: &Path) -> Option<RuleFile> {
    let path = root.join(REPOSITORY_FILE);
    let text = read(&path, OFlags::NOFOLLOW)?;
    let only_tightens = Some("a repository's file may only tighten");
    Some(RuleFile { authority: Authority::Repository, path, text, only_tightens })
}

/// The text of a file, or why it cannot be had; `None` when there is none.
fn read(path: &Path, more: OFlags) -> Option<Result<String, String>> {
    text_of(path, more).map(|read| read.map(|file| file.text))
}

/// Whether a change of `path` changes the rules by which plangate judges, or a folder above them.
pub fn changes_rules(path: &Path) -> bool {
    if path.file_name().is_some_and(|name| name == REPOSITORY_FILE) {
        return true;
    }
    let named = env::var_os(RULES_VARIABLE).map(PathBuf::from);
    own::path()
        .into_iter()
        .chain(own::outdated_path())
        .chain(named)
        .any(|file| file.starts_with(path) || real(&file).starts_with(path))
}

/// Whether a command line names a file of rules.
pub fn names_rules(command: &str) -> bool {
    command.contains(REPOSITORY_FILE)
        || command.contains(RULES_VARIABLE)
        || command.contains("plangate") && (command.contains("config.toml") || command.contains("modes.toml"))
}
