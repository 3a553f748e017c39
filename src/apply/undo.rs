//! What was applied is reversed, from the images that were in the files' places before.

use serde_json::json;

use super::files::{End, FileWork};
use super::lock::ApplyLock;
use super::{ApplyError, Clock, UndoOutcome, UndoReport, recover};
use crate::model::{Action, ChangeId, ChangeState, PlanId};
use crate::store::{EntryKind, Store};
use crate::workspace::fault;

/// Reverses applied changes, the last first. A change is reversed whole or, when one of its files is no longer
/// what was applied, not at all; what somebody did to a file since is never lost.
///
/// # Errors
/// Somebody is applying, or the store failed. What was recorded until then stands.
pub fn undo(store: &Store, clock: Clock, plan: &PlanId, changes: &[ChangeId]) -> Result<UndoReport, ApplyError> {
    let root = store.root_of_plan(plan)?.ok_or_else(|| ApplyError::NoPlan(plan.clone()))?;
    let lock = ApplyLock::take(store.home(), &root)?;
    recover::recover_locked(store, clock, &root, &lock)?;
    let mut changes = changes.to_vec();
    changes.sort_unstable();
    changes.dedup();
    let undone = changes.into_iter().rev().map(|id| Ok((id, undo_one(store, clock, plan, id)?)));
    Ok(UndoReport { plan: plan.clone(), results: undone.collect::<Result<_, ApplyError>>()? })
}

fn undo_one(store: &Store, clock: Clock, plan: &PlanId, id: ChangeId) -> Result<UndoOutcome, ApplyError> {
    let change = store.change(plan, id)?.ok_or(ApplyError::NoChange(id))?;
    if change.state != ChangeState::Applied {
        return Ok(UndoOutcome::NotApplied(change.state));
    }
    if matches!(change.action, Action::Command { .. } | Action::Forward) {
        return Ok(UndoOutcome::CannotBeUndone);
    }
    let work = FileWork::backwards(store, plan, &change)?;
    if let Err(end) = work.check() {
        return outcome_of(id, end);
    }
    store.begin_undo(clock(), plan, id, &json!({ "undo": work.facts() }))?;
    fault::point("intent recorded");
    let outcome = outcome_of(id, work.perform())?;
    fault::point("deed done");
    let (kind, error) = match &outcome {
        UndoOutcome::Changed { error } | UndoOutcome::Failed { error } => (EntryKind::Outcome, Some(error.as_str())),
        UndoOutcome::Undone | UndoOutcome::CannotBeUndone | UndoOutcome::NotApplied(_) => (EntryKind::Undone, None),
    };
    store.end_undo(clock(), plan, id, kind, error)?;
    fault::point("outcome recorded");
    Ok(outcome)
}

fn outcome_of(change: ChangeId, end: End) -> Result<UndoOutcome, ApplyError> {
    match end {
        End::Done => Ok(UndoOutcome::Undone),
        End::Conflict(error) => Ok(UndoOutcome::Changed { error }),
        End::Failed(error) => Ok(UndoOutcome::Failed { error }),
        End::Unsettled(error) => Err(ApplyError::Unsettled { change, error }),
    }
}
