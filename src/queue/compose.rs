//! From what an agent asked to what would happen, computed against the pending view: the disk with the plan's open
//! changes on top.

mod passage;
mod view;

use std::path::{Path, PathBuf};

use self::passage::replaced;
use self::view::leave_something;
pub(super) use self::view::{Seen, View};
use super::patched;
use crate::classify::patch::PatchError;
use crate::model::{Action, ChangeId, Digest, FileEdit, FileEffect, FileImage, Request, TargetPath};
use crate::store::{StoreError, touch};
use crate::workspace::{self, Links, Named, WorkspaceError};

/// A command that says nothing of its time runs this long at most.
const DEFAULT_TIMEOUT_MS: u64 = 600_000;
/// However long a command asks for, it is stopped after an hour.
const MAX_TIMEOUT_MS: u64 = 3_600_000;
/// The largest content one call may bring: 16 MiB.
pub(super) const MAX_CONTENT_BYTES: usize = 16 << 20;
/// The longest command line that is queued: 1 MiB.
const MAX_COMMAND_BYTES: usize = 1 << 20;
/// The largest file that an edit may produce: 64 MiB, as much as is read.
pub(super) const MAX_FILE_BYTES: usize = 64 << 20;
/// A folder with more files than this is moved by a command, not by a tool.
const MAX_MOVED_FILES: usize = 2_000;

/// Why a call cannot become a change; told to the agent at once, nothing is queued.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The path or the file cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// It is plangate's own.
    #[error("`{}` belongs to plangate, which no plan changes", .0.display())]
    Ours(PathBuf),
    /// There is no such file, on disk or queued.
    #[error("`{}` does not exist{}", path.display(), deleted_by(*by))]
    NotThere {
        /// The file.
        path: PathBuf,
        /// The queued change that deletes or moves it.
        by: Option<ChangeId>,
    },
    /// A folder is to be moved in which there is nothing that could be shown.
    #[error("`{}` holds no file that could be moved", path.display())]
    Hollow {
        /// The folder.
        path: PathBuf,
    },
    /// Something has that name already.
    #[error("`{}` exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A folder cannot be moved to a place below itself.
    #[error("`{}` cannot be moved into itself", path.display())]
    IntoItself {
        /// The folder.
        path: PathBuf,
    },
    /// The text to replace does not occur.
    #[error("`old_string` does not occur in `{}`{}", path.display(), as_queued(*by))]
    OldMissing {
        /// The file.
        path: PathBuf,
        /// The queued change that made the content that was searched.
        by: Option<ChangeId>,
    },
    /// The text to replace occurs more than once.
    #[error("`old_string` occurs {count} times in `{}`{}: give more of its surroundings, or set `replace_all`", path.display(), as_queued(*by))]
    OldNotUnique {
        /// The file.
        path: PathBuf,
        /// How often it occurs.
        count: usize,
        /// The queued change that made the content that was searched.
        by: Option<ChangeId>,
    },
    /// The edit replaces a text by itself.
    #[error("`old_string` and `new_string` are the same: nothing would change in `{}`", path.display())]
    NoEdit {
        /// The file.
        path: PathBuf,
    },
    /// An edit needs a regular file.
    #[error("`{}` is a symbolic link to nothing that could be edited", path.display())]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// A patch does not fit its file.
    #[error("the patch does not fit `{}`: {source}", path.display())]
    Patch {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PatchError,
    },
    /// A patch needs text.
    #[error("`{}` is not UTF-8 text, which a patch needs", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// More than plangate keeps.
    #[error("{what} is {size} bytes long; the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How large it is.
        size: usize,
        /// How large it may be.
        limit: usize,
    },
    /// The file is larger than plangate keeps, and a change of it would have to be undone.
    #[error("`{}` has {size} bytes, more than the {MAX_FILE_BYTES} that are kept to undo a change: propose a command instead, such as `rm` or `mv`", path.display())]
    TooLargeToKeep {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        size: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn deleted_by(by: Option<ChangeId>) -> String {
    by.map_or(String::new(), |id| format!(" once the queued {id} is applied"))
}

fn as_queued(by: Option<ChangeId>) -> String {
    by.map_or(String::new(), |id| format!(" as the queued {id} leaves it (the file on disk is older)"))
}

/// What a request would do, ready to be queued.
pub(super) struct Composed {
    pub(super) action: Action,
    pub(super) depends_on: Vec<ChangeId>,
    /// The folders, missing on disk, that it makes.
    pub(super) new_folders: Vec<TargetPath>,
    /// Every content that the action names by digest.
    pub(super) contents: Vec<(Digest, Vec<u8>)>,
    pub(super) outside: bool,
}

impl Composed {
    /// An action that writes no file itself.
    fn of_no_file(action: Action, outside: bool) -> Self {
        Self { action, depends_on: Vec::new(), new_folders: Vec::new(), contents: Vec::new(), outside }
    }
}

impl View<'_> {
    /// What `request` would do here.
    pub(super) fn compose(&self, request: &Request) -> Result<Composed, ComposeError> {
        match request {
            Request::WriteFile { path, content } => self.write(path, content.as_bytes()),
            Request::EditFile { path, edits } => self.edit(path, edits),
            Request::DeleteFile { path } => self.delete(path),
            Request::MoveFile { from, to } => self.rename(from, to),
            Request::Command { command, cwd, timeout_ms } => self.command(command, cwd.as_deref(), *timeout_ms),
            Request::Patch { parts } => patched::compose(self, parts),
            Request::Forward => Ok(Composed::of_no_file(Action::Forward, false)),
        }
    }

    fn write(&self, path: &str, content: &[u8]) -> Result<Composed, ComposeError> {
        check_size("the content", content.len(), MAX_CONTENT_BYTES)?;
        let folder = path.ends_with('/');
        let path = self.resolve(path, Links::Follow)?;
        if folder {
            return Err(
                WorkspaceError::NotAFile { path: path.as_path().to_owned(), kind: "a folder by its name" }.into()
            );
        }
        let seen = self.at(&path)?;
        let effect = Self::effect(&path, &seen, content.to_vec());
        let action = Action::WriteFile { effect: effect.0 };
        self.composed(action, [(seen, effect.1)])
    }

    fn edit(&self, path: &str, edits: &[FileEdit]) -> Result<Composed, ComposeError> {
        let path = self.resolve(path, Links::Follow)?;
        let seen = self.at(&path)?;
        let creates = matches!(edits, [FileEdit { old, .. }] if old.is_empty());
        if !seen.image.exists() && !creates {
            return Err(ComposeError::NotThere { path: path.as_path().to_owned(), by: seen.by });
        }
        if matches!(seen.image, FileImage::Symlink { .. }) {
            return Err(ComposeError::NotAFile { path: path.as_path().to_owned() });
        }
        let mut content = seen.content.clone();
        for edit in edits {
            content = replaced(&content, edit, &path, seen.by)?;
        }
        check_size("the edited file", content.len(), MAX_FILE_BYTES)?;
        let effect = Self::effect(&path, &seen, content);
        let action = Action::EditFile { effect: effect.0 };
        self.composed(action, [(seen, effect.1)])
    }

    fn delete(&self, path: &str) -> Result<Composed, ComposeError> {
        let path = self.resolve(path, Links::Keep)?;
        let seen = self.at(&path)?;
        if !seen.image.exists() {
            return Err(ComposeError::NotThere { path: path.as_path().to_owned(), by: seen.by });
        }
        let effect = FileEffect { path, before: seen.image.clone(), after: FileImage::Absent };
        self.composed(Action::DeleteFile { effect }, [(seen, Vec::new())])
    }

    fn rename(&self, from: &str, to: &str) -> Result<Composed, ComposeError> {
        let from = self.resolve(from, Links::Keep)?;
        let to = self.resolve(to, Links::Keep)?;
        if self.is_folder(&to)? || self.at(&to)?.image.exists() {
            return Err(ComposeError::Exists { path: to.as_path().to_owned() });
        }
        if to.as_path().starts_with(from.as_path()) {
            return Err(ComposeError::IntoItself { path: from.as_path().to_owned() });
        }
        let (mut effects, mut seens) = (Vec::new(), Vec::new());
        let files = self.moved_files(&from)?;
        let hollow = files.is_empty() && workspace::is_folder(&from);
        for old in files {
            let below = old.as_path().strip_prefix(from.as_path()).unwrap_or(Path::new(""));
            let new = if below.as_os_str().is_empty() { to.clone() } else { TargetPath::new(to.as_path().join(below)) };
            let seen = self.at(&old)?;
            if !seen.image.exists() {
                continue;
            }
            effects.push(FileEffect { path: old, before: seen.image.clone(), after: FileImage::Absent });
            effects.push(FileEffect { path: new, before: FileImage::Absent, after: seen.image.clone() });
            seens.push((seen, Vec::new()));
        }
        if effects.is_empty() {
            if hollow {
                return Err(ComposeError::Hollow { path: from.as_path().to_owned() });
            }
            let by = self.at(&from).ok().and_then(|seen| seen.by);
            return Err(ComposeError::NotThere { path: from.as_path().to_owned(), by });
        }
        self.composed(Action::MoveFile { from, to, effects }, seens)
    }

    /// The file itself, or every file that is or will be below the folder of that name.
    fn moved_files(&self, from: &TargetPath) -> Result<Vec<TargetPath>, ComposeError> {
        let queued = match self.plan {
            Some(plan) => touch::touches_below(self.connection, plan, from.as_path(), self.before)?,
            None => Vec::new(),
        };
        let is_folder = workspace::is_folder(from);
        let is_replaced = self.last_word(from)?.is_some() && !leave_something(&queued);
        if !is_folder && queued.is_empty() || is_replaced {
            return Ok(vec![from.clone()]);
        }
        let mut files = if is_folder { workspace::files_below(from, MAX_MOVED_FILES)? } else { Vec::new() };
        files.extend(queued.into_iter().map(|(_, path, _)| path));
        files.sort();
        files.dedup();
        Ok(files)
    }

    fn command(&self, command: &str, cwd: Option<&str>, timeout_ms: Option<u64>) -> Result<Composed, ComposeError> {
        check_size("the command", command.len(), MAX_COMMAND_BYTES)?;
        let cwd = cwd.unwrap_or(".");
        let cwd = self.workspace.resolve_in(self.cwd, cwd, Links::Follow, &|path| self.named(path))?;
        let outside = !self.workspace.contains(&cwd);
        let timeout_ms = timeout_ms.filter(|&ms| ms > 0).map_or(DEFAULT_TIMEOUT_MS, |ms| ms.min(MAX_TIMEOUT_MS));
        let action = Action::Command { command: command.to_owned(), cwd, timeout_ms };
        Ok(Composed::of_no_file(action, outside))
    }

    /// The change of one file to a regular one with `content`, which keeps the permission bits it had.
    fn effect(path: &TargetPath, seen: &Seen, content: Vec<u8>) -> (FileEffect, Vec<u8>) {
        let mode = if let FileImage::File { mode, .. } = seen.image { mode } else { workspace::new_file_mode(path) };
        let after = FileImage::File { digest: Digest::of(&content), size: content.len() as u64, mode };
        (FileEffect { path: path.clone(), before: seen.image.clone(), after }, content)
    }

    pub(super) fn composed(
        &self,
        action: Action,
        contents: impl IntoIterator<Item = (Seen, Vec<u8>)>,
    ) -> Result<Composed, ComposeError> {
        let mut kept = Vec::new();
        for (seen, after) in contents {
            if let Some(digest) = seen.image.digest() {
                kept.push((digest, seen.content));
            }
            kept.push((Digest::of(&after), after));
        }
        let mut named: Vec<Digest> =
            action.effects().iter().flat_map(|e| [e.before.digest(), e.after.digest()]).flatten().collect();
        named.sort_unstable();
        kept.retain(|(digest, _)| named.binary_search(digest).is_ok());
        kept.sort_unstable_by_key(|(digest, _)| *digest);
        kept.dedup_by_key(|(digest, _)| *digest);
        let outside = action.effects().iter().any(|effect| !self.workspace.contains(&effect.path));
        let new_folders = self.new_folders(&action)?;
        let depends_on = self.dependencies(&action, &new_folders)?;
        Ok(Composed { action, depends_on, new_folders, contents: kept, outside })
    }

    /// The open changes without which `action` would not mean what it says: the last that touched the same file, the
    /// one that makes its folder, those that stand in the place of a folder above it or below it.
    fn dependencies(&self, action: &Action, new_folders: &[TargetPath]) -> Result<Vec<ChangeId>, ComposeError> {
        let Some(plan) = self.plan else { return Ok(Vec::new()) };
        let mut needed = Vec::new();
        // Whoever makes a folder depends on who makes the one above it, so the innermost with a maker is enough.
        let mut made: Vec<&Path> = Vec::new();
        for folder in new_folders.iter().rev().map(TargetPath::as_path) {
            if !made.iter().any(|below| below.starts_with(folder))
                && let Some(maker) = touch::first_maker(self.connection, plan, folder, self.before)?
            {
                needed.push(maker);
                made.push(folder);
            }
        }
        for effect in action.effects() {
            let path = effect.path.as_path();
            // The workspace is a folder on disk, and so is all above it: no change has it for a file.
            let root = self.workspace.root();
            let touched = touch::last_touches_along(self.connection, plan, &effect.path, root, self.before)?;
            for (id, touched, image) in touched {
                if touched != effect.path && image.exists() && effect.after.exists() {
                    return Err(WorkspaceError::NotAFolder { path: touched.as_path().to_owned() }.into());
                }
                needed.push(id);
            }
            if effect.after.exists() {
                let below = touch::touches_below(self.connection, plan, path, self.before)?;
                if leave_something(&below) {
                    return Err(WorkspaceError::NotAFile { path: path.to_owned(), kind: "a folder" }.into());
                }
                needed.extend(below.into_iter().map(|(id, _, _)| id));
            }
        }
        needed.sort_unstable();
        needed.dedup();
        Ok(needed)
    }

    /// The folders above the files that `action` leaves which are not on disk, whoever makes them first.
    fn new_folders(&self, action: &Action) -> Result<Vec<TargetPath>, ComposeError> {
        let mut folders = Vec::new();
        for effect in action.effects().iter().filter(|effect| effect.after.exists()) {
            match workspace::missing_folders(&effect.path, self.workspace.root()) {
                Ok(missing) => folders.extend(missing),
                Err(error @ (WorkspaceError::NotAFolder { .. } | WorkspaceError::Escape { .. })) => {
                    folders.extend(self.folders_in_place_of(&effect.path)?.ok_or(error)?);
                }
                Err(error) => return Err(error.into()),
            }
        }
        folders.sort();
        folders.dedup();
        Ok(folders)
    }

    /// The folders above `path` from the one on that has the name of a file or link on disk; `None` unless a queued change
    /// takes that away.
    fn folders_in_place_of(&self, path: &TargetPath) -> Result<Option<Vec<TargetPath>>, ComposeError> {
        let mut folders = Vec::new();
        for folder in path.as_path().ancestors().skip(1).take_while(|folder| *folder != self.workspace.root()) {
            let folder = TargetPath::new(folder.to_owned());
            let is_gone = self.named(folder.as_path())? == Some(Named::Nothing);
            folders.push(folder);
            if is_gone {
                folders.reverse();
                return Ok(Some(folders));
            }
        }
        Ok(None)
    }
}

pub(super) fn check_size(what: &'static str, size: usize, limit: usize) -> Result<(), ComposeError> {
    if size > limit { Err(ComposeError::TooLarge { what, size, limit }) } else { Ok(()) }
}
