//! `prune`: the contents of old plans go.

use std::time::Duration;

use serde_json::json;

use super::super::consent::refuse_agents;
use super::{CommandError, Context, Exit};
use crate::apply::sweep;
use crate::config::keep;
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
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        refuse_agents(context.channel, &context.manager)?;
        let keep = keep().map_err(|error| {
            CommandError::usage(format!("`config.toml` is not understood: {error}")).hint("see docs/crash-safety.md")
        })?;
        let (store, now) = (context.manager.store(), context.manager.now());
        let pruned = if self.dry_run { store.prunable(keep, now)? } else { store.prune(keep, now)? };
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

    fn as_value(&self, pruned: &Pruned) -> serde_json::Value {
        let plans: Vec<_> = pruned
            .plans
            .iter()
            .map(|plan| {
                json!({
                    "id": plan.plan, "slug": plan.slug, "updated_at": plan.updated_at, "why": plan.why.word(),
                    "contents": plan.contents, "bytes": plan.bytes,
                })
            })
            .collect();
        json!({
            "format_version": 1, "dry_run": self.dry_run, "plans": plans, "contents": pruned.contents(), "bytes": pruned.bytes(),
        })
    }
}

fn tell(context: &mut Context<'_>, pruned: &Pruned, removed: &str) -> Result<(), CommandError> {
    for plan in &pruned.plans {
        context.line(format!(
            "{}  {}  {:<4}  {}, {}",
            plan.updated_at,
            plan.slug,
            plan.why.word(),
            counted(plan.contents, "content"),
            counted(plan.bytes, "byte")
        ))?;
    }
    if pruned.plans.is_empty() {
        context.line("Nothing has expired.")?;
    } else {
        context.line(format!(
            "{removed} {} of {}, {}.",
            counted(pruned.contents(), "content"),
            counted(pruned.plans.len() as u64, "plan"),
            counted(pruned.bytes(), "byte")
        ))?;
    }
    Ok(())
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
