//! `plan graph`: which changes may happen together.

use super::super::super::planning::safe;
use super::super::{CommandError, Context, Exit};
use crate::document::graph::graph;
use crate::model::AgentPath;
use crate::queue::NO_PLAN;

/// Show the open changes in waves: what stands in one may happen together.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// As a Mermaid flow chart.
    #[arg(long, conflicts_with = "dot")]
    mermaid: bool,
    /// As a DOT graph.
    #[arg(long)]
    dot: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let session = context.session()?;
        let Some(plan) = context.plan()? else { return Err(CommandError::new(Exit::Done, NO_PLAN)) };
        let kept = context.manager.book(&session, AgentPath::main()).current()?;
        let document = kept.as_ref().map(|kept| &kept.document);
        let graph = graph(document, &plan, &session.root).map_err(|circle| {
            CommandError::new(Exit::Failed, circle.to_string()).hint("`plangate plan lint` tells more")
        })?;
        let text = if self.mermaid {
            graph.mermaid()
        } else if self.dot {
            graph.dot()
        } else {
            graph.text()
        };
        context.out.write_all(safe(&text).as_bytes())?;
        Ok(Exit::Done)
    }
}
