//! `intercept`: the JSON Lines door.

use std::env;

use super::super::context::{SESSION_VARIABLE, own_session};
use super::{CommandError, Exit};
use crate::config::data_folder;
use crate::intercept::jsonl::{self, Defaults};
use crate::model::SessionId;
use crate::queue::PendingPlanManager;

/// Intercept tool calls given as JSON lines on standard input; one reply a line comes out.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command runs from its arguments")]
    pub(super) fn run(&self, session: Option<SessionId>) -> Result<Exit, CommandError> {
        let named = || env::var(SESSION_VARIABLE).ok().filter(|id| !id.is_empty()).map(SessionId);
        let manager = PendingPlanManager::open(&data_folder()?)?;
        let defaults = Defaults { session: session.or_else(named), cwd: env::current_dir()?, own_session };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = runtime.block_on(jsonl::serve(manager, defaults));
        // A read of standard input that is under way cannot be stopped; leaving it behind lets the process end.
        runtime.shutdown_background();
        served?;
        Ok(Exit::Done)
    }
}
