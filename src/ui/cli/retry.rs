//! `retry`: apply a change again.

use super::super::applying::{apply, listed};
use super::super::consent::{Person, ask};
use super::super::flags::{Answer, Format};
use super::approve::{nothing_as_json, require_shown, risks};
use super::{CommandError, Context, Exit};
use crate::apply::{OnFailure, claim};
use crate::model::{Action, ChangeId, ChangeState, PendingPlan, ProposedChange};
use crate::queue::Selection;
use crate::review::visible;
use crate::store::SessionRow;

/// How much of a command stands in a question.
const LONGEST_IN_QUESTION: usize = 60;

/// Apply a change again that failed, conflicted, was interrupted or undone, and then what is approved already.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Which: ids, ranges and paths (c2 c5-c7 src/**), or N for the first N.
    #[arg(required = true)]
    selection: Vec<String>,
    /// Answer the question with yes; works only for what was shown before.
    #[arg(long, short)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let selection = Selection::parse(&self.selection)?;
        let person = context.person()?;
        let session = context.session()?;
        let selection = selection.typed_in(&context.folder_in(&session));
        let (answer, format) = (Answer::by_flag(self.yes), Format::by_flag(self.json));
        let ids = match context.manager.latest_plan(&session.id)? {
            // What is named alone is told why it cannot be tried again.
            Some(plan) => match selection.resolve(&plan, &session.root, "to be tried again", |c| is_retried(c.state)) {
                Ok(ids) => ids,
                Err(error) => named_alone(&self.selection).ok_or(error)?,
            },
            None => named_alone(&self.selection).unwrap_or_default(),
        };
        let done = again(context, &session, &ids, &person, answer, format);
        nothing_as_json(context, done, format)
    }
}

/// The one change that a selection names by its id.
fn named_alone(selection: &[String]) -> Option<Vec<ChangeId>> {
    let [word] = selection else { return None };
    word.parse().ok().map(|id| vec![id])
}

/// Applies changes again that were approved before, and what was approved after them: what was shown alone, and a command only
/// once the person has said yes to it.
pub(super) fn again(
    context: &mut Context<'_>,
    session: &SessionRow,
    ids: &[ChangeId],
    person: &Person,
    answer: Answer,
    format: Format,
) -> Result<Exit, CommandError> {
    if let Some(plan) = context.manager.latest_plan(&session.id)? {
        let chosen: Vec<&ProposedChange> = ids.iter().filter_map(|id| plan.change(*id)).collect();
        if chosen.iter().all(|change| is_retried(change.state)) {
            require_shown(context, session, &plan, ids, person, answer, format)?;
            if answer == Answer::Asked
                && person.can_answer()
                && let Some(question) = question(&plan, &chosen)
                && !ask(&question)?
            {
                return Err(CommandError::refused("not applied again: nothing was changed"));
            }
        }
    }
    let lock = claim(context.manager.store(), &session.root)?;
    let approved = context.manager.retry_all(session, ids, &person.consent())?;
    apply(context, session, &lock, approved, OnFailure::Stop, format)
}

/// In which states a change is tried again.
pub(super) fn is_retried(state: ChangeState) -> bool {
    matches!(state, ChangeState::Failed | ChangeState::Conflict | ChangeState::Interrupted | ChangeState::Undone)
}

/// What a person is asked before anything but files is touched again; files can be put back.
fn question(plan: &PendingPlan, chosen: &[&ProposedChange]) -> Option<String> {
    let riding: Vec<&ProposedChange> =
        plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Approved).collect();
    let only_files = |change: &&ProposedChange| !matches!(change.action, Action::Command { .. } | Action::Forward);
    if riding.iter().chain(chosen).copied().all(|change| only_files(&change)) {
        return None;
    }
    let along = match riding.as_slice() {
        [] => String::new(),
        riding => {
            format!("; with {}, approved before", listed(&riding.iter().map(|change| change.id).collect::<Vec<_>>()))
        }
    };
    let ids: Vec<ChangeId> = chosen.iter().map(|change| change.id).collect();
    let risks = risks(plan, &ids, &riding);
    let each = chosen.iter().map(|change| format!("{}{}", was(change.state), told(change)));
    let each = each.collect::<Vec<_>>().join("; ");
    Some(format!("Apply {} again ({each}{along}{risks})?", listed(&ids)))
}

/// What became of a change, for one who is asked about it.
fn was(state: ChangeState) -> &'static str {
    match state {
        ChangeState::Interrupted => "interrupted: it may have run in part",
        ChangeState::Undone => "undone",
        ChangeState::Conflict => "in conflict",
        _ => "failed",
    }
}

/// The command of a change, as far as a question holds it.
fn told(change: &ProposedChange) -> String {
    let Action::Command { command, .. } = &change.action else { return String::new() };
    let command = visible::line(command);
    match command.char_indices().nth(LONGEST_IN_QUESTION) {
        Some((end, _)) => format!("; $ {} ...", &command[..end]),
        None => format!("; $ {command}"),
    }
}
