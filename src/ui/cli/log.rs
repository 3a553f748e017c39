//! `log`: what happened.

use serde_json::json;

use super::{CommandError, Context, Exit};

/// Show decisions and outcomes of the session's plan.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Every plan, not only the session's newest.
    #[arg(long)]
    all: bool,
    /// Check that no entry was altered since it was written.
    #[arg(long)]
    verify: bool,
    /// Print JSON, one entry a line.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if self.verify {
            return match context.manager.store().first_broken_entry()? {
                None => {
                    context.line("The journal is whole: every entry follows from the one before it.")?;
                    Ok(Exit::Done)
                }
                Some(seq) => Err(CommandError::new(Exit::Failed, format!("the journal is broken from entry {seq} on"))),
            };
        }
        let plan = if self.all { None } else { context.plan()?.map(|plan| plan.id) };
        if plan.is_none() && !self.all {
            context.line("Nothing has happened in this session yet.")?;
            return Ok(Exit::Done);
        }
        for entry in context.manager.store().entries(plan.as_ref())? {
            if self.json {
                let line = json!({
                    "format_version": 1, "seq": entry.seq, "at": entry.at, "plan": entry.plan, "change": entry.change,
                    "kind": entry.kind, "body": entry.body, "hash": entry.hash,
                });
                context.line(line.to_string())?;
            } else {
                let change = entry.change.map_or(String::new(), |id| id.to_string());
                let body = crate::review::visible::line(entry.body.to_string().as_bytes());
                context.line(format!("{:>5}  {}  {:<10} {change:<5} {body}", entry.seq, entry.at, entry.kind))?;
            }
        }
        Ok(Exit::Done)
    }
}
