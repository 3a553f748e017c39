//! What files share that are changed together: their folders, opened once; how all is made durable; where old files go.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, ScopedJoinHandle};

use rustix::io::Errno;

use super::attic::Attic;
use super::disk::{Folder, Use};
use super::place::{Folders, Place};
use super::stage::{Deed, StageName, Stand};
use super::tray::Trays;
use super::{WorkspaceError, acl, fault};
use crate::model::{Attributes, KeptFolder, TargetPath};

/// A folder that is made like another has these permission bits until it is.
const UNFINISHED: u32 = 0o700;

/// How staged files are made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncBy {
    /// Each by itself: best for few.
    File,
    /// All that was written to their file system, at once: best for many.
    FileSystem,
}

/// A file system that could not be synced.
#[derive(Debug)]
pub(super) struct SyncRefused {
    path: PathBuf,
    errno: Errno,
}

impl SyncRefused {
    /// As an error of whatever was to be synced.
    pub(super) fn error(&self) -> WorkspaceError {
        WorkspaceError::io("sync the file system of", &self.path)(self.errno)
    }
}

/// What files share that are changed together.
#[derive(Debug)]
pub struct Yard {
    folders: Folders,
    sync_by: SyncBy,
    attic: Option<Arc<Attic>>,
    trays: Trays,
    /// Folders that are not to be made like any other, by their paths.
    molds: HashMap<PathBuf, KeptFolder>,
}

impl Yard {
    /// A yard whose old files go to `attic` where that is possible, else are deleted at once.
    pub fn new(sync_by: SyncBy, attic: Option<Arc<Attic>>) -> Self {
        Self { folders: Folders::new(Use::Change), sync_by, attic, trays: Trays::default(), molds: HashMap::new() }
    }

    /// Lets the folders at these paths be made like others.
    #[must_use]
    pub fn with_molds<'a>(mut self, molds: impl IntoIterator<Item = &'a (TargetPath, KeptFolder)>) -> Self {
        self.molds.extend(molds.into_iter().map(|(path, mold)| (path.as_path().to_owned(), mold.clone())));
        self
    }

    /// How a file staged in `folder` is made durable.
    pub(super) fn sync_by(&self, folder: &Folder) -> SyncBy {
        if folder.can_sync_file_system() { self.sync_by } else { SyncBy::File }
    }

    /// The place of `path`; `None` when its folder does not exist.
    pub(super) fn place(&self, path: &TargetPath) -> Result<Option<Place>, WorkspaceError> {
        Place::open_in(path, &self.folders)
    }

    /// Makes the folder `path` and those above it that are missing.
    pub fn make_folders(&self, path: &Path) -> Result<(), WorkspaceError> {
        if self.folders.open(path)?.is_some() {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            self.make_folders(parent)?;
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(WorkspaceError::io("open the folder", path)(Errno::NOENT));
        };
        let failed = |errno| WorkspaceError::io("make the folder", path)(errno);
        let parent = self.folders.open(parent)?.ok_or_else(|| failed(Errno::NOENT))?;
        let mold = self.molds.get(path);
        match parent.make_folder(name, if mold.is_some() { UNFINISHED } else { 0o777 }) {
            Ok(()) => {
                parent.mark_changed();
                fault::point("folder made");
                mold.map_or(Ok(()), |mold| self.shape(path, mold))?;
            }
            // Another worker of this batch was faster, or somebody else.
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(failed(errno)),
        }
        Ok(())
    }

    /// Those of its folders that were moved away or replaced since they were opened.
    pub(super) fn strayed(&self) -> HashSet<PathBuf> {
        self.folders.strayed()
    }

    /// Makes the folders that a crash left before they had what they are to have like those that they stand for.
    pub fn shape_unfinished(&self) -> Result<(), WorkspaceError> {
        for (path, mold) in &self.molds {
            if let Some(folder) = self.folders.open(path)?
                && folder.as_file().and_then(|file| file.stat()).is_ok_and(|found| found.st_mode & 0o7777 == UNFINISHED)
            {
                self.shape(path, mold)?;
            }
        }
        Ok(())
    }

    /// Gives a folder what another had, as far as the system permits.
    fn shape(&self, path: &Path, mold: &KeptFolder) -> Result<(), WorkspaceError> {
        let failed = || WorkspaceError::io("make the folder", path);
        let folder = self.folders.open(path)?.ok_or_else(|| failed()(Errno::NOENT))?;
        let file = folder.as_file().map_err(failed())?;
        acl::take_unwanted(&file, &mold.attributes).map_err(failed())?;
        let is = file.stat().map_err(failed())?;
        let Attributes { owner, group, extended } = &mold.attributes;
        let given = (*owner, *group) == (is.st_uid, is.st_gid) || file.set_owner(*owner, *group).is_ok();
        // What cannot be kept leaves the folder narrower, never wider: its bits are set all the same.
        for (name, value) in extended {
            let _ = file.set_attribute(name, value);
        }
        let bits = if given { 0o7777 } else { 0o1777 };
        file.set_mode(mold.mode & bits).map_err(failed())?;
        folder.mark_changed();
        Ok(())
    }

    /// Takes note that the entries of `folder` have to be synced.
    #[expect(clippy::unused_self, reason = "the folder belongs to this yard")]
    pub(super) fn changed(&self, folder: &Folder) {
        folder.mark_changed();
    }

    /// Takes note that the name of `folder` has to be synced, if it is there: whoever made it may have died before that.
    pub fn doubt(&self, folder: &TargetPath) {
        let parent = folder.as_path().parent().and_then(|parent| self.folders.open(parent).ok().flatten());
        if let Some(parent) = parent {
            parent.mark_changed();
        }
    }

    /// Lets the next sync cover that nothing is left of what was staged for `deed`: whoever took it away died before that, or
    /// was told of an error. Its name is given and taken once more, and that of the tray with [`Self::clear_trays_anew`].
    pub fn clear_anew(&self, deed: &Deed) {
        let Ok(Some(place)) = self.place(&deed.effect.path) else { return };
        self.trays.doubt(&place, &deed.stage);
        let name = deed.stage.as_os_str();
        if place.folder.create_file(name, 0o600).is_ok() {
            // Left there it would be found to be nothing but the beginning of a successor.
            let _ = place.folder.remove(name);
            place.folder.mark_changed();
        }
    }

    /// Takes note that the innermost folder above `path` that is there has to be synced.
    pub(super) fn doubt_above(&self, path: &TargetPath) -> Result<(), WorkspaceError> {
        for folder in path.as_path().ancestors().skip(1) {
            if let Some(folder) = self.folders.open(folder)? {
                folder.mark_changed();
                break;
            }
        }
        Ok(())
    }

    /// Lets the successors of files in these folders be staged on a tray there, if they are synced with their file system.
    pub(super) fn want_trays(&self, folders: impl IntoIterator<Item = PathBuf>) {
        if self.sync_by == SyncBy::FileSystem {
            self.trays.want(folders);
        }
    }

    /// Where the successor of the file in `place` is to be staged.
    pub(super) fn stand(&self, place: &Place, stage: &StageName) -> Stand {
        self.trays.stand(place, stage)
    }

    /// Where a crash may have left something of the file in `place`.
    pub(super) fn stand_left(&self, place: &Place, stage: &StageName) -> Result<Stand, WorkspaceError> {
        self.trays.stand_left(place, stage)
    }

    /// Takes an old file away from where its successor was staged; one on a tray goes when the trays are cleared.
    pub(super) fn put_away(&self, stage: &Stand) -> Result<(), WorkspaceError> {
        match stage.tray() {
            Some(tray) => {
                tray.done_with(&stage.place.name);
                Ok(())
            }
            None => self.take_away(stage),
        }
    }

    /// Takes away at once what is staged or was, so that its name is free.
    pub(super) fn take_away(&self, stage: &Stand) -> Result<(), WorkspaceError> {
        let Place { folder, name, .. } = &stage.place;
        match &self.attic {
            Some(attic) if attic.takes(folder, name).is_some() => Ok(()),
            _ => stage.place.remove(name),
        }
    }

    /// Takes away at once what was put away of a file that is to be staged anew.
    pub fn make_free(&self, deed: &Deed) -> Result<(), WorkspaceError> {
        let Some(place) = self.place(&deed.effect.path)? else { return Ok(()) };
        let stand = self.stand_left(&place, &deed.stage)?;
        if stand.place.is_taken()? { self.take_away(&stand) } else { Ok(()) }
    }

    /// Takes away what is on trays and was put away, with the trays; tells which could not be cleared, by the folders in
    /// which they stand.
    pub fn clear_trays(&self) -> Vec<(PathBuf, WorkspaceError)> {
        self.trays.clear(self.attic.as_deref())
    }

    /// Lets the next sync cover that the trays are gone, as one that failed may have dropped it: each is made and removed
    /// once more. Where that fails a power cut may bring an old tray back, which is no loss.
    pub fn clear_trays_anew(&self) {
        self.trays.clear_anew();
    }

    /// True when files are synced with their whole file systems.
    pub fn syncs_file_systems(&self) -> bool {
        self.sync_by == SyncBy::FileSystem
    }

    /// Makes everything durable that was staged to be synced by file system; `false` when that cannot be done here.
    pub(super) fn sync_staged(&self) -> Result<bool, SyncRefused> {
        if self.sync_by == SyncBy::File {
            return Ok(true);
        }
        for (path, folder) in self.folders.one_of_each_file_system() {
            match folder.sync_file_system() {
                Ok(()) => {}
                Err(Errno::NOSYS | Errno::OPNOTSUPP | Errno::INVAL) => return Ok(false),
                Err(errno) => return Err(SyncRefused { path, errno }),
            }
        }
        Ok(true)
    }

    /// The same while something else is done, where syncing is waiting for a file system.
    pub(super) fn sync_staged_while<T>(&self, other: &mut dyn FnMut() -> T) -> (Result<bool, SyncRefused>, T) {
        if self.sync_by == SyncBy::File {
            let done = other();
            return (self.sync_staged(), done);
        }
        thread::scope(|scope| {
            let syncing = thread::Builder::new().spawn_scoped(scope, || self.sync_staged());
            let done = other();
            // Where there may be no more threads, it is done now.
            let join = |syncing: ScopedJoinHandle<'_, _>| syncing.join().unwrap_or_else(|panic| resume_unwind(panic));
            let synced = syncing.map_or_else(|_| self.sync_staged(), join);
            (synced, done)
        })
    }

    /// Makes the entries durable of all folders that changed.
    pub fn sync_changed(&self) -> Result<(), WorkspaceError> {
        let whole = self.sync_staged().map_err(|refused| refused.error())?;
        if self.sync_by == SyncBy::FileSystem && whole {
            self.folders.changed().iter().for_each(|(_, folder)| {
                if folder.can_sync_file_system() {
                    folder.mark_synced();
                }
            });
        }
        for (path, folder) in self.folders.changed() {
            folder.sync().map_err(WorkspaceError::io("sync the folder", &path))?;
            folder.mark_synced();
            fault::point("folder synced");
        }
        Ok(())
    }

    /// Removes those of `folders` that are empty, the innermost first. One that is in use, gone or no folder any more
    /// stays.
    pub fn remove_empty_folders(&self, folders: &[TargetPath]) -> Result<(), WorkspaceError> {
        let mut folders: Vec<&TargetPath> = folders.iter().collect();
        folders.sort_unstable_by_key(|folder| std::cmp::Reverse(folder.as_bytes().len()));
        for folder in folders {
            let place = match self.place(folder) {
                Ok(Some(place)) => place,
                Ok(None) | Err(WorkspaceError::Escape { .. } | WorkspaceError::NotAFolder { .. }) => continue,
                Err(error) => return Err(error),
            };
            match place.folder.remove_folder(&place.name) {
                Ok(()) => {
                    place.folder.mark_changed();
                    self.folders.forget(folder.as_path());
                }
                Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOENT | Errno::NOTDIR | Errno::BUSY) => {}
                Err(errno) => return Err(place.failed("remove the folder", &place.name)(errno)),
            }
        }
        Ok(())
    }
}

/// Removes those of `folders` that are empty, durably; see [`Yard::remove_empty_folders`].
pub fn remove_empty_folders(folders: &[TargetPath]) -> Result<(), WorkspaceError> {
    let yard = Yard::new(SyncBy::File, None);
    yard.remove_empty_folders(folders)?;
    yard.sync_changed()
}
