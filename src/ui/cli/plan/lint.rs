//! `plan lint`: what the plan lacks.

use serde_json::json;

use super::super::super::flags::Format;
use super::super::super::planning::{findings, present_of, safe_line};
use super::super::{CommandError, Context, Exit};
use super::whose::Whose;

/// Tell what the plan lacks; exit code 1 when something of it is in the way of approval.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    whose: Whose,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>, format: Format) -> Result<Exit, CommandError> {
        let session = context.session()?;
        let agent = self.whose.agent();
        let kept = present_of(context, &session, &agent)?;
        let book = context.manager.book(&session, agent);
        // Lines are those of the file, where a person will look.
        let (plan, view) = (self.whose.part_of(book.plan(&kept)?), book.view(&kept)?);
        let found = findings(context.manager.store(), &session, &view, plan.as_ref());
        let exit = if found.iter().any(|finding| finding.rule.blocks()) { Exit::Failed } else { Exit::Done };
        if self.json || format == Format::Json {
            let found: Vec<_> = found
                .iter()
                .map(|f| json!({ "rule": f.rule.word(), "blocks": f.rule.blocks(), "line": f.line, "message": f.message }))
                .collect();
            context.line(json!({ "format_version": 1, "findings": found }).to_string())?;
            return Ok(exit);
        }
        if found.is_empty() {
            context.line("Nothing to find.")?;
        }
        for finding in found {
            context.line(safe_line(&finding.to_string()))?;
        }
        Ok(exit)
    }
}
