//! What persons decide: every decision is one transaction, bound to what was displayed.

mod check;
mod consent;
mod error;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;

pub(super) use self::check::unseen;
use self::check::{check_closed, check_shown, dependants, depended};
pub use self::consent::Consent;
use self::consent::Order;
pub use self::error::DecideError;
pub(crate) use self::error::NO_PLAN;
pub(super) use self::error::NO_SIDES;
use super::regime::count_decision;
use super::revise::Reviser;
use super::selection::{Selection, SelectionError};
use super::{Moved, PendingPlanManager, order, told};
use crate::apply::still_running;
use crate::mode::Event;
use crate::model::{
    ApprovedPlan, ChangeEvent, ChangeId, ChangeState, Initiator, Mode, PendingPlan, PlanEvent, ProposedChange, ToolCall,
};
use crate::store::journal::{self, EntryKind};
use crate::store::{Connection, SessionRow, StoreError, message, plan, refuse_expired, regime, transition};
use crate::workspace::Workspace;

/// What to do with the changes that depend on a rejected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// Refuse to reject unless they are chosen as well.
    Strict,
    /// Reject them as well.
    WithDependants,
    /// Compute them anew without it; they count as not shown then.
    Rebase,
}

/// What a rejection did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised {
    /// Rejected, in order.
    pub rejected: Vec<ChangeId>,
    /// Computed anew, in order.
    pub rebased: Vec<ChangeId>,
}

impl PendingPlanManager {
    /// Approves the selected pending changes of the session's open plan; the rest stays pending.
    ///
    /// Everything is checked in one transaction: the changes still have the digests that were displayed, and each has
    /// what it depends on. Changes that were approved before and not begun ride along.
    ///
    /// # Errors
    /// See [`DecideError`]; nothing is approved then.
    pub fn approve(
        &self,
        session: &SessionRow,
        selection: &Selection,
        consent: &Consent,
    ) -> Result<ApprovedPlan, DecideError> {
        let open = self.store.read(|connection| plan::open_head(connection, &session.id))?;
        let running = match open {
            Some(plan) if consent.order() == Order::Kept => still_running(&self.store, &plan.id)?,
            _ => Vec::new(),
        };
        self.decide(|tx, now| {
            let plan = named_plan(tx, session, selection, open_outline(tx, session)?)?;
            let chosen = selection.resolve(&plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
            let mut ready = not_begun(&plan);
            if chosen.is_empty() && ready.is_empty() {
                return Err(DecideError::Nothing("no change is pending"));
            }
            // A command is a barrier for as long as it runs.
            let behind = |id: &ChangeId| running.iter().find(|(running, _)| running < id);
            if let Some(&(id, pid)) = chosen.iter().chain(&ready).find_map(behind) {
                return Err(DecideError::StillRuns { id, pid });
            }
            consent.check(&plan, &chosen)?;
            consent.check(&plan, &ready)?;
            check_closed(&plan, &chosen, consent.order())?;
            if !consent.covers_unseen() {
                check_shown(tx, &plan, &chosen)?;
                check_shown(tx, &plan, &ready)?;
            }
            approve_all(tx, now, &plan, &chosen)?;
            if !chosen.is_empty() {
                let rest = plan.pending().count() - chosen.len();
                let event = if rest == 0 { PlanEvent::ApproveAll } else { PlanEvent::ApprovePart };
                transition::decide(tx, &plan.id, event)?;
                let digests: Vec<_> =
                    chosen.iter().filter_map(|id| plan.change(*id)).map(|c| json!([c.id, c.digest])).collect();
                let body = json!({ "by": consent.channel(), "changes": digests, "unseen": consent.covers_unseen() });
                journal::append(tx, now, Some(&plan.id), None, EntryKind::Approved, &body)?;
                count_decision(tx, &session.id, Event::Approve, now)?;
            }
            ready.extend(&chosen);
            ready.sort_unstable();
            Ok(ApprovedPlan::new(plan.id, Some(session.id.clone()), ready, now))
        })
    }

    /// Whether the selection can stand, so that nobody is asked about one that cannot: it lacks nothing that it needs and
    /// passes nothing that it must not.
    ///
    /// # Errors
    /// See [`DecideError`]; [`Self::approve`] would say the same.
    pub fn check(&self, session: &SessionRow, selection: &Selection, consent: &Consent) -> Result<(), DecideError> {
        let Some(plan) = self.store.read(|connection| open_outline(connection, session))? else { return Ok(()) };
        let chosen = selection.resolve(&plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
        check_closed(&plan, &chosen, consent.order())
    }

    /// Which of the selected changes a person has not seen in their present form.
    pub fn unseen(&self, session: &SessionRow, selection: &Selection) -> Result<Vec<ChangeId>, DecideError> {
        let plan = self.store.read(|connection| open_outline(connection, session))?;
        let Some(plan) = plan else { return Ok(Vec::new()) };
        let chosen = selection.resolve(&plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
        Ok(self.unseen_of(&plan, &chosen)?)
    }

    /// Which changes of a plan that was read a person has not seen in the form that they have in it.
    pub fn unseen_of(&self, plan: &PendingPlan, ids: &[ChangeId]) -> Result<Vec<ChangeId>, StoreError> {
        self.store.read(|connection| unseen(connection, plan, ids))
    }

    /// Rejects the selected changes: those that are pending, approved but not begun, failed, in conflict or interrupted.
    ///
    /// # Errors
    /// See [`DecideError`]; nothing is rejected then.
    pub fn reject(
        &self,
        session: &SessionRow,
        selection: &Selection,
        because: &str,
        rejection: Rejection,
        consent: &Consent,
    ) -> Result<Revised, DecideError> {
        let workspace = Workspace::open(&session.root)?;
        self.decide(|tx, now| {
            let plan = named_plan(tx, session, selection, open_outline(tx, session)?)?;
            let open = |c: &ProposedChange| c.state.is_open() && c.state != ChangeState::Applying;
            let mut chosen = selection.resolve(&plan, &session.root, "open", open)?;
            if chosen.is_empty() {
                return Err(DecideError::Nothing("no change is pending"));
            }
            consent.check(&plan, &chosen)?;
            let dependants = dependants(&plan, &chosen);
            match rejection {
                Rejection::WithDependants => chosen.extend(&dependants),
                Rejection::Strict if !dependants.is_empty() => return Err(depended(&plan, &chosen, &dependants)),
                Rejection::Strict | Rejection::Rebase => {}
            }
            chosen.sort_unstable();
            for id in &chosen {
                transition::transition(tx, now, &plan.id, *id, ChangeEvent::Reject, "")?;
            }
            let rebased = if rejection == Rejection::Rebase { dependants } else { Vec::new() };
            decide_rejected(tx, &plan, &chosen)?;
            let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
            reviser.rebase(&rebased, consent.channel())?;
            let body = json!({ "by": consent.channel(), "changes": chosen, "because": because, "rebased": rebased });
            journal::append(tx, now, Some(&plan.id), None, EntryKind::Rejected, &body)?;
            count_decision(tx, &session.id, Event::Reject, now)?;
            message::tell_in(tx, &session.id, &told::rejected(&chosen, because), now)?;
            Ok(Revised { rejected: chosen, rebased })
        })
    }

    /// Puts the plan aside: it stays as it is, and the session leaves plan mode, also when there is no plan. Both happen
    /// or neither.
    ///
    /// # Errors
    /// There is neither an open plan nor plan mode to leave, or the store failed.
    pub fn hold(&self, session: &SessionRow, consent: &Consent) -> Result<Moved, DecideError> {
        self.decide(|tx, now| {
            let plan = plan::open_head(tx, &session.id)?;
            let mode = regime::regime_in(tx, &session.id)?.map_or(session.mode, |regime| regime.mode);
            if plan.is_none() && mode != Mode::Plan {
                return Err(DecideError::Nothing(NO_PLAN));
            }
            if let Some(plan) = plan {
                plan::hold(tx, &plan.id)?;
                let body = json!({ "by": consent.channel() });
                journal::append(tx, now, Some(&plan.id), None, EntryKind::Held, &body)?;
            }
            Ok(self.move_in(tx, &session.id, Event::Leave, consent.channel(), Initiator::User, now)?)
        })
    }

    /// Gives a failed, conflicting, interrupted or undone change back to be applied, with what was approved and not begun.
    ///
    /// # Errors
    /// See [`Self::retry_all`].
    pub fn retry(&self, session: &SessionRow, id: ChangeId, consent: &Consent) -> Result<ApprovedPlan, DecideError> {
        self.retry_all(session, &[id], consent)
    }

    /// Gives several such changes back.
    ///
    /// # Errors
    /// One is in no state to be tried again, was not displayed in its present form, or still runs from before plangate was
    /// stopped; none is given back then.
    pub fn retry_all(
        &self,
        session: &SessionRow,
        ids: &[ChangeId],
        consent: &Consent,
    ) -> Result<ApprovedPlan, DecideError> {
        if let Some(plan) = self.latest_plan(&session.id)? {
            let running = still_running(&self.store, &plan.id)?;
            if let Some(&(id, pid)) = running.iter().find(|(id, _)| ids.contains(id)) {
                return Err(DecideError::StillRuns { id, pid });
            }
        }
        self.decide(|tx, now| {
            let plan =
                in_order(tx, session, plan::latest_in(tx, &session.id)?)?.ok_or(DecideError::Nothing(NO_PLAN))?;
            for id in ids {
                let change = plan.change(*id).ok_or(SelectionError::Unknown(*id))?;
                give_back(tx, now, &plan, change, ChangeEvent::Retry, consent)?;
            }
            if !consent.covers_unseen() {
                check_shown(tx, &plan, ids)?;
                check_shown(tx, &plan, &not_begun(&plan))?;
            }
            let again = plan::outline_in(tx, &plan.id)?.unwrap_or(plan);
            Ok(ApprovedPlan::new(again.id.clone(), Some(session.id.clone()), not_begun(&again), now))
        })
    }

    /// Gives a failed, conflicting or interrupted change up.
    ///
    /// # Errors
    /// The change is in no state to be given up.
    pub fn skip(&self, session: &SessionRow, id: ChangeId, consent: &Consent) -> Result<(), DecideError> {
        self.settle(
            session,
            id,
            ChangeEvent::Reject,
            "only what failed, conflicts or was interrupted is skipped",
            consent,
        )
    }

    /// Gives a change in conflict up for what is on disk.
    ///
    /// # Errors
    /// The change is in no conflict, nor did it fail otherwise.
    pub fn take_disk(&self, session: &SessionRow, id: ChangeId, consent: &Consent) -> Result<(), DecideError> {
        self.settle(session, id, ChangeEvent::Reject, NO_SIDES, consent)
    }

    /// Takes a person's word that an interrupted change is done.
    ///
    /// # Errors
    /// The change was not interrupted.
    pub fn mark_done(&self, session: &SessionRow, id: ChangeId, consent: &Consent) -> Result<(), DecideError> {
        self.settle(session, id, ChangeEvent::MarkDone, "only what was interrupted is marked done", consent)
    }

    fn settle(
        &self,
        session: &SessionRow,
        id: ChangeId,
        event: ChangeEvent,
        wanted: &'static str,
        consent: &Consent,
    ) -> Result<(), DecideError> {
        self.decide(|tx, now| {
            let (plan, change) = find(tx, session, id)?;
            let state = change.state;
            if !matches!(state, ChangeState::Failed | ChangeState::Conflict | ChangeState::Interrupted) {
                return Err(DecideError::WrongState { id, state, wanted });
            }
            give_back(tx, now, &plan, &change, event, consent)?;
            let gone = if event == ChangeEvent::Reject { "gave up" } else { "marked as done" };
            Ok(message::tell_in(tx, &session.id, &format!("[plangate] The person {gone} {id}."), now)?)
        })
    }

    /// Runs a decision as one transaction, keeping its own kind of error.
    pub(super) fn decide<T>(
        &self,
        work: impl FnOnce(&Connection, DateTime<Utc>) -> Result<T, DecideError>,
    ) -> Result<T, DecideError> {
        let now = self.now();
        let mut refused = None;
        let decided = self.store.write(|tx| match work(tx, now) {
            Ok(decided) => Ok(decided),
            Err(DecideError::Store(error)) => Err(error),
            Err(error) => {
                refused = Some(error);
                // Any error rolls the transaction back; the real one is put in its place below.
                Err(StoreError::Abandoned)
            }
        });
        match (decided, refused) {
            (_, Some(error)) => Err(error),
            (decided, None) => Ok(decided?),
        }
    }
}

/// The session's open plan without the arguments of its changes.
pub(super) fn open_outline(tx: &Connection, session: &SessionRow) -> Result<Option<PendingPlan>, StoreError> {
    match plan::open_head(tx, &session.id)? {
        Some(head) => in_order(tx, session, plan::outline_in(tx, &head.id)?),
        None => Ok(None),
    }
}

/// The plan that a selection is about. Where none is open, what it names is told why it cannot be decided any more.
fn named_plan(
    tx: &Connection,
    session: &SessionRow,
    selection: &Selection,
    open: Option<PendingPlan>,
) -> Result<PendingPlan, DecideError> {
    let plan = match (open, selection) {
        (None, Selection::Parts(_)) => plan::latest_in(tx, &session.id)?,
        (open, _) => open,
    };
    plan.ok_or(DecideError::Nothing(NO_PLAN))
}

/// The plan in its order.
pub(super) fn in_order(
    tx: &Connection,
    session: &SessionRow,
    plan: Option<PendingPlan>,
) -> Result<Option<PendingPlan>, StoreError> {
    plan.map(|plan| order::arrange(tx, &session.id, &session.root, plan)).transpose()
}

/// The session's newest plan and a change of it, whatever their states.
pub(super) fn find(
    tx: &Connection,
    session: &SessionRow,
    id: ChangeId,
) -> Result<(PendingPlan, ProposedChange), DecideError> {
    let plan = plan::latest_in(tx, &session.id)?.ok_or(DecideError::Nothing(NO_PLAN))?;
    let change = plan.change(id).cloned().ok_or(SelectionError::Unknown(id))?;
    Ok((plan, change))
}

fn give_back(
    tx: &Connection,
    now: DateTime<Utc>,
    plan: &PendingPlan,
    change: &ProposedChange,
    event: ChangeEvent,
    consent: &Consent,
) -> Result<(), DecideError> {
    let state = change.state;
    if state.after(event).is_err() {
        let wanted = "only what failed, conflicts, was interrupted or undone is tried again";
        return Err(DecideError::WrongState { id: change.id, state, wanted });
    }
    if event == ChangeEvent::Retry {
        refuse_expired(tx, &plan.id)?;
    }
    transition::transition(tx, now, &plan.id, change.id, event, "")?;
    let kind = if event == ChangeEvent::Reject { EntryKind::Rejected } else { EntryKind::Retried };
    let body = json!({ "by": consent.channel(), "from": state, "event": event.word(), "digest": change.digest });
    Ok(journal::append(tx, now, Some(&plan.id), Some(change.id), kind, &body)?)
}

/// Approved changes that the applier has not begun, in order; forwarded calls wait for their agent instead.
fn not_begun(plan: &PendingPlan) -> Vec<ChangeId> {
    let waiting = plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Approved);
    waiting.map(|change| change.id).collect()
}

fn approve_all(tx: &Connection, now: DateTime<Utc>, plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), StoreError> {
    let event = ChangeEvent::Approve;
    let refused = transition::transition_all(tx, now, &plan.id, chosen.iter().map(|id| (*id, event, "")))?;
    match refused.first().map(|(change, state)| (*change, state.after(event))) {
        Some((change, Err(refused))) => Err(StoreError::Transition { change, refused }),
        _ => Ok(()),
    }
}

fn decide_rejected(tx: &Connection, plan: &PendingPlan, rejected: &[ChangeId]) -> Result<(), StoreError> {
    let rejected: HashSet<ChangeId> = rejected.iter().copied().collect();
    let rest = plan.pending().filter(|change| !rejected.contains(&change.id)).count();
    let event = if rest == 0 { PlanEvent::RejectAll } else { PlanEvent::RejectPart };
    transition::decide(tx, &plan.id, event)?;
    Ok(())
}

/// The call that a change came from.
pub(super) fn call_of(change: &ProposedChange) -> ToolCall {
    ToolCall {
        tool: change.tool.clone(),
        args: change.args.clone(),
        cwd: change.cwd.clone(),
        agent: change.agent.clone(),
        tool_call_id: change.tool_call_id.clone(),
        reason: change.reason.clone(),
        hints: crate::model::ServerHints::default(),
    }
}
