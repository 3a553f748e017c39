//! What a process that died had in flight is finished, taken back or marked.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::files::{End, FileWork};
use super::lock::ApplyLock;
use super::{ApplyError, Clock, Outcome, Recovered, RecoveredAs, ending};
use crate::model::{Action, ChangeEvent, ProposedChange};
use crate::store::applying::{Doing, Ending, InFlight};
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
    for root in roots {
        match ApplyLock::take(store.home(), &root) {
            Ok(lock) => recovered.extend(recover_locked(store, clock, &root, &lock)?),
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
    _lock: &ApplyLock,
) -> Result<Vec<Recovered>, ApplyError> {
    let mut recovered = Vec::new();
    for found in store.in_flight()?.into_iter().filter(|change| change.root == root) {
        let change = store.change(&found.plan, found.change)?.ok_or(ApplyError::NoChange(found.change))?;
        let outcome = match (found.doing, &change.action) {
            (Doing::Apply, Action::Command { .. } | Action::Forward) => interrupt(store, clock, &found)?,
            (Doing::Apply, _) => finish(store, clock, &found, &change)?,
            (Doing::Undo, _) => finish_undo(store, clock, &found, &change)?,
        };
        fault::point("recovered");
        recovered.push(Recovered { plan: found.plan, change: found.change, outcome });
    }
    Ok(recovered)
}

fn interrupt(store: &Store, clock: Clock, found: &InFlight) -> Result<RecoveredAs, ApplyError> {
    let body = json!({ "result": "interrupted" });
    let event = ChangeEvent::Interrupt;
    let ending = Ending { event, error: INTERRUPTED, kind: EntryKind::Recovered, body, output: None };
    store.end_change(clock(), &found.plan, found.change, &ending)?;
    Ok(RecoveredAs::Interrupted)
}

fn finish(store: &Store, clock: Clock, found: &InFlight, change: &ProposedChange) -> Result<RecoveredAs, ApplyError> {
    let made = store.made_folders_of(&found.plan, found.change)?;
    let (outcome, recovered) = match FileWork::forwards(store, &found.plan, change, made).resume() {
        End::Done => (Outcome::Applied, RecoveredAs::Applied),
        End::Conflict(error) => (Outcome::Conflict { error: error.clone() }, RecoveredAs::Conflict(error)),
        End::Failed(error) => (Outcome::Failed { error: error.clone() }, RecoveredAs::Failed(error)),
        End::Unsettled(error) => return Ok(RecoveredAs::Unsettled(error)),
    };
    fault::point("resumed");
    store.end_change(clock(), &found.plan, found.change, &ending(&outcome, EntryKind::Recovered))?;
    Ok(recovered)
}

fn finish_undo(
    store: &Store,
    clock: Clock,
    found: &InFlight,
    change: &ProposedChange,
) -> Result<RecoveredAs, ApplyError> {
    let (error, recovered) = match FileWork::backwards(store, &found.plan, change)?.resume() {
        End::Done => (None, RecoveredAs::Undone),
        End::Conflict(error) | End::Failed(error) => (Some(error.clone()), RecoveredAs::StaysApplied(error)),
        End::Unsettled(error) => return Ok(RecoveredAs::Unsettled(error)),
    };
    fault::point("resumed");
    store.end_undo(clock(), &found.plan, found.change, EntryKind::Recovered, error.as_deref())?;
    Ok(recovered)
}
