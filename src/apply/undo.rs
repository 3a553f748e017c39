//! What was applied is reversed, from the images that were in the files' places before.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::board::Board;
use super::crew::{Crew, Scribe};
use super::files::{End, FileWork};
use super::lock::ApplyLock;
use super::preflight::Item;
use super::{
    ApplyError, Cancel, Clock, Doing, RecoveredAs, Tally, UndoOutcome, UndoProgress, UndoReport, preflight, record,
    recover, told, wave,
};
use crate::model::{Action, ChangeId, ChangeState, PlanId, TargetPath};
use crate::store::step::Step;
use crate::store::undoing::UndoEnding;
use crate::store::{EntryKind, Store, StoreError};
use crate::workspace::{Failing, Go, Note, Site, fault};

/// Reverses applied changes, the last first. A change is reversed whole or, when one of its files is no longer
/// what was applied, not at all; what somebody did to a file since is never lost.
///
/// # Errors
/// Somebody is applying, the before-images have expired, or the store failed. What was recorded until then stands.
pub fn undo(store: &Store, clock: Clock, plan: &PlanId, changes: &[ChangeId]) -> Result<UndoReport, ApplyError> {
    undo_until(store, clock, plan, changes, &Cancel::default(), &mut |_| {})
}

/// The same until `cancel` is asked; then nothing more is begun. `progress` is told of each change.
///
/// # Errors
/// As [`undo`].
pub fn undo_until(
    store: &Store,
    clock: Clock,
    plan: &PlanId,
    changes: &[ChangeId],
    cancel: &Cancel,
    progress: &mut dyn FnMut(UndoProgress<'_>),
) -> Result<UndoReport, ApplyError> {
    let _listening = cancel.listen();
    let root = store.root_of_plan(plan)?.ok_or_else(|| ApplyError::NoPlan(plan.clone()))?;
    let lock = ApplyLock::take(store.home(), &root)?;
    let crew = Crew::new(store);
    let board = Arc::new(Board::new(&lock, clock, Doing::Undo, plan, changes.len()));
    let _log = store.let_log_grow()?;
    let half_done: BTreeMap<ChangeId, String> = recover::recover_locked(store, clock, &root, &crew, &lock)?
        .into_iter()
        .filter(|found| found.plan == *plan)
        .filter_map(|found| match found.outcome {
            RecoveredAs::Unsettled(error) => Some((found.change, error)),
            _ => None,
        })
        .collect();
    let mut changes = changes.to_vec();
    changes.sort_unstable();
    changes.dedup();
    let steps = store.steps(plan, &changes)?;
    if let Some(unknown) = changes.iter().find(|id| steps.binary_search_by_key(*id, |step| step.id).is_err()) {
        return Err(ApplyError::NoChange(*unknown));
    }
    store.check_not_expired(plan)?;
    let tally = Tally::default();
    let crew = crew.counting(tally.on(&board));
    let unrecorded = RefCell::new(Vec::new());
    let made = made_by(store, plan)?;
    let (notes, ahead, refused) = (Vec::new(), HashMap::new(), BTreeMap::new());
    let (crew, unrecorded) = (&crew, &unrecorded);
    let mut undoing = Undoing { store, clock, crew, plan, made, half_done, ahead, refused, unrecorded, notes };
    undoing.look_ahead(&steps);
    let mut results = Vec::with_capacity(steps.len());
    let mut rest: Vec<&Step> = steps.iter().rev().collect();
    while !rest.is_empty() {
        let together = wave::first_wave(rest.iter().copied());
        let later = rest.split_off(together);
        board.begin(rest[0].id, results.len(), tally.written());
        let outcomes = if cancel.is_asked() { undoing.passed_over(&rest) } else { undoing.undo_together(&rest)? };
        for (change, outcome) in outcomes {
            progress(UndoProgress { change, outcome: &outcome, of: steps.len() });
            results.push((change, outcome));
        }
        rest = later;
    }
    // Nothing is recorded of these, as nothing happened to them.
    store.tell_owner(plan, &told::undone(&unrecorded.take()), clock())?;
    Ok(UndoReport { plan: plan.clone(), results, notes: undoing.notes })
}

/// The folders that applying the changes of a plan made.
pub(super) fn made_by(store: &Store, plan: &PlanId) -> Result<HashSet<PathBuf>, StoreError> {
    Ok(store.made_folders(plan)?.into_iter().map(|(_, folder)| folder.as_path().to_owned()).collect())
}

struct Undoing<'a> {
    store: &'a Store,
    clock: Clock,
    crew: &'a Crew<'a>,
    plan: &'a PlanId,
    made: HashSet<PathBuf>,
    /// Changes that recovery could not settle, and why.
    half_done: BTreeMap<ChangeId, String>,
    /// What is to be done for the changes that may be reversed.
    ahead: HashMap<ChangeId, FileWork>,
    /// Changes of which it was seen before the first byte that they cannot be reversed.
    refused: BTreeMap<ChangeId, End>,
    /// What neither happened nor was tried.
    unrecorded: &'a RefCell<Vec<(ChangeId, UndoOutcome)>>,
    notes: Vec<(ChangeId, TargetPath, Note)>,
}

impl Undoing<'_> {
    /// Finds out which of `steps` cannot be reversed, the last first, each measured by the disk with those after it reversed.
    fn look_ahead(&mut self, steps: &[Step]) {
        let works: Vec<(&Step, FileWork)> = steps
            .iter()
            .rev()
            .filter(|step| self.may_be_reversed(step))
            .map(|step| (step, FileWork::backwards(self.plan, step, &self.made)))
            .collect();
        let items: Vec<Item<'_>> = works.iter().map(|(step, work)| Item::reverse(step, work)).collect();
        // What is in a file's place now says more than what its file system says.
        let refused = preflight::sites(&items, &|folder| Site::of(folder)).into_iter().chain(preflight::bases(&items));
        self.refused = refused.collect();
        self.ahead = works.into_iter().map(|(step, work)| (step.id, work)).collect();
    }

    fn may_be_reversed(&self, step: &Step) -> bool {
        let is_of_files = !matches!(step.action, Action::Command { .. } | Action::Forward);
        is_of_files && step.state == ChangeState::Applied && !self.half_done.contains_key(&step.id)
    }

    /// Leaves changes as they are, since the person stopped it.
    fn passed_over(&self, steps: &[&Step]) -> Vec<(ChangeId, UndoOutcome)> {
        let passed: Vec<_> = steps.iter().map(|step| (step.id, UndoOutcome::Cancelled)).collect();
        self.unrecorded.borrow_mut().extend(passed.iter().cloned());
        passed
    }

    /// Reverses changes that have nothing to do with each other, or says why one cannot be.
    fn undo_together(&mut self, steps: &[&Step]) -> Result<Vec<(ChangeId, UndoOutcome)>, ApplyError> {
        let mut outcomes = BTreeMap::new();
        let mut works = Vec::new();
        for step in steps {
            if let Some(error) = self.half_done.get(&step.id) {
                outcomes.insert(step.id, UndoOutcome::HalfDone { error: error.clone() });
            } else if step.state != ChangeState::Applied {
                outcomes.insert(step.id, UndoOutcome::NotApplied(step.state));
            } else if matches!(step.action, Action::Command { .. } | Action::Forward) {
                let ran = self.store.run(self.plan, step.id)?;
                let why = record::told_effects(ran.as_ref());
                outcomes.insert(step.id, UndoOutcome::CannotBeUndone { why });
            } else {
                works.extend(self.ahead.remove(&step.id));
            }
        }
        // Where something stays, what lies below it may not be there to be reversed.
        let unseen = if self.refused.is_empty() { Vec::new() } else { refused(steps, &works) };
        let known = works.iter().filter_map(|work| Some((work.change, self.refused.get(&work.change)?.clone())));
        for (id, end) in unseen.into_iter().chain(known.collect::<Vec<_>>()) {
            let mut outcome = outcome_of(id, end)?;
            if let (UndoOutcome::Changed { by, .. }, Some(work)) =
                (&mut outcome, works.iter().find(|work| work.change == id))
            {
                *by = self.store.applied_on_top(self.plan, id, work.effects().map(|effect| &effect.path))?;
            }
            outcomes.insert(id, outcome);
        }
        works.retain(|work| !outcomes.contains_key(&work.change));
        self.unrecorded.borrow_mut().extend(outcomes.iter().map(|(id, outcome)| (*id, outcome.clone())));
        if !works.is_empty() {
            recover::forget_notes(self.store, self.plan, steps)?;
            self.undo_files(&works, &mut outcomes)?;
        }
        Ok(steps.iter().filter_map(|step| Some((step.id, outcomes.remove(&step.id)?))).collect())
    }

    fn undo_files(
        &mut self,
        works: &[FileWork],
        outcomes: &mut BTreeMap<ChangeId, UndoOutcome>,
    ) -> Result<(), ApplyError> {
        let later = Crew::is_long(works);
        let intent = |work: &FileWork| record::intent_to_undo(work.effects());
        let begun: Vec<_> = works.iter().map(|work| (work.change, (!later).then(|| intent(work)))).collect();
        self.store.begin_undos((self.clock)(), self.plan, &begun)?;
        fault::point("begun");
        let mut scribe = UndoScribe { undoing: self, works, later, intended: Ok(()), concluded: None };
        let ends =
            scribe.undoing.crew.perform(works, &vec![Vec::new(); works.len()], Failing::StopsDependants, &mut scribe);
        let UndoScribe { intended, concluded, .. } = scribe;
        if let Err(error) = intended {
            return Err(self.not_begun(works, &ends, error));
        }
        fault::point("deed done");
        let judged = if let Some(judged) = concluded {
            judged
        } else {
            let judged = Judged::of(works, ends);
            judged.record(self, &mut || true)?;
            judged
        };
        fault::point("outcome recorded");
        self.notes.extend(judged.notes);
        outcomes.extend(judged.ended);
        judged.unsettled.map_or(Ok(()), Err)
    }
}

/// What is to be recorded of changes that were reversed together.
struct Judged {
    ended: Vec<(ChangeId, UndoOutcome)>,
    notes: Vec<(ChangeId, TargetPath, Note)>,
    unsettled: Option<ApplyError>,
}

impl Judged {
    fn of(works: &[FileWork], ends: Vec<End>) -> Self {
        let mut judged = Self { ended: Vec::with_capacity(ends.len()), notes: Vec::new(), unsettled: None };
        for (work, end) in works.iter().zip(ends) {
            if let End::Done(notes) = &end {
                judged.notes.extend(notes.iter().map(|(path, note)| (work.change, path.clone(), *note)));
            }
            match outcome_of(work.change, end) {
                Ok(outcome) => judged.ended.push((work.change, outcome)),
                Err(error) => judged.unsettled = judged.unsettled.or(Some(error)),
            }
        }
        judged
    }

    fn record(&self, undoing: &Undoing<'_>, stands: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        let endings: Vec<_> = self.ended.iter().map(|(change, outcome)| ending(*change, outcome)).collect();
        let told = told::undone(&self.ended);
        undoing.store.end_undos_if((undoing.clock)(), undoing.plan, &endings, &told, stands)
    }
}

/// Puts down what happens to changes that are reversed together.
struct UndoScribe<'s, 'u> {
    undoing: &'s Undoing<'u>,
    works: &'s [FileWork],
    /// Whether what is intended is put down only now.
    later: bool,
    intended: Result<(), StoreError>,
    /// What was recorded as done.
    concluded: Option<Judged>,
}

impl Scribe for UndoScribe<'_, '_> {
    fn intend(&mut self) -> Go {
        if self.later {
            let intent = |work: &FileWork| (work.change, record::intent_to_undo(work.effects()));
            let intents: Vec<_> = self.works.iter().map(intent).collect();
            self.intended = self.undoing.store.intend((self.undoing.clock)(), self.undoing.plan, &intents);
            fault::point("intent recorded");
        }
        if self.intended.is_ok() { Go::Ahead } else { Go::Back }
    }

    fn conclude(&mut self, ends: &[End], stands: &mut dyn FnMut() -> bool) {
        let judged = Judged::of(self.works, ends.to_vec());
        // What cannot be recorded now is tried once more when all is cleared.
        self.concluded = judged.record(self.undoing, stands).is_ok().then_some(judged);
    }
}

impl Undoing<'_> {
    /// Forgets the undoing of changes of which it could not be put down what would happen, so that nothing did.
    fn not_begun(&self, works: &[FileWork], ends: &[End], source: StoreError) -> ApplyError {
        let clean = works.iter().zip(ends).filter(|(_, end)| *end == &End::Withdrawn).map(|(work, _)| work.change);
        let clean: Vec<ChangeId> = clean.collect();
        let is_locked = matches!(source, StoreError::Busy { .. });
        // Else the next start takes away what is left, and they stay applied.
        let given = !is_locked && self.store.give_up_undos(self.plan, &clean).is_ok();
        let all = given && clean.len() == works.len();
        let rest = if all { "" } else { "; the next command of plangate takes away what is left of it" };
        ApplyError::Unrecorded { what: format!("nothing was undone{rest}"), source }
    }
}

/// The works whose files are not what they start from.
fn refused(steps: &[&Step], works: &[FileWork]) -> Vec<(ChangeId, End)> {
    let steps: HashMap<ChangeId, &Step> = steps.iter().map(|step| (step.id, *step)).collect();
    let items = works.iter().map(|work| Item::reverse(steps[&work.change], work));
    preflight::bases(&items.collect::<Vec<_>>())
}

fn ending(change: ChangeId, outcome: &UndoOutcome) -> UndoEnding<'_> {
    match outcome {
        UndoOutcome::Changed { error, .. } | UndoOutcome::Failed { error } => {
            UndoEnding { change, kind: EntryKind::Outcome, error: Some(error) }
        }
        UndoOutcome::Undone
        | UndoOutcome::CannotBeUndone { .. }
        | UndoOutcome::NotApplied(_)
        | UndoOutcome::HalfDone { .. }
        | UndoOutcome::Cancelled => UndoEnding { change, kind: EntryKind::Undone, error: None },
    }
}

fn outcome_of(change: ChangeId, end: End) -> Result<UndoOutcome, ApplyError> {
    match end {
        End::Done(_) => Ok(UndoOutcome::Undone),
        End::Conflict(error) => Ok(UndoOutcome::Changed { error, by: None }),
        End::Failed(error) => Ok(UndoOutcome::Failed { error }),
        End::Withdrawn => unreachable!("what is undone together does not need each other"),
        End::Unsettled(error) => Err(ApplyError::Unsettled { change, error }),
    }
}
