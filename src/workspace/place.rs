//! A file's place: its folder, held open, and its name there. Everything done to a file goes through its place, so
//! that a parent folder which is replaced by a symbolic link meanwhile cannot lead the work elsewhere.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rustix::fs::Stat;
use rustix::io::Errno;

use super::WorkspaceError;
use super::disk::{Folder, Use};
use crate::model::TargetPath;

/// So many folders are kept open to look at; for those to be changed in, whoever forms a batch sets the limit.
const MAX_OPEN_TO_LOOK: usize = 256;

/// A name in an open folder.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) folder: Arc<Folder>,
    pub(super) name: OsString,
    pub(super) path: PathBuf,
}

impl Place {
    /// Opens the folder of `path`; `None` when it does not exist.
    ///
    /// # Errors
    /// A parent is a symbolic link ([`WorkspaceError::Escape`]) or a file, or the system refuses.
    pub(super) fn open(path: &TargetPath, purpose: Use) -> Result<Option<Self>, WorkspaceError> {
        Self::open_in(path, &Folders::new(purpose))
    }

    /// The same, with folders that are opened once.
    pub(super) fn open_in(path: &TargetPath, folders: &Folders) -> Result<Option<Self>, WorkspaceError> {
        let path = path.as_path();
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(WorkspaceError::NotAFile { path: path.to_owned(), kind: "a folder" });
        };
        let folder = folders.open(parent)?;
        Ok(folder.map(|folder| Self { folder, name: name.to_owned(), path: path.to_owned() }))
    }

    /// The place of another name in the same folder.
    pub(super) fn sibling(&self, name: &OsStr) -> Self {
        Self { folder: Arc::clone(&self.folder), name: name.to_owned(), path: self.path.with_file_name(name) }
    }

    /// True when anything has the name.
    pub(super) fn is_taken(&self) -> Result<bool, WorkspaceError> {
        Ok(self.look(&self.name)?.is_some())
    }

    /// What the system says of `name` in this folder, links not followed; `None` when nothing has the name.
    pub(super) fn look(&self, name: &OsStr) -> Result<Option<Stat>, WorkspaceError> {
        match self.folder.stat(name) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.failed("look at", name)(errno)),
        }
    }

    /// Removes `name`, which need not be there.
    pub(super) fn remove(&self, name: &OsStr) -> Result<(), WorkspaceError> {
        match self.folder.remove(name) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(self.failed("remove", name)(errno)),
        }
    }

    /// Makes the folder's entries durable.
    pub(super) fn sync(&self) -> Result<(), WorkspaceError> {
        self.folder.sync().map_err(WorkspaceError::io("sync the folder of", &self.path))
    }

    /// Words an error after which something may be left half done.
    pub(super) fn torn(&self, error: WorkspaceError) -> WorkspaceError {
        WorkspaceError::Torn { path: self.path.clone(), source: Box::new(error) }
    }

    /// Words a refusal of the system about `name` in this folder.
    pub(super) fn failed(&self, doing: &'static str, name: &OsStr) -> impl FnOnce(Errno) -> WorkspaceError {
        move |errno| WorkspaceError::io(doing, &self.path.with_file_name(name))(errno)
    }
}

/// Folders that were opened, so that the files of one folder share it. Whoever asks for a folder that is not there is
/// told so each time anew, as it may be made meanwhile.
#[derive(Debug)]
pub(super) struct Folders {
    purpose: Use,
    open: RwLock<HashMap<OsString, Arc<Folder>>>,
}

impl Folders {
    pub(super) fn new(purpose: Use) -> Self {
        Self { purpose, open: RwLock::default() }
    }

    /// The absolute folder `path`; `None` when it does not exist.
    pub(super) fn open(&self, path: &Path) -> Result<Option<Arc<Folder>>, WorkspaceError> {
        if let Some(folder) = self.read().get(path.as_os_str()) {
            return Ok(Some(Arc::clone(folder)));
        }
        let Some(folder) = open_folder(path, self.purpose)?.map(Arc::new) else { return Ok(None) };
        let mut open = self.write();
        if self.purpose == Use::Look && open.len() >= MAX_OPEN_TO_LOOK {
            open.clear();
        }
        Ok(Some(Arc::clone(open.entry(path.as_os_str().to_owned()).or_insert(folder))))
    }

    /// Forgets a folder that was removed.
    pub(super) fn forget(&self, path: &Path) {
        self.write().remove(path.as_os_str());
    }

    /// The folders whose entries have to be synced.
    pub(super) fn changed(&self) -> Vec<(PathBuf, Arc<Folder>)> {
        let changed = |(path, folder): (&OsString, &Arc<Folder>)| {
            folder.is_changed().then(|| (PathBuf::from(path), Arc::clone(folder)))
        };
        self.read().iter().filter_map(changed).collect()
    }

    /// Those of the folders that are no longer where their paths lead.
    pub(super) fn strayed(&self) -> HashSet<PathBuf> {
        let strayed = |(path, folder): &(&OsString, &Arc<Folder>)| {
            let there = open_folder(Path::new(path), Use::Look).ok().flatten();
            let identity = |folder: &Folder| folder.identity().ok();
            there.and_then(|there| identity(&there)) != identity(folder)
        };
        self.read().iter().filter(strayed).map(|(path, _)| PathBuf::from(path)).collect()
    }

    /// A folder of each file system that can be synced as a whole.
    pub(super) fn one_of_each_file_system(&self) -> Vec<(PathBuf, Arc<Folder>)> {
        let mut devices = HashSet::new();
        let open = self.read();
        let syncable = open.iter().filter(|(_, folder)| folder.can_sync_file_system());
        let first = syncable.filter(|(_, folder)| devices.insert(folder.device()));
        first.map(|(path, folder)| (PathBuf::from(path), Arc::clone(folder))).collect()
    }

    // Whoever panicked while holding a lock left the map whole: each use is one call.

    fn read(&self) -> RwLockReadGuard<'_, HashMap<OsString, Arc<Folder>>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<OsString, Arc<Folder>>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the absolute folder `path` without passing a symbolic link; `None` when it does not exist.
pub(super) fn open_folder(path: &Path, purpose: Use) -> Result<Option<Folder>, WorkspaceError> {
    match Folder::open(path, purpose) {
        Ok(folder) => Ok(Some(folder)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::LOOP) => Err(WorkspaceError::Escape { path: path.to_owned() }),
        Err(Errno::NOTDIR) => Err(WorkspaceError::NotAFolder { path: first_non_folder(path) }),
        Err(errno) => Err(WorkspaceError::io("open the folder", path)(errno)),
    }
}

/// The shortest part of `path` that exists and is not a folder: what stands in the way.
fn first_non_folder(path: &Path) -> PathBuf {
    let mut parts: Vec<&Path> = path.ancestors().collect();
    parts.reverse();
    let in_the_way = parts.into_iter().find(|part| part.symlink_metadata().is_ok_and(|found| !found.is_dir()));
    in_the_way.unwrap_or(path).to_owned()
}
