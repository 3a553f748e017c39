//! Where one file stands after a crash in the middle of its change.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rustix::fs::Stat;
use rustix::io::Errno;

use super::exchange::give_back;
use super::image::{Found, look};
use super::place::Place;
use super::stage::{Contents, Deed, Staged, Stand, is_torn, is_unfinished};
use super::swap::rename_new;
use super::yard::Yard;
use super::{Note, WorkspaceError, fault, notes};
use crate::model::{FileEffect, FileImage};

/// So many things of others may lie beside one file.
const MAX_SAVED: u32 = 100;

/// How far the change of one file came.
#[derive(Debug)]
pub enum Standing {
    /// It happened, and this is to be known of it as far as it can still be found out.
    Done(Vec<Note>),
    /// It did not happen, and the file is as it was.
    Todo,
    /// The same, and its successor is ready beside it.
    Ready(Box<Staged>),
    /// The file is neither as it was nor as it should become; this was found.
    Drifted(Found),
}

/// Clears away what a crash left beside the file while the change was taken back, so that it can be settled again; see
/// [`settle`].
pub fn settle_back(deed: &Deed, contents: &mut Contents<'_>, yard: &Yard) -> Result<(), WorkspaceError> {
    let Some(place) = yard.place(&deed.effect.path)? else { return Ok(()) };
    let stage = Stand::beside(&place, &deed.stage.back());
    if !stage.place.is_taken()? && !stage.aside().is_taken()? {
        return Ok(());
    }
    match settle(&deed.reversed(), contents, yard)? {
        Standing::Ready(ready) => ready.discard(),
        Standing::Done(_) | Standing::Todo | Standing::Drifted(_) => Ok(()),
    }
}

/// Clears away what a crash left beside the file, unless it is the whole successor, and tells how far the change came.
/// Repeating it changes nothing more. It is durable once the yard's folders are synced.
///
/// The disk alone answers. A file under the stage's name is one of four: the successor, whole and not yet used; what a
/// crash left of it; the base, then the exchange happened, unless the base has its own name still; or anything else, which
/// somebody else wrote in the last moment: the exchange brought it out, and has still to give it back.
///
/// # Errors
/// [`WorkspaceError::Saved`]: what somebody else wrote could not be given back, as its place is taken.
pub fn settle(deed: &Deed, contents: &mut Contents<'_>, yard: &Yard) -> Result<Standing, WorkspaceError> {
    let effect = &deed.effect;
    let Some(place) = yard.place(&effect.path)? else {
        // Whoever died may have removed its folder, and synced nothing.
        yard.doubt_above(&effect.path)?;
        return Ok(standing(deed, None, Found::Image(FileImage::Absent)));
    };
    // Whoever died may have done it all and synced nothing.
    yard.changed(&place.folder);
    let stage = &yard.stand_left(&place, &deed.stage)?;
    bring_back_aside(&place, stage, effect)?;
    let here = look(&place)?;
    let Some(stat) = stage.place.look(&stage.place.name)? else {
        return Ok(standing(deed, Some(&place), here));
    };
    fault::point("leftover found");
    if here.is(&effect.before)
        && let Some(ready) = Staged::take_over(&stat, deed, &place, stage, yard)
    {
        return Ok(Standing::Ready(Box::new(ready)));
    }
    let is_ours = |image: &FileImage| here.is(image) && effect.before.exists();
    match held(&stat, effect, &place, stage, contents)? {
        Held::Base => {
            // It may be a second name of a file that still has its first, where names cannot be exchanged.
            let is_first = here.is(&effect.before);
            if is_first {
                yard.take_away(stage)?;
                return Ok(Standing::Todo);
            }
            let notes = notes::of_replaced(&place, stage, effect, &stat);
            yard.put_away(stage)?;
            Ok(Standing::Done(notes))
        }
        // Nothing is lost with a beginning of what the store has; but where ours stands, whole, it came out for it.
        Held::Successor(found) if found.is_some() && is_ours(&effect.after) && !is_unfinished(&stat) => {
            give_back(&place, stage, &effect.after)?;
            Ok(found.map_or(Standing::Todo, Standing::Drifted))
        }
        Held::Successor(_) => {
            yard.take_away(stage)?;
            Ok(standing(deed, Some(&place), here))
        }
        Held::Theirs(found) if is_ours(&effect.after) || here.is(&FileImage::Absent) => {
            let ours = if is_ours(&effect.after) { &effect.after } else { &FileImage::Absent };
            give_back(&place, stage, ours)?;
            Ok(Standing::Drifted(found))
        }
        Held::Theirs(_) | Held::Unreadable => {
            let saved = save(&place, stage)?;
            Err(WorkspaceError::Saved { path: place.path, saved })
        }
    }
}

/// What is under the stage's name.
enum Held {
    /// The successor, or, when it is told what was found, only something of it.
    Successor(Option<Found>),
    Base,
    /// What somebody else wrote.
    Theirs(Found),
    /// What we may not read, so it is not ours.
    Unreadable,
}

fn held(
    stat: &Stat,
    effect: &FileEffect,
    place: &Place,
    stage: &Stand,
    contents: &mut Contents<'_>,
) -> Result<Held, WorkspaceError> {
    let found = match look(&stage.place) {
        Err(WorkspaceError::Io { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => {
            return Ok(Held::Unreadable);
        }
        found => found?,
    };
    if found.is(&effect.after) {
        return Ok(Held::Successor(None));
    }
    if found.is(&effect.before) {
        return Ok(Held::Base);
    }
    let torn = is_torn(stat, effect, place, stage, contents)?;
    Ok(if torn { Held::Successor(Some(found)) } else { Held::Theirs(found) })
}

/// Puts what somebody else wrote beside the file, under a name that they will find; tells that name.
fn save(place: &Place, stage: &Stand) -> Result<PathBuf, WorkspaceError> {
    // So much of a name leaves room for what is added to it.
    const KEPT_BYTES: usize = 200;
    let name = &place.name.as_bytes()[..place.name.len().min(KEPT_BYTES)];
    for n in 1..=MAX_SAVED {
        let number = if n == 1 { String::new() } else { format!("-{n}") };
        let name = [name, b".plangate-saved", number.as_bytes()].concat();
        let name = OsStr::from_bytes(&name);
        match rename_new(&stage.place, &place.sibling(name)) {
            Ok(()) => return Ok(place.path.with_file_name(name)),
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(place.failed("keep what was found as", name)(errno)),
        }
    }
    Err(place.failed("keep what was found beside", &place.name)(Errno::EXIST))
}

fn standing(deed: &Deed, place: Option<&Place>, here: Found) -> Standing {
    let effect = &deed.effect;
    if here.is(&effect.after) {
        Standing::Done(place.map(|place| notes::of_given(place, deed)).unwrap_or_default())
    } else if here.is(&effect.before) {
        Standing::Todo
    } else {
        Standing::Drifted(here)
    }
}

/// Resolves the second name that is in use where names cannot be exchanged.
fn bring_back_aside(place: &Place, stage: &Stand, effect: &FileEffect) -> Result<(), WorkspaceError> {
    let aside = stage.aside();
    if !aside.is_taken()? {
        return Ok(());
    }
    let failed = |errno| aside.failed("bring back", &aside.name)(errno);
    // A power cut may have kept the second name and forgotten the staged file, so its absence alone tells nothing.
    if !stage.place.is_taken()? && look(place)?.is(&effect.after) {
        // The successor is in its place already: what is aside is the predecessor, as after an exchange.
        return rename_new(&aside, &stage.place).map_err(failed);
    }
    match rename_new(&aside, place) {
        Ok(()) => Ok(()),
        // It was only a second name of a file that never lost its first.
        Err(Errno::EXIST) => aside.remove(&aside.name),
        Err(errno) => Err(failed(errno)),
    }
}
