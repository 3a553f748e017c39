//! `ask`: a question to the agent about a change.

use super::{CommandError, Context, Exit};
use crate::model::ChangeId;
use crate::queue::NO_PLAN;

/// Ask the agent about a change; it stays queued as it is.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The change, such as c3.
    id: String,
    /// The question.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "TEXT")]
    words: Vec<String>,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let id: ChangeId = self.id.parse()?;
        let person = context.person()?;
        let session = context.session()?;
        let Some(plan) = context.plan()? else { return Err(CommandError::new(Exit::Done, NO_PLAN)) };
        if plan.change(id).is_none() {
            return Err(CommandError::usage(format!("there is no change `{id}` in this plan"))
                .hint("`/show-plan` lists the changes with their ids"));
        }
        let text = self.words.join(" ");
        let consent = person.consent();
        context.manager.store().ask(&session.id, &plan.id, id, consent.channel(), &text, context.manager.now())?;
        context.line(format!("Asked about {id}: the agent gets it with its next turn; {id} stays as it is."))?;
        Ok(Exit::Done)
    }
}
