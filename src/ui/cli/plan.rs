//! `plan`: toggle plan mode, or enter it with a task.

use super::mode::switch;
use super::{CommandError, Context, Exit};
use crate::mode::Event;

/// Toggle plan mode, or enter it with a task.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The task that the plan shall answer.
    #[arg(trailing_var_arg = true)]
    task: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if !self.task.is_empty() {
            let session = context.session()?;
            let task = self.task.join(" ");
            context.manager.store().set_task(&session.id, &task, context.manager.now())?;
            return switch(context, Event::Enter, self.json);
        }
        switch(context, Event::Toggle, self.json)
    }
}
