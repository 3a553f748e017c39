//! What a crash left of a work is looked at, and finished, taken back or given up.

use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{Task, alone};
use crate::apply::files::{End, FileWork};
use crate::apply::story;
use crate::model::Digest;
use crate::store::blob::ContentReader;
use crate::workspace::{self, ContentFailure, Due, Go, Standing, Yard, fault};

/// How far the work came before a crash.
pub(super) fn settled<'a>(work: &'a FileWork, go: Go, reader: &LazyReader<'_>, yard: &Yard) -> Task<'a> {
    let mut task = Task { work, done: Vec::new(), notes: Vec::new(), todo: Vec::new(), end: None };
    // Where changes are reversed one after the other, a folder may go with one and come again with the next.
    work.made.iter().chain(&work.emptied).chain(&work.carried).for_each(|folder| yard.doubt(folder));
    for deed in work.real_deeds() {
        let mut contents = |digest, to: &mut dyn Write| reader.copy(digest, to);
        let free = workspace::settle_back(deed, &mut contents, yard);
        match free.and_then(|()| workspace::settle(deed, &mut contents, yard)) {
            Ok(Standing::Done(notes)) => {
                task.done.push(deed);
                task.notes.extend(notes.into_iter().map(|note| (deed.effect.path.clone(), note)));
            }
            Ok(Standing::Todo) => task.todo.push(Due::Whole(deed)),
            Ok(Standing::Ready(ready)) => task.todo.push(Due::Ready(ready)),
            Ok(Standing::Drifted(found)) => {
                task.end = Some(found.drift(deed.effect.path.as_path(), &deed.effect.before).into());
            }
            Err(error) => match End::from(error) {
                refusal @ End::Conflict(_) => task.end = Some(refusal),
                End::Failed(error) | End::Unsettled(error) => {
                    task.end = Some(End::Unsettled(error));
                    break;
                }
                End::Done(_) | End::Withdrawn => unreachable!("an error is neither"),
            },
        }
        fault::point("one effect settled");
    }
    if work.doubted && task.end.is_none() {
        turn_back(&mut task, reader, yard);
    }
    if go == Go::Back && task.end.is_none() {
        task.end = Some(End::Withdrawn);
    }
    // What cannot wholly be done leaves nothing beside its files.
    if matches!(task.end, Some(End::Conflict(_) | End::Withdrawn)) {
        for due in task.todo.drain(..) {
            if let Due::Ready(ready) = due
                && let Err(error) = ready.discard()
            {
                task.end = Some(End::Unsettled(story(&error)));
            }
        }
    }
    task
}

/// Takes away what is staged of a work of which nothing has happened.
pub(super) fn given_up(work: &FileWork, reader: &LazyReader<'_>, yard: &Yard) -> End {
    work.made.iter().for_each(|folder| yard.doubt(folder));
    for deed in work.real_deeds() {
        let settled = workspace::settle(deed, &mut |digest, to| reader.copy(digest, to), yard);
        let discarded = settled.and_then(|standing| match standing {
            Standing::Ready(ready) => ready.discard(),
            Standing::Done(_) | Standing::Todo | Standing::Drifted(_) => Ok(()),
        });
        match discarded.map_err(End::from) {
            // What somebody else wrote stays theirs.
            Ok(()) | Err(End::Conflict(_)) => {}
            Err(End::Failed(error) | End::Unsettled(error)) => return End::Unsettled(error),
            Err(End::Done(_) | End::Withdrawn) => unreachable!("an error is neither"),
        }
        fault::point("one effect given up");
    }
    End::Withdrawn
}

/// Takes back what has happened of a work that is in doubt, so that all of it is written anew.
fn turn_back(task: &mut Task<'_>, reader: &LazyReader<'_>, yard: &Yard) {
    while let Some(deed) = task.done.pop() {
        let mut contents = |digest, to: &mut dyn Write| reader.copy(digest, to);
        let free = yard.make_free(deed);
        let back = free.and_then(|()| workspace::replace_with(&deed.reversed(), &mut contents, &alone(task.work)));
        match back.map_err(End::from) {
            Ok(()) => task.todo.push(Due::Whole(deed)),
            Err(refusal @ End::Conflict(_)) => return task.end = Some(refusal),
            Err(End::Failed(error) | End::Unsettled(error)) => return task.end = Some(End::Unsettled(error)),
            Err(End::Done(_) | End::Withdrawn) => unreachable!("an error is neither"),
        }
    }
}

/// The contents for several workers who hardly ever need one.
pub(super) struct LazyReader<'a> {
    home: &'a Path,
    reader: Mutex<Option<ContentReader>>,
}

impl<'a> LazyReader<'a> {
    pub(super) fn new(home: &'a Path) -> Self {
        Self { home, reader: Mutex::new(None) }
    }

    fn copy(&self, digest: Digest, to: &mut dyn Write) -> Result<(), ContentFailure> {
        // Whoever panicked while reading left the connection as it was.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = match &mut *reader {
            Some(reader) => reader,
            none => none.insert(ContentReader::open(self.home)?),
        };
        Ok(reader.copy(digest, to)?)
    }
}
