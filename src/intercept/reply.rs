//! What an agent's host is told to do with a call, and in which words.

use serde_json::Value;

use crate::model::{Action, Assessment, ChangeId, ChangeState, Mark, ProposedChange, Request, with_causes};
use crate::queue::book::Proposal;

/// The words with which every queued write is answered.
pub const QUEUED: &str = "[PLAN MODE] Change queued for approval";

/// What an agent's host is to do with a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Let it run.
    Allow {
        /// Why it may run.
        why: Allowed,
        /// Arguments to run with instead, when a read has to see queued content.
        rewrite: Option<Value>,
        /// What the host has to tell the agent besides.
        note: Option<String>,
    },
    /// Let the agent's host ask its person, and run it only if they say so.
    Ask {
        /// Why they are asked.
        message: String,
    },
    /// Do not run it: it waits for a person.
    Queued {
        /// The whole answer to the agent.
        message: String,
        /// The change as which it waits.
        change: Box<ProposedChange>,
    },
    /// Do not run it: the host has done what it asks, and this is the answer.
    Answered {
        /// The whole answer to the agent.
        message: String,
    },
    /// Do not run it, and nothing waits.
    Denied {
        /// The whole answer to the agent.
        message: String,
    },
}

/// Why a call may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Plan mode is off: the agent's own permissions hold.
    ModeOff,
    /// It is proven to be a read.
    Read,
    /// It reads, but what is commonly secret or without an end: the agent's own permissions should still be asked.
    MarkedRead,
    /// A person approved this very call.
    Granted,
    /// It writes the agent's own plan file, and nothing else.
    PlanFile,
    /// The person's settings let agents of this type call this tool.
    Excepted,
    /// It is a message to an agent of the same session.
    Within,
}

pub(super) fn allowed(assessment: &Assessment) -> Allowed {
    let marked = assessment.marks.iter().any(|mark| matches!(mark, Mark::Secret | Mark::Endless));
    if marked { Allowed::MarkedRead } else { Allowed::Read }
}

pub(super) fn why(assessment: &Assessment) -> String {
    assessment.deciding().map_or("not known to be a read".to_owned(), |evidence| evidence.reason.clone())
}

pub(super) fn denied(message: String) -> Reply {
    Reply::Denied { message }
}

/// The answer when plangate itself cannot do its work: a denial that no agent can take for consent.
pub fn denied_by_failure(error: &dyn std::error::Error) -> Reply {
    let text = with_causes(error);
    denied(format!(
        "[plangate] Denied: {text}. Nothing was written and nothing was queued. Do not try another way; tell the person."
    ))
}

/// The answer to a proposed plan: its names, by which the agent and the person speak of it from then on.
pub(super) fn proposed(proposal: &Proposal) -> String {
    let row = &proposal.kept.row;
    let steps: Vec<String> =
        proposal.kept.document.steps.iter().filter_map(|step| Some(format!("{} {}", step.id?, step.text))).collect();
    let kept_back = if proposal.put_back.is_empty() {
        String::new()
    } else {
        format!(" Left as it was, since only the person may say it: {}.", proposal.put_back.join(", "))
    };
    format!(
        "[PLAN MODE] Plan proposed: `{}`, revision {}, kept for the person's review in {}. Its steps: {}.{kept_back} Queue the \
         changes of each step next, and say why for each, beginning with its step (\"S1: ...\"); the person decides.",
        row.name,
        row.revision,
        row.path.display(),
        steps.join("; ")
    )
}

/// The answer to a call that a person approved, made before its turn.
pub(super) fn too_early(id: ChangeId, before: Option<(ChangeId, ChangeState)>) -> String {
    let why = match before {
        Some((before, state)) => format!("{before}, which stands before it, is {}", state.word()),
        None => "the changes approved with it were not applied".to_owned(),
    };
    format!(
        "[PLAN MODE] Denied: {id} is this call, and approved, but its turn has not come: {why}. The call has not been made, and nothing \
         was queued. You are told when it may be made; go on with the next step."
    )
}

/// The answer to a queued write: short, honest, and clear about what to do next.
pub(super) fn queued(change: &ProposedChange, request: &Request) -> String {
    let target = match request {
        Request::Command { .. } => "The command has not run.",
        Request::Forward => "The call has not been made.",
        _ => "It is not on disk yet; reads through your tools show it where possible.",
    };
    let what = match (&change.action, change.action.effects()) {
        (Action::MoveFile { from, to, .. }, _) => {
            format!(" {} → {}", from.as_path().display(), to.as_path().display())
        }
        (_, [first, ..]) => format!(" {}", first.path.as_path().display()),
        (_, []) => String::new(),
    };
    format!(
        "{QUEUED} ({}, number {} in the plan: {}{what}). {target} Do not retry or verify it; go on with the next step.",
        change.id, change.order, change.tool
    )
}
