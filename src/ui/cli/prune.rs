//! `prune`: the contents of old plans go.

use std::time::Duration;

use serde_json::json;

use super::super::consent::{Person, ask, refuse_agents};
use super::super::flags::Format;
use super::{CommandError, Context, Exit};
use crate::apply::sweep;
use crate::config::keep;
use crate::review::visible;
use crate::store::Pruned;

/// How long old files are deleted that wait for it in the data folder.
const SWEEP_LIMIT: Duration = Duration::from_secs(60);

/// Remove the contents of closed plans that `[keep]` in your `config.toml` keeps no longer, in every workspace.
///
/// Such a plan stays in the log, and cannot be undone any more. Open plans lose nothing.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Tell what would go, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Answer the question with yes.
    #[arg(long, short)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        refuse_agents(context.channel, &context.manager)?;
        let person = if self.dry_run { None } else { Some(Person::find(context.channel, &context.manager)?) };
        let keep = keep().map_err(|error| {
            CommandError::usage(format!("`config.toml` is not understood: {error}")).hint("see docs/crash-safety.md")
        })?;
        let (store, now) = (context.manager.store(), context.manager.now());
        let expired = store.prunable(keep, now)?;
        let pruned = match person {
            Some(person) if !expired.plans.is_empty() => {
                self.confirm(context, &person, &expired)?;
                context.manager.store().prune(keep, now)?
            }
            _ => expired,
        };
        if self.json {
            context.line(self.as_value(&pruned).to_string())?;
        } else {
            tell(context, &pruned, if self.dry_run { "Would remove" } else { "Removed" })?;
        }
        context.out.flush()?;
        if !self.dry_run {
            sweep(context.manager.store(), SWEEP_LIMIT);
        }
        Ok(Exit::Done)
    }

    /// Asks whether these shall go, and takes no for an answer.
    fn confirm(&self, context: &mut Context<'_>, person: &Person, expired: &Pruned) -> Result<(), CommandError> {
        if self.yes {
            return Ok(());
        }
        if !person.can_answer() {
            if Format::by_flag(self.json) == Format::Text {
                tell(context, expired, "Would remove")?;
            }
            return Err(CommandError::refused("nothing was removed: nobody can be asked here")
                .hint("`/prune --yes` removes it"));
        }
        let question = format!("Remove {}? It cannot be undone then.", sum(expired));
        if Format::by_flag(self.json) == Format::Text {
            list(context, expired)?;
            context.out.flush()?;
        }
        if ask(&question)? { Ok(()) } else { Err(CommandError::refused("nothing was removed")) }
    }

    fn as_value(&self, pruned: &Pruned) -> serde_json::Value {
        let plans: Vec<_> = pruned
            .plans
            .iter()
            .map(|plan| {
                json!({
                    "id": plan.plan, "slug": plan.slug, "updated_at": plan.updated_at, "why": plan.why.word(),
                    "contents": plan.contents, "bytes": plan.bytes, "workspace": plan.root.to_string_lossy(),
                })
            })
            .collect();
        json!({
            "format_version": 1, "dry_run": self.dry_run, "plans": plans, "contents": pruned.contents(), "bytes": pruned.bytes(),
        })
    }
}

fn tell(context: &mut Context<'_>, pruned: &Pruned, removed: &str) -> Result<(), CommandError> {
    list(context, pruned)?;
    if pruned.plans.is_empty() {
        context.line("Nothing has expired.")?;
    } else {
        context.line(format!("{removed} {}.", sum(pruned)))?;
    }
    Ok(())
}

/// A line for each plan.
fn list(context: &mut Context<'_>, pruned: &Pruned) -> Result<(), CommandError> {
    for plan in &pruned.plans {
        context.row(format!(
            "{}  {}  {:<4}  {}, {}  in {}",
            plan.updated_at,
            plan.slug,
            plan.why.word(),
            counted(plan.contents, "content"),
            counted(plan.bytes, "byte"),
            visible::line(plan.root.as_os_str().as_encoded_bytes())
        ))?;
    }
    Ok(())
}

/// All of it in a few words.
fn sum(pruned: &Pruned) -> String {
    format!(
        "{} of {}, {}",
        counted(pruned.contents(), "content"),
        counted(pruned.plans.len() as u64, "plan"),
        counted(pruned.bytes(), "byte")
    )
}

pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
