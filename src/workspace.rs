//! The only room that touches the user's files: where a path leads, what is there, and how one image of a file
//! takes the place of another.

mod acl;
mod attic;
mod attributes;
mod batch;
mod disk;
mod exchange;
pub(crate) mod fault;
mod image;
mod notes;
mod parallel;
mod place;
pub(crate) mod plan_file;
mod replace;
mod resolve;
mod rights;
mod settle;
mod site;
mod stage;
mod survey;
mod swap;
mod tray;
mod yard;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

pub use crate::model::FileNote as Note;
use crate::model::{FileImage, TargetPath};

pub use self::acl::new_file_mode;
pub use self::attic::Attic;
pub use self::attributes::{attributes_at, folders_below};
pub use self::batch::{Batch, Bundle, Due, Ending, Failing, Go, Known};
#[cfg(test)]
pub(crate) use self::disk::simulated;
pub use self::exchange::Exchanged;
pub use self::image::{
    Found, MAX_FILE_BYTES, Seen, Snapshot, files_below, found_at, image, is_folder, is_there, missing_folders, snapshot,
};
pub(crate) use self::parallel::map;
pub use self::replace::{check, replace, replace_with};
pub use self::resolve::{ByName, Links, Named};
pub use self::rights::Bond;
pub use self::settle::{Standing, settle, settle_back};
pub use self::site::Site;
pub use self::stage::{ContentFailure, Contents, Deed, StageName, Staged};
pub use self::survey::{Difference, MAX_SURVEYED, Survey};
pub use self::yard::{SyncBy, Yard, remove_empty_folders};

/// Why a file cannot be named, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The text is no path.
    #[error("`{}` is not a path: {problem}", text.escape_debug())]
    NoPath {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Symbolic links lead in a circle, or there are more of them than the kernel would follow.
    #[error("`{}` leads in a circle of symbolic links", path.display())]
    Loop {
        /// The path.
        path: PathBuf,
    },
    /// Something that is not a folder stands where one is needed.
    #[error("`{}` is not a folder", path.display())]
    NotAFolder {
        /// What is not a folder.
        path: PathBuf,
    },
    /// The path names something that is neither a file nor a link.
    #[error("`{}` is {kind}, not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article: `a folder`, `a socket`.
        kind: &'static str,
    },
    /// The file is larger than plangate keeps.
    #[error("`{}` has {size} bytes, more than the limit of {MAX_FILE_BYTES}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        size: u64,
    },
    /// The folder holds more files than one change may move.
    #[error("`{}` holds more than {limit} files", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// A parent folder of the path was replaced by a symbolic link after the path had been resolved.
    #[error("`{}` now leads through a symbolic link, which it did not when it was resolved", path.display())]
    Escape {
        /// The path.
        path: PathBuf,
    },
    /// A folder was moved away or replaced by another while files in it were changed. Those are as they were, wherever it is.
    #[error("`{}` was moved away or replaced while files in it were being changed", path.display())]
    Strayed {
        /// Where the folder was.
        path: PathBuf,
    },
    /// The file is not what it was. Nothing was written.
    #[error("{0}")]
    Drift(Box<Drift>),
    /// Somebody changed the file while a change of it was under way, and again after a crash: both are kept.
    #[error("`{}` was changed while it was being changed here, and again since; what was found first is kept as `{}`", path.display(), saved.display())]
    Saved {
        /// The file, which has what came last.
        path: PathBuf,
        /// Where the other content is.
        saved: PathBuf,
    },
    /// The content is not the one that the image promises. Nothing was written.
    #[error("the content for `{}` is not the one that was approved", path.display())]
    WrongContent {
        /// The file it was meant for.
        path: PathBuf,
    },
    /// The content is not to be had. Nothing was written.
    #[error("the content for `{}` cannot be had", path.display())]
    NoContent {
        /// The file it was meant for.
        path: PathBuf,
        /// Why not.
        source: ContentFailure,
    },
    /// The system refused in the middle of a change, and then also to take it back. [`settle`] finds out what stands.
    #[error("the change of `{}` is half done", path.display())]
    Torn {
        /// The file.
        path: PathBuf,
        /// What the system said last.
        source: Box<WorkspaceError>,
    },
    /// The system refused.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was being done, in the infinitive.
        doing: &'static str,
        /// To which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl WorkspaceError {
    /// Words a refusal of the system; also a shape for `map_err`.
    pub(crate) fn io<E: Into<io::Error>>(doing: &'static str, path: &Path) -> impl FnOnce(E) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source: source.into() }
    }
}

/// Whether `folder` is the top of a work tree that the repository `git` knows: its `.git` leads there, and from there back.
fn is_work_tree(folder: &Path, git: &Path) -> bool {
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let leads = |from: &Path, text: &str| from.join(text.trim_end_matches('\n')).canonicalize().ok();
    let found = || {
        let link = folder.join(".git");
        let git = git.canonicalize().ok().filter(|git| git.is_dir())?;
        let part = leads(folder, read(&link)?.strip_prefix("gitdir: ")?)?;
        let known = part.parent() == Some(git.join("worktrees").as_path());
        let back = leads(&part, &read(&part.join("gitdir"))?)? == link.canonicalize().ok()?;
        let common = leads(&part, &read(&part.join("commondir"))?)? == git;
        Some(known && back && common && !link.is_symlink())
    };
    found().unwrap_or(false)
}

/// Whether something has that name; what cannot be looked at may be there.
pub(crate) fn may_be_there(path: &Path) -> bool {
    let absent = |error: io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    !path.symlink_metadata().is_err_and(absent)
}

/// A file that is not what it was when a change to it was proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` has changed: {} was expected, {found} is there", path.as_path().display(), image::words(expected))]
pub struct Drift {
    /// The file.
    pub path: TargetPath,
    /// The base.
    pub expected: FileImage,
    /// What is there instead.
    pub found: Found,
}

/// How the repository of one folder stands to that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinship {
    /// It is the same, perhaps in a linked work tree.
    Same,
    /// It is the same, and the folder is the other one in a linked work tree.
    Twin,
    /// It is another.
    Stranger,
}

/// The folder that an agent works in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The nearest folder at or above `start` that holds `.git`, else `start` itself; canonical where it exists.
    pub fn discover(start: &Path) -> PathBuf {
        let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        Self::repository(&start).map_or_else(|| start.clone(), Path::to_owned)
    }

    /// The nearest folder at or above `folder` that holds `.git`.
    pub(crate) fn repository(folder: &Path) -> Option<&Path> {
        folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())
    }

    /// Whose repository git finds in `folder`, seen from `root`; both are canonical. Where `root` has none, a folder below
    /// it that has none either is of the same.
    pub(crate) fn kinship(root: &Path, folder: &Path) -> Kinship {
        let top = Self::repository(root).unwrap_or(root);
        if !folder.starts_with(top) {
            return Kinship::Stranger;
        }
        // git takes a folder with `HEAD` in it for a repository without a work tree.
        let is_repository = |folder: &&Path| [".git", "HEAD"].iter().any(|name| may_be_there(&folder.join(name)));
        let Some(other) = folder.ancestors().take_while(|folder| *folder != top).find(is_repository) else {
            return Kinship::Same;
        };
        if may_be_there(&other.join("HEAD")) || !is_work_tree(other, &top.join(".git")) {
            return Kinship::Stranger;
        }
        let own = root.strip_prefix(top).unwrap_or(Path::new(""));
        if other.join(own) == folder { Kinship::Twin } else { Kinship::Same }
    }

    /// Opens the workspace whose root is the existing folder `root`.
    pub fn open(root: &Path) -> Result<Self, WorkspaceError> {
        let root = root.canonicalize().map_err(WorkspaceError::io("open the workspace", root))?;
        if root.is_dir() { Ok(Self { root }) } else { Err(WorkspaceError::NotAFolder { path: root }) }
    }

    /// The canonical root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Finds out which file `text` means, as the kernel would for a process in `cwd`, whether or not it exists.
    ///
    /// Links in parent folders are followed before `..` is taken; `links` says whether a link in the last place is
    /// followed too. A `~` is an ordinary character. A relative `cwd` is understood from the root.
    pub fn resolve(&self, cwd: &Path, text: &str, links: Links) -> Result<TargetPath, WorkspaceError> {
        self.resolve_in(cwd, text, links, &|_| Ok::<_, WorkspaceError>(None))
    }

    /// The same in a `view` of the disk with changes on top, which all paths inside the workspace are looked up in first.
    pub fn resolve_in<E: From<WorkspaceError>>(
        &self,
        cwd: &Path,
        text: &str,
        links: Links,
        view: ByName<'_, E>,
    ) -> Result<TargetPath, E> {
        resolve::resolve(&self.root, &self.root.join(cwd), text, links, view)
    }

    /// True when `path` lies in this workspace.
    pub fn contains(&self, path: &TargetPath) -> bool {
        path.as_path().starts_with(&self.root)
    }
}

#[cfg(test)]
mod tests;
