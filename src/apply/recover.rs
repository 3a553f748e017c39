//! What a process that died had in flight is finished, taken back or marked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde_json::json;

use super::board::{self, Board};
use super::crew::Crew;
use super::files::{End, FileWork};
use super::lock::ApplyLock;
use super::running::{self, Remains};
use super::undo::made_by;
use super::{ApplyError, Clock, Note, Outcome, Recovered, RecoveredAs, record, told};
use crate::model::{ChangeEvent, ChangeId, ChangeState, PlanId, TargetPath};
use crate::store::applying::{Doing, Ending, InFlight};
use crate::store::journal::stamp;
use crate::store::step::Step;
use crate::store::undoing::UndoEnding;
use crate::store::{EntryKind, Store, StoreError};
use crate::workspace::fault;

/// Settles what dead processes left in flight, in every workspace where nobody is applying now.
///
/// File changes are finished, as their approval stands, unless the disk has changed: then nothing of them is left.
/// Commands are marked as interrupted and never run again by themselves. Repeating this is harmless, also
/// after it was stopped itself; with nothing in flight it is one indexed look.
pub fn recover(store: &Store, clock: Clock) -> Result<Vec<Recovered>, ApplyError> {
    let in_flight = store.in_flight()?;
    let roots: BTreeSet<_> = in_flight.iter().map(|change| change.root.clone()).collect();
    let mut recovered = Vec::new();
    for (plan, change) in running::all(store.home()) {
        if !in_flight.iter().any(|flying| flying.plan == plan && flying.change == change) {
            forget_recorded(store, &plan, change)?;
        }
    }
    let _log = if roots.is_empty() { None } else { Some(store.let_log_grow()?) };
    for root in roots {
        match ApplyLock::take(store.home(), &root) {
            Ok(lock) => {
                recovered.extend(recover_locked(store, clock, &root, &Crew::new(store), &lock)?);
            }
            // Its process lives and will end it.
            Err(ApplyError::Busy { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(recovered)
}

/// Removes what a process that died left of a command whose outcome it had recorded.
fn forget_recorded(store: &Store, plan: &PlanId, change: ChangeId) -> Result<(), ApplyError> {
    let lock = store.root_of_plan(plan)?.map(|root| ApplyLock::take(store.home(), &root)).transpose();
    // Whoever holds the lock may be at it.
    if lock.is_ok() && store.state_of(plan, change)? != Some(ChangeState::Applying) {
        running::forget(store.home(), plan, change);
    }
    Ok(())
}

/// Settles what is in flight in the workspace whose lock the caller holds.
pub(super) fn recover_locked(
    store: &Store,
    clock: Clock,
    root: &Path,
    crew: &Crew<'_>,
    lock: &ApplyLock,
) -> Result<Vec<Recovered>, ApplyError> {
    let mut plans: BTreeMap<PlanId, Vec<InFlight>> = BTreeMap::new();
    for found in store.in_flight()?.into_iter().filter(|change| change.root == root) {
        plans.entry(found.plan.clone()).or_default().push(found);
    }
    let mut recovered = Vec::new();
    for (plan, found) in plans {
        Board::new(lock, clock, board::Doing::Recover, &plan, found.len()).begin(found[0].change, 0, 0);
        let recovery = Recovery { store, clock, crew, plan: &plan, notes: RefCell::default() };
        let outcomes = recovery.settle(&found)?;
        let mut notes = recovery.notes.take();
        recovered.extend(outcomes.into_iter().map(|(change, outcome)| {
            let notes = notes.remove(&change).unwrap_or_default();
            Recovered { plan: plan.clone(), change, outcome, notes }
        }));
        fault::point("recovered");
    }
    Ok(recovered)
}

struct Recovery<'a> {
    store: &'a Store,
    clock: Clock,
    crew: &'a Crew<'a>,
    plan: &'a PlanId,
    /// What is to be known of the files of changes that have happened.
    notes: RefCell<BTreeMap<ChangeId, Vec<(TargetPath, Note)>>>,
}

impl Recovery<'_> {
    /// Settles what is in flight of one plan.
    fn settle(&self, found: &[InFlight]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        let of = |doing| found.iter().filter(move |change| change.doing == doing).map(|change| change.change);
        let applying = self.store.steps(self.plan, &of(Doing::Apply).collect::<Vec<_>>())?;
        let (files, commands): (Vec<_>, Vec<_>) =
            applying.into_iter().partition(|step| !step.action.effects().is_empty());
        let undoing = self.store.steps(self.plan, &of(Doing::Undo).collect::<Vec<_>>())?;
        let mut outcomes = self.settle_commands(&commands)?;
        outcomes.extend(self.finish(&files)?);
        outcomes.extend(self.finish_undo(&undoing)?);
        outcomes.sort_unstable_by_key(|(change, _)| *change);
        Ok(outcomes)
    }

    /// Records what is known of commands: how they ended if that was seen, else what they printed so far.
    fn settle_commands(&self, commands: &[Step]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        let mut found = Vec::with_capacity(commands.len());
        for step in commands {
            let remains = Remains::of(self.store.home(), self.plan, step.id);
            let as_what = found_as(remains.as_ref());
            let output = remains.as_ref().map(|remains| remains.output.kept()).unwrap_or_default();
            let (event, result, error) = match &as_what {
                RecoveredAs::Ended(None) => (ChangeEvent::Succeed, "applied", String::new()),
                RecoveredAs::Ended(Some(error)) => (ChangeEvent::Fail, "failed", error.clone()),
                _ => (ChangeEvent::Interrupt, "interrupted", interrupted(remains.as_ref())),
            };
            let mut body = json!({ "result": result });
            if let Some(remains) = &remains {
                let ended = remains.head.ended.clone();
                body["command"] = ended.unwrap_or_else(|| record::facts_of_interrupted(remains));
            }
            let output = Some(output.as_slice()).filter(|output| !output.is_empty());
            let ending = Ending { change: step.id, event, error: &error, kind: EntryKind::Recovered, body, output };
            self.record(&[ending], &told::recovered([(step, &as_what)]))?;
            running::forget(self.store.home(), self.plan, step.id);
            found.push((step.id, as_what));
        }
        Ok(found)
    }

    fn finish(&self, steps: &[Step]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        let mut made: HashMap<ChangeId, Vec<TargetPath>> = HashMap::new();
        if !steps.is_empty() {
            for (change, folder) in self.store.made_folders(self.plan)? {
                made.entry(change).or_default().push(folder);
            }
        }
        let works = steps
            .iter()
            .map(|step| FileWork::forwards(self.plan, step, &step.kept, made.remove(&step.id).unwrap_or_default()));
        let works: Vec<FileWork> = works.collect();
        let (unmeant, works) = self.by_intent(&works)?;
        let (given, mut recovered) = self.give_up(&unmeant);
        if !given.is_empty() {
            self.store.give_back((self.clock)(), self.plan, &given)?;
        }
        let mut outcomes = Vec::new();
        for (work, end) in works.iter().zip(self.crew.resume(&works)) {
            let (outcome, as_what) = match end {
                End::Done(found) => {
                    self.note(steps, work.change, found);
                    (Outcome::Applied, RecoveredAs::Applied)
                }
                End::Conflict(error) => (Outcome::Conflict { error: error.clone() }, RecoveredAs::Conflict(error)),
                End::Failed(error) => (Outcome::Failed { error: error.clone() }, RecoveredAs::Failed(error)),
                End::Withdrawn => unreachable!("what is resumed together does not need each other"),
                End::Unsettled(error) => {
                    recovered.push((work.change, RecoveredAs::Unsettled(error)));
                    continue;
                }
            };
            outcomes.push((work.change, outcome));
            recovered.push((work.change, as_what));
        }
        fault::point("resumed");
        let notes = self.notes.borrow();
        let endings = outcomes.iter().map(|(change, outcome)| {
            record::ending(*change, outcome, EntryKind::Recovered).with_notes(notes.get(change).map(Vec::as_slice))
        });
        self.record(&endings.collect::<Vec<_>>(), &told::recovered(in_words(steps, &recovered)))?;
        self.note_unsettled(&recovered)?;
        Ok(recovered)
    }

    fn finish_undo(&self, steps: &[Step]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let made = made_by(self.store, self.plan)?;
        let works: Vec<FileWork> = steps.iter().rev().map(|step| FileWork::backwards(self.plan, step, &made)).collect();
        let (unmeant, works) = self.by_intent(&works)?;
        let (given, mut recovered) = self.give_up(&unmeant);
        if !given.is_empty() {
            self.store.give_up_undos(self.plan, &given)?;
        }
        for (work, end) in works.iter().zip(self.crew.resume(&works)) {
            let outcome = match end {
                End::Done(found) => {
                    self.note(steps, work.change, found);
                    RecoveredAs::Undone
                }
                End::Conflict(error) | End::Failed(error) => RecoveredAs::StaysApplied(error),
                End::Withdrawn => unreachable!("what is resumed together does not need each other"),
                End::Unsettled(error) => RecoveredAs::Unsettled(error),
            };
            recovered.push((work.change, outcome));
        }
        fault::point("resumed");
        let endings = recovered.iter().filter_map(|(change, outcome)| match outcome {
            RecoveredAs::Unsettled(_) => None,
            RecoveredAs::StaysApplied(error) => Some((*change, Some(error.as_str()))),
            _ => Some((*change, None)),
        });
        let endings = endings.map(|(change, error)| UndoEnding { change, kind: EntryKind::Recovered, error });
        let told = told::recovered(in_words(steps, &recovered));
        self.store.end_undos((self.clock)(), self.plan, &endings.collect::<Vec<_>>(), &told)?;
        self.note_unsettled(&recovered)?;
        Ok(recovered)
    }

    /// The works of which it is not put down what was about to happen, and the others.
    fn by_intent<'w>(&self, works: &'w [FileWork]) -> Result<(Vec<&'w FileWork>, Vec<&'w FileWork>), StoreError> {
        if works.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let without = self.store.without_intent(self.plan, works.iter().map(|work| work.change))?;
        Ok(works.iter().partition(|work| without.contains(&work.change)))
    }

    /// Takes away what is left of works whose process died before it was put down what would happen to them, as nothing has:
    /// those that could be given up so, and what became of the others.
    fn give_up(&self, works: &[&FileWork]) -> (Vec<ChangeId>, Vec<(ChangeId, RecoveredAs)>) {
        let (mut given, mut left) = (Vec::new(), Vec::new());
        for (work, end) in works.iter().zip(self.crew.give_up(works)) {
            match end {
                End::Unsettled(error) => left.push((work.change, RecoveredAs::Unsettled(error))),
                _ => given.push(work.change),
            }
        }
        fault::point("given up");
        (given, left)
    }

    /// Keeps what was found out now, and by the process that died.
    fn note(&self, steps: &[Step], change: ChangeId, found: Vec<(TargetPath, Note)>) {
        let Ok(place) = steps.binary_search_by_key(&change, |step| step.id) else { return };
        let step = &steps[place];
        let mut notes = step.kept.told.clone();
        notes.extend(found.into_iter().filter(|note| !step.kept.told.contains(note)));
        if !notes.is_empty() {
            self.notes.borrow_mut().insert(step.id, notes);
        }
    }

    /// Keeps why changes are still half done, so that every screen can tell.
    fn note_unsettled(&self, recovered: &[(ChangeId, RecoveredAs)]) -> Result<(), ApplyError> {
        for (change, found) in recovered {
            if let RecoveredAs::Unsettled(error) = found {
                self.store.note_unsettled(self.plan, *change, &format!("half done: {error}"))?;
            }
        }
        Ok(())
    }

    fn record(&self, endings: &[Ending<'_>], told: &str) -> Result<(), ApplyError> {
        if endings.is_empty() {
            return Ok(());
        }
        Ok(self.store.end_changes((self.clock)(), self.plan, endings, told)?)
    }
}

/// Forgets what was to be known of files when their changes were begun before.
pub(super) fn forget_notes(store: &Store, plan: &PlanId, steps: &[&Step]) -> Result<(), StoreError> {
    let stale = steps.iter().filter(|step| !step.kept.told.is_empty()).map(|step| step.id);
    let stale: Vec<ChangeId> = stale.collect();
    if stale.is_empty() { Ok(()) } else { store.forget_notes(plan, &stale) }
}

/// The steps with what was found of them; `steps` are in order.
fn in_words<'a>(
    steps: &'a [Step],
    recovered: &'a [(ChangeId, RecoveredAs)],
) -> impl Iterator<Item = (&'a Step, &'a RecoveredAs)> {
    recovered.iter().filter_map(|(change, found)| {
        let place = steps.binary_search_by_key(change, |step| step.id).ok()?;
        Some((&steps[place], found))
    })
}

fn found_as(remains: Option<&Remains>) -> RecoveredAs {
    let Some(remains) = remains else { return RecoveredAs::Interrupted { runs_as: None } };
    if let Some(facts) = &remains.head.ended {
        return RecoveredAs::Ended(record::error_of(facts, &remains.output));
    }
    let process = remains.head.process.as_ref().filter(|process| process.runs() == Some(true));
    RecoveredAs::Interrupted { runs_as: process.map(|process| process.pid) }
}

/// What is known of a command that was running when plangate was stopped.
fn interrupted(remains: Option<&Remains>) -> String {
    const PART: &str = "plangate was stopped while the command ran; it may have done nothing, a part or all";
    let Some(remains) = remains else { return format!("{PART}, and may even be running still") };
    let process = remains.head.process.as_ref();
    let still = match process.map(|process| (process.pid, process.runs())) {
        Some((pid, Some(true))) => format!("still runs as process {pid}"),
        Some((_, Some(false))) => "runs no more".to_owned(),
        _ => "may even be running still".to_owned(),
    };
    let text = format!("{PART}, and {still}; it was started at {}", stamp(remains.head.started_at));
    record::with_last_lines(text, &remains.output)
}
