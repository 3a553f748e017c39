//! What a file shall become is made ready beside it.

mod remains;
mod stand;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

use self::remains::rewrite;
pub(super) use self::remains::{is_torn, is_unfinished};
pub use self::stand::StageName;
pub(super) use self::stand::Stand;
use super::disk::OpenFile;
use super::exchange::Exchanged;
use super::image::{Found, look};
use super::place::Place;
use super::swap::{Swapped, rename_new, swap};
use super::yard::{SyncBy, Yard};
use super::{Note, WorkspaceError, acl, attributes, fault};
use crate::model::{Attributes, Digest, FileEffect, FileImage};

/// A staged file has these permission bits, give or take the umask, until it is whole: nobody else may read it, and recovery may.
const UNFINISHED: u32 = 0o600;

/// Writes the content of a digest, piece by piece.
pub type Contents<'a> = dyn FnMut(Digest, &mut dyn Write) -> Result<(), ContentFailure> + 'a;

/// Why a content could not be had, or could not be written.
pub type ContentFailure = Box<dyn std::error::Error + Send + Sync>;

/// A change of one file that is to happen.
#[derive(Debug, Clone)]
pub struct Deed {
    /// The name under which its successor is staged.
    pub stage: StageName,
    /// The change.
    pub effect: FileEffect,
    /// What a successor that takes no file's place is given; any other has what the file before it had.
    pub given: Option<Attributes>,
    /// What a file had besides its content that is no file any more afterwards.
    pub taken: Option<Attributes>,
}

impl Deed {
    /// A deed that takes and gives nothing but contents.
    pub fn new(stage: StageName, effect: FileEffect) -> Self {
        Self { stage, effect, given: None, taken: None }
    }

    /// The deed that takes this one back, staged under a name of its own.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let FileEffect { path, before, after } = self.effect.clone();
        let effect = FileEffect { path, before: after, after: before };
        Self { stage: self.stage.back(), effect, given: self.taken.clone(), taken: self.given.clone() }
    }
}

/// A change of one file that is ready beside its target.
#[derive(Debug)]
#[must_use = "what is staged stays beside the target until it is exchanged or discarded"]
pub struct Staged {
    pub(super) place: Place,
    pub(super) stage: Stand,
    pub(super) effect: FileEffect,
    given: Option<Attributes>,
    pub(super) notes: Vec<Note>,
}

impl Staged {
    /// Writes the successor beside its target, making parent folders that are missing. It is durable when the yard
    /// syncs by file.
    ///
    /// # Errors
    /// The content is not the promised one, or the system refuses; nothing but new parent folders is left behind,
    /// except after [`WorkspaceError::Torn`].
    pub fn prepare(deed: &Deed, contents: &mut Contents<'_>, yard: &Yard) -> Result<Self, WorkspaceError> {
        let effect = &deed.effect;
        let path = effect.path.as_path();
        if let (true, Some(parent)) = (effect.after.exists(), path.parent()) {
            yard.make_folders(parent)?;
        }
        fault::point("folders made");
        let Some(place) = yard.place(&effect.path)? else {
            return Err(Found::Image(FileImage::Absent).drift(path, &effect.before));
        };
        let replaces = effect.before.exists() && effect.after.exists();
        let stage = if replaces { yard.stand(&place, &deed.stage) } else { Stand::beside(&place, &deed.stage) };
        let mut staged = Self::new(deed, place, stage);
        staged.write(contents, yard)?;
        fault::point("staged");
        Ok(staged)
    }

    /// Takes over the whole successor that a crash left beside its target, `found` under the stage's name, as if it had just
    /// been written; `None` when that cannot be done. It is durable when the yard syncs by file.
    ///
    /// All is written again that the dead process may have written in vain: it may have been told of data that did not
    /// reach the disk, and nobody is told twice.
    pub(super) fn take_over(found: &Stat, deed: &Deed, place: &Place, stage: &Stand, yard: &Yard) -> Option<Self> {
        let FileImage::File { digest, size, mode } = deed.effect.after else { return None };
        let as_promised = FileType::from_raw_mode(found.st_mode).is_file()
            && found.st_mode & 0o7777 == mode
            && u64::try_from(found.st_size) == Ok(size);
        // A second name of it might be its target's.
        if !as_promised || found.st_nlink > 1 {
            return None;
        }
        let mut file = stage.place.folder.open_to_rewrite(&stage.place.name).ok()?;
        if !rewrite(&mut file, digest, size).ok()? {
            return None;
        }
        fault::point("stage written again");
        let mut staged = Self::new(deed, place.clone(), stage.clone());
        staged.complete(&file, mode, yard).ok()?;
        Some(staged)
    }

    fn new(deed: &Deed, place: Place, stage: Stand) -> Self {
        let (effect, given) = (deed.effect.clone(), deed.given.clone());
        Self { place, stage, effect, given, notes: Vec::new() }
    }

    fn write(&mut self, contents: &mut Contents<'_>, yard: &Yard) -> Result<(), WorkspaceError> {
        match self.effect.after {
            // Whatever stands under the stage's name is not ours, and the target could not be moved there.
            FileImage::Absent if self.stage.place.is_taken()? => {
                Err(self.stage.failed("stage a file as")(Errno::EXIST))
            }
            FileImage::Absent => Ok(()),
            FileImage::File { digest, mode, .. } => {
                let created = self.stage.place.folder.create_file(&self.stage.place.name, UNFINISHED);
                let file = created.map_err(self.stage.failed("stage a file as"))?;
                fault::point("stage made");
                self.write_file(file, digest, mode, contents, yard).or_else(|error| self.give_up(error))
            }
            FileImage::Symlink { digest } => {
                let mut target = Vec::new();
                self.copy(contents, digest, &mut target)?;
                let on = &self.stage.place;
                on.folder
                    .create_link(OsStr::from_bytes(&target), &on.name)
                    .map_err(self.stage.failed("make the link"))?;
                self.give_link_away();
                Ok(())
            }
        }
    }

    fn give_up(&self, error: WorkspaceError) -> Result<(), WorkspaceError> {
        self.discard()?;
        Err(error)
    }

    fn write_file(
        &mut self,
        mut file: OpenFile,
        digest: Digest,
        mode: u32,
        contents: &mut Contents<'_>,
        yard: &Yard,
    ) -> Result<(), WorkspaceError> {
        self.copy(contents, digest, &mut file)?;
        fault::point("stage written");
        self.complete(&file, mode, yard)
    }

    /// Gives a file whose content is written all else that it needs to be exchanged.
    fn complete(&mut self, file: &OpenFile, mode: u32, yard: &Yard) -> Result<(), WorkspaceError> {
        match self.given.take() {
            _ if matches!(self.effect.before, FileImage::File { .. }) => self.inherit(file, mode)?,
            Some(given) => self.bequeath(file, mode, &given)?,
            None if mode & 0o6000 != 0 => {
                return Err(self.place.failed("keep the owner of", &self.place.name)(Errno::PERM));
            }
            None => {}
        }
        // Last, as a changed owner would drop bits and a changed ACL the group's.
        file.set_mode(mode).map_err(self.stage.failed("set the mode of"))?;
        if yard.sync_by(&self.place.folder) == SyncBy::File {
            file.sync().map_err(self.stage.failed("sync"))?;
        }
        Ok(())
    }

    /// Copies the content of `digest` to `to` and makes sure that it is that content.
    fn copy(&self, contents: &mut Contents<'_>, digest: Digest, to: &mut dyn Write) -> Result<(), WorkspaceError> {
        let mut sink = Sink { to, hash: Sha256::new(), refused: None };
        let copied = contents(digest, &mut sink);
        let path = || self.place.path.clone();
        match (copied, sink.refused) {
            (Ok(()), None) if sink.hash.finalize().as_slice() == digest.as_bytes() => Ok(()),
            (Ok(()), None) => Err(WorkspaceError::WrongContent { path: path() }),
            (_, Some(source)) => {
                Err(WorkspaceError::Io { doing: "write", path: self.stage.place.path.clone(), source })
            }
            (Err(source), None) => Err(WorkspaceError::NoContent { path: path(), source }),
        }
    }

    /// Gives the staged file the old one's owner and extended attributes, as far as the system permits.
    fn inherit(&mut self, file: &OpenFile, mode: u32) -> Result<(), WorkspaceError> {
        // When it is gone or no longer a file, the exchange will tell.
        let Ok(old) = self.place.folder.open_file(&self.place.name) else { return Ok(()) };
        let Ok(was) = old.stat() else { return Ok(()) };
        if was.st_nlink > 1 {
            self.notes.push(Note::HardLinks(was.st_nlink - 1));
        }
        let had = attributes::of(&old, &was).unwrap_or_else(|had| {
            self.notes.push(Note::AttributesNotKept);
            had
        });
        self.bequeath(file, mode, &had)
    }

    /// Gives the staged file owner and extended attributes, as far as the system permits.
    fn bequeath(&mut self, file: &OpenFile, mode: u32, given: &Attributes) -> Result<(), WorkspaceError> {
        // While it is ours.
        acl::take_unwanted(file, given).map_err(self.stage.failed("set the ACL of"))?;
        let is = file.stat().map_err(self.stage.failed("look at"))?;
        if (given.owner, given.group) != (is.st_uid, is.st_gid)
            && let Err(errno) = file.set_owner(given.owner, given.group)
        {
            // Who may not give a file away may give it to another group of theirs.
            let group = given.group == is.st_gid || file.set_owner(is.st_uid, given.group).is_ok();
            // Another owner's set-user-id file must not become ours with the bit still set.
            if mode & 0o4000 != 0 && given.owner != is.st_uid || mode & 0o2000 != 0 && !group {
                return Err(self.place.failed("keep the owner of", &self.place.name)(errno));
            }
            self.notes.push(Note::OwnerNotKept);
        }
        let refused = given.extended.iter().filter(|(name, value)| file.set_attribute(name, value).is_err());
        if refused.count() > 0 && !self.notes.contains(&Note::AttributesNotKept) {
            self.notes.push(Note::AttributesNotKept);
        }
        Ok(())
    }

    /// Gives the staged link the owner that it is to have, as far as the system permits.
    fn give_link_away(&mut self) {
        let on = &self.stage.place;
        let (Some(given), Ok(Some(is))) = (&self.given, on.look(&on.name)) else { return };
        if (given.owner, given.group) != (is.st_uid, is.st_gid)
            && on.folder.set_link_owner(&on.name, given.owner, given.group).is_err()
        {
            self.notes.push(Note::OwnerNotKept);
        }
    }

    /// Makes what was staged durable, where a sync of the whole file system is not to be had.
    pub(super) fn sync(&self) -> Result<(), WorkspaceError> {
        if !matches!(self.effect.after, FileImage::File { .. }) {
            return Ok(());
        }
        let (on, failed) = (&self.stage.place, || self.stage.failed("sync"));
        on.folder.open_file(&on.name).map_err(failed())?.sync().map_err(failed())
    }

    /// Lets the successor and the present file change places.
    ///
    /// # Errors
    /// What was there is not the base ([`WorkspaceError::Drift`]), or the system refuses. It is there again then and
    /// nothing is left beside it, except after [`WorkspaceError::Torn`].
    pub fn exchange(mut self) -> Result<Exchanged, WorkspaceError> {
        fault::point("before exchange");
        match self.move_in() {
            Ok(()) => {}
            Err(torn @ WorkspaceError::Torn { .. }) => return Err(torn),
            Err(error) => {
                self.discard()?;
                return Err(error);
            }
        }
        fault::point("exchanged");
        Exchanged::look_at_old(self)
    }

    fn move_in(&mut self) -> Result<(), WorkspaceError> {
        let Self { place, stage, effect, notes, .. } = self;
        let moved = match (effect.before.exists(), effect.after.exists()) {
            (true, true) => swap(place, stage).map(|swapped| {
                if swapped == Swapped::InSteps {
                    notes.push(Note::NoExchange);
                }
            }),
            (true, false) => rename_new(place, &stage.place),
            (false, true) => rename_new(&stage.place, place),
            (false, false) => Ok(()),
        };
        let Err(errno) = moved else { return Ok(()) };
        // Without an exchange there are several steps, and the second name tells that the last ones were not taken.
        if !matches!(stage.aside().is_taken(), Ok(false)) {
            return Err(place.torn(place.failed("replace", &place.name)(errno)));
        }
        let here = look(place)?;
        // When the target is the base all the same, it was something else that failed.
        let drifted = matches!(errno, Errno::NOENT | Errno::EXIST) && !here.is(&effect.before);
        Err(if drifted { self.drift(here) } else { place.failed("replace", &place.name)(errno) })
    }

    pub(super) fn drift(&self, found: Found) -> WorkspaceError {
        found.drift(&self.place.path, &self.effect.before)
    }

    /// Removes what was staged.
    ///
    /// # Errors
    /// [`WorkspaceError::Torn`]: it is still there.
    pub fn discard(&self) -> Result<(), WorkspaceError> {
        if !self.effect.after.exists() {
            return Ok(());
        }
        self.stage.place.remove(&self.stage.place.name).map_err(|error| self.place.torn(error))
    }
}

/// Passes on what is written to it, and remembers what that was and whether the receiver refused it.
struct Sink<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
    refused: Option<io::Error>,
}

impl Write for Sink<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self.to.write(piece) {
            Ok(taken) => {
                fault::point("piece written");
                self.hash.update(&piece[..taken]);
                Ok(taken)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.refused = Some(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
