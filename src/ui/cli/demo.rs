//! `demo`: the whole path on a throw-away project.

use super::{CommandError, Exit};

/// Show the whole path on a throw-away project with a scripted agent.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command runs from its arguments")]
    pub(super) fn run(&self) -> Result<Exit, CommandError> {
        Err(CommandError::new(Exit::Failed, "the demo is being built"))
    }
}
