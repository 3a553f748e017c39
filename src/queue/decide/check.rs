//! Whether a selection can stand: what it needs, what it was shown as, what depends on it.

use std::collections::HashSet;

use super::DecideError;
use crate::model::{ChangeId, ChangeState, PendingPlan};
use crate::store::{Connection, StoreError, plan};

/// Refuses a selection that lacks a pending change which it needs.
pub(super) fn check_closed(plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), DecideError> {
    let mut complete = chosen.to_vec();
    let mut known: HashSet<ChangeId> = chosen.iter().copied().collect();
    let mut first = None;
    let mut next = 0;
    while let Some(&id) = complete.get(next) {
        next += 1;
        let needs: Vec<ChangeId> = plan
            .change(id)
            .into_iter()
            .flat_map(|change| &change.depends_on)
            .copied()
            .filter(|needed| plan.change(*needed).is_some_and(|c| c.state == ChangeState::Pending))
            .filter(|needed| known.insert(*needed))
            .collect();
        if !needs.is_empty() && first.is_none() {
            first = Some((id, needs.clone()));
        }
        complete.extend(needs);
    }
    complete.sort_unstable();
    match first {
        Some((change, needs)) => Err(DecideError::Needs { change, needs, complete }),
        None => Ok(()),
    }
}

/// The chosen changes that a person was never shown in their present form, in order.
pub(super) fn unseen(
    connection: &Connection,
    plan: &PendingPlan,
    chosen: &[ChangeId],
) -> Result<Vec<ChangeId>, StoreError> {
    let mut unseen = Vec::new();
    for change in chosen.iter().filter_map(|id| plan.change(*id)) {
        if plan::shown_digest(connection, &plan.id, change.id)? != Some(change.digest) {
            unseen.push(change.id);
        }
    }
    Ok(unseen)
}

/// Refuses what was not displayed.
pub(super) fn check_shown(tx: &Connection, plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), DecideError> {
    let unseen = unseen(tx, plan, chosen)?;
    if unseen.is_empty() { Ok(()) } else { Err(DecideError::NotShown { unseen }) }
}

/// The open changes outside `chosen` that depend on it, directly or not, in order.
pub(super) fn dependants(plan: &PendingPlan, chosen: &[ChangeId]) -> Vec<ChangeId> {
    let chosen: HashSet<ChangeId> = chosen.iter().copied().collect();
    let mut gone = chosen.clone();
    let mut found = Vec::new();
    for change in plan.proposed_changes.iter().filter(|c| c.state.is_open() && !chosen.contains(&c.id)) {
        // Dependencies point backwards, so one pass in order meets every chain.
        if change.depends_on.iter().any(|needed| gone.contains(needed)) {
            gone.insert(change.id);
            found.push(change.id);
        }
    }
    found
}

/// The refusal to reject `chosen` alone.
pub(super) fn depended(plan: &PendingPlan, chosen: &[ChangeId], dependants: &[ChangeId]) -> DecideError {
    let on = |id: &ChangeId| {
        let needs = plan.change(dependants[0]).map(|c| c.depends_on.contains(id));
        needs.unwrap_or(false)
    };
    let change = chosen.iter().copied().find(on).unwrap_or(chosen[0]);
    let mut complete: Vec<ChangeId> = chosen.iter().chain(dependants).copied().collect();
    complete.sort_unstable();
    DecideError::Depended { change, dependants: dependants.to_vec(), complete }
}
