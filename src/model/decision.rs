//! What a person said yes to, as a value.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{ChangeId, PlanId, SessionId};

/// Changes of a plan that a person approved. Only the queue makes one, when the approval is recorded, so whoever holds
/// it may apply these changes and nothing else.
#[derive(Debug)]
#[must_use = "an approved plan does nothing until `Applier::apply` takes it"]
pub struct ApprovedPlan {
    plan_id: PlanId,
    session: Option<SessionId>,
    changes: Vec<ChangeId>,
    approved_at: DateTime<Utc>,
}

impl ApprovedPlan {
    /// Vouches that the store holds these `changes` as approved by a person. They are taken in the plan's order.
    pub(crate) fn new(
        plan_id: PlanId,
        session: Option<SessionId>,
        mut changes: Vec<ChangeId>,
        approved_at: DateTime<Utc>,
    ) -> Self {
        changes.sort_unstable();
        changes.dedup();
        Self { plan_id, session, changes, approved_at }
    }

    /// Takes the approval: the plan and its approved changes, in the order in which they are applied.
    pub(crate) fn into_parts(self) -> (PlanId, Vec<ChangeId>) {
        (self.plan_id, self.changes)
    }

    /// Parts it so that the changes, taken part by part, follow `order`, and inside a part the plan's own. What `order` does
    /// not name comes last. A change that is `apart` from one of a part begins the next.
    pub(crate) fn in_parts(self, order: &[ChangeId], apart: impl Fn(ChangeId, &[ChangeId]) -> bool) -> Vec<Self> {
        let named = order.iter().filter(|id| self.changes.binary_search(id).is_ok());
        let known: BTreeSet<&ChangeId> = order.iter().collect();
        let unnamed = self.changes.iter().filter(|id| !known.contains(id));
        let mut parts: Vec<Vec<ChangeId>> = Vec::new();
        for id in named.chain(unnamed) {
            match parts.last_mut() {
                Some(part) if part.last().is_some_and(|last| last < id) && !apart(*id, part) => part.push(*id),
                _ => parts.push(vec![*id]),
            }
        }
        let part = |changes| Self { changes, plan_id: self.plan_id.clone(), session: self.session.clone(), ..self };
        parts.into_iter().map(part).collect()
    }

    /// What of it `goes`; nothing when nothing does.
    pub(crate) fn only(self, goes: impl Fn(ChangeId) -> bool) -> Option<Self> {
        let changes: Vec<ChangeId> = self.changes.iter().copied().filter(|id| goes(*id)).collect();
        (!changes.is_empty()).then_some(Self { changes, ..self })
    }

    /// The plan.
    pub fn plan_id(&self) -> &PlanId {
        &self.plan_id
    }

    /// The session that the plan belongs to.
    pub fn session(&self) -> Option<&SessionId> {
        self.session.as_ref()
    }

    /// The approved changes, in the order in which they will be applied.
    pub fn changes(&self) -> &[ChangeId] {
        &self.changes
    }

    /// When the person approved.
    pub fn approved_at(&self) -> DateTime<Utc> {
        self.approved_at
    }
}
