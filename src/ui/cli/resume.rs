//! `resume`: the open plans of this workspace.

use serde_json::json;

use super::{CommandError, Context, Exit};
use crate::model::{ChangeState, PendingPlan};
use crate::queue::NO_PLAN;
use crate::review::visible;

/// List the open plans of this workspace, as a crash or the last session left them.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let root = match &context.session {
            Some(id) => context.manager.open_session(id, &context.cwd)?.root,
            None => context.root()?,
        };
        let plans = context.manager.store().open_plans_of_workspace(&root)?;
        if self.json {
            let plans: Vec<_> = plans
                .iter()
                .map(|plan| {
                    json!({
                        "id": plan.id, "slug": plan.slug, "task": plan.task, "status": plan.status,
                        "session_id": plan.session_id, "updated_at": plan.updated_at, "counts": counts(plan),
                    })
                })
                .collect();
            context.line(json!({ "format_version": 1, "plans": plans }).to_string())?;
            return Ok(Exit::Done);
        }
        if plans.is_empty() {
            context.line(NO_PLAN)?;
        }
        for plan in &plans {
            context.row(summary(plan))?;
        }
        if !plans.is_empty() {
            context.advise("`/show-plan` shows a plan, `/approve` and `/reject` decide.")?;
        }
        Ok(Exit::Done)
    }
}

/// How many changes are in each state that occurs.
pub(super) fn counts(plan: &PendingPlan) -> serde_json::Map<String, serde_json::Value> {
    ChangeState::ALL
        .iter()
        .map(|state| (*state, plan.proposed_changes.iter().filter(|change| change.state == *state).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| (state.word().to_owned(), count.into()))
        .collect()
}

/// A plan in one line.
pub(in crate::ui) fn summary(plan: &PendingPlan) -> String {
    let counts: Vec<String> = counts(plan).iter().map(|(state, count)| format!("{count} {state}")).collect();
    let task =
        if plan.task.is_empty() { String::new() } else { format!(" · {}", visible::line(plan.task.as_bytes())) };
    let session = plan
        .session_id
        .as_ref()
        .map_or(String::new(), |id| format!(" · session {}", visible::line(id.as_str().as_bytes())));
    let status = plan.status.word().replace('_', " ");
    format!("{} ({status}){task} · {}{session}", plan.slug, counts.join(", "))
}
