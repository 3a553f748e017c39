//! `plan diff`: what changed between two revisions.

use super::super::super::planning::{present_of, safe_line};
use super::super::{CommandError, Context, Exit};
use super::whose::Whose;
use crate::document::derive::derive;

/// Tell what changed between two revisions, by name.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// From which revision; without it the one before the last.
    from: Option<u32>,
    /// To which; without it the last.
    to: Option<u32>,
    #[command(flatten)]
    whose: Whose,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let session = context.session()?;
        let agent = self.whose.agent();
        let kept = present_of(context, &session, &agent)?;
        let to = self.to.unwrap_or(kept.row.revision);
        let from = self.from.unwrap_or(to.saturating_sub(1).max(1));
        let book = context.manager.book(&session, agent);
        let (before, after) = (book.revision(&kept, from)?, book.revision(&kept, to)?);
        let derived = derive(&before, &after);
        let between: Vec<_> =
            book.revisions(&kept)?.into_iter().filter(|row| row.revision > from && row.revision <= to).collect();
        for row in between {
            context.line(format!("revision {} · {} · {}", row.revision, row.at, safe_line(&row.by)))?;
        }
        if derived.is_empty() {
            context.line(format!("revisions {from} and {to} say the same"))?;
        }
        for derived in derived {
            context.line(format!("  {}", safe_line(&derived.to_string())))?;
        }
        Ok(Exit::Done)
    }
}
