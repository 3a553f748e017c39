//! One image of a file takes the place of another: old or new after any crash, never torn, and never over something
//! that nobody was shown.
//!
//! The new file is staged beside its target, synced, and exchanged with it in one step of the kernel. So the old file
//! is in hand afterwards and can be looked at: if it is not the base, it goes back, and whoever changed it in the
//! last moment has lost nothing. Checking first and renaming then would leave that moment open.
//!
//! Where a file system cannot exchange two names, the old file is put aside by a hard link, or by a rename where there
//! are no links; a change by somebody else in the microseconds between is lost there, and with the rename
//! the target has no name for as long.
//!
//! The new file is another inode: hard links to the old one keep the old content. Owner, extended attributes and ACL are
//! carried over where the system permits it, file capabilities are not (writing drops them too).

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use super::image::{Found, look, look_for};
use super::place::Place;
use super::stage::{Staged, Stand};
use super::swap::{rename_new, swap};
use super::yard::Yard;
use super::{Note, WorkspaceError, fault};
use crate::model::{FileImage, TargetPath};

/// How often a file that others keep changing under our hands is exchanged before we give up.
const MAX_TURNS: u32 = 100;

/// A change of one file that happened, its predecessor still beside it.
#[derive(Debug)]
#[must_use = "the old file stays beside the new one until the change is settled or reverted"]
pub struct Exchanged {
    staged: Staged,
    /// The old file's status when it was found to be the base.
    old: Option<Stat>,
}

impl Exchanged {
    /// Takes what came out of the exchange for the old file if it is the base, else gives it back.
    pub(super) fn look_at_old(staged: Staged) -> Result<Self, WorkspaceError> {
        let exchanged = Self { old: None, staged };
        let Staged { stage, effect, .. } = &exchanged.staged;
        if !effect.before.exists() {
            return Ok(exchanged);
        }
        let error = match look_for(&effect.before, &stage.place) {
            Ok((out, old)) if out.is(&effect.before) => return Ok(Self { old, ..exchanged }.noted()),
            Ok((out, _)) => exchanged.staged.drift(out),
            Err(error) => error,
        };
        exchanged.revert()?;
        Err(error)
    }

    /// Notes other names of a file that went; of one that was replaced they were noted when its successor was staged.
    fn noted(mut self) -> Self {
        let went = !matches!(self.staged.effect.after, FileImage::File { .. });
        if let Some(old) =
            self.old.filter(|old| went && FileType::from_raw_mode(old.st_mode).is_file() && old.st_nlink > 1)
        {
            self.staged.notes.push(Note::HardLinks(old.st_nlink - 1));
        }
        self
    }

    /// The file that was changed.
    pub(super) fn path(&self) -> &TargetPath {
        &self.staged.effect.path
    }

    /// What is to be known of it.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        self.staged.notes.iter().copied()
    }

    /// Looks whether the old file is still the base: a program that had it open before may have written to it since.
    pub fn confirm(&self) -> Result<(), WorkspaceError> {
        let Staged { stage: Stand { place: old_place, .. }, effect, .. } = &self.staged;
        let Some(old) = &self.old else { return Ok(()) };
        if old_place.look(&old_place.name)?.is_some_and(|now| moment(&now) == moment(old)) {
            return Ok(());
        }
        let out = look(old_place)?;
        if out.is(&effect.before) { Ok(()) } else { Err(self.staged.drift(out)) }
    }

    /// Takes the old file away. The change is durable once the yard's folders are synced.
    ///
    /// # Errors
    /// [`WorkspaceError::Torn`]: the change happened, but the old file may be left.
    pub fn settle(self, yard: &Yard) -> Result<Vec<Note>, WorkspaceError> {
        let Staged { place, stage, effect, notes, .. } = self.staged;
        yard.changed(&place.folder);
        if effect.before.exists() {
            yard.put_away(&stage).map_err(|error| place.torn(error))?;
        }
        fault::point("old removed");
        Ok(notes)
    }

    /// Takes the change back. What somebody else put into the new file's place since stays there.
    ///
    /// # Errors
    /// [`WorkspaceError::Torn`]: it is not known what stands.
    pub fn revert(self) -> Result<(), WorkspaceError> {
        let Staged { place, stage, effect, .. } = &self.staged;
        let reverted = if effect.before.exists() {
            give_back(place, stage, &effect.after)
        } else {
            take_away(place, stage, &effect.after)
        };
        fault::point("reverted");
        reverted.and_then(|()| place.sync()).map_err(|error| place.torn(error))
    }
}

/// What changes when a file is written to.
fn moment(stat: &Stat) -> impl PartialEq {
    (stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec, stat.st_ctime, stat.st_ctime_nsec)
}

/// Puts what is kept under the stage's name back in its place, where `ours` stands.
///
/// Should somebody have put a third thing there meanwhile, that thing came last and stays.
pub(super) fn give_back(place: &Place, stage: &Stand, ours: &FileImage) -> Result<(), WorkspaceError> {
    let mut expected = Found::Image(ours.clone());
    for _ in 0..MAX_TURNS {
        let given = look(&stage.place)?;
        fault::point("before giving back");
        if !expected.is(&FileImage::Absent) {
            match swap(place, stage) {
                Ok(_) if look(&stage.place)? == expected => return stage.place.remove(&stage.place.name),
                Ok(_) => {
                    expected = given;
                    continue;
                }
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(place.failed("put back", &place.name)(errno)),
            }
        }
        match rename_new(&stage.place, place) {
            Ok(()) => return Ok(()),
            // Only where a file was deleted: whoever made another one since has had the last word.
            Err(Errno::EXIST) if expected.is(&FileImage::Absent) => return stage.place.remove(&stage.place.name),
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(place.failed("put back", &place.name)(errno)),
        }
    }
    Err(place.failed("put back", &place.name)(Errno::BUSY))
}

/// Takes the new file `ours` away again; what somebody else made of it stays.
fn take_away(place: &Place, stage: &Stand, ours: &FileImage) -> Result<(), WorkspaceError> {
    match rename_new(place, &stage.place) {
        Ok(()) if look(&stage.place)?.is(ours) => stage.place.remove(&stage.place.name),
        Ok(()) => give_back(place, stage, &FileImage::Absent),
        Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(place.failed("take back", &place.name)(errno)),
    }
}
