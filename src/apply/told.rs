//! What the agent is told of outcomes. Each sentence is recorded in the transaction that records its outcome, so it is told
//! once whatever dies.

use std::borrow::Borrow;

use super::{Outcome, Recovered, RecoveredAs, Step, UndoOutcome};
use crate::model::{Action, ChangeId};

/// From so many neighbours on that were applied together they share a sentence.
const SHARED_FROM: usize = 20;

/// What became of approved changes, which are among `steps`, in order; nothing where there are none.
pub(super) fn ended<'a, S: Borrow<Step>>(
    steps: &[S],
    ended: impl IntoIterator<Item = (&'a ChangeId, &'a Outcome)>,
) -> String {
    let ended: Vec<(ChangeId, &Outcome)> = ended.into_iter().map(|(id, outcome)| (*id, outcome)).collect();
    let alike = |a: &(ChangeId, &Outcome), b: &(ChangeId, &Outcome)| {
        *a.1 == Outcome::Applied && *b.1 == Outcome::Applied && a.0.0 + 1 == b.0.0
    };
    let action = |id: ChangeId| {
        steps.binary_search_by_key(&id, |step| step.borrow().id).ok().map(|place| &steps[place].borrow().action)
    };
    let sentences = ended.chunk_by(alike).flat_map(|run| match run {
        [(first, _), .., (last, _)] if run.len() >= SHARED_FROM => vec![format!("{first} to {last} are applied.")],
        run => run.iter().map(|(id, outcome)| sentence(*id, action(*id), outcome)).collect(),
    });
    under("The person approved changes.", sentences)
}

/// What became of one approved change.
pub fn sentence(id: ChangeId, action: Option<&Action>, outcome: &Outcome) -> String {
    let what = named(id, action);
    match outcome {
        Outcome::Applied => format!("{what} is applied."),
        Outcome::Granted => format!("{what} is approved: make the same call once more and it passes."),
        Outcome::Failed { error } => format!("{what} failed: {error}."),
        Outcome::Conflict { error } => format!("{what} was not written, the file had changed: {error}."),
        Outcome::NotBegun { why } => format!("{what} was not done: {why}."),
    }
}

/// What recovery found, or did.
pub(super) fn recovered<'a>(found: impl IntoIterator<Item = (&'a Step, &'a RecoveredAs)>) -> String {
    let found = found.into_iter().filter(|(_, found)| !matches!(found, RecoveredAs::Unsettled(_)));
    let sentences = found.map(|(step, found)| format!("{}: {found}.", named(step.id, Some(&step.action))));
    under("plangate was stopped while it applied or undid changes.", sentences)
}

/// What became of changes that were to be reversed.
pub(super) fn undone<'a>(ended: impl IntoIterator<Item = &'a (ChangeId, UndoOutcome)>) -> String {
    let told: Vec<String> = ended.into_iter().map(|(id, outcome)| format!("{id}: {outcome}")).collect();
    if told.is_empty() {
        return String::new();
    }
    let look = "Look at the files again before you build on them.";
    format!("[plangate] The person undid changes. {}. {look}", told.join("; "))
}

/// Changes that neither happened nor failed nor may happen, so that nothing is recorded of them.
pub(super) fn passed_over(steps: &[Step], results: &[(ChangeId, Outcome)]) -> String {
    let passed = results.iter().filter(|(_, outcome)| matches!(outcome, Outcome::NotBegun { .. }));
    ended(steps, passed.map(|(id, outcome)| (id, outcome)))
}

fn named(id: ChangeId, action: Option<&Action>) -> String {
    match action.and_then(|action| action.effects().first()) {
        Some(effect) => format!("{id} ({})", effect.path.as_path().display()),
        None => id.to_string(),
    }
}

fn under(heading: &str, sentences: impl Iterator<Item = String>) -> String {
    let sentences: Vec<String> = sentences.collect();
    if sentences.is_empty() { String::new() } else { format!("[plangate] {heading} {}", sentences.join(" ")) }
}

impl Recovered {
    /// True while recovery could do nothing for it: it is half done.
    pub fn is_unsettled(&self) -> bool {
        matches!(self.outcome, RecoveredAs::Unsettled(_))
    }
}
