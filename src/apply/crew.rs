//! The files of many changes happen together, or go on after a crash.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::files::{End, FileWork};
use super::story;
use crate::model::{Digest, TargetPath};
use crate::store::Store;
use crate::store::blob::ContentReader;
use crate::workspace::{
    self, Attic, Batch, Bundle, ContentFailure, Contents, Deed, Due, Ending, Failing, Standing, SyncBy, WorkspaceError,
    Yard, fault,
};

/// From so many files on they are synced with their whole file system; with fewer, each by itself.
const SYNC_TOGETHER_FROM: usize = 32;
/// How long old files are deleted at the end of an apply; what is left then is deleted after a later one.
const SWEEP_LIMIT: Duration = Duration::from_millis(20);

/// Whoever changes files: the store with their contents, and the attic for the old ones.
pub(super) struct Crew<'a> {
    store: &'a Store,
    attic: Option<Arc<Attic>>,
}

/// The work on one change's files, as far as it came.
struct Task<'a> {
    work: &'a FileWork,
    done: Vec<&'a Deed>,
    todo: Vec<Due<'a>>,
    end: Option<End>,
}

/// What is tried with work that went wrong half way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trial {
    /// It is looked at and tried once more.
    First,
    /// It is left to the next start.
    Last,
}

impl<'a> Crew<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, attic: Attic::open(store.home()).map(Arc::new) }
    }

    /// Deletes old files for a short time. What cannot be deleted is no loss.
    pub(super) fn sweep(&self) {
        self.sweep_for(SWEEP_LIMIT);
    }

    /// Deletes old files for about as long as `limit`.
    pub(super) fn sweep_for(&self, limit: Duration) {
        if let Some(attic) = &self.attic {
            let _ = attic.sweep(limit);
        }
    }

    /// Lets the effects of each work happen, or none of them. `needs` are, for each, the works without which it must
    /// not stand, by their place.
    pub(super) fn perform(&self, works: &[FileWork], needs: &[Vec<usize>], failing: Failing) -> Vec<End> {
        let whole = |work| Task { work, done: Vec::new(), todo: all_of(work), end: None };
        let tasks: Vec<Task<'_>> = works.iter().map(whole).collect();
        let yard = self.yard(tasks.iter().map(|task| task.todo.len()).sum());
        self.finish(tasks, needs, failing, Trial::First, &yard)
    }

    /// Goes on after a crash, or after an error that left something half done: forwards if that is still possible,
    /// else back. The disk tells how far it came; repeating it is harmless.
    pub(super) fn resume(&self, works: &[&FileWork]) -> Vec<End> {
        let yard = self.yard(works.iter().map(|work| work.deeds.len()).sum());
        let reader = LazyReader::new(self.store.home());
        let mut tasks = workspace::map(works, &|work| settled(work, &reader, &yard));
        if let Err(error) = yard.sync_changed() {
            for task in &mut tasks {
                task.end = Some(End::Unsettled(story(&error)));
            }
        }
        let needs = vec![Vec::new(); tasks.len()];
        self.finish(tasks, &needs, Failing::StopsDependants, Trial::Last, &yard)
    }

    fn yard(&self, effects: usize) -> Yard {
        let sync_by = if effects < SYNC_TOGETHER_FROM { SyncBy::File } else { SyncBy::FileSystem };
        Yard::new(sync_by, self.attic.clone())
    }

    /// Does what is still due of each task. What is ready was made so in the same `yard`.
    fn finish(
        &self,
        mut tasks: Vec<Task<'_>>,
        needs: &[Vec<usize>],
        failing: Failing,
        trial: Trial,
        yard: &Yard,
    ) -> Vec<End> {
        let bundles = tasks.iter_mut().zip(needs).map(|(task, needs)| Bundle {
            effects: if task.end.is_none() { std::mem::take(&mut task.todo) } else { Vec::new() },
            needs: needs.clone(),
        });
        let bundles = bundles.collect();
        let home = self.store.home();
        let batch = Batch { yard, failing, contents: &|| read_alone(home) };
        let view = self.store.view();
        let endings = batch.run(bundles, &mut |digest, to| Ok(self.store.copy_content(digest, to)?));
        drop(view);
        let mut ends: Vec<End> =
            tasks.iter().zip(endings).map(|(task, ending)| self.end_of(task, ending, trial)).collect();
        tidy(&tasks, &ends, yard);
        if let Err(error) = yard.sync_changed() {
            let done = ends.iter_mut().zip(&tasks).filter(|(end, _)| matches!(end, End::Done(_)));
            done.for_each(|(end, task)| *end = self.again(task.work, &error, trial));
        }
        fault::point("folders tidied");
        ends
    }

    fn end_of(&self, task: &Task<'_>, ending: Ending, trial: Trial) -> End {
        match (&task.end, ending) {
            (Some(end @ End::Unsettled(_)), _) => end.clone(),
            (Some(refusal), _) => self.take_back(task, refusal.clone()),
            (None, Ending::Done(notes)) => End::Done(notes),
            (None, Ending::Withdrawn) => self.take_back(task, End::Withdrawn),
            (None, Ending::Refused(error)) => self.take_back(task, error.into()),
            (None, Ending::Torn(error)) => self.again(task.work, &error, trial),
        }
    }

    fn again(&self, work: &FileWork, error: &WorkspaceError, trial: Trial) -> End {
        match trial {
            Trial::First => self.resume(&[work]).remove(0),
            Trial::Last => End::Unsettled(story(error)),
        }
    }

    /// Reverses effects that happened, because another of the same change cannot. What somebody changed since stays.
    fn take_back(&self, task: &Task<'_>, refusal: End) -> End {
        for deed in task.done.iter().rev() {
            let mut contents = |digest, to: &mut dyn Write| Ok(self.store.copy_content(digest, to)?);
            match workspace::replace_with(&deed.reversed(), &mut contents).map_err(End::from) {
                Ok(()) | Err(End::Conflict(_)) => {}
                Err(End::Failed(error) | End::Unsettled(error)) => return End::Unsettled(error),
                Err(End::Done(_) | End::Withdrawn) => unreachable!("an error is neither"),
            }
        }
        refusal
    }
}

/// A worker's own access to the contents of the store in `home`.
fn read_alone(home: &Path) -> Box<Contents<'static>> {
    let reader = ContentReader::open(home);
    Box::new(move |digest: Digest, to| match &reader {
        Ok(reader) => Ok(reader.copy(digest, to)?),
        Err(error) => Err(story(error).into()),
    })
}

/// The contents for several workers who hardly ever need one.
struct LazyReader<'a> {
    home: &'a Path,
    reader: Mutex<Option<ContentReader>>,
}

impl<'a> LazyReader<'a> {
    fn new(home: &'a Path) -> Self {
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

/// The effects of a work of which nothing has happened.
fn all_of(work: &FileWork) -> Vec<Due<'_>> {
    work.real_deeds().map(Due::Whole).collect()
}

/// How far the work came before a crash.
fn settled<'a>(work: &'a FileWork, reader: &LazyReader<'_>, yard: &Yard) -> Task<'a> {
    let mut task = Task { work, done: Vec::new(), todo: Vec::new(), end: None };
    work.made.iter().for_each(|folder| yard.doubt(folder));
    for deed in work.real_deeds() {
        match workspace::settle(deed, &mut |digest, to| reader.copy(digest, to), yard) {
            Ok(Standing::Done) => task.done.push(deed),
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
    // What cannot wholly be done leaves nothing beside its files.
    if matches!(task.end, Some(End::Conflict(_))) {
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

/// Removes the folders that have no more use. One too many is no loss, so a refusal is no error.
fn tidy(tasks: &[Task<'_>], ends: &[End], yard: &Yard) {
    let mut useless: Vec<TargetPath> = Vec::new();
    for (task, end) in tasks.iter().zip(ends) {
        match end {
            End::Done(_) => useless.extend_from_slice(&task.work.emptied),
            End::Conflict(_) | End::Failed(_) | End::Withdrawn => useless.extend_from_slice(&task.work.made),
            End::Unsettled(_) => {}
        }
    }
    useless.sort_unstable();
    useless.dedup();
    let _ = yard.remove_empty_folders(&useless);
}
