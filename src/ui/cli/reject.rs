//! `reject`: discard changes, with a reason that goes back to the agent.

use serde_json::json;

use super::{CommandError, Context, Exit, proposal};
use crate::queue::{NO_PLAN, Rejection, Revised, Selection};

/// Discard all pending changes or chosen ones.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::ui) struct Args {
    /// Which: nothing for all, N for the first N, or ids, ranges and paths; then `because` and the reason.
    #[arg(value_name = "SELECTION [because TEXT]", allow_negative_numbers = true)]
    words: Vec<String>,
    /// Reject what depends on them as well.
    #[arg(long, conflicts_with = "rebase")]
    with_dependants: bool,
    /// Compute anew what depends on them.
    #[arg(long)]
    rebase: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        match self.decide(context) {
            Err(nothing) if nothing.exit == Exit::Done && self.json => {
                context.line(as_value(&Revised { rejected: Vec::new(), rebased: Vec::new() }).to_string())?;
                Ok(Exit::Done)
            }
            decided => decided,
        }
    }

    fn decide(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let because = self.words.iter().position(|word| word == "because");
        let (words, reason) = match because {
            Some(at) => (&self.words[..at], self.words[at + 1..].join(" ")),
            None => (self.words.as_slice(), String::new()),
        };
        if let Some(n) = proposal::named(words) {
            let (person, session) = (context.person()?, context.session()?);
            proposal::waiting(context, &session, n)?;
            context.manager.decline(&session, &reason, &person.consent())?;
            if self.json {
                let declined =
                    json!({ "format_version": 1, "declined": format!("m{n}"), "rejected": [], "rebased": [] });
                context.line(declined.to_string())?;
                return Ok(Exit::Done);
            }
            context.line(format!("Declined m{n}; the mode stays {}.", session.mode))?;
            return Ok(Exit::Done);
        }
        let selection = Selection::parse(words)?;
        let person = context.person()?;
        let session = context.session()?;
        let selection = selection.typed_in(&context.folder_in(&session));
        let rejection = match (self.with_dependants, self.rebase) {
            (true, _) => Rejection::WithDependants,
            (_, true) => Rejection::Rebase,
            _ => Rejection::Strict,
        };
        let mut consent = person.consent();
        if !self.yes && person.can_answer() && selection == Selection::All {
            let Some(plan) = context.manager.open_plan(&session.id)? else {
                return Err(CommandError::new(Exit::Done, NO_PLAN));
            };
            let open: Vec<_> = plan.proposed_changes.iter().filter(|change| change.state.is_open()).collect();
            let question = format!("Discard all {} open changes of {}?", open.len(), plan.slug);
            consent = consent.to(open.iter().map(|change| (change.id, change.digest)).collect());
            if !super::super::consent::ask(&question)? {
                return Err(CommandError::refused("not rejected: nothing was changed"));
            }
        }
        let done = context.manager.reject(&session, &selection, &reason, rejection, &consent)?;
        if self.json {
            context.line(as_value(&done).to_string())?;
            return Ok(Exit::Done);
        }
        let count = done.rejected.len();
        context.line(format!("Rejected {count} {}.", if count == 1 { "change" } else { "changes" }))?;
        if !done.rebased.is_empty() {
            context.line(format!("Computed {} anew; look again before you approve.", done.rebased.len()))?;
        }
        Ok(Exit::Done)
    }
}

fn as_value(done: &Revised) -> serde_json::Value {
    json!({ "format_version": 1, "rejected": done.rejected, "rebased": done.rebased })
}
