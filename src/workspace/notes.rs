//! What a person should know of a change of a file that a process which died had made: the old file tells while it is still
//! there, and the new one of what it was to be given.

use rustix::fs::{FileType, Stat};

use super::Note;
use super::attributes;
use super::disk::OpenFile;
use super::place::Place;
use super::stage::{Deed, Stand};
use crate::model::{Attributes, FileEffect, FileImage};

/// Of a file whose predecessor is still under the stage's name, with this status.
pub(super) fn of_replaced(place: &Place, stage: &Stand, effect: &FileEffect, old: &Stat) -> Vec<Note> {
    let mut notes = Vec::new();
    if FileType::from_raw_mode(old.st_mode).is_file() && old.st_nlink > 1 {
        notes.push(Note::HardLinks(old.st_nlink - 1));
    }
    if matches!((&effect.before, &effect.after), (FileImage::File { .. }, FileImage::File { .. }))
        && let Some(had) = stage.place.folder.open_file(&stage.place.name).ok().and_then(|file| had_by(&file))
    {
        notes.extend(missing(place, &had));
    }
    notes
}

/// Of a file that came into a place where none was.
pub(super) fn of_given(place: &Place, deed: &Deed) -> Vec<Note> {
    match (&deed.given, &deed.effect.before, &deed.effect.after) {
        (Some(given), FileImage::Absent, FileImage::File { .. }) => missing(place, given),
        _ => Vec::new(),
    }
}

/// What the file in its place has not got of what it was to have.
fn missing(place: &Place, wanted: &Attributes) -> Vec<Note> {
    let Some(has) = place.folder.open_file(&place.name).ok().and_then(|file| had_by(&file)) else { return Vec::new() };
    let mut notes = Vec::new();
    if (has.owner, has.group) != (wanted.owner, wanted.group) {
        notes.push(Note::OwnerNotKept);
    }
    if wanted.extended.iter().any(|attribute| !has.extended.contains(attribute)) {
        notes.push(Note::AttributesNotKept);
    }
    notes
}

fn had_by(file: &OpenFile) -> Option<Attributes> {
    let stat = file.stat().ok()?;
    Some(attributes::of(file, &stat).unwrap_or_else(|readable| readable))
}
