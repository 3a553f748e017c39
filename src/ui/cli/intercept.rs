//! `intercept`: the JSON Lines door.

use std::env;
use std::io::{self, IsTerminal};

use super::super::context::{RUN_VARIABLE, SESSION_VARIABLE, current_folder, is_unattended};
use super::super::screen::complain;
use super::{CommandError, Exit};
use crate::intercept::jsonl::{self, Defaults};
use crate::model::{PendingPlan, SessionId, with_causes};
use crate::queue::{PendingPlanManager, Recovered};

/// Intercept tool calls given as JSON lines on standard input; one reply a line comes out.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Nobody can answer: no session enters plan mode by itself, and with changes pending at the end the exit code is 10.
    #[arg(long)]
    unattended: bool,
    /// What the agent shall do, in your words; your settings may open it in plan mode.
    #[arg(long, value_name = "TEXT")]
    task: Option<String>,
}

impl Args {
    pub(super) fn run(&self, session: Option<SessionId>) -> Result<Exit, CommandError> {
        let named = || env::var(SESSION_VARIABLE).ok().filter(|id| !id.is_empty()).map(SessionId);
        let manager = match super::super::queue::open() {
            Ok(manager) => manager,
            Err(error) => {
                if !io::stdin().is_terminal() {
                    jsonl::refuse(io::stdin().lock(), io::stdout().lock(), &with_causes(&error))?;
                }
                return Err(error.into());
            }
        };
        match manager.recover() {
            Ok(settled) => {
                for line in Recovered::lines(&settled) {
                    complain(format!("plangate: recovered: {line}"));
                }
            }
            Err(error) => complain(format!("plangate: {}", with_causes(&error))),
        }
        let unattended = self.unattended || is_unattended();
        let defaults =
            Defaults { session: session.or_else(named), cwd: current_folder()?, unattended, task: self.task.clone() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = runtime.block_on(jsonl::serve(manager, defaults));
        // A read of standard input that is under way cannot be stopped; leaving it behind lets the process end.
        runtime.shutdown_background();
        let served = served?;
        for notice in &served.notices {
            complain(format!("plangate: {notice}"));
        }
        if !unattended {
            return Ok(Exit::Done);
        }
        let manager = super::super::queue::open()?;
        let plans = waiting(&manager, served.sessions)?;
        if env::var_os(RUN_VARIABLE).is_none() {
            tell_waiting(&plans);
        }
        Ok(if plans.is_empty() { Exit::Done } else { Exit::Planned })
    }
}

/// The plans of these sessions of which something waits for a decision.
pub(super) fn waiting(
    manager: &PendingPlanManager,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<Vec<PendingPlan>, CommandError> {
    let mut plans = Vec::new();
    for session in sessions {
        plans.extend(manager.open_plan(&session)?.filter(|plan| plan.pending().next().is_some()));
    }
    Ok(plans)
}

/// How a run ends that no person watched: what it has planned waits for a decision elsewhere.
pub(super) fn tell_waiting(plans: &[PendingPlan]) {
    for plan in plans {
        let session = plan.session_id.as_ref().map_or("", |session| session.as_str());
        complain(format!(
            "planned, waiting for a decision: {} ({}), {} pending. `plangate --session {session} show-plan`, then \
             `plangate --session {session} approve`",
            plan.id,
            plan.slug,
            plan.pending().count()
        ));
    }
}
