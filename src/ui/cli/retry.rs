//! `retry`: apply a change again.

use super::super::applying::apply;
use super::super::flags::Format;
use super::{CommandError, Context, Exit};
use crate::apply::OnFailure;
use crate::model::ChangeId;

/// Apply a change again that failed, conflicted, was interrupted or undone.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The change, such as c3.
    id: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let id: ChangeId = self.id.parse()?;
        let consent = context.person()?.consent();
        let session = context.session()?;
        let approved = context.manager.retry(&session, id, &consent)?;
        apply(context, &session, approved, OnFailure::Stop, Format::by_flag(self.json))
    }
}
