//! `run`: starts an agent that nobody watches.

use std::ffi::OsString;
use std::process::Command as Process;

use chrono::SecondsFormat;

use super::super::consent::TOKEN_VARIABLE;
use super::super::context::{RUN_VARIABLE, UNATTENDED_VARIABLE, current_folder};
use super::super::error::told_plainly;
use super::intercept::{tell_waiting, waiting};
use super::{CommandError, Exit};
use crate::model::SessionId;

/// Start an agent that nobody watches; ends with exit code 10 when what it planned waits for a decision.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The agent's command line.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Args {
    pub(super) fn run(&self) -> Result<Exit, CommandError> {
        let manager = super::super::queue::open()?;
        let root = manager.workspace_of(&current_folder()?)?;
        let began = manager.now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let (program, arguments) = self.command.split_first().expect("clap asks for one word at least");
        let mut agent = Process::new(program);
        agent.args(arguments).env(UNATTENDED_VARIABLE, "1").env(RUN_VARIABLE, "1").env_remove(TOKEN_VARIABLE);
        let status = agent.status().map_err(|error| {
            CommandError::usage(format!("`{}` cannot be started: {}", program.to_string_lossy(), told_plainly(&error)))
        })?;
        let plans = manager.store().open_plans_of_workspace(&root)?;
        let mut sessions: Vec<SessionId> = plans
            .into_iter()
            .filter(|plan| plan.updated_at.to_rfc3339_opts(SecondsFormat::Millis, true) >= began)
            .filter_map(|plan| plan.session_id)
            .collect();
        sessions.dedup();
        let plans = waiting(&manager, sessions)?;
        tell_waiting(&plans);
        Ok(match (plans.is_empty(), status.success()) {
            (false, _) => Exit::Planned,
            (true, true) => Exit::Done,
            (true, false) => Exit::Failed,
        })
    }
}
