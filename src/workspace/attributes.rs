//! What files have besides content and permission bits.

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use super::disk::{OpenFile, Use};
use super::place::{Folders, Place};
use super::{WorkspaceError, parallel};
use crate::model::{Attributes, TargetPath};

/// Capabilities belong to the old content, the others are made by the kernel.
const NOT_OURS: [&[u8]; 3] = [b"security.capability", b"security.ima", b"security.evm"];

/// What the files and links at these paths have besides their contents; `None` where there is neither. An attribute that
/// cannot be read is left out.
pub fn attributes_at(paths: &[&TargetPath]) -> Vec<Result<Option<Attributes>, WorkspaceError>> {
    let folders = Folders::new(Use::Look);
    parallel::map(paths, &|path| match Place::open_in(path, &folders)? {
        Some(place) => at(&place),
        None => Ok(None),
    })
}

fn at(place: &Place) -> Result<Option<Attributes>, WorkspaceError> {
    let Some(stat) = place.look(&place.name)? else { return Ok(None) };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Symlink => Ok(Some(Attributes { owner: stat.st_uid, group: stat.st_gid, extended: Vec::new() })),
        FileType::RegularFile => {
            let file = match place.folder.open_file(&place.name) {
                Ok(file) => file,
                Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(None),
                Err(errno) => return Err(place.failed("read", &place.name)(errno)),
            };
            let stat = file.stat().map_err(place.failed("look at", &place.name))?;
            Ok(Some(of(&file, &stat).unwrap_or_else(|readable| readable)))
        }
        _ => Ok(None),
    }
}

/// What an open file has whose status was just taken.
///
/// # Errors
/// An attribute could not be read: what it has without that.
pub(super) fn of(file: &OpenFile, stat: &Stat) -> Result<Attributes, Attributes> {
    let (mut extended, mut refused) = (Vec::new(), false);
    for name in file.attributes().into_iter().filter(|name| !NOT_OURS.contains(&&**name)) {
        match file.attribute(&name) {
            Ok(value) => extended.push((name, value)),
            Err(_) => refused = true,
        }
    }
    let found = Attributes { owner: stat.st_uid, group: stat.st_gid, extended };
    if refused { Err(found) } else { Ok(found) }
}
