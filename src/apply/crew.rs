//! The files of many changes happen together, or go on after a crash.

mod clearing;
mod settled;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use self::clearing::{Cleared, all_done, clear_while};
use self::settled::{LazyReader, given_up, settled};
use super::files::{End, FileWork};
use super::story;
use super::tally::Tally;
use crate::model::{ChangeId, Digest, TargetPath};
use crate::store::Store;
use crate::store::applying::Trust;
use crate::store::blob::ContentReader;
use crate::workspace::{
    self, Attic, Batch, Bundle, Contents, Deed, Due, Ending, Failing, Go, Known, Note, SyncBy, WorkspaceError, Yard,
    fault,
};

/// From so many files on they are synced with their whole file system; with fewer, each by itself.
const SYNC_TOGETHER_FROM: usize = 32;

/// Why a change was taken back although it had happened.
const DOUBTED: &str = "the disk reported an error while it was made durable, so it was taken back";

/// Whoever changes files: the store with their contents, and the attic for the old ones.
pub(super) struct Crew<'a> {
    store: &'a Store,
    attic: Option<Arc<Attic>>,
    tally: Tally,
}

/// The work on one change's files, as far as it came.
struct Task<'a> {
    work: &'a FileWork,
    done: Vec<&'a Deed>,
    /// What is to be known of what was done.
    notes: Vec<(TargetPath, Note)>,
    todo: Vec<Due<'a>>,
    end: Option<End>,
}

/// Whoever puts down what a crew does.
pub(super) trait Scribe {
    /// Puts down what is about to happen, before the first file changes; nothing happens when this says so.
    fn intend(&mut self) -> Go;

    /// Puts down that all is done. `stands` is asked when only the last word is to be said, and may have to be waited for;
    /// where it is not so, nothing is put down.
    fn conclude(&mut self, ends: &[End], stands: &mut dyn FnMut() -> bool);
}

/// Nothing is put down.
struct Nobody;

impl Scribe for Nobody {
    fn intend(&mut self) -> Go {
        Go::Ahead
    }

    fn conclude(&mut self, _: &[End], _: &mut dyn FnMut() -> bool) {}
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
        Self { store, attic: Attic::open(store.home()).map(Arc::new), tally: Tally::default() }
    }

    /// The same, who counts each content that is written.
    pub(super) fn counting(self, tally: Tally) -> Self {
        Self { tally, ..self }
    }

    /// Deletes old files for about as long as `limit`. What cannot be deleted is no loss.
    pub(super) fn sweep(&self, limit: Duration) {
        if let Some(attic) = &self.attic {
            let _ = attic.sweep(limit);
        }
    }

    /// Lets the effects of each work happen, or none of them. `needs` are, for each, the works without which it must
    /// not stand, by their place. The `scribe` may put down that all is done before this returns.
    pub(super) fn perform(
        &self,
        works: &[FileWork],
        needs: &[Vec<usize>],
        failing: Failing,
        scribe: &mut dyn Scribe,
    ) -> Vec<End> {
        let whole = |work| Task { work, done: Vec::new(), notes: Vec::new(), todo: all_of(work), end: None };
        let tasks: Vec<Task<'_>> = works.iter().map(whole).collect();
        let molds = works.iter().flat_map(|work| &work.molds);
        let yard = self.yard(tasks.iter().map(|task| task.todo.len()).sum()).with_molds(molds);
        self.finish(tasks, needs, failing, Trial::First, &yard, scribe)
    }

    /// Goes on after a crash, or after an error that left something half done: forwards if that is still possible,
    /// else back. The disk tells how far it came; repeating it is harmless.
    pub(super) fn resume(&self, works: &[&FileWork]) -> Vec<End> {
        self.resume_to(works, Go::Ahead)
    }

    /// The same; back also where forwards is possible, if so it is to be.
    fn resume_to(&self, works: &[&FileWork], go: Go) -> Vec<End> {
        let molds = works.iter().flat_map(|work| &work.molds);
        let yard = self.yard(works.iter().map(|work| work.deeds.len()).sum()).with_molds(molds);
        let shaped = yard.shape_unfinished();
        let reader = LazyReader::new(self.store.home());
        let mut tasks = workspace::map(works, &|work| settled(work, go, &reader, &yard));
        let doubted = || tasks.iter().map(|task| task.work).filter(|work| work.doubted);
        doubted().flat_map(FileWork::real_deeds).for_each(|deed| yard.clear_anew(deed));
        yard.clear_trays_anew();
        // Folders are made anew with what is in them.
        doubted().for_each(|work| drop(yard.remove_empty_folders(&work.made)));
        if let Err(error) = shaped.and_then(|()| yard.sync_changed()) {
            for task in &mut tasks {
                task.end = Some(End::Unsettled(story(&error)));
                if !task.done.is_empty() {
                    self.note(task.work, Trust::Lost);
                }
            }
        }
        let needs = vec![Vec::new(); tasks.len()];
        self.finish(tasks, &needs, Failing::StopsDependants, Trial::Last, &yard, &mut Nobody)
    }

    /// Takes away what a process left that had begun these works and changed none of their files: all of them are withdrawn.
    pub(super) fn give_up(&self, works: &[&FileWork]) -> Vec<End> {
        let yard = self.yard(works.iter().map(|work| work.deeds.len()).sum());
        let reader = LazyReader::new(self.store.home());
        let mut ends = workspace::map(works, &|work| given_up(work, &reader, &yard));
        let stuck = yard.clear_trays();
        let made: Vec<TargetPath> = works.iter().flat_map(|work| work.made.iter().cloned()).collect();
        // A folder too many is no loss.
        let _ = yard.remove_empty_folders(&made);
        let unsynced = yard.sync_changed().err();
        for (work, end) in works.iter().zip(&mut ends) {
            if let Some(error) = stuck_by(work, &stuck).or(unsynced.as_ref()) {
                *end = End::Unsettled(story(error));
            }
        }
        ends
    }

    fn yard(&self, effects: usize) -> Yard {
        let sync_by = if effects < SYNC_TOGETHER_FROM { SyncBy::File } else { SyncBy::FileSystem };
        Yard::new(sync_by, self.attic.clone())
    }

    /// True for so much work that putting down what is intended is worth doing while it is synced, as it costs a
    /// transaction of its own.
    pub(super) fn is_long(works: &[FileWork]) -> bool {
        works.iter().map(|work| work.deeds.len()).sum::<usize>() >= SYNC_TOGETHER_FROM
    }

    /// Does what is still due of each task. What is ready was made so in the same `yard`.
    fn finish(
        &self,
        mut tasks: Vec<Task<'_>>,
        needs: &[Vec<usize>],
        failing: Failing,
        trial: Trial,
        yard: &Yard,
        scribe: &mut dyn Scribe,
    ) -> Vec<End> {
        let bundles = tasks.iter_mut().zip(needs).map(|(task, needs)| Bundle {
            effects: if task.end.is_none() { std::mem::take(&mut task.todo) } else { Vec::new() },
            needs: needs.clone(),
        });
        let bundles = bundles.collect();
        let (home, tally) = (self.store.home(), &self.tally);
        let view = Cell::new(self.store.view().ok());
        let keep_notes = |notes: &[Known<'_>]| self.keep_notes(&tasks, notes);
        let contents = || read_alone(home, tally.clone());
        let batch = Batch { yard, failing, contents: &contents };
        let mut go = Go::Ahead;
        let endings = batch.run(
            bundles,
            &mut |digest, to| {
                self.tally.count();
                Ok(self.store.copy_content(digest, to)?)
            },
            &keep_notes,
            &mut || {
                // No content is wanted any more, and nothing can be written while it is held.
                drop(view.take());
                go = scribe.intend();
                go
            },
        );
        drop(view.take());
        // Trays before the folders that are empty then.
        let Cleared { stuck, synced } = match all_done(&tasks, &endings, trial, yard) {
            Some(ends) => clear_while(&tasks, &ends, yard, scribe),
            None => Cleared { stuck: yard.clear_trays(), synced: None },
        };
        let end_of = |(task, ending): (&Task<'_>, Ending)| match (&ending, stuck_by(task.work, &stuck)) {
            (_, Some(error)) if go == Go::Back => self.again(task.work, error, trial, Go::Back),
            (Ending::Done(_), Some(error)) => self.again(task.work, error, trial, Go::Ahead),
            _ => self.end_of(task, ending, trial),
        };
        let mut ends: Vec<End> = tasks.iter().zip(endings).map(end_of).collect();
        let synced = synced.unwrap_or_else(|| {
            tidy(&tasks, &ends, yard);
            yard.sync_changed()
        });
        if let Err(error) = synced {
            self.take_back_doubted(&tasks, &mut ends, yard, &error);
            tidy(&tasks, &ends, yard);
            // A folder too many is no loss.
            let _ = yard.sync_changed();
        }
        fault::point("folders tidied");
        let over = tasks.iter().zip(&ends).filter(|(task, end)| task.work.doubted && !matches!(end, End::Unsettled(_)));
        over.for_each(|(task, _)| self.note(task.work, Trust::Regained));
        ends
    }

    /// Takes back what has happened when its names could not be made durable. The system tells of such an error once, so no
    /// later sync would prove anything of them; but what is put back is written anew, and a sync of that does.
    fn take_back_doubted(&self, tasks: &[Task<'_>], ends: &mut [End], yard: &Yard, error: &WorkspaceError) {
        for (task, end) in tasks.iter().zip(ends).rev().filter(|(_, end)| matches!(end, End::Done(_))) {
            let done: Vec<&Deed> = task.work.real_deeds().collect();
            *end = self.take_back(task.work, &done, End::Failed(format!("{DOUBTED}: {}", story(error))));
            if matches!(end, End::Unsettled(_)) {
                self.note(task.work, Trust::Lost);
            }
        }
        tasks.iter().flat_map(|task| task.work.real_deeds()).for_each(|deed| yard.clear_anew(deed));
        yard.clear_trays_anew();
    }

    /// Keeps what is to be known of files as long as their changes are in flight. Where that fails, only a process that has to
    /// recover them would miss it.
    fn keep_notes(&self, tasks: &[Task<'_>], notes: &[Known<'_>]) {
        let mut kept: BTreeMap<ChangeId, Vec<(TargetPath, Note)>> = BTreeMap::new();
        for Known { bundle, path, note } in notes {
            let task = &tasks[*bundle];
            let notes = kept.entry(task.work.change).or_insert_with(|| task.notes.clone());
            notes.push(((*path).clone(), *note));
        }
        // All are of one plan.
        if let Some(task) = tasks.first() {
            let _ = self.store.keep_notes(&task.work.plan, &kept);
        }
    }

    /// Notes for a later recovery what the disk's word is worth. Where even that fails, the change is told as half done all
    /// the same.
    fn note(&self, work: &FileWork, trust: Trust) {
        let _ = self.store.doubt(&work.plan, work.change, trust);
    }

    fn end_of(&self, task: &Task<'_>, ending: Ending, trial: Trial) -> End {
        match (&task.end, ending) {
            (Some(end @ End::Unsettled(_)), _) => end.clone(),
            (Some(refusal), _) => self.take_back(task.work, &task.done, refusal.clone()),
            (None, Ending::Done(notes)) => End::Done(task.notes.iter().cloned().chain(notes).collect()),
            (None, Ending::Withdrawn) => self.take_back(task.work, &task.done, End::Withdrawn),
            (None, Ending::Refused(error)) => self.take_back(task.work, &task.done, error.into()),
            (None, Ending::Torn(error)) => self.again(task.work, &error, trial, Go::Ahead),
            (None, Ending::Stuck(error)) => self.again(task.work, &error, trial, Go::Back),
        }
    }

    fn again(&self, work: &FileWork, error: &WorkspaceError, trial: Trial, go: Go) -> End {
        match trial {
            Trial::First => self.resume_to(&[work], go).remove(0),
            Trial::Last => End::Unsettled(story(error)),
        }
    }

    /// Reverses effects that happened, because another of the same change cannot. What somebody changed since stays.
    fn take_back(&self, work: &FileWork, done: &[&Deed], refusal: End) -> End {
        for deed in done.iter().rev() {
            let mut contents = |digest, to: &mut dyn Write| Ok(self.store.copy_content(digest, to)?);
            match workspace::replace_with(&deed.reversed(), &mut contents, &alone(work)).map_err(End::from) {
                Ok(()) | Err(End::Conflict(_)) => {}
                Err(End::Failed(error) | End::Unsettled(error)) => return End::Unsettled(error),
                Err(End::Done(_) | End::Withdrawn) => unreachable!("an error is neither"),
            }
        }
        refusal
    }
}

/// A worker's own access to the contents of the store in `home`.
fn read_alone(home: &Path, tally: Tally) -> Box<Contents<'static>> {
    let reader = ContentReader::open(home);
    Box::new(move |digest: Digest, to| {
        tally.count();
        match &reader {
            Ok(reader) => Ok(reader.copy(digest, to)?),
            Err(error) => Err(story(error).into()),
        }
    })
}

/// The effects of a work of which nothing has happened.
fn all_of(work: &FileWork) -> Vec<Due<'_>> {
    work.real_deeds().map(Due::Whole).collect()
}

/// Why something of the work's files is left on a tray.
fn stuck_by<'a>(work: &FileWork, stuck: &'a [(PathBuf, WorkspaceError)]) -> Option<&'a WorkspaceError> {
    let has_file_in = |folder: &Path| work.real_deeds().any(|deed| deed.effect.path.as_path().parent() == Some(folder));
    stuck.iter().find(|(folder, _)| has_file_in(folder)).map(|(_, error)| error)
}

/// Where one file of a work is changed alone.
fn alone(work: &FileWork) -> Yard {
    Yard::new(SyncBy::File, None).with_molds(&work.molds)
}

/// Makes the folders that are taken along; `false` when one cannot be.
fn carries(work: &FileWork, yard: &Yard) -> bool {
    work.carried.iter().all(|path| yard.make_folders(path.as_path()).is_ok())
}

/// Removes the folders that have no more use. One too many is no loss, so a refusal is no error.
fn tidy(tasks: &[Task<'_>], ends: &[End], yard: &Yard) {
    let mut useless: Vec<TargetPath> = Vec::new();
    for (task, end) in tasks.iter().zip(ends) {
        match end {
            // A folder that no file comes into is made when all the others are there.
            End::Done(_) if carries(task.work, yard) => useless.extend_from_slice(&task.work.emptied),
            End::Conflict(_) | End::Failed(_) | End::Withdrawn => useless.extend_from_slice(&task.work.made),
            End::Done(_) | End::Unsettled(_) => {}
        }
    }
    useless.sort_unstable();
    useless.dedup();
    let _ = yard.remove_empty_folders(&useless);
}
