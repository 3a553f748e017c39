//! `status`: the mode, the counts, the risks.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::super::applying::{listed, told_unsettled, unsettled};
use super::super::error::WAY_OUT;
use super::mode::described;
use super::resume::{counts, summary};
use super::{CommandError, Context, Exit, proposal};
use crate::apply::{UnderWay, still_running, under_way};
use crate::classify::Policy;
use crate::config::RuleFiles;
use crate::model::{ChangeId, ChangeState, Mark, PendingPlan, ProposedChange, Writes};
use crate::queue::NO_PLAN;
use crate::review::{to_go_on, visible};
use crate::store::ServerRow;

/// Show mode, counts and risks.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    /// Whether a program reads the answer.
    pub(super) fn json(&self) -> bool {
        self.json
    }

    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if let (None, false) = (&context.session, self.json)
            && let plans = context.manager.store().open_plans_of_workspace(&context.root()?)?
            && plans.len() > 1
        {
            for plan in &plans {
                context.row(format!("plan {}", summary(plan)))?;
            }
            context.line("`--session` before a command's name says whose plan is meant.")?;
            return Ok(Exit::Done);
        }
        let session = context.session()?;
        let plan = context.manager.open_plan(&session.id)?;
        let still_running = match &plan {
            Some(plan) => still_running(context.manager.store(), &plan.id)?,
            None => Vec::new(),
        };
        let under_way = under_way(context.manager.store(), &session.root)?;
        let faults = Policy::of(&RuleFiles::read(&session.root)).faults().to_vec();
        let withdrawn: Vec<ServerRow> = context
            .manager
            .store()
            .servers(&session.root)?
            .into_iter()
            .filter(|row| row.withdrawn_at.is_some())
            .collect();
        let mut marks: Vec<Mark> = Vec::new();
        for change in plan.iter().flat_map(PendingPlan::pending) {
            marks.extend(&change.marks);
        }
        let asked = context.manager.store().mode_proposal(&session.id)?;
        marks.sort_unstable();
        marks.dedup();
        if self.json {
            let plan = plan.map(|plan| {
                json!({
                    "id": plan.id, "slug": plan.slug, "task": plan.task, "status": plan.status, "revision": plan.revision,
                    "counts": counts(&plan), "pending": plan.pending().count(),
                })
            });
            let status = json!({
                "format_version": 1, "mode": session.mode, "colour": session.mode.colour().word(),
                "asked": session.writes == Writes::Asked, "unattended": session.unattended,
                "proposal": asked.as_ref().map(proposal::as_value), "session_id": session.id,
                "workspace": session.root.to_string_lossy(), "plan": plan, "marks": marks,
                "under_way": under_way.as_ref().map(|found| under_way_as_value(found, context.manager.now())),
                "rules": { "faults": faults.iter().map(ToString::to_string).collect::<Vec<_>>() },
                "trust": { "withdrawn": withdrawn.iter().map(|server| &server.name).collect::<Vec<_>>() },
            });
            context.line(status.to_string())?;
            return Ok(Exit::Done);
        }
        context.row(format!(
            "{}  mode {}: {}",
            context.indicator(session.mode),
            session.mode,
            described(session.mode, session.writes)
        ))?;
        let id = visible::line(session.id.as_str().as_bytes());
        context.row(format!("session {id} in {}", visible::line(session.root.as_os_str().as_encoded_bytes())))?;
        match &plan {
            None => context.line(NO_PLAN)?,
            Some(plan) => context.row(format!("plan {}", summary(plan)))?,
        }
        let approved: Vec<ChangeId> = plan.iter().flat_map(to_go_on).collect();
        if !approved.is_empty() && under_way.is_none() {
            context.advise(format!("`/approve` goes on with {}, approved before.", listed(&approved)))?;
        }
        if let (Some(left), None) = (told_unsettled(plan.iter().flat_map(unsettled)), &under_way) {
            let editable = |change: &ProposedChange| change.state != ChangeState::Interrupted;
            let edit = if plan.iter().flat_map(unsettled).any(editable) {
                "`/retry`, `/edit` or `/skip`"
            } else {
                "`/retry` or `/skip`"
            };
            context.advise(format!("To be settled with {edit}: {left}."))?;
        }
        if let Some(found) = &under_way {
            context.row(told_under_way(found, context.manager.now()))?;
        }
        for change in plan.iter().flat_map(|plan| &plan.proposed_changes) {
            let half_done = matches!(change.state, ChangeState::Applying | ChangeState::Applied);
            if half_done && !change.error.is_empty() {
                let error = visible::line(&change.error);
                context.row(format!("! {} is not settled: {error}; {WAY_OUT}", change.id))?;
            }
        }
        for (id, pid) in still_running {
            context.row(format!("! {id} was interrupted and still runs as process {pid}"))?;
        }
        if let Some(asked) = &asked {
            proposal::show(context, &session, asked)?;
        }
        for mark in marks {
            context.row(format!("! {}", crate::review::risk::meaning(mark)))?;
        }
        for fault in faults {
            context.row(format!("! rules: {}", visible::line(fault.to_string())))?;
        }
        for server in withdrawn {
            let name = visible::line(&server.name);
            context.row(format!(
                "! trust: `{name}` has changed its tools and is no longer trusted: `plangate trust {name}`"
            ))?;
        }
        Ok(Exit::Done)
    }
}

fn elapsed(found: &UnderWay, now: DateTime<Utc>) -> TimeDelta {
    (now - found.since).max(TimeDelta::zero())
}

fn under_way_as_value(found: &UnderWay, now: DateTime<Utc>) -> serde_json::Value {
    json!({
        "doing": found.doing, "plan_id": found.plan, "done": found.done, "of": found.of, "change": found.change,
        "written": found.written, "since": found.since, "elapsed_ms": elapsed(found, now).num_milliseconds(),
    })
}

fn told_under_way(found: &UnderWay, now: DateTime<Utc>) -> String {
    let present = found.change.map(|change| format!(", now at {change}")).unwrap_or_default();
    let written = if found.written > 1 { format!(", {} files written", found.written) } else { String::new() };
    let seconds = elapsed(found, now).num_seconds();
    format!("{}: {} of {} done{present}{written}, for {seconds} s", found.doing.word(), found.done, found.of)
}
