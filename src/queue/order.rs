//! The one order of a plan: in which it is shown, of which "the first n" are the first, and in which it is applied.

use std::collections::BTreeMap;
use std::path::Path;

use super::PendingPlanManager;
use crate::document::Document;
use crate::document::graph;
use crate::model::{AgentPath, ApprovedPlan, ChangeId, PendingPlan, SessionId};
use crate::store::{Connection, StoreError, document};

/// Puts the open changes of a plan in the order that its document gives them; without one they stay as they were queued.
/// A document that goes in a circle orders nothing, and nothing is approved with it.
pub(super) fn arrange(
    connection: &Connection,
    session: &SessionId,
    root: &Path,
    mut plan: PendingPlan,
) -> Result<PendingPlan, StoreError> {
    let Some(row) = document::document_in(connection, session, &AgentPath::main())? else { return Ok(plan) };
    if row.plan.as_ref().is_some_and(|own| *own != plan.id) {
        return Ok(plan);
    }
    let Some(text) = document::text_in(connection, row.id, row.revision)? else { return Ok(plan) };
    let Ok(order) = graph::order(Some(&Document::parse(text)), &plan, root) else { return Ok(plan) };
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

    /// What was approved, in the parts that are applied one after the other: one, unless the plan's document puts later
    /// changes before earlier ones.
    pub fn in_order(&self, approved: ApprovedPlan) -> Result<Vec<ApprovedPlan>, StoreError> {
        let session = approved.session().cloned();
        let plan = session.map(|session| self.latest_plan(&session)).transpose()?.flatten();
        let order: Vec<ChangeId> = plan
            .filter(|plan| plan.id == *approved.plan_id())
            .map(|plan| plan.proposed_changes.iter().map(|change| change.id).collect())
            .unwrap_or_default();
        Ok(approved.in_parts(&order))
    }
}
