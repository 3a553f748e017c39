//! What persons decide: every decision is one transaction, bound to what was displayed.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::compose::{ComposeError, View};
use super::regime::count_decision;
use super::selection::{Selection, SelectionError};
use super::{Moved, PendingPlanManager, order, told};
use crate::mode::Event;
use crate::model::{
    ApprovedPlan, ChangeEvent, ChangeId, ChangeState, Initiator, Mode, PendingPlan, PlanEvent, ProposedChange, Request,
    ToolCall,
};
use crate::store::journal::{self, EntryKind};
use crate::store::{Connection, SessionRow, StoreError, blob, message, plan, refuse_expired, regime};
use crate::workspace::{Workspace, WorkspaceError};

/// A person's act, as a value: whoever makes one vouches that a person acted through that channel.
///
/// Agents' doors never hold one. A host that embeds the queue makes one when its own person has said yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    channel: String,
    unseen: Unseen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unseen {
    Refused,
    Allowed,
}

impl Consent {
    /// Consent to what was displayed, given by a person through `channel`: `terminal`, `prompt`, `token 3`, ...
    pub fn by_person(channel: impl Into<String>) -> Self {
        Self { channel: channel.into(), unseen: Unseen::Refused }
    }

    /// The same consent, but also to changes that the person was never shown; they have to say so aloud.
    #[must_use]
    pub fn even_unseen(self) -> Self {
        Self { unseen: Unseen::Allowed, ..self }
    }

    /// Through which channel the person spoke.
    pub fn channel(&self) -> &str {
        &self.channel
    }
}

/// Why a decision was not taken; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is nothing that could be decided.
    #[error("{0}")]
    Nothing(&'static str),
    /// The selection means nothing here.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A chosen change needs one that was not chosen.
    #[error("`{change}` needs {}, which {} not chosen", told::listed(needs), if needs.len() == 1 { "is" } else { "are" })]
    Needs {
        /// The chosen change.
        change: ChangeId,
        /// What it needs.
        needs: Vec<ChangeId>,
        /// The selection that would be complete.
        complete: Vec<ChangeId>,
    },
    /// A change that was not chosen builds on a chosen one.
    #[error("{} on `{change}`: reject {} too, or rebase", depends(dependants), if dependants.len() == 1 { "it" } else { "them" })]
    Depended {
        /// The chosen change.
        change: ChangeId,
        /// What depends on it.
        dependants: Vec<ChangeId>,
        /// The selection that would be complete.
        complete: Vec<ChangeId>,
    },
    /// Some of the chosen changes were never displayed to the person in their present form.
    #[error("{} not been shown to you in {} present form", has(unseen), if unseen.len() == 1 { "its" } else { "their" })]
    NotShown {
        /// Those changes.
        unseen: Vec<ChangeId>,
    },
    /// What depends on a rejected change cannot stand without it.
    #[error("`{change}` cannot be rebased: {source}")]
    CannotRebase {
        /// The dependant.
        change: ChangeId,
        /// Why.
        source: ComposeError,
    },
    /// The change is not in a state for this.
    #[error("`{id}` is {state}: {wanted}")]
    WrongState {
        /// The change.
        id: ChangeId,
        /// Its state.
        state: ChangeState,
        /// What would do.
        wanted: &'static str,
    },
    /// Only a command and the change of one file can be rewritten.
    #[error("`{id}` is neither a command nor the change of one file: reject it and let the agent propose another")]
    NotEditable {
        /// The change.
        id: ChangeId,
    },
    /// What was written is no command.
    #[error("`{id}` needs a command in UTF-8: to give it up, `reject {id}`")]
    NoCommand {
        /// The change.
        id: ChangeId,
    },
    /// What was written is what the change says already.
    #[error("`{id}` says that already")]
    Unchanged {
        /// The change.
        id: ChangeId,
    },
    /// Changes queued on top of an edited one do not fit it.
    #[error("{} not fit what `{id}` would leave: edit or reject {} first", does(unfit), if unfit.len() == 1 { "it" } else { "them" })]
    Unfit {
        /// The edited change.
        id: ChangeId,
        /// What does not fit.
        unfit: Vec<ChangeId>,
    },
    /// The workspace cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn depends(dependants: &[ChangeId]) -> String {
    format!("{} {}", told::listed(dependants), if dependants.len() == 1 { "depends" } else { "depend" })
}

fn does(unfit: &[ChangeId]) -> String {
    format!("{} {}", told::listed(unfit), if unfit.len() == 1 { "does" } else { "do" })
}

fn has(unseen: &[ChangeId]) -> String {
    format!("{} {}", told::listed(unseen), if unseen.len() == 1 { "has" } else { "have" })
}

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
        self.decide(|tx, now| {
            let plan = open_outline(tx, session)?.ok_or(DecideError::Nothing("no plan is pending"))?;
            let chosen = selection.resolve(&plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
            let mut ready = not_begun(&plan);
            if chosen.is_empty() && ready.is_empty() {
                return Err(DecideError::Nothing("no change is pending"));
            }
            check_closed(&plan, &chosen)?;
            if consent.unseen == Unseen::Refused {
                check_shown(tx, &plan, &chosen)?;
            }
            approve_all(tx, now, &plan, &chosen)?;
            if !chosen.is_empty() {
                let rest = plan.pending().count() - chosen.len();
                let event = if rest == 0 { PlanEvent::ApproveAll } else { PlanEvent::ApprovePart };
                plan::decide(tx, &plan.id, event)?;
                let digests: Vec<_> =
                    chosen.iter().filter_map(|id| plan.change(*id)).map(|c| json!([c.id, c.digest])).collect();
                let body =
                    json!({ "by": consent.channel, "changes": digests, "unseen": consent.unseen == Unseen::Allowed });
                journal::append(tx, now, Some(&plan.id), None, EntryKind::Approved, &body)?;
                count_decision(tx, &session.id, Event::Approve, now)?;
            }
            ready.extend(&chosen);
            ready.sort_unstable();
            Ok(ApprovedPlan::new(plan.id, Some(session.id.clone()), ready, now))
        })
    }

    /// Which of the selected changes a person has not seen in their present form.
    pub fn unseen(&self, session: &SessionRow, selection: &Selection) -> Result<Vec<ChangeId>, DecideError> {
        let plan = self.store.read(|connection| open_outline(connection, session))?;
        let Some(plan) = plan else { return Ok(Vec::new()) };
        let chosen = selection.resolve(&plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
        Ok(self.store.read(|connection| unseen(connection, &plan, &chosen))?)
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
            let plan = open_plan(tx, session)?.ok_or(DecideError::Nothing("no plan is pending"))?;
            let open = |c: &ProposedChange| c.state.is_open() && c.state != ChangeState::Applying;
            let mut chosen = selection.resolve(&plan, &session.root, "open", open)?;
            if chosen.is_empty() {
                return Err(DecideError::Nothing("no change is pending"));
            }
            let dependants = dependants(&plan, &chosen);
            match rejection {
                Rejection::WithDependants => chosen.extend(&dependants),
                Rejection::Strict if !dependants.is_empty() => return Err(depended(&plan, &chosen, &dependants)),
                Rejection::Strict | Rejection::Rebase => {}
            }
            chosen.sort_unstable();
            for id in &chosen {
                plan::transition(tx, now, &plan.id, *id, ChangeEvent::Reject, "")?;
            }
            let rebased = if rejection == Rejection::Rebase { dependants } else { Vec::new() };
            for id in &rebased {
                rebase(tx, &plan, *id, &workspace)?;
            }
            decide_rejected(tx, &plan, &chosen)?;
            let body = json!({ "by": consent.channel, "changes": chosen, "because": because, "rebased": rebased });
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
                return Err(DecideError::Nothing("no plan is pending"));
            }
            if let Some(plan) = plan {
                plan::hold(tx, &plan.id)?;
                let body = json!({ "by": consent.channel });
                journal::append(tx, now, Some(&plan.id), None, EntryKind::Held, &body)?;
            }
            Ok(self.move_in(tx, &session.id, Event::Leave, &consent.channel, Initiator::User, now)?)
        })
    }

    /// Gives a failed, conflicting, interrupted or undone change back to be applied, with what was approved and not begun.
    ///
    /// # Errors
    /// The change is in no state to be tried again.
    pub fn retry(&self, session: &SessionRow, id: ChangeId, consent: &Consent) -> Result<ApprovedPlan, DecideError> {
        self.decide(|tx, now| {
            let (plan, change) = find(tx, session, id)?;
            give_back(tx, now, &plan, &change, ChangeEvent::Retry, consent)?;
            let again = plan::plan_in(tx, &plan.id)?.unwrap_or(plan);
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
fn open_outline(tx: &Connection, session: &SessionRow) -> Result<Option<PendingPlan>, StoreError> {
    match plan::open_head(tx, &session.id)? {
        Some(head) => in_order(tx, session, plan::outline_in(tx, &head.id)?),
        None => Ok(None),
    }
}

pub(super) fn open_plan(tx: &Connection, session: &SessionRow) -> Result<Option<PendingPlan>, StoreError> {
    match plan::open_head(tx, &session.id)? {
        Some(head) => in_order(tx, session, plan::plan_in(tx, &head.id)?),
        None => Ok(None),
    }
}

fn in_order(
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
    let plan = plan::latest_in(tx, &session.id)?.ok_or(DecideError::Nothing("this session has no plan"))?;
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
    plan::transition(tx, now, &plan.id, change.id, event, "")?;
    let kind = if event == ChangeEvent::Reject { EntryKind::Rejected } else { EntryKind::Retried };
    let body = json!({ "by": consent.channel, "from": state, "event": event.word(), "digest": change.digest });
    Ok(journal::append(tx, now, Some(&plan.id), Some(change.id), kind, &body)?)
}

/// Approved changes that the applier has not begun, in order; forwarded calls wait for their agent instead.
fn not_begun(plan: &PendingPlan) -> Vec<ChangeId> {
    let waiting = plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Approved);
    waiting.map(|change| change.id).collect()
}

fn approve_all(tx: &Connection, now: DateTime<Utc>, plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), StoreError> {
    let event = ChangeEvent::Approve;
    let refused = plan::transition_all(tx, now, &plan.id, chosen.iter().map(|id| (*id, event, "")))?;
    match refused.first().map(|(change, state)| (*change, state.after(event))) {
        Some((change, Err(refused))) => Err(StoreError::Transition { change, refused }),
        _ => Ok(()),
    }
}

fn check_closed(plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), DecideError> {
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

fn unseen(connection: &Connection, plan: &PendingPlan, chosen: &[ChangeId]) -> Result<Vec<ChangeId>, StoreError> {
    let mut unseen = Vec::new();
    for change in chosen.iter().filter_map(|id| plan.change(*id)) {
        if plan::shown_digest(connection, &plan.id, change.id)? != Some(change.digest) {
            unseen.push(change.id);
        }
    }
    Ok(unseen)
}

fn check_shown(tx: &Connection, plan: &PendingPlan, chosen: &[ChangeId]) -> Result<(), DecideError> {
    let unseen = unseen(tx, plan, chosen)?;
    if unseen.is_empty() { Ok(()) } else { Err(DecideError::NotShown { unseen }) }
}

/// The open changes outside `chosen` that depend on it, directly or not, in order.
fn dependants(plan: &PendingPlan, chosen: &[ChangeId]) -> Vec<ChangeId> {
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

fn depended(plan: &PendingPlan, chosen: &[ChangeId], dependants: &[ChangeId]) -> DecideError {
    let on = |id: &ChangeId| {
        let needs = plan.change(dependants[0]).map(|c| c.depends_on.contains(id));
        needs.unwrap_or(false)
    };
    let change = chosen.iter().copied().find(on).unwrap_or(chosen[0]);
    let mut complete: Vec<ChangeId> = chosen.iter().chain(dependants).copied().collect();
    complete.sort_unstable();
    DecideError::Depended { change, dependants: dependants.to_vec(), complete }
}

fn decide_rejected(tx: &Connection, plan: &PendingPlan, rejected: &[ChangeId]) -> Result<(), StoreError> {
    let rejected: HashSet<ChangeId> = rejected.iter().copied().collect();
    let rest = plan.pending().filter(|change| !rejected.contains(&change.id)).count();
    let event = if rest == 0 { PlanEvent::RejectAll } else { PlanEvent::RejectPart };
    plan::decide(tx, &plan.id, event)?;
    Ok(())
}

/// Computes a change anew against the pending view as it is now.
fn rebase(tx: &Connection, plan: &PendingPlan, id: ChangeId, workspace: &Workspace) -> Result<(), DecideError> {
    let Some(old) = plan.change(id) else { return Ok(()) };
    let view = View { connection: tx, plan: Some(&plan.id), before: id, workspace, cwd: &old.cwd };
    let request = crate::classify::request(&call_of(old)).unwrap_or(Request::Forward);
    let composed = view.compose(&request).map_err(|source| DecideError::CannotRebase { change: id, source })?;
    let mut change = ProposedChange { action: composed.action, depends_on: composed.depends_on, ..old.clone() };
    change.digest = change.content_digest();
    plan::revise(tx, &plan.id, &change)?;
    plan::keep_new_folders(tx, &plan.id, id, &composed.new_folders)?;
    for (digest, content) in &composed.contents {
        blob::keep(tx, &plan.id, id, *digest, content)?;
    }
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
