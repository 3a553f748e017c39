//! `hold`: keep the plan for later.

use super::{CommandError, Context, Exit};
use crate::model::Mode;
use crate::queue::NO_PLAN;

/// Keep the plan for later and leave plan mode.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command runs from its arguments")]
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let kept = context.manager.open_plan(&session.id)?.is_some();
        let moved = context.manager.hold(&session, &person.consent())?;
        let mode = moved.regime.mode;
        context.line(if kept {
            let now = if mode == Mode::Build { ": new writes of the agent run" } else { "" };
            format!("The plan is kept for later; mode {mode}{now}. `/resume` lists it, `/approve` takes it up.")
        } else {
            format!("{NO_PLAN}; mode {mode}")
        })?;
        let begins = context.manager.store().workspace_mode(&session.root)?;
        if context.session.is_none() && begins != mode {
            context.advise(format!("New sessions here still begin in {begins} mode; `/mode build` ends that."))?;
        }
        if let Some(asking) = moved.asking {
            context.line(asking.notice())?;
        }
        Ok(Exit::Done)
    }
}
