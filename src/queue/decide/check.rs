//! Whether a selection can stand: what it needs, what it was shown as, what depends on it.

use std::collections::{HashMap, HashSet};

use super::DecideError;
use super::consent::Order;
use crate::model::wave::{self, Needs};
use crate::model::{ChangeId, ChangeState, Digest, PendingPlan, ProposedChange};
use crate::store::{Connection, StoreError, change};

/// Refuses a selection that lacks a pending change which it needs, or, unless it may go out of order, one that comes before
/// it: a command or call whose effect nobody knows, and for such a one and a check whatever it may look at.
pub(super) fn check_closed(plan: &PendingPlan, chosen: &[ChangeId], order: Order) -> Result<(), DecideError> {
    let pending: Vec<&ProposedChange> = plan.pending().collect();
    let own = pending.iter().map(|change| (change.id, change.depends_on.iter().copied().collect()));
    if let Some((change, needs, complete)) = lacking(&own.collect(), chosen) {
        return Err(DecideError::Needs { change, needs, complete });
    }
    if order == Order::Free {
        return Ok(());
    }
    match lacking(&wave::needs(&pending), chosen) {
        Some((change, passed, complete)) => {
            Err(DecideError::Passes { change, passed, complete, chosen: chosen.to_vec() })
        }
        None => Ok(()),
    }
}

/// The first of the chosen that needs something pending which is not chosen, with that, and what would be complete.
fn lacking(needs: &Needs, chosen: &[ChangeId]) -> Option<(ChangeId, Vec<ChangeId>, Vec<ChangeId>)> {
    let mut complete = chosen.to_vec();
    let mut known: HashSet<ChangeId> = chosen.iter().copied().collect();
    let mut first = None;
    let mut next = 0;
    while let Some(&id) = complete.get(next) {
        next += 1;
        let own = needs.get(&id).into_iter().flatten().copied();
        let lacking: Vec<ChangeId> =
            own.filter(|needed| needs.contains_key(needed)).filter(|needed| known.insert(*needed)).collect();
        if !lacking.is_empty() && first.is_none() {
            first = Some((id, lacking.clone()));
        }
        complete.extend(lacking);
    }
    complete.sort_unstable();
    first.map(|(change, lacking)| (change, lacking, complete))
}

/// The chosen changes that a person was never shown in their present form, or not where they stand now, in order. What was approved
/// before was so in its present form, and may yet stand elsewhere.
pub(in crate::queue) fn unseen(
    connection: &Connection,
    plan: &PendingPlan,
    chosen: &[ChangeId],
) -> Result<Vec<ChangeId>, StoreError> {
    let shown: HashSet<(ChangeId, Digest)> = change::shown_in(connection, &plan.id)?.into_iter().collect();
    let moved = moved(plan, &change::places_in(connection, &plan.id)?);
    let chosen = chosen.iter().filter_map(|id| plan.change(*id));
    let is_unseen = |change: &&ProposedChange| {
        let is_new = change.state != ChangeState::Approved && !shown.contains(&(change.id, change.digest));
        is_new || moved.contains(&change.id)
    };
    Ok(chosen.filter(is_unseen).map(|change| change.id).collect())
}

/// The changes of a plan in its order that may be approved, or go with the next approval, and have another of these before
/// or behind them than when they were displayed, which gave them their `places`; also the pending ones of which nobody saw where they stand.
fn moved(plan: &PendingPlan, places: &HashMap<ChangeId, u32>) -> HashSet<ChangeId> {
    let is_ahead = |change: &&ProposedChange| matches!(change.state, ChangeState::Pending | ChangeState::Approved);
    let open = || plan.proposed_changes.iter().filter(is_ahead);
    let now: Vec<(ChangeId, u32)> = open().filter_map(|change| Some((change.id, *places.get(&change.id)?))).collect();
    let is_new = |change: &&ProposedChange| change.state == ChangeState::Pending && !places.contains_key(&change.id);
    let behind = |highest: &mut u32, (id, place): &(ChangeId, u32)| {
        let was_before = *place < *highest;
        *highest = (*highest).max(*place);
        Some(was_before.then_some(*id))
    };
    let before = |lowest: &mut u32, (id, place): &(ChangeId, u32)| {
        let was_behind = *place > *lowest;
        *lowest = (*lowest).min(*place);
        Some(was_behind.then_some(*id))
    };
    let elsewhere = now.iter().scan(0, behind).chain(now.iter().rev().scan(u32::MAX, before)).flatten();
    elsewhere.chain(open().filter(is_new).map(|change| change.id)).collect()
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
