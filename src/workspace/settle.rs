//! Where one file stands after a crash in the middle of its change.

use super::exchange::give_back;
use super::image::{Found, look};
use super::place::Place;
use super::stage::{Deed, StageName, Staged, is_unfinished};
use super::swap::rename_new;
use super::yard::Yard;
use super::{WorkspaceError, fault};
use crate::model::{FileEffect, FileImage};

/// How far the change of one file came.
#[derive(Debug)]
pub enum Standing {
    /// It happened.
    Done,
    /// It did not happen, and the file is as it was.
    Todo,
    /// The same, and its successor is ready beside it.
    Ready(Box<Staged>),
    /// The file is neither as it was nor as it should become; this was found.
    Drifted(Found),
}

/// Clears away what a crash left beside the file, unless it is the whole successor, and tells how far the change came.
/// Repeating it changes nothing more. It is durable once the yard's folders are synced.
///
/// The disk alone answers. A file under the stage's name is one of three: unfinished or whole and not yet used, then
/// it is the successor; the base, then the exchange happened, unless the base has its own name still; or anything else,
/// then the exchange happened, brought out what somebody had changed in the last moment, and has still to give it back.
pub fn settle(deed: &Deed, yard: &Yard) -> Result<Standing, WorkspaceError> {
    let Deed { stage, effect, .. } = deed;
    let Some(place) = yard.place(&effect.path)? else {
        return Ok(standing(effect, Found::Image(FileImage::Absent)));
    };
    // Whoever died may have done it all and synced nothing.
    yard.changed(&place.folder);
    bring_back_aside(&place, stage, effect)?;
    let here = look(&place, &place.name)?;
    let Some(stat) = place.look(stage.as_os_str())? else {
        return Ok(standing(effect, here));
    };
    fault::point("leftover found");
    if is_unfinished(&stat) {
        yard.put_away(&place, stage)?;
        return Ok(standing(effect, here));
    }
    if here.is(&effect.before)
        && let Some(ready) = Staged::take_over(&stat, deed, &place, yard)
    {
        return Ok(Standing::Ready(Box::new(ready)));
    }
    let held = look(&place, stage.as_os_str())?;
    let settled = if held.is(&effect.after) {
        yard.put_away(&place, stage)?;
        standing(effect, here)
    } else if held.is(&effect.before) {
        yard.put_away(&place, stage)?;
        // It may be a second name of a file that still has its first, where names cannot be exchanged.
        if here.is(&effect.before) { Standing::Todo } else { Standing::Done }
    } else if here.is(&effect.after) && effect.before.exists() {
        give_back(&place, stage, &effect.after)?;
        Standing::Drifted(held)
    } else if here.is(&FileImage::Absent) && effect.before.exists() {
        give_back(&place, stage, &FileImage::Absent)?;
        Standing::Drifted(held)
    } else {
        yard.put_away(&place, stage)?;
        standing(effect, here)
    };
    Ok(settled)
}

fn standing(effect: &FileEffect, here: Found) -> Standing {
    if here.is(&effect.after) {
        Standing::Done
    } else if here.is(&effect.before) {
        Standing::Todo
    } else {
        Standing::Drifted(here)
    }
}

/// Resolves the second name that is in use where names cannot be exchanged.
fn bring_back_aside(place: &Place, stage: &StageName, effect: &FileEffect) -> Result<(), WorkspaceError> {
    if place.look(stage.aside())?.is_none() {
        return Ok(());
    }
    let failed = |errno| place.failed("bring back", stage.aside())(errno);
    // A power cut may have kept the second name and forgotten the staged file, so its absence alone tells nothing.
    if place.look(stage.as_os_str())?.is_none() && look(place, &place.name)?.is(&effect.after) {
        // The successor is in its place already: what is aside is the predecessor, as after an exchange.
        return rename_new(place, stage.aside(), stage.as_os_str()).map_err(failed);
    }
    match rename_new(place, stage.aside(), &place.name) {
        Ok(()) => Ok(()),
        // It was only a second name of a file that never lost its first.
        Err(rustix::io::Errno::EXIST) => place.remove(stage.aside()),
        Err(errno) => Err(failed(errno)),
    }
}
