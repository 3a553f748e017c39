//! Two names in one folder change what they name, and what can be done where the file system knows no such call.

use std::ffi::OsStr;

use rustix::io::Errno;

use super::fault;
use super::place::Place;
use super::stage::StageName;

/// How two names changed what they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swapped {
    /// In one step of the kernel.
    AtOnce,
    /// In several, as the file system knows no exchange.
    InSteps,
}

/// True when the file system does not know the call or the flag.
fn is_unsupported(errno: Errno) -> bool {
    matches!(errno, Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

/// Lets the target and the staged file change names; [`Errno::NOENT`] when the target is gone.
pub(super) fn swap(place: &Place, stage: &StageName) -> Result<Swapped, Errno> {
    let (folder, name) = (&place.folder, &place.name);
    match folder.exchange(stage.as_os_str(), name) {
        Err(errno) if is_unsupported(errno) => swap_by_link(place, stage).map(|()| Swapped::InSteps),
        done => done.map(|()| Swapped::AtOnce),
    }
}

/// Does with a second name for the target what an exchange does; not in one step.
fn swap_by_link(place: &Place, stage: &StageName) -> Result<(), Errno> {
    let (folder, name) = (&place.folder, &place.name);
    match folder.link(name, stage.aside()) {
        Ok(()) => {}
        Err(errno) if is_unsupported(errno) || matches!(errno, Errno::PERM | Errno::MLINK) => {
            return swap_by_rename(place, stage);
        }
        Err(errno) => return Err(errno),
    }
    fault::point("linked aside");
    if let Err(errno) = folder.rename(stage.as_os_str(), name) {
        folder.remove(stage.aside())?;
        return Err(errno);
    }
    fault::point("renamed over");
    folder.rename(stage.aside(), stage.as_os_str())
}

/// Does with a second name what an exchange does, on file systems without hard links: the target is away for a moment.
fn swap_by_rename(place: &Place, stage: &StageName) -> Result<(), Errno> {
    let (folder, name) = (&place.folder, &place.name);
    folder.rename(name, stage.aside())?;
    fault::point("moved aside");
    if let Err(errno) = folder.rename(stage.as_os_str(), name) {
        folder.rename(stage.aside(), name)?;
        return Err(errno);
    }
    fault::point("moved in");
    folder.rename(stage.aside(), stage.as_os_str())
}

/// Renames within the folder of `place`, never over anything: [`Errno::EXIST`] when `to` is taken.
pub(super) fn rename_new(place: &Place, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
    let folder = &place.folder;
    match folder.rename_new(from, to) {
        Err(errno) if is_unsupported(errno) => rename_new_by_link(place, from, to),
        done => done,
    }
}

/// Does what a rename that never replaces does, where the file system knows none.
fn rename_new_by_link(place: &Place, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
    let folder = &place.folder;
    match folder.link(from, to) {
        Ok(()) => {
            fault::point("linked");
            folder.remove(from)
        }
        Err(errno) if is_unsupported(errno) || matches!(errno, Errno::PERM | Errno::MLINK) => match folder.stat(to) {
            Ok(_) => Err(Errno::EXIST),
            Err(Errno::NOENT) => folder.rename(from, to),
            Err(errno) => Err(errno),
        },
        Err(errno) => Err(errno),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::disk::Use;
    use super::*;
    use crate::model::{ChangeId, PlanId, TargetPath};

    type Swap = fn(&Place, &StageName) -> Result<(), Errno>;
    type Rename = fn(&Place, &OsStr, &OsStr) -> Result<(), Errno>;

    fn place_in(folder: &Path) -> Place {
        let path = TargetPath::new(folder.canonicalize().expect("it exists").join("target"));
        Place::open(&path, Use::Change).expect("it opens").expect("it exists")
    }

    #[test]
    fn every_way_to_swap_exchanges_the_two_files_and_leaves_no_third() {
        let ways: [Swap; 3] = [|place, stage| swap(place, stage).map(drop), swap_by_link, swap_by_rename];
        for way in ways {
            let temp = tempfile::tempdir().expect("a temporary folder");
            let (place, stage) = (place_in(temp.path()), StageName::new(&PlanId::from("p"), ChangeId(1), 0));
            fs::write(temp.path().join(stage.as_os_str()), "new").expect("written");
            assert_eq!(way(&place, &stage), Err(Errno::NOENT), "a target that is gone");
            fs::write(temp.path().join("target"), "old").expect("written");
            assert_eq!(way(&place, &stage), Ok(()));
            assert_eq!(fs::read(temp.path().join("target")).expect("there"), b"new");
            assert_eq!(fs::read(temp.path().join(stage.as_os_str())).expect("there"), b"old");
            assert_eq!(fs::read_dir(temp.path()).expect("listed").count(), 2);
        }
    }

    #[test]
    fn every_way_to_give_a_new_name_refuses_a_name_that_is_taken() {
        let ways: [Rename; 2] = [rename_new, rename_new_by_link];
        for way in ways {
            let temp = tempfile::tempdir().expect("a temporary folder");
            let place = place_in(temp.path());
            fs::write(temp.path().join("a"), "a").expect("written");
            fs::write(temp.path().join("b"), "b").expect("written");
            assert_eq!(way(&place, OsStr::new("a"), OsStr::new("b")), Err(Errno::EXIST));
            assert_eq!(fs::read(temp.path().join("b")).expect("there"), b"b");
            assert_eq!(way(&place, OsStr::new("a"), OsStr::new("c")), Ok(()));
            assert_eq!(fs::read(temp.path().join("c")).expect("there"), b"a");
            assert!(!temp.path().join("a").exists());
        }
    }
}
