//! `show-plan`: every change, with its full diff or command.

use std::collections::BTreeSet;

use super::super::applying::{Part, show, show_json, show_sides, show_stat};
use super::super::screen::Look;
use super::{CommandError, Context, Exit};
use crate::queue::Selection;

/// Show the plan: every change with its full diff or command.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::ui) struct Args {
    /// Which changes: nothing for all, N for the first N, or ids, ranges and paths.
    #[arg(allow_negative_numbers = true)]
    selection: Vec<String>,
    /// An earlier plan of the session, by its two words or its id.
    #[arg(long, value_name = "NAME")]
    plan: Option<String>,
    /// One line a change.
    #[arg(long)]
    stat: bool,
    /// Print JSON.
    #[arg(long, conflicts_with = "stat")]
    json: bool,
    /// Each file from its sides: as it was when the change was proposed, as it is now, as it is proposed.
    #[arg(long, conflicts_with_all = ["stat", "json"])]
    sides: bool,
    /// No colour, whatever the terminal can do.
    #[arg(long)]
    plain: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let selection = Selection::parse(&self.selection)?;
        let session = context.session()?;
        if self.plain {
            context.look = Look::Plain;
        }
        let Some(plan) = context.plan_named(&session, self.plan.as_deref())? else {
            if self.json {
                show_json(context, &session.root, None, &Part::All)?;
            } else {
                context.line("No plan in this session.")?;
            }
            return Ok(Exit::Done);
        };
        let chosen: BTreeSet<_> =
            selection.resolve(&plan, &session.root, "in the plan", |_| true)?.into_iter().collect();
        if self.sides {
            for id in &chosen {
                let files = context.manager.sides(&session, *id)?;
                show_sides(context, &session.root, *id, &files)?;
            }
            return Ok(Exit::Done);
        }
        let part = if selection == Selection::All { Part::All } else { Part::Only(&chosen) };
        if self.json {
            show_json(context, &session.root, Some(&plan), &part)?;
        } else if self.stat {
            show_stat(context, &session.root, &plan, &part)?;
        } else {
            show(context, &session.root, &plan, &part)?;
        }
        Ok(Exit::Done)
    }
}
