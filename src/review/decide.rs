//! The commands that a person can type next.

use std::io;

use crate::model::{Action, ChangeId, ChangeState, PendingPlan, ProposedChange, ranges};

use super::page::{INDENT, Ink, Page};

/// The commands that fit what the plan waits for.
pub(super) fn ways(page: &mut Page<'_>, plan: &PendingPlan, prefix: &str) -> io::Result<()> {
    let mut pending = plan.pending();
    let approved = ranges(to_go_on(plan));
    let Some(first) = pending.next() else {
        if !approved.is_empty() {
            way(page, prefix, "approve", &format!("go on with {approved}, approved before"))?;
        }
        return match stuck(plan) {
            None if approved.is_empty() => page.indented(Ink::Quiet, "nothing waits for a decision"),
            None => Ok(()),
            Some(id) => ways_to_go_on(page, id, prefix),
        };
    };
    let along = if approved.is_empty() { String::new() } else { format!(", with {approved}, approved before") };
    way(page, prefix, "approve", &format!("all that is pending{along}"))?;
    if let Some(second) = pending.next() {
        way(page, prefix, "approve 1", "the first in order; the rest stays pending")?;
        way(page, prefix, &format!("approve {} {}", first.id, second.id), "these; ranges and paths work too")?;
    }
    way(page, prefix, &format!("reject {} because TEXT", first.id), "discard, and tell the agent why")?;
    way(page, prefix, "hold", "let writes run again and keep the plan")?;
    stuck(plan).map_or(Ok(()), |id| ways_to_go_on(page, id, prefix))
}

/// What was approved and not begun. A forwarded call whose turn has come waits for its agent instead.
pub(crate) fn to_go_on(plan: &PendingPlan) -> impl Iterator<Item = ChangeId> {
    let mut after_unfinished = false;
    let waits = move |change: &&ProposedChange| {
        let is_call = matches!(change.action, Action::Forward);
        let waits = change.state == ChangeState::Approved && (!is_call || after_unfinished);
        after_unfinished |= change.state.is_open() && change.state != ChangeState::Pending && !is_call;
        waits
    };
    plan.proposed_changes.iter().filter(waits).map(|change| change.id)
}

fn ways_to_go_on(page: &mut Page<'_>, id: ChangeId, prefix: &str) -> io::Result<()> {
    way(page, prefix, &format!("retry {id}"), "try again what went wrong")?;
    way(page, prefix, &format!("skip {id}"), "give it up")
}

/// The first change that was tried and did not come to be.
fn stuck(plan: &PendingPlan) -> Option<ChangeId> {
    let is_stuck = |state| matches!(state, ChangeState::Failed | ChangeState::Conflict | ChangeState::Interrupted);
    plan.proposed_changes.iter().find(|change| is_stuck(change.state)).map(|change| change.id)
}

fn way(page: &mut Page<'_>, prefix: &str, command: &str, does: &str) -> io::Result<()> {
    let columns = if page.is_narrow() { 0 } else { 34 };
    page.begin();
    page.text(INDENT)?;
    page.ink(Ink::Passage, &format!("{:<columns$}", format!("{prefix}{command}")))?;
    page.ink(Ink::Quiet, &format!("  {does}"))?;
    page.end()
}
