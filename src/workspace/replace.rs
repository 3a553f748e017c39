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

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid, XattrFlags};
use rustix::io::Errno;

use super::image::{Found, found, look};
use super::place::{Place, Use, make_folders};
use super::swap::{rename_new, swap};
use super::{WorkspaceError, fault};
use crate::model::{ChangeId, Digest, FileEffect, FileImage, PlanId, TargetPath};

/// A staged file has these permission bits, give or take the umask, until it is whole.
const UNFINISHED: u32 = 0o200;
/// How often a file that others keep changing under our hands is exchanged before we give up.
const MAX_TURNS: u32 = 100;

/// The name beside a target under which its successor is staged, and its predecessor kept until all is well.
///
/// The same change always uses the same names, so that recovery finds what a crash left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageName {
    stage: OsString,
    aside: OsString,
}

impl StageName {
    /// The name for the `effect`-th file of a change.
    pub fn new(plan: &PlanId, change: ChangeId, effect: usize) -> Self {
        let plan: String = plan.as_str().chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let base = format!(".plangate-{plan}-{}-{effect}", change.0);
        Self { stage: format!("{base}.tmp").into(), aside: format!("{base}.old").into() }
    }

    /// The name of the staged file.
    pub fn as_os_str(&self) -> &OsStr {
        &self.stage
    }

    /// The second name, in use only where names cannot be exchanged.
    pub(super) fn aside(&self) -> &OsStr {
        &self.aside
    }
}

/// Refuses with [`WorkspaceError::Drift`] unless the file is exactly what `effect` starts from.
pub fn check(effect: &FileEffect) -> Result<(), WorkspaceError> {
    let found = found(&effect.path)?;
    if found.is(&effect.before) { Ok(()) } else { Err(found.drift(effect.path.as_path(), &effect.before)) }
}

/// Makes the file what `effect` says, durably, or leaves it as it is.
///
/// `content` is the new file's content or the new link's target; it is not looked at when the file shall be absent.
pub fn replace(effect: &FileEffect, content: &[u8], stage: &StageName) -> Result<(), WorkspaceError> {
    check(effect)?;
    if effect.before == effect.after {
        return Ok(());
    }
    let exchanged = Staged::prepare(effect, content, stage)?.exchange()?;
    match exchanged.confirm() {
        Ok(()) => exchanged.settle(),
        Err(drift) => {
            exchanged.revert()?;
            Err(drift)
        }
    }
}

/// A change of one file that is ready beside its target.
#[derive(Debug)]
#[must_use = "what is staged stays beside the target until it is exchanged or discarded"]
pub struct Staged {
    place: Place,
    stage: StageName,
    effect: FileEffect,
}

impl Staged {
    /// Writes and syncs the successor beside its target, making parent folders that are missing.
    ///
    /// # Errors
    /// The content is not the promised one, or the system refuses; nothing but new parent folders is left behind.
    pub fn prepare(effect: &FileEffect, content: &[u8], stage: &StageName) -> Result<Self, WorkspaceError> {
        let path = effect.path.as_path();
        if effect.after.digest().is_some_and(|digest| digest != Digest::of(content)) {
            return Err(WorkspaceError::WrongContent { path: path.to_owned() });
        }
        if let (true, Some(parent)) = (effect.after.exists(), path.parent()) {
            make_folders(parent)?;
        }
        fault::point("folders made");
        let Some(place) = Place::open(&effect.path, Use::Change)? else {
            return Err(Found::Image(FileImage::Absent).drift(path, &effect.before));
        };
        let staged = Self { place, stage: stage.clone(), effect: effect.clone() };
        if staged.place.look(&stage.stage)?.is_some() {
            return Err(staged.place.failed("stage a file as", &stage.stage)(Errno::EXIST));
        }
        match staged.write(content) {
            Ok(()) => Ok(staged),
            Err(error) => {
                staged.discard()?;
                Err(error)
            }
        }
    }

    fn write(&self, content: &[u8]) -> Result<(), WorkspaceError> {
        match self.effect.after {
            FileImage::Absent => {}
            FileImage::File { mode, .. } => self.write_file(content, mode)?,
            FileImage::Symlink { .. } => {
                rustix::fs::symlinkat(OsStr::from_bytes(content), &self.place.folder, &self.stage.stage)
                    .map_err(self.place.failed("make the link", &self.stage.stage))?;
            }
        }
        fault::point("staged");
        Ok(())
    }

    fn write_file(&self, content: &[u8], mode: u32) -> Result<(), WorkspaceError> {
        let failed = |doing| self.place.failed(doing, &self.stage.stage);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let unfinished = Mode::from_raw_mode(UNFINISHED);
        let file = rustix::fs::openat(&self.place.folder, &self.stage.stage, flags, unfinished);
        let mut file = File::from(file.map_err(failed("stage a file as"))?);
        fault::point("stage made");
        file.write_all(content)
            .map_err(WorkspaceError::io("write", &self.place.path.with_file_name(&self.stage.stage)))?;
        fault::point("stage written");
        if matches!(self.effect.before, FileImage::File { .. }) {
            self.inherit(&file, mode)?;
        }
        // Last, as a changed owner would drop bits and a changed ACL the group's.
        rustix::fs::fchmod(&file, Mode::from_raw_mode(mode)).map_err(failed("set the mode of"))?;
        rustix::fs::fsync(&file).map_err(failed("sync"))
    }

    /// Gives the staged file the old one's owner and extended attributes, as far as the system permits.
    fn inherit(&self, file: &File, mode: u32) -> Result<(), WorkspaceError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        // When it is gone or no longer a file, the exchange will tell.
        let Ok(old) = rustix::fs::openat(&self.place.folder, &self.place.name, flags, Mode::empty()) else {
            return Ok(());
        };
        let (was, is) = (rustix::fs::fstat(&old), rustix::fs::fstat(file));
        if let (Ok(was), Ok(is)) = (was, is)
            && (was.st_uid, was.st_gid) != (is.st_uid, is.st_gid)
        {
            let (owner, group) = (Uid::from_raw(was.st_uid), Gid::from_raw(was.st_gid));
            let kept = rustix::fs::fchown(file, Some(owner), Some(group));
            // Another owner's set-user-id file must not become ours with the bit still set.
            if let (Err(errno), true) = (kept, mode & 0o6000 != 0) {
                return Err(self.place.failed("keep the owner of", &self.place.name)(errno));
            }
        }
        inherit_attributes(&old, file);
        Ok(())
    }

    /// Lets the successor and the present file change places.
    ///
    /// # Errors
    /// What was there is not the base ([`WorkspaceError::Drift`]), or the system refuses. It is there again then and
    /// nothing is left beside it, except after [`WorkspaceError::Torn`].
    pub fn exchange(self) -> Result<Exchanged, WorkspaceError> {
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
        let exchanged = Exchanged { old: None, staged: self };
        match exchanged.look_at_old() {
            Ok(old) => Ok(Exchanged { old, ..exchanged }),
            Err(error) => {
                exchanged.revert()?;
                Err(error)
            }
        }
    }

    fn move_in(&self) -> Result<(), WorkspaceError> {
        let Self { place, stage, effect } = self;
        let moved = match (effect.before.exists(), effect.after.exists()) {
            (true, true) => swap(place, stage),
            (true, false) => rename_new(place, &place.name, &stage.stage),
            (false, true) => rename_new(place, &stage.stage, &place.name),
            (false, false) => Ok(()),
        };
        let Err(errno) = moved else { return Ok(()) };
        // Without an exchange there are several steps, and the second name tells that the last ones were not taken.
        if !matches!(place.look(stage.aside()), Ok(None)) {
            return Err(place.torn(place.failed("replace", &place.name)(errno)));
        }
        let here = look(place, &place.name)?;
        // When the target is the base all the same, it was something else that failed.
        let drifted = matches!(errno, Errno::NOENT | Errno::EXIST) && !here.is(&effect.before);
        Err(if drifted { self.drift(here) } else { place.failed("replace", &place.name)(errno) })
    }

    fn drift(&self, found: Found) -> WorkspaceError {
        found.drift(&self.place.path, &self.effect.before)
    }

    /// Removes what was staged.
    ///
    /// # Errors
    /// [`WorkspaceError::Torn`]: it is still there.
    pub fn discard(&self) -> Result<(), WorkspaceError> {
        self.place.remove(&self.stage.stage).map_err(|error| self.place.torn(error))
    }
}

/// A change of one file that happened, its predecessor still beside it.
#[derive(Debug)]
#[must_use = "the old file stays beside the new one until the change is settled or reverted"]
pub struct Exchanged {
    staged: Staged,
    /// The old file's status when it was found to be the base.
    old: Option<Stat>,
}

impl Exchanged {
    /// The old file's status, when there is one and it is the base.
    fn look_at_old(&self) -> Result<Option<Stat>, WorkspaceError> {
        let Staged { place, stage, effect } = &self.staged;
        if !effect.before.exists() {
            return Ok(None);
        }
        let stat = place.look(&stage.stage)?;
        let out = look(place, &stage.stage)?;
        if out.is(&effect.before) { Ok(stat) } else { Err(self.staged.drift(out)) }
    }

    /// Looks whether the old file is still the base: a program that had it open before may have written to it since.
    pub fn confirm(&self) -> Result<(), WorkspaceError> {
        let Staged { place, stage, effect } = &self.staged;
        let Some(old) = &self.old else { return Ok(()) };
        if place.look(&stage.stage)?.is_some_and(|now| moment(&now) == moment(old)) {
            return Ok(());
        }
        let out = look(place, &stage.stage)?;
        if out.is(&effect.before) { Ok(()) } else { Err(self.staged.drift(out)) }
    }

    /// Removes the old file and makes the change durable.
    ///
    /// # Errors
    /// [`WorkspaceError::Torn`]: the change happened, but the old file may be left or the change not be durable.
    pub fn settle(self) -> Result<(), WorkspaceError> {
        let Staged { place, stage, effect } = &self.staged;
        let removed = if effect.before.exists() { place.remove(&stage.stage) } else { Ok(()) };
        fault::point("old removed");
        removed.and_then(|()| place.sync()).map_err(|error| place.torn(error))
    }

    /// Takes the change back. What somebody else put into the new file's place since stays there.
    ///
    /// # Errors
    /// [`WorkspaceError::Torn`]: it is not known what stands.
    pub fn revert(self) -> Result<(), WorkspaceError> {
        let Staged { place, stage, effect } = &self.staged;
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
pub(super) fn give_back(place: &Place, stage: &StageName, ours: &FileImage) -> Result<(), WorkspaceError> {
    let mut expected = Found::Image(ours.clone());
    for _ in 0..MAX_TURNS {
        let given = look(place, &stage.stage)?;
        fault::point("before giving back");
        if !expected.is(&FileImage::Absent) {
            match swap(place, stage) {
                Ok(()) if look(place, &stage.stage)? == expected => return place.remove(&stage.stage),
                Ok(()) => {
                    expected = given;
                    continue;
                }
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(place.failed("put back", &place.name)(errno)),
            }
        }
        match rename_new(place, &stage.stage, &place.name) {
            Ok(()) => return Ok(()),
            // Only where a file was deleted: whoever made another one since has had the last word.
            Err(Errno::EXIST) if expected.is(&FileImage::Absent) => return place.remove(&stage.stage),
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(place.failed("put back", &place.name)(errno)),
        }
    }
    Err(place.failed("put back", &place.name)(Errno::BUSY))
}

/// Takes the new file `ours` away again; what somebody else made of it stays.
fn take_away(place: &Place, stage: &StageName, ours: &FileImage) -> Result<(), WorkspaceError> {
    match rename_new(place, &place.name, &stage.stage) {
        Ok(()) if look(place, &stage.stage)?.is(ours) => place.remove(&stage.stage),
        Ok(()) => give_back(place, stage, &FileImage::Absent),
        Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(place.failed("take back", &place.name)(errno)),
    }
}

/// True for a staged file that a crash left before it was whole.
pub(super) fn is_unfinished(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode).is_file() && stat.st_mode & 0o7777 & !UNFINISHED == 0
}

/// Copies extended attributes, ACL included, as far as the system permits.
fn inherit_attributes(old: &impl rustix::fd::AsFd, new: &File) {
    // Capabilities belong to the old content, the others are made by the kernel.
    const NOT_OURS: [&[u8]; 3] = [b"security.capability", b"security.ima", b"security.evm"];
    let Ok(length) = rustix::fs::flistxattr_query(old) else { return };
    let mut names = vec![0; length];
    let Ok(length) = rustix::fs::flistxattr(old, &mut names) else { return };
    for name in names[..length].split(|byte| *byte == 0) {
        if name.is_empty() || NOT_OURS.contains(&name) {
            continue;
        }
        let Ok(length) = rustix::fs::fgetxattr_query(old, name) else { continue };
        let mut value = vec![0; length];
        if let Ok(length) = rustix::fs::fgetxattr(old, name, &mut value) {
            let _ = rustix::fs::fsetxattr(new, name, &value[..length], XattrFlags::empty());
        }
    }
}

/// Removes those of `folders` that are empty, the innermost first. One that is in use, gone or no folder any more stays.
pub fn remove_empty_folders(folders: &[TargetPath]) -> Result<(), WorkspaceError> {
    let mut folders: Vec<&TargetPath> = folders.iter().collect();
    folders.sort_unstable_by_key(|folder| std::cmp::Reverse(folder.as_bytes().len()));
    for folder in folders {
        let place = match Place::open(folder, Use::Change) {
            Ok(Some(place)) => place,
            Ok(None) | Err(WorkspaceError::Escape { .. } | WorkspaceError::NotAFolder { .. }) => continue,
            Err(error) => return Err(error),
        };
        match rustix::fs::unlinkat(&place.folder, &place.name, AtFlags::REMOVEDIR) {
            Ok(()) => place.sync()?,
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOENT | Errno::NOTDIR | Errno::BUSY) => {}
            Err(errno) => return Err(place.failed("remove the folder", &place.name)(errno)),
        }
    }
    Ok(())
}
