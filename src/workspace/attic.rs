//! Where old files go that are no longer needed.
//!
//! Giving the blocks of a file back can cost more than all else that replacing it costs (on a disk that is told of every
//! freed block, milliseconds each), and nobody has to wait for it: an old file is moved into the data folder instead, where
//! that is on the same file system, and deleted later. Its content is in the store by then, so the attic is never
//! needed again, whatever happens to it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::disk::{Folder, Use};
use crate::model::home;

/// So many old files lie together: the system is faster to find a place for a name in a small folder.
const FILES_PER_SHELF: u64 = 64;

/// Something that was taken.
pub(super) struct Moved {
    place: Arc<Folder>,
    name: OsString,
}

impl Moved {
    /// Lets it go back to `name` in `folder`; `false` when it stays.
    pub(super) fn comes_back(self, folder: &Folder, name: &OsStr) -> bool {
        self.place.move_new(&self.name, folder, name).is_ok()
    }
}

/// A folder of old files, the first of which lie in it and the others on shelves, which are folders below it.
#[derive(Debug)]
pub struct Attic {
    folder: Arc<Folder>,
    path: PathBuf,
    /// Tells the names of this attic from those of other processes and times.
    name: String,
    taken: AtomicU64,
    /// The shelf in use and its number.
    shelf: Mutex<(u64, Arc<Folder>)>,
}

impl Attic {
    /// Opens the attic in `data_folder`; `None` when there can be none, which is no loss.
    pub fn open(data_folder: &Path) -> Option<Self> {
        let path = data_folder.canonicalize().ok()?.join(home::ATTIC);
        make_private(&path).ok()?;
        let folder = Arc::new(Folder::open(&path, Use::Change).ok()?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos());
        let name = format!("{now:x}-{:x}-", std::process::id());
        Some(Self { shelf: Mutex::new((0, folder.clone())), folder, path, name, taken: AtomicU64::new(0) })
    }

    /// Takes `name` out of `folder`; `None` when it is still there.
    pub(super) fn takes(&self, folder: &Folder, name: &OsStr) -> Option<Moved> {
        if folder.device() != self.folder.device() {
            return None;
        }
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let as_name = OsString::from(format!("{}{number:x}", self.name));
        let place = self.shelf(number / FILES_PER_SHELF);
        folder.move_to(name, &place, &as_name).is_ok().then_some(Moved { place, name: as_name })
    }

    /// The shelf of that number if it can be made, else the one before.
    fn shelf(&self, number: u64) -> Arc<Folder> {
        let mut used = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if used.0 < number {
            let path = self.path.join(format!("{}shelf-{number:x}", self.name));
            if let Some(next) = make_private(&path).ok().and_then(|()| Folder::open(&path, Use::Change).ok()) {
                *used = (number, Arc::new(next));
            }
        }
        used.1.clone()
    }

    /// Deletes what lay in the attic before it was opened, for at most about `limit`; `true` when nothing of it is left.
    /// What came since is spared: ext4 is slow to make files for a while after files were deleted, and whoever
    /// replaces many may well go on.
    ///
    /// # Errors
    /// The system refused. What is left is deleted another time.
    pub fn sweep(&self, limit: Duration) -> io::Result<bool> {
        let until = Instant::now() + limit;
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let is_ours = entry.file_name().as_encoded_bytes().starts_with(self.name.as_bytes());
            if !is_ours && !delete(&entry, until)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Makes a folder for this user alone, or takes the one that is there.
fn make_private(path: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Deletes a file, or a shelf with what lies there; `false` when the time is over before that is done. Another process may
/// be at it too.
fn delete(entry: &DirEntry, until: Instant) -> io::Result<bool> {
    let gone = |done: io::Result<()>| match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(true),
    };
    if Instant::now() >= until {
        return Ok(false);
    }
    if !entry.file_type()?.is_dir() {
        return gone(fs::remove_file(entry.path()));
    }
    match fs::read_dir(entry.path()) {
        Err(error) => return gone(Err(error)),
        Ok(files) => {
            for file in files {
                if !delete(&file?, until)? {
                    return Ok(false);
                }
            }
        }
    }
    gone(fs::remove_dir(entry.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_old_files_lie_on_shelves_and_the_next_attic_deletes_them_all() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let from = home.path().canonicalize().expect("it exists").join("from");
        fs::create_dir(&from).expect("a folder");
        let folder = Folder::open(&from, Use::Change).expect("it opens");
        let attic = Attic::open(home.path()).expect("there can be one");
        for n in 0..200 {
            let name = n.to_string();
            fs::write(from.join(&name), &name).expect("written");
            assert!(attic.takes(&folder, OsStr::new(&name)).is_some(), "{name}");
        }
        assert_eq!(fs::read_dir(&from).expect("listed").count(), 0);
        let left = || fs::read_dir(home.path().join("attic")).expect("listed").count();
        assert_eq!(left(), 64 + 3, "the first lie in the attic, the others on shelves");
        assert!(attic.sweep(Duration::from_secs(60)).expect("swept"));
        assert_eq!(left(), 64 + 3, "what came since the attic was opened is spared");
        let next = Attic::open(home.path()).expect("there can be one");
        assert!(!next.sweep(Duration::ZERO).expect("swept"), "there was no time");
        assert!(next.sweep(Duration::from_secs(60)).expect("swept"));
        assert_eq!(left(), 0);
    }
}
