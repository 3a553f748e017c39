//! The one order of a plan: in which it is shown, of which "the first n" are the first, and in which it is applied.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::vec;

use super::PendingPlanManager;
use crate::apply::{OnFailure, Outcome, WhyNot};
use crate::document::Document;
use crate::document::graph::{self, Graph};
use crate::model::wave::Needs;
use crate::model::{Action, AgentPath, ApprovedPlan, ChangeId, PendingPlan, ProposedChange, SessionId};
use crate::store::{Connection, StoreError, document};

/// Puts the open changes of a plan in the order that its document gives them; without one they stay as they were queued.
/// A document that goes in a circle orders nothing, and nothing is approved with it.
pub(super) fn arrange(
    connection: &Connection,
    session: &SessionId,
    root: &Path,
    mut plan: PendingPlan,
) -> Result<PendingPlan, StoreError> {
    let Some(document) = document_of(connection, session, &plan)? else { return Ok(plan) };
    let Ok(order) = graph::order(Some(&document), &plan, root) else { return Ok(plan) };
    // What is closed keeps its place; the open ones share the others.
    let (mut open, mut slots) = (BTreeMap::new(), Vec::with_capacity(plan.proposed_changes.len()));
    for change in plan.proposed_changes {
        if change.state.is_open() {
            open.insert(change.id, change);
            slots.push(None);
        } else {
            slots.push(Some(change));
        }
    }
    let mut ordered = order.iter().filter_map(|id| open.remove(id));
    plan.proposed_changes = slots.into_iter().filter_map(|slot| slot.or_else(|| ordered.next())).collect();
    Ok(plan)
}

/// The document that orders a plan, if one does.
fn document_of(
    connection: &Connection,
    session: &SessionId,
    plan: &PendingPlan,
) -> Result<Option<Document>, StoreError> {
    let Some(row) = document::document_in(connection, session, &AgentPath::main())? else { return Ok(None) };
    if row.plan.as_ref().is_some_and(|own| *own != plan.id) {
        return Ok(None);
    }
    Ok(document::text_in(connection, row.id, row.revision)?.map(Document::parse))
}

/// What was approved, in the parts that are applied one after the other: one, unless the plan's document puts later changes
/// before earlier ones, or a failure shall stop only what comes after what failed.
#[derive(Debug)]
pub struct Sequence {
    parts: vec::IntoIter<ApprovedPlan>,
    needs: Needs,
    commands: BTreeSet<ChangeId>,
    on_failure: OnFailure,
}

/// What is to be applied next, and what is not begun since something before it failed.
#[derive(Debug)]
pub struct Part {
    /// What may begin.
    pub approved: Option<ApprovedPlan>,
    /// What may not, with the reason.
    pub held: Vec<(ChangeId, Outcome)>,
}

impl Sequence {
    /// The next part, after those of which `results` tells; `None` behind the last.
    pub fn next_after(&mut self, results: &[(ChangeId, Outcome)]) -> Option<Part> {
        let part = self.parts.next()?;
        let Some(failed) = results.iter().find(|(_, outcome)| outcome.is_failure()).map(|(id, _)| *id) else {
            return Some(Part { approved: Some(part), held: Vec::new() });
        };
        let broken: BTreeSet<ChangeId> =
            results.iter().filter(|(_, outcome)| *outcome != Outcome::Applied).map(|(id, _)| *id).collect();
        let hindrance = |id: ChangeId| match self.on_failure {
            OnFailure::Stop => Some(WhyNot::After(failed)),
            OnFailure::KeepGoing if self.commands.contains(&id) => Some(WhyNot::After(failed)),
            OnFailure::KeepGoing => {
                self.needs.get(&id)?.iter().find(|needed| broken.contains(needed)).copied().map(WhyNot::Needs)
            }
        };
        let held = part.changes().iter().filter_map(|id| Some((*id, Outcome::NotBegun { why: hindrance(*id)? })));
        let held = held.collect();
        Some(Part { approved: part.only(|id| hindrance(id).is_none()), held })
    }
}

impl PendingPlanManager {
    /// The session's open plan, else its newest, in its order.
    pub fn latest_plan(&self, session: &SessionId) -> Result<Option<PendingPlan>, StoreError> {
        self.arranged(session, self.store.latest_plan(session)?)
    }

    pub(super) fn arranged(
        &self,
        session: &SessionId,
        plan: Option<PendingPlan>,
    ) -> Result<Option<PendingPlan>, StoreError> {
        let Some(plan) = plan else { return Ok(None) };
        let Some(root) = self.store.root_of_plan(&plan.id)? else { return Ok(Some(plan)) };
        self.store.read(|connection| arrange(connection, session, &root, plan)).map(Some)
    }

    /// What was approved, in its order.
    pub fn in_order(&self, approved: ApprovedPlan, on_failure: OnFailure) -> Result<Sequence, StoreError> {
        let document =
            approved.session().map(|session| self.store.document(session, &AgentPath::main())).transpose()?;
        if document.flatten().is_none() {
            // Nothing orders it but itself.
            let parts = if approved.changes().is_empty() { Vec::new() } else { vec![approved] };
            return Ok(Sequence {
                parts: parts.into_iter(),
                needs: Needs::new(),
                commands: BTreeSet::new(),
                on_failure,
            });
        }
        let plan = approved.session().map(|session| self.latest_plan(session)).transpose()?.flatten();
        let plan = plan.filter(|plan| plan.id == *approved.plan_id());
        let needs = match (&plan, approved.session(), on_failure) {
            (Some(plan), Some(session), OnFailure::KeepGoing) => self.needs_by_document(session, plan)?,
            _ => Needs::new(),
        };
        let changes = plan.map(|plan| plan.proposed_changes).unwrap_or_default();
        let order: Vec<ChangeId> = changes.iter().map(|change| change.id).collect();
        let is_command = |change: &&ProposedChange| matches!(change.action, Action::Command { .. });
        let commands = changes.iter().filter(is_command).map(|change| change.id).collect();
        let apart = |id: ChangeId, part: &[ChangeId]| {
            needs.get(&id).is_some_and(|own| part.iter().any(|before| own.contains(before)))
        };
        let parts = approved.in_parts(&order, apart).into_iter();
        Ok(Sequence { parts, needs, commands, on_failure })
    }

    /// What the changes need when a document orders them too; without one what they are made of says enough.
    fn needs_by_document(&self, session: &SessionId, plan: &PendingPlan) -> Result<Needs, StoreError> {
        let Some(root) = self.store.root_of_plan(&plan.id)? else { return Ok(Needs::new()) };
        let document = self.store.read(|connection| document_of(connection, session, plan))?;
        let graph = document.as_ref().and_then(|document| graph::graph(Some(document), plan, &root).ok());
        Ok(graph.map(Graph::into_needs).unwrap_or_default())
    }
}
