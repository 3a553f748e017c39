//! `show-plan`: every change, with its full diff or command.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};

use super::super::screen::Look;
use super::super::showing::{Paging, Part, show, show_json, show_sides, show_stat};
use super::{CommandError, Context, Exit};
use crate::model::{ChangeId, ChangeState, Digest, FileImage, PendingPlan, ProposedChange};
use crate::queue::{NO_PLAN, Selection};
use crate::review::visible;

/// Show the plan: every change with its full diff or command.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::ui) struct Args {
    /// Which changes: nothing for all, N for the first N that wait, or ids, ranges and paths.
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
    /// The bare content of the chosen change's file, before it or after it, as the store keeps it.
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["stat", "json", "sides"])]
    content: Option<When>,
    /// All that is kept of what the chosen command printed when it last ran.
    #[arg(long, conflicts_with_all = ["stat", "json", "sides", "content"])]
    output: bool,
    /// No colour, whatever the terminal can do.
    #[arg(long)]
    plain: bool,
}

/// On which side of a change a content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum When {
    /// Before it.
    Before,
    /// After it.
    After,
}

impl Args {
    /// Whether a program reads the answer.
    pub(super) fn json(&self) -> bool {
        self.json
    }

    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let selection = Selection::parse(&self.selection)?;
        let session = context.session()?;
        let selection = selection.typed_in(&context.folder_in(&session));
        if self.plain {
            context.look = Look::Plain;
        }
        let Some(plan) = context.plan_named(&session, self.plan.as_deref())? else {
            if self.json {
                show_json(context, &session.root, None, &Part::All)?;
            } else {
                context.line(NO_PLAN)?;
            }
            return Ok(Exit::Done);
        };
        let waits = |change: &ProposedChange| change.state == ChangeState::Pending;
        let chosen = match selection {
            // The same that `approve N` takes.
            Selection::First(_) if plan.pending().next().is_some() => {
                selection.resolve(&plan, &session.root, "pending", waits)?
            }
            _ => selection.resolve(&plan, &session.root, "in the plan", |_| true)?,
        };
        let chosen: BTreeSet<_> = chosen.into_iter().collect();
        if let Some(when) = self.content {
            return content(context, &plan, &chosen, when);
        }
        if self.output {
            return output(context, &plan, &chosen);
        }
        if self.sides {
            for id in &chosen {
                let files = context.manager.sides(&session, *id)?;
                if let Some(change) = plan.change(*id) {
                    show_sides(context, &session.root, change, &files)?;
                }
            }
            return Ok(Exit::Done);
        }
        let part = if selection == Selection::All { Part::All } else { Part::Only(&chosen) };
        if self.json {
            show_json(context, &session.root, Some(&plan), &part)?;
        } else if self.stat {
            show_stat(context, &session.root, &plan, &part)?;
        } else {
            show(context, &session.root, &plan, &part, Paging::WhereLong)?;
        }
        Ok(Exit::Done)
    }
}

/// Prints what the one chosen command printed.
fn output(context: &mut Context<'_>, plan: &PendingPlan, chosen: &BTreeSet<ChangeId>) -> Result<Exit, CommandError> {
    let runs = context.manager.store().runs(&plan.id)?;
    let mut chosen = runs.iter().filter(|(id, _)| chosen.contains(id));
    match (chosen.next(), chosen.next()) {
        (Some((_, facts)), None) => {
            let kept: Option<Digest> = facts.get("output").and_then(|kept| serde_json::from_value(kept.clone()).ok());
            if let Some(digest) = kept {
                let printed = context.manager.store().content(digest)?;
                // At a terminal it must not do what a terminal obeys.
                if io::stdout().is_terminal() {
                    write!(context.out, "{}", visible::body(&printed))?;
                } else {
                    context.out.write_all(&printed)?;
                }
            }
            Ok(Exit::Done)
        }
        (None, _) => Err(CommandError::usage("no command among what you chose has run")),
        (Some(_), Some(_)) => {
            Err(CommandError::usage("more than one command among what you chose has run").hint("choose one change"))
        }
    }
}

/// Prints the one content that the chosen changes found, or leave. Nobody has seen a change by that.
fn content(
    context: &mut Context<'_>,
    plan: &PendingPlan,
    chosen: &BTreeSet<ChangeId>,
    when: When,
) -> Result<Exit, CommandError> {
    let effects = chosen.iter().filter_map(|id| plan.change(*id)).flat_map(|change| change.action.effects());
    let images = effects.map(|effect| if when == When::Before { &effect.before } else { &effect.after });
    let digests: BTreeSet<Digest> = images.filter_map(FileImage::digest).collect();
    let mut digests = digests.into_iter();
    match (digests.next(), digests.next()) {
        (Some(digest), None) => context.out.write_all(&context.manager.store().content(digest)?)?,
        (None, _) => return Err(CommandError::usage("there is no content on that side of what you chose")),
        (Some(_), Some(_)) => {
            return Err(CommandError::usage("there is more than one content on that side of what you chose")
                .hint("choose one change"));
        }
    }
    Ok(Exit::Done)
}
