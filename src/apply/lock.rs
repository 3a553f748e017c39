//! One approval at a time is applied in a workspace.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::ApplyError;
use crate::model::{Digest, home};

/// The right to apply, undo and recover in one workspace; given back when it is dropped, and by the kernel when the
/// process dies. It belongs to the open file, so two holders in one process exclude each other as well.
#[must_use = "it is given back when it is dropped"]
#[derive(Debug)]
pub struct ApplyLock {
    file: File,
    path: PathBuf,
}

impl ApplyLock {
    /// Takes the lock of the workspace `root`, or says at once that somebody else has it.
    pub(super) fn take(home: &Path, root: &Path) -> Result<Self, ApplyError> {
        let path = path_of(home, root);
        let failed = |source| ApplyError::Lock { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = file.map_err(failed)?;
        match fcntl(&file, FcntlArg::F_OFD_SETLK(&whole_file(libc::F_WRLCK))) {
            Ok(_) => {
                // What an earlier holder told of itself is over. A failure is no loss: the next one tells more.
                if file.metadata().is_ok_and(|found| found.len() > 0) {
                    let _ = file.set_len(0);
                }
                Ok(Self { file, path })
            }
            Err(Errno::EAGAIN | Errno::EACCES) => Err(ApplyError::Busy { root: root.to_owned() }),
            Err(errno) => Err(failed(errno.into())),
        }
    }

    /// Its file, in which its holder may tell what is under way.
    pub(super) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// True for the lock of the workspace `root`.
    pub(super) fn is_of(&self, home: &Path, root: &Path) -> bool {
        self.path == path_of(home, root)
    }
}

impl Drop for ApplyLock {
    fn drop(&mut self) {
        // Closing is not enough: a process that another thread is starting at this moment still has a copy of the
        // descriptor, and with it the lock, until it runs its own program.
        let _ = fcntl(&self.file, FcntlArg::F_OFD_SETLK(&whole_file(libc::F_UNLCK)));
    }
}

/// True while somebody applies, undoes or recovers in the workspace `root`. Asking does not disturb them.
pub(super) fn is_held(home: &Path, root: &Path) -> Result<bool, ApplyError> {
    let path = path_of(home, root);
    let failed = |source| ApplyError::Lock { path: path.clone(), source };
    let file = match OpenOptions::new().read(true).write(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(error)),
    };
    let mut lock = whole_file(libc::F_WRLCK);
    fcntl(&file, FcntlArg::F_OFD_GETLK(&mut lock)).map_err(|errno| failed(errno.into()))?;
    Ok(libc::c_int::from(lock.l_type) != libc::F_UNLCK)
}

/// The lock's file, to be read.
pub(super) fn open(home: &Path, root: &Path) -> io::Result<File> {
    File::open(path_of(home, root))
}

fn path_of(data_folder: &Path, root: &Path) -> PathBuf {
    data_folder.join(home::LOCKS).join(format!("{}.lock", Digest::of(root.as_os_str().as_bytes()).short()))
}

fn whole_file(kind: libc::c_int) -> libc::flock {
    libc::flock {
        l_type: i16::try_from(kind).expect("lock kinds are small constants"),
        l_whence: 0, // SEEK_SET
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}
