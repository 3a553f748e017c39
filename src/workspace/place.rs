//! A file's place: its folder, held open, and its name there. Everything done to a file goes through its place, so
//! that a parent folder which is replaced by a symbolic link meanwhile cannot lead the work elsewhere.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use super::WorkspaceError;
use crate::model::TargetPath;

/// What a folder is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// To look at what is in it; the right to enter it is enough.
    Look,
    /// To change what is in it and sync that; needs the right to read it too.
    Change,
}

/// A name in an open folder.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: OwnedFd,
    pub(super) name: OsString,
    pub(super) path: PathBuf,
}

impl Place {
    /// Opens the folder of `path`; `None` when it does not exist.
    ///
    /// # Errors
    /// A parent is a symbolic link ([`WorkspaceError::Escape`]) or a file, or the system refuses.
    pub(super) fn open(path: &TargetPath, purpose: Use) -> Result<Option<Self>, WorkspaceError> {
        let path = path.as_path();
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(WorkspaceError::NotAFile { path: path.to_owned(), kind: "a folder" });
        };
        let folder = open_folder(parent, purpose)?;
        Ok(folder.map(|folder| Self { folder, name: name.to_owned(), path: path.to_owned() }))
    }

    /// What the system says of `name` in this folder, links not followed; `None` when nothing has the name.
    pub(super) fn look(&self, name: &OsStr) -> Result<Option<Stat>, WorkspaceError> {
        match rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.failed("look at", name)(errno)),
        }
    }

    /// Removes `name`, which need not be there.
    pub(super) fn remove(&self, name: &OsStr) -> Result<(), WorkspaceError> {
        match rustix::fs::unlinkat(&self.folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(self.failed("remove", name)(errno)),
        }
    }

    /// Makes the folder's entries durable.
    pub(super) fn sync(&self) -> Result<(), WorkspaceError> {
        rustix::fs::fsync(&self.folder).map_err(WorkspaceError::io("sync the folder of", &self.path))
    }

    /// Words an error after which something may be left half done.
    pub(super) fn torn(&self, error: WorkspaceError) -> WorkspaceError {
        WorkspaceError::Torn { path: self.path.clone(), source: Box::new(error) }
    }

    /// Words a refusal of the system about `name` in this folder.
    pub(super) fn failed(&self, doing: &'static str, name: &OsStr) -> impl FnOnce(Errno) -> WorkspaceError + use<> {
        WorkspaceError::io(doing, &self.path.with_file_name(name))
    }
}

/// Opens the absolute folder `path` without passing a symbolic link; `None` when it does not exist.
pub(super) fn open_folder(path: &Path, purpose: Use) -> Result<Option<OwnedFd>, WorkspaceError> {
    let access = match purpose {
        Use::Look => OFlags::PATH,
        Use::Change => OFlags::RDONLY,
    };
    let flags = access | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = match rustix::fs::openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // Linux before 5.6, and sandboxes that do not know the call.
        Err(Errno::NOSYS | Errno::PERM) => walk_to_folder(path, flags),
        opened => opened,
    };
    match opened {
        Ok(folder) => Ok(Some(folder)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::LOOP) => Err(WorkspaceError::Escape { path: path.to_owned() }),
        Err(Errno::NOTDIR) => Err(WorkspaceError::NotAFolder { path: first_non_folder(path) }),
        Err(errno) => Err(WorkspaceError::io("open the folder", path)(errno)),
    }
}

/// Does what `openat2` with `RESOLVE_NO_SYMLINKS` does, one component at a time.
fn walk_to_folder(path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let pass = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut folder = rustix::fs::openat(CWD, "/", pass, Mode::empty())?;
    for component in path.components().skip(1) {
        let name = component.as_os_str();
        folder = match rustix::fs::openat(&folder, name, pass, Mode::empty()) {
            // A link that is not followed is not a folder either; tell the two apart.
            Err(Errno::NOTDIR) if is_link(&folder, name) => return Err(Errno::LOOP),
            opened => opened?,
        };
    }
    rustix::fs::openat(&folder, ".", flags, Mode::empty())
}

fn is_link(folder: &OwnedFd, name: &OsStr) -> bool {
    rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_symlink())
}

/// The shortest part of `path` that exists and is not a folder: what stands in the way.
fn first_non_folder(path: &Path) -> PathBuf {
    let mut parts: Vec<&Path> = path.ancestors().collect();
    parts.reverse();
    let in_the_way = parts.into_iter().find(|part| part.symlink_metadata().is_ok_and(|found| !found.is_dir()));
    in_the_way.unwrap_or(path).to_owned()
}

/// Makes the folder `path` and those above it that are missing, each durable in its parent.
pub(super) fn make_folders(path: &Path) -> Result<(), WorkspaceError> {
    let mut missing = Vec::new();
    let mut existing = path;
    let mut folder = loop {
        if let Some(folder) = open_folder(existing, Use::Change)? {
            break folder;
        }
        let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else {
            return Err(WorkspaceError::io("open the folder", existing)(io::Error::from(io::ErrorKind::NotFound)));
        };
        missing.push((existing, name));
        existing = parent;
    };
    for (path, name) in missing.into_iter().rev() {
        match rustix::fs::mkdirat(&folder, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(WorkspaceError::io("make the folder", path)(errno)),
        }
        rustix::fs::fsync(&folder).map_err(WorkspaceError::io("sync the folder above", path))?;
        folder = open_folder(path, Use::Change)?
            .ok_or_else(|| WorkspaceError::io("open the folder", path)(io::Error::from(io::ErrorKind::NotFound)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn walking_by_hand_refuses_the_same_links_as_the_kernel() {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let root = temp.path().canonicalize().expect("it exists");
        std::fs::create_dir_all(root.join("real/deep")).expect("folders");
        symlink("real", root.join("link")).expect("a link");
        std::fs::write(root.join("file"), "").expect("a file");
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let walked = |path: &str| walk_to_folder(&root.join(path), flags).map(drop);
        let kernel = |path: &str| {
            rustix::fs::openat2(CWD, root.join(path), flags, Mode::empty(), ResolveFlags::NO_SYMLINKS).map(drop)
        };
        for path in ["real/deep", "link/deep", "link", "file/deep", "file", "none/deep", "real/none"] {
            assert_eq!(walked(path), kernel(path), "{path}");
        }
    }
}
