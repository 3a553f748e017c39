//! Two names change what they name, and what can be done where the file system knows no such call.

use rustix::io::Errno;

use super::fault;
use super::place::Place;
use super::stage::Stand;

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
pub(super) fn swap(target: &Place, stage: &Stand) -> Result<Swapped, Errno> {
    match stage.place.folder.exchange(&stage.place.name, &target.folder, &target.name) {
        Err(errno) if is_unsupported(errno) => swap_by_link(target, stage).map(|()| Swapped::InSteps),
        done => done.map(|()| Swapped::AtOnce),
    }
}

/// Does with a second name for the target what an exchange does; not in one step.
fn swap_by_link(target: &Place, stage: &Stand) -> Result<(), Errno> {
    let aside = stage.aside();
    match target.folder.link(&target.name, &aside.folder, &aside.name) {
        Ok(()) => {}
        Err(errno) if is_unsupported(errno) || matches!(errno, Errno::PERM | Errno::MLINK) => {
            return swap_by_rename(target, stage);
        }
        Err(errno) => return Err(errno),
    }
    fault::point("linked aside");
    if let Err(errno) = rename(&stage.place, target) {
        aside.folder.remove(&aside.name)?;
        return Err(errno);
    }
    fault::point("renamed over");
    rename(&aside, &stage.place)
}

/// Does with a second name what an exchange does, on file systems without hard links: the target is away for a moment.
fn swap_by_rename(target: &Place, stage: &Stand) -> Result<(), Errno> {
    let aside = stage.aside();
    rename(target, &aside)?;
    fault::point("moved aside");
    if let Err(errno) = rename(&stage.place, target) {
        rename(&aside, target)?;
        return Err(errno);
    }
    fault::point("moved in");
    rename(&aside, &stage.place)
}

/// Renames, over whatever has the name.
fn rename(from: &Place, to: &Place) -> Result<(), Errno> {
    from.folder.move_to(&from.name, &to.folder, &to.name)
}

/// Renames, never over anything: [`Errno::EXIST`] when `to` is taken.
pub(super) fn rename_new(from: &Place, to: &Place) -> Result<(), Errno> {
    match from.folder.move_new(&from.name, &to.folder, &to.name) {
        Err(errno) if is_unsupported(errno) => rename_new_by_link(from, to),
        done => done,
    }
}

/// Does what a rename that never replaces does, where the file system knows none.
fn rename_new_by_link(from: &Place, to: &Place) -> Result<(), Errno> {
    match from.folder.link(&from.name, &to.folder, &to.name) {
        Ok(()) => {
            fault::point("linked");
            from.folder.remove(&from.name)
        }
        Err(errno) if is_unsupported(errno) || matches!(errno, Errno::PERM | Errno::MLINK) => {
            match to.folder.stat(&to.name) {
                Ok(_) => Err(Errno::EXIST),
                Err(Errno::NOENT) => rename(from, to),
                Err(errno) => Err(errno),
            }
        }
        Err(errno) => Err(errno),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::path::Path;

    use super::super::disk::Use;
    use super::super::stage::StageName;
    use super::*;
    use crate::model::{ChangeId, PlanId, TargetPath};

    type Swap = fn(&Place, &Stand) -> Result<(), Errno>;
    type Rename = fn(&Place, &Place) -> Result<(), Errno>;

    fn place_in(folder: &Path) -> Place {
        let path = TargetPath::new(folder.canonicalize().expect("it exists").join("target"));
        Place::open(&path, Use::Change).expect("it opens").expect("it exists")
    }

    #[test]
    fn every_way_to_swap_exchanges_the_two_files_and_leaves_no_third() {
        let ways: [Swap; 3] = [|place, stage| swap(place, stage).map(drop), swap_by_link, swap_by_rename];
        for way in ways {
            let temp = tempfile::tempdir().expect("a temporary folder");
            let place = place_in(temp.path());
            let stage = Stand::beside(&place, &StageName::new(&PlanId::from("p"), ChangeId(1), 0));
            fs::write(&stage.place.path, "new").expect("written");
            assert_eq!(way(&place, &stage), Err(Errno::NOENT), "a target that is gone");
            fs::write(temp.path().join("target"), "old").expect("written");
            assert_eq!(way(&place, &stage), Ok(()));
            assert_eq!(fs::read(temp.path().join("target")).expect("there"), b"new");
            assert_eq!(fs::read(&stage.place.path).expect("there"), b"old");
            assert_eq!(fs::read_dir(temp.path()).expect("listed").count(), 2);
        }
    }

    #[test]
    fn every_way_to_give_a_new_name_refuses_a_name_that_is_taken() {
        let ways: [Rename; 2] = [rename_new, rename_new_by_link];
        for way in ways {
            let temp = tempfile::tempdir().expect("a temporary folder");
            let place = place_in(temp.path());
            let named = |name: &str| place.sibling(OsStr::new(name));
            fs::write(temp.path().join("a"), "a").expect("written");
            fs::write(temp.path().join("b"), "b").expect("written");
            assert_eq!(way(&named("a"), &named("b")), Err(Errno::EXIST));
            assert_eq!(fs::read(temp.path().join("b")).expect("there"), b"b");
            assert_eq!(way(&named("a"), &named("c")), Ok(()));
            assert_eq!(fs::read(temp.path().join("c")).expect("there"), b"a");
            assert!(!temp.path().join("a").exists());
        }
    }
}
