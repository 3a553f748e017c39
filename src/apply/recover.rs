//! What a process that died had in flight is finished, taken back or marked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde_json::json;

use super::crew::Crew;
use super::files::{End, FileWork};
use super::lock::ApplyLock;
use super::undo::made_by;
use super::{ApplyError, Clock, Outcome, Recovered, RecoveredAs, record};
use crate::model::{ChangeEvent, ChangeId, PlanId, TargetPath};
use crate::store::applying::{Doing, Ending, InFlight, Step, UndoEnding};
use crate::store::{EntryKind, Store};
use crate::workspace::fault;

/// Why an interrupted command has an error.
const INTERRUPTED: &str = "plangate was stopped while the command ran; it may have done nothing, a part or all, \
     and may even be running still";

/// Settles what dead processes left in flight, in every workspace where nobody is applying now.
///
/// File changes are finished, as their approval stands, unless the disk has changed: then nothing of them is left.
/// Commands are marked as interrupted and never run again by themselves. Repeating this is harmless, also
/// after it was stopped itself; with nothing in flight it is one indexed look.
pub fn recover(store: &Store, clock: Clock) -> Result<Vec<Recovered>, ApplyError> {
    let roots: BTreeSet<_> = store.in_flight()?.into_iter().map(|change| change.root).collect();
    let mut recovered = Vec::new();
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

/// Settles what is in flight in the workspace whose lock the caller holds.
pub(super) fn recover_locked(
    store: &Store,
    clock: Clock,
    root: &Path,
    crew: &Crew<'_>,
    _lock: &ApplyLock,
) -> Result<Vec<Recovered>, ApplyError> {
    let mut plans: BTreeMap<PlanId, Vec<InFlight>> = BTreeMap::new();
    for found in store.in_flight()?.into_iter().filter(|change| change.root == root) {
        plans.entry(found.plan.clone()).or_default().push(found);
    }
    let mut recovered = Vec::new();
    for (plan, found) in plans {
        let recovery = Recovery { store, clock, crew, plan: &plan };
        let outcomes = recovery.settle(&found)?;
        recovered.extend(outcomes.into_iter().map(|(change, outcome)| Recovered {
            plan: plan.clone(),
            change,
            outcome,
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
}

impl Recovery<'_> {
    /// Settles what is in flight of one plan.
    fn settle(&self, found: &[InFlight]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        let of = |doing| found.iter().filter(move |change| change.doing == doing).map(|change| change.change);
        let applying = self.store.steps(self.plan, &of(Doing::Apply).collect::<Vec<_>>())?;
        let (files, commands): (Vec<_>, Vec<_>) =
            applying.into_iter().partition(|step| !step.action.effects().is_empty());
        let undoing = self.store.steps(self.plan, &of(Doing::Undo).collect::<Vec<_>>())?;
        let mut outcomes = self.interrupt(&commands)?;
        outcomes.extend(self.finish(&files)?);
        outcomes.extend(self.finish_undo(&undoing)?);
        outcomes.sort_unstable_by_key(|(change, _)| *change);
        Ok(outcomes)
    }

    fn interrupt(&self, commands: &[Step]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        let ending = |step: &Step| Ending {
            change: step.id,
            event: ChangeEvent::Interrupt,
            error: INTERRUPTED,
            kind: EntryKind::Recovered,
            body: json!({ "result": "interrupted" }),
            output: None,
        };
        self.record(&commands.iter().map(ending).collect::<Vec<_>>())?;
        Ok(commands.iter().map(|step| (step.id, RecoveredAs::Interrupted)).collect())
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
        let (mut recovered, mut outcomes) = (Vec::new(), Vec::new());
        for (work, end) in works.iter().zip(self.crew.resume(&works.iter().collect::<Vec<_>>())) {
            let (outcome, as_what) = match end {
                End::Done(_) => (Outcome::Applied, RecoveredAs::Applied),
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
        let ending = |(change, outcome)| record::ending(change, outcome, EntryKind::Recovered);
        self.record(&outcomes.iter().map(|(change, outcome)| ending((*change, outcome))).collect::<Vec<_>>())?;
        Ok(recovered)
    }

    fn finish_undo(&self, steps: &[Step]) -> Result<Vec<(ChangeId, RecoveredAs)>, ApplyError> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let made = made_by(self.store, self.plan)?;
        let works: Vec<FileWork> = steps.iter().rev().map(|step| FileWork::backwards(self.plan, step, &made)).collect();
        let mut recovered = Vec::new();
        for (work, end) in works.iter().zip(self.crew.resume(&works.iter().collect::<Vec<_>>())) {
            let outcome = match end {
                End::Done(_) => RecoveredAs::Undone,
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
        self.store.end_undos((self.clock)(), self.plan, &endings.collect::<Vec<_>>())?;
        Ok(recovered)
    }

    fn record(&self, endings: &[Ending<'_>]) -> Result<(), ApplyError> {
        if endings.is_empty() {
            return Ok(());
        }
        Ok(self.store.end_changes((self.clock)(), self.plan, endings)?)
    }
}
