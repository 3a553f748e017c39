//! `skip`: give a change up.

use super::{CommandError, Context, Exit};
use crate::apply::still_running;
use crate::model::{ChangeId, ChangeState};
use crate::queue::DecideError;

/// Give up a change that failed, conflicted or was interrupted.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The change, such as c3.
    id: String,
    /// The interrupted change was in fact done: record it as applied.
    #[arg(long)]
    done: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let id: ChangeId = self.id.parse()?;
        let consent = context.person()?.consent();
        let session = context.session()?;
        if self.done {
            context.manager.mark_done(&session, id, &consent)?;
            context.line(format!("Marked {id} as done."))?;
        } else {
            let plan = context.manager.open_plan(&session.id)?;
            let running = match &plan {
                Some(plan) => still_running(context.manager.store(), &plan.id)?,
                None => Vec::new(),
            };
            context.manager.skip(&session, id, &consent).map_err(|error| match &error {
                DecideError::WrongState { state: ChangeState::Pending | ChangeState::Approved, .. } => {
                    CommandError::from(error).hint(format!("`/reject {id}` discards it"))
                }
                _ => error.into(),
            })?;
            let when = match running.iter().find(|(running, _)| *running == id) {
                Some((_, pid)) => format!(", once process {pid}, as which it still runs, has ended"),
                None => String::new(),
            };
            context.advise(format!("Gave up {id}. What was approved after it goes on with `/approve`{when}."))?;
        }
        Ok(Exit::Done)
    }
}
