//! Where old files go that are no longer needed.
//!
//! Giving the blocks of a file back can cost more than all else that replacing it costs (on a disk that is told of every
//! freed block, milliseconds each), and nobody has to wait for it: an old file is moved into the data folder instead, where
//! that is on the same file system, and deleted later. Its content is in the store by then, so the attic is never
//! needed again, whatever happens to it.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::disk::{Folder, Use};

/// A folder of old files.
#[derive(Debug)]
pub struct Attic {
    folder: Folder,
    path: PathBuf,
    /// Tells the names of this attic from those of other processes and times.
    name: u128,
    taken: AtomicU64,
}

impl Attic {
    /// Opens the attic in the data folder `home`; `None` when there can be none, which is no loss.
    pub fn open(home: &Path) -> Option<Self> {
        let path = home.canonicalize().ok()?.join("attic");
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return None,
            _ => {}
        }
        let folder = Folder::open(&path, Use::Change).ok()?;
        let name = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos());
        Some(Self { folder, path, name, taken: AtomicU64::new(0) })
    }

    /// Takes `name` out of `folder`; `false` when it is still there.
    pub(super) fn takes(&self, folder: &Folder, name: &OsStr) -> bool {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let as_name = format!("{:x}-{:x}-{number:x}", self.name, std::process::id());
        folder.device() == self.folder.device() && folder.move_to(name, &self.folder, OsStr::new(&as_name)).is_ok()
    }

    /// Deletes what lies in the attic, for at most about `limit`; `true` when nothing is left.
    ///
    /// # Errors
    /// The system refused. What is left is deleted another time.
    pub fn sweep(&self, limit: Duration) -> io::Result<bool> {
        let start = Instant::now();
        for entry in fs::read_dir(&self.path)? {
            if start.elapsed() >= limit {
                return Ok(false);
            }
            match fs::remove_file(entry?.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(true)
    }
}
