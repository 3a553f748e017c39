//! The ordered changes of one session's task.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::change::closed_words;
use super::{ChangeId, ChangeState, ParseIdError, PlanId, ProposedChange, Revision, SessionId, Slug};

/// An event that may not happen in a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{event}` cannot happen to what is `{from}`")]
pub struct IllegalTransition {
    /// The state it was in.
    pub from: &'static str,
    /// What was to happen.
    pub event: &'static str,
}

/// The ordered changes of one session's task.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingPlan {
    /// Unique in the store.
    pub id: PlanId,
    /// What a person calls it.
    pub slug: Slug,
    /// The person's words that the plan answers; empty when none were seen.
    pub task: String,
    /// When its first change was queued.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The changes, by `order`.
    pub proposed_changes: Vec<ProposedChange>,
    /// What the agent found out before it proposed.
    pub exploration_summary: String,
    /// What a person has decided so far.
    pub status: PlanStatus,
    /// The session it belongs to.
    pub session_id: Option<SessionId>,
    /// Counts every change of the plan.
    pub revision: Revision,
    /// When the contents of its changes were removed; `None` while they are kept.
    pub expired_at: Option<DateTime<Utc>>,
}

impl PendingPlan {
    /// True while one of its changes is open: the next write joins it. A closed plan is history.
    pub fn is_open(&self) -> bool {
        self.proposed_changes.iter().any(|change| change.state.is_open())
    }

    /// The change of that name.
    pub fn change(&self, id: ChangeId) -> Option<&ProposedChange> {
        // Most plans hold their changes in the order of their numbers, all of them.
        let usual = usize::try_from(id.0).ok().and_then(|n| self.proposed_changes.get(n.checked_sub(1)?));
        let usual = usual.filter(|change| change.id == id);
        usual.or_else(|| self.proposed_changes.iter().find(|change| change.id == id))
    }

    /// The changes that wait for a decision, in order.
    pub fn pending(&self) -> impl Iterator<Item = &ProposedChange> {
        self.proposed_changes.iter().filter(|change| change.state == ChangeState::Pending)
    }
}

/// What a person has decided about a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Nothing was approved yet and something waits.
    Pending,
    /// Everything that was not rejected is approved.
    Approved,
    /// Everything was rejected.
    Rejected,
    /// Some changes were approved; the others remain pending or were rejected later.
    PartiallyApproved,
}

closed_words!(PlanStatus, "a status of a plan", {
    Pending = "pending", Approved = "approved", Rejected = "rejected", PartiallyApproved = "partially_approved",
});

/// What can happen to a plan as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlanEvent {
    /// A change was added.
    Propose,
    /// A person approved all that was pending.
    ApproveAll,
    /// A person approved some; others stay pending.
    ApprovePart,
    /// A person rejected all that was pending.
    RejectAll,
    /// A person rejected some; others stay pending.
    RejectPart,
}

closed_words!(PlanEvent, "an event of a plan", {
    Propose = "propose", ApproveAll = "approve_all", ApprovePart = "approve_part", RejectAll = "reject_all",
    RejectPart = "reject_part",
});

impl PlanStatus {
    /// The status after `event`, or both names when that may not happen.
    pub fn after(self, event: PlanEvent) -> Result<Self, IllegalTransition> {
        use PlanEvent as E;
        match (self, event) {
            (Self::Pending, E::Propose | E::RejectPart) => Ok(Self::Pending),
            // Giving up what was approved but never came to be leaves what was approved as it is.
            (Self::Pending | Self::PartiallyApproved, E::ApproveAll)
            | (Self::Approved, E::RejectAll | E::RejectPart) => Ok(Self::Approved),
            (Self::Pending, E::ApprovePart)
            | (Self::PartiallyApproved, E::Propose | E::ApprovePart | E::RejectPart | E::RejectAll)
            // An approved plan stays open while a change of it failed; what joins it then waits for its own decision.
            | (Self::Approved, E::Propose) => Ok(Self::PartiallyApproved),
            (Self::Pending, E::RejectAll) => Ok(Self::Rejected),
            (from, event) => Err(IllegalTransition { from: from.word(), event: event.word() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::{ChangeEvent, ChangeState};
    use super::*;

    #[test]
    fn every_state_meets_every_event_as_the_golden_table_says() {
        let mut table = String::from("# Written by the test beside `PlanStatus::after`; one line a pair.\n\n## plan\n");
        for &state in PlanStatus::ALL {
            for &event in PlanEvent::ALL {
                let after = state.after(event).map_or("-", PlanStatus::word);
                writeln!(table, "{state:<20}{event:<14}{after}").expect("a string takes all text");
            }
        }
        table.push_str("\n## change\n");
        for &state in ChangeState::ALL {
            for &event in ChangeEvent::ALL {
                let after = state.after(event).map_or("-", ChangeState::word);
                writeln!(table, "{state:<14}{event:<12}{after}").expect("a string takes all text");
            }
        }
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/golden/transitions.txt");
        if std::env::var_os("PLANGATE_BLESS").is_some() {
            std::fs::write(golden, &table).expect("the golden file can be written");
        }
        assert_eq!(table, std::fs::read_to_string(golden).expect("the golden file is there"));
    }

    #[test]
    fn a_refused_transition_names_both_sides() {
        let refused = PlanStatus::Rejected.after(PlanEvent::ApproveAll).expect_err("a rejected plan stays so");
        assert_eq!(refused.to_string(), "`approve_all` cannot happen to what is `rejected`");
    }
}
