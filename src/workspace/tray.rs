//! Where many files of a folder are replaced, their successors are staged in a folder of their own among them. After the
//! exchanges it holds the old files, and all of them leave in one step, where each alone would cost more than its exchange did.
//!
//! The tray lies among the files so that what is made there is like what is made beside them: on the same mount, with the
//! group, the default ACL and the label that the folder gives. Nobody but its owner can enter it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::FileType;
use rustix::io::Errno;

use super::attic::Attic;
use super::disk::Folder;
use super::place::Place;
use super::stage::{StageName, Stand};
use super::{WorkspaceError, fault};

/// With fewer files to replace in a folder, a tray costs more than it saves. Tests use one sooner.
pub(super) const MIN_FILES: usize = if cfg!(test) { 4 } else { 16 };

/// So many files a process has open besides the folders in which files change.
const OTHER_FILES: usize = 64;

/// Whether a process may have so many `folders` open, and a tray in so many of them.
pub(super) fn are_affordable(folders: usize, trays: usize) -> bool {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    limit.is_none_or(|limit| (folders + trays + OTHER_FILES) as u64 <= limit)
}

/// Names on which it is tried whether a file system exchanges names.
const TRIED: [&str; 2] = [".plangate-a", ".plangate-b"];

/// The permission bits of a tray, give or take what the folder above hands down.
const PRIVATE: u32 = 0o700;

/// A folder of staged and of old files.
#[derive(Debug)]
pub(super) struct Tray {
    /// The tray among the files that change.
    place: Place,
    folder: Arc<Folder>,
    /// The names of old files that nobody needs any more.
    done_with: Mutex<HashSet<OsString>>,
}

impl Tray {
    /// The tray in `place` as it is; `None` when there is none.
    fn find(place: Place) -> Result<Option<Arc<Self>>, WorkspaceError> {
        match place.folder.open_folder(&place.name) {
            Ok(folder) => {
                let done_with = Mutex::new(TRIED.iter().map(OsString::from).collect());
                Ok(Some(Arc::new(Self { place, folder: Arc::new(folder), done_with })))
            }
            // Somebody else's, whatever it is: what we have used we could enter.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS | Errno::PERM) => Ok(None),
            Err(errno) => Err(place.failed("open the folder", &place.name)(errno)),
        }
    }

    /// The tray in `place`, made if need be; `None` when that cannot be, so that files are staged beside their targets.
    fn make(place: Place) -> Option<Arc<Self>> {
        let made = match place.folder.make_folder(&place.name, PRIVATE) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(_) => return None,
        };
        fault::point("tray made");
        let (folder, name) = (Arc::clone(&place.folder), place.name.clone());
        let tray = Self::find(place).ok().flatten().filter(|tray| tray.is_private());
        if made && tray.is_none() {
            // A default ACL or the umask makes it of no use, or no more folders may be open.
            let _ = folder.remove_folder(&name);
        }
        tray
    }

    /// True for a folder of this file system that is nobody else's.
    fn is_private(&self) -> bool {
        let found = self.folder.as_file().and_then(|file| file.stat());
        self.folder.device() == self.place.folder.device()
            && found.is_ok_and(|found| {
                found.st_mode & 0o777 == PRIVATE && found.st_uid == rustix::process::geteuid().as_raw()
            })
    }

    /// Whether two names on the tray can be exchanged in one step. In several, a power cut could keep that the tray has left,
    /// whose name none of them has touched, and forget the steps.
    fn exchanges(&self) -> bool {
        let [one, other] = TRIED.map(OsStr::new);
        let made = [one, other].map(|name| self.folder.create_file(name, PRIVATE).is_ok());
        let exchanged = made == [true; 2] && self.folder.exchange(one, &self.folder, other).is_ok();
        for name in [one, other] {
            // Left there it goes with the tray.
            let _ = self.folder.remove(name);
        }
        exchanged
    }

    /// The place of a name on the tray.
    pub(super) fn place_of(&self, name: &OsStr) -> Place {
        Place { folder: Arc::clone(&self.folder), name: name.to_owned(), path: self.place.path.join(name) }
    }

    /// Takes note that the file `name` on it may go.
    pub(super) fn done_with(&self, name: &OsStr) {
        self.done().insert(name.to_owned());
    }

    /// Takes away what nobody needs any more, and the tray if nothing else is on it.
    fn clear(&self, attic: Option<&Attic>) -> Result<(), WorkspaceError> {
        let failed = |doing| self.place.failed(doing, &self.place.name);
        let done = self.done();
        let list = || self.folder.names().map_err(failed("list"));
        let mut names = list()?;
        fault::point("tray listed");
        let all_may_go = |names: &[OsString]| names.iter().all(|name| done.contains(name));
        if let Some(attic) = attic.filter(|_| !names.is_empty() && all_may_go(&names) && self.is_in_its_place())
            && let Some(moved) = attic.takes(&self.place.folder, &self.place.name)
        {
            names = list()?;
            if all_may_go(&names) || !moved.comes_back(&self.place.folder, &self.place.name) {
                return Ok(());
            }
        }
        for name in names.iter().filter(|name| done.contains(*name)) {
            if attic.is_none_or(|attic| attic.takes(&self.folder, name).is_none()) {
                self.place_of(name).remove(name)?;
            }
        }
        fault::point("tray emptied");
        match self.place.folder.remove_folder(&self.place.name) {
            // What else is on it somebody needs yet.
            Ok(()) | Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOENT | Errno::NOTDIR) => Ok(()),
            Err(errno) => Err(failed("remove the folder")(errno)),
        }
    }

    /// True while it has its name.
    fn is_in_its_place(&self) -> bool {
        let here = || {
            let here = self.place.folder.stat(&self.place.name).ok()?;
            let is_folder = FileType::from_raw_mode(here.st_mode).is_dir();
            Some(is_folder && self.folder.identity().ok()? == (here.st_dev, here.st_ino))
        };
        here() == Some(true)
    }

    fn done(&self) -> MutexGuard<'_, HashSet<OsString>> {
        // A name more or less was noted, whoever panicked.
        self.done_with.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trays of files that are changed together.
#[derive(Debug, Default)]
pub(super) struct Trays {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Folders in which so many files change that a tray is worth it.
    wanted: HashSet<PathBuf>,
    /// By their paths; `None` where there is none.
    trays: HashMap<OsString, Option<Arc<Tray>>>,
    /// For each open folder, by its address, on which tray successors are staged, or that it is beside their targets. The
    /// folder is kept so that no other can have that address.
    in_use: HashMap<usize, (Arc<Folder>, Option<Arc<Tray>>)>,
    /// Which file systems can exchange two names.
    exchanging: HashMap<u64, bool>,
    /// Where those were that were cleared.
    gone: Vec<Place>,
}

impl Known {
    /// The tray for the folder of `place`, if there is to be one and can be.
    fn tray_for(&mut self, place: &Place, name: &StageName) -> Option<Arc<Tray>> {
        let wanted = place.path.parent().is_some_and(|folder| self.wanted.contains(folder));
        if !wanted || !place.folder.can_sync_file_system() {
            return None;
        }
        let on = place.sibling(name.tray());
        let path = on.path.as_os_str().to_owned();
        let tray = self.trays.get(&path).cloned().flatten().or_else(|| Tray::make(on))?;
        if !*self.exchanging.entry(place.folder.device()).or_insert_with(|| tray.exchanges()) {
            let Place { folder, name, .. } = &tray.place;
            // What else is on it somebody needs.
            let _ = folder.remove_folder(name);
            return None;
        }
        self.trays.insert(path, Some(Arc::clone(&tray)));
        Some(tray)
    }
}

impl Trays {
    /// Takes note of folders in which a tray is worth it.
    pub(super) fn want(&self, folders: impl IntoIterator<Item = PathBuf>) {
        self.known().wanted.extend(folders);
    }

    /// Where the successor of the file in `place` is to be staged.
    pub(super) fn stand(&self, place: &Place, name: &StageName) -> Stand {
        let mut known = self.known();
        let folder = Arc::as_ptr(&place.folder) as usize;
        let tray = if let Some((_, tray)) = known.in_use.get(&folder) {
            tray.clone()
        } else {
            let tray = known.tray_for(place, name);
            known.in_use.insert(folder, (Arc::clone(&place.folder), tray.clone()));
            tray
        };
        drop(known);
        tray.map_or_else(|| Stand::beside(place, name), |tray| Stand::on(tray, name))
    }

    /// Where a crash may have left something of the file in `place`: on a tray if it is there, else beside the file.
    pub(super) fn stand_left(&self, place: &Place, name: &StageName) -> Result<Stand, WorkspaceError> {
        let on = place.sibling(name.tray());
        let mut known = self.known();
        let path = on.path.as_os_str().to_owned();
        let tray = match known.trays.entry(path) {
            Entry::Occupied(found) => found.get().clone(),
            Entry::Vacant(new) => new.insert(Tray::find(on)?).clone(),
        };
        drop(known);
        if let Some(tray) = tray {
            let stand = Stand::on(tray, name);
            if stand.place.is_taken()? || stand.aside().is_taken()? {
                return Ok(stand);
            }
        }
        Ok(Stand::beside(place, name))
    }

    /// Takes away what nobody needs any more. Tells which could not be cleared, by the folders in which they stand.
    pub(super) fn clear(&self, attic: Option<&Attic>) -> Vec<(PathBuf, WorkspaceError)> {
        self.known().in_use.clear();
        let trays: Vec<Arc<Tray>> = self.known().trays.drain().filter_map(|(_, tray)| tray).collect();
        self.known().gone.extend(trays.iter().map(|tray| tray.place.clone()));
        let folder = |tray: &Tray| tray.place.path.parent().map(Path::to_owned).unwrap_or_default();
        let clear = |tray: &Tray| tray.clear(attic).or_else(|_| tray.clear(attic));
        let failed = |tray: Arc<Tray>| clear(&tray).err().map(|error| (folder(&tray), error));
        trays.into_iter().filter_map(failed).collect()
    }

    /// Takes note that the tray beside the file in `place` was taken away, if there was one, by somebody whose syncs failed.
    pub(super) fn doubt(&self, place: &Place, name: &StageName) {
        let on = place.sibling(name.tray());
        let gone = &mut self.known().gone;
        if !gone.iter().any(|known| known.path == on.path) {
            gone.push(on);
        }
    }

    /// Makes and removes once more what was taken away, so that the next sync of their folders covers it.
    pub(super) fn clear_anew(&self) {
        for Place { folder, name, .. } in self.known().gone.drain(..) {
            if folder.make_folder(&name, PRIVATE).is_ok() {
                // A folder too many is no loss.
                let _ = folder.remove_folder(&name);
                folder.mark_changed();
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Whoever panicked left the maps whole: each use is one call.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
