//! From the text of a path to the file it means.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::WorkspaceError;
use crate::model::TargetPath;

/// What happens to a symbolic link in the last place of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// The path means what the link points to, as when a file is opened for writing.
    Follow,
    /// The path means the link itself, as when it is deleted or moved.
    Keep,
}

/// The kernel gives up after as many links (`MAXSYMLINKS`).
const MAX_LINKS: u32 = 40;
/// The kernel takes no longer path (`PATH_MAX`, the closing NUL included).
const MAX_PATH_BYTES: usize = 4095;
/// No Linux file system has longer names (`NAME_MAX`).
const MAX_NAME_BYTES: usize = 255;

/// What has a name in a view of the disk with changes on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Nothing: whatever is there on disk goes away, with all below it.
    Nothing,
    /// A file.
    File,
    /// A symbolic link, and where it leads.
    Link(OsString),
}

/// Tells what has a name; `None` when it is as on disk.
pub type ByName<'a, E> = &'a dyn Fn(&Path) -> Result<Option<Named>, E>;

/// Walks `text` from the absolute folder `cwd` component by component, as `view` shows them; no part of the path `known` is
/// a link, on disk or there.
pub(super) fn resolve<E: From<WorkspaceError>>(
    known: &Path,
    cwd: &Path,
    text: &str,
    links: Links,
    view: ByName<'_, E>,
) -> Result<TargetPath, E> {
    let refused = |problem| Err(WorkspaceError::NoPath { text: text.to_owned(), problem }.into());
    if text.is_empty() {
        return refused("it is empty");
    }
    if text.contains('\0') {
        return refused("it holds a NUL character");
    }
    if text.len() > MAX_PATH_BYTES {
        return refused("it is too long");
    }
    let whole = cwd.join(text);
    let (start, rest) = whole.strip_prefix(known).map_or((Path::new("/"), whole.as_path()), |rest| (known, rest));
    let reached = Reached::AsFolder;
    let mut walk = Walk { at: start.to_owned(), reached, gone: None, ahead: VecDeque::new(), links_met: 0 };
    walk.push_ahead(rest);
    // A path with a slash at its end names a folder, so the kernel follows even a link that is to be deleted.
    let links = if text.ends_with('/') { Links::Follow } else { links };
    while let Some(step) = walk.ahead.pop_front() {
        if step.len() > MAX_NAME_BYTES {
            return refused("a name in it is too long");
        }
        walk.take(&step, links, &whole, view)?;
    }
    Ok(TargetPath::new(walk.at))
}

/// What was reached on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// Something below which there may be names: a folder, or what may be made one.
    AsFolder,
    /// A file.
    File,
}

/// A path that is being walked.
struct Walk {
    /// The resolved part: absolute, no links, no dots.
    at: PathBuf,
    reached: Reached,
    /// What has no name on disk, or none any more, so that the disk tells nothing of what is below.
    gone: Option<PathBuf>,
    /// What is still to be walked: names and `..`.
    ahead: VecDeque<OsString>,
    links_met: u32,
}

impl Walk {
    /// Puts the components of `path` in front of what is still to be walked.
    fn push_ahead(&mut self, path: &Path) {
        for component in path.components().rev() {
            match component {
                Component::Normal(name) => self.ahead.push_front(name.to_owned()),
                Component::ParentDir => self.ahead.push_front(OsString::from("..")),
                Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
            }
        }
    }

    fn take<E: From<WorkspaceError>>(
        &mut self,
        step: &OsStr,
        links: Links,
        whole: &Path,
        view: ByName<'_, E>,
    ) -> Result<(), E> {
        if step.as_bytes() == b".." {
            self.at.pop();
            self.reached = Reached::AsFolder;
            self.gone.take_if(|gone| !self.at.starts_with(gone));
            return Ok(());
        }
        if self.reached == Reached::File {
            return Err(WorkspaceError::NotAFolder { path: self.at.clone() }.into());
        }
        let next = self.at.join(step);
        let named = match view(&next)? {
            None => self.on_disk(&next)?,
            named => named,
        };
        match named {
            Some(Named::Link(target)) if !self.ahead.is_empty() || links == Links::Follow => {
                return Ok(self.follow(Path::new(&target), whole)?);
            }
            Some(Named::Nothing) => {
                self.gone.get_or_insert_with(|| next.clone());
            }
            Some(Named::File) => self.reached = Reached::File,
            Some(Named::Link(_)) | None => {}
        }
        self.at = next;
        Ok(())
    }

    /// What has the name on disk; `None` for a folder, and for anything else that is no link.
    fn on_disk(&self, next: &Path) -> Result<Option<Named>, WorkspaceError> {
        if self.gone.is_some() {
            return Ok(None);
        }
        match fs::symlink_metadata(next) {
            Ok(found) if found.is_symlink() => {
                let target = fs::read_link(next).map_err(WorkspaceError::io("read the link", next))?;
                Ok(Some(Named::Link(target.into_os_string())))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(Named::Nothing)),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                Err(WorkspaceError::NotAFolder { path: self.at.clone() })
            }
            Err(error) => Err(WorkspaceError::io("look at", next)(error)),
        }
    }

    fn follow(&mut self, target: &Path, whole: &Path) -> Result<(), WorkspaceError> {
        self.links_met += 1;
        if self.links_met > MAX_LINKS {
            return Err(WorkspaceError::Loop { path: whole.to_owned() });
        }
        if target.is_absolute() {
            self.at = PathBuf::from("/");
            self.gone = None;
        }
        self.push_ahead(target);
        Ok(())
    }
}
