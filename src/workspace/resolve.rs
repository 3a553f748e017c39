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

/// Walks `text` from the absolute folder `cwd` component by component; no part of the path `known` is a link.
pub(super) fn resolve(known: &Path, cwd: &Path, text: &str, links: Links) -> Result<TargetPath, WorkspaceError> {
    let refused = |problem| Err(WorkspaceError::NoPath { text: text.to_owned(), problem });
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
    let mut walk = Walk { reached: start.to_owned(), ahead: VecDeque::new(), links_met: 0, missing: false };
    walk.push_ahead(rest);
    // A path with a slash at its end names a folder, so the kernel follows even a link that is to be deleted.
    let links = if text.ends_with('/') { Links::Follow } else { links };
    while let Some(step) = walk.ahead.pop_front() {
        if step.len() > MAX_NAME_BYTES {
            return refused("a name in it is too long");
        }
        walk.take(&step, links, &whole)?;
    }
    Ok(TargetPath::new(walk.reached))
}

/// A path that is being walked.
struct Walk {
    /// The resolved part: absolute, no links, no dots.
    reached: PathBuf,
    /// What is still to be walked: names and `..`.
    ahead: VecDeque<OsString>,
    links_met: u32,
    /// Nothing has the resolved part's name, so nothing can be below it.
    missing: bool,
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

    fn take(&mut self, step: &OsStr, links: Links, whole: &Path) -> Result<(), WorkspaceError> {
        if step.as_bytes() == b".." {
            self.reached.pop();
            self.missing = false;
            return Ok(());
        }
        let next = self.reached.join(step);
        if self.missing {
            self.reached = next;
            return Ok(());
        }
        let found = match fs::symlink_metadata(&next) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                (self.reached, self.missing) = (next, true);
                return Ok(());
            }
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(WorkspaceError::NotAFolder { path: self.reached.clone() });
            }
            Err(error) => return Err(WorkspaceError::io("look at", &next)(error)),
        };
        if !found.is_symlink() || (self.ahead.is_empty() && links == Links::Keep) {
            self.reached = next;
            return Ok(());
        }
        self.links_met += 1;
        if self.links_met > MAX_LINKS {
            return Err(WorkspaceError::Loop { path: whole.to_owned() });
        }
        let target = fs::read_link(&next).map_err(WorkspaceError::io("read the link", &next))?;
        if target.is_absolute() {
            self.reached = PathBuf::from("/");
        }
        self.push_ahead(&target);
        Ok(())
    }
}
