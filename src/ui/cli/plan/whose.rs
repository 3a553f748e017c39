//! Whose plan document is meant: the session's, or the own one of a spawned agent.

use crate::model::{AgentPath, PendingPlan};

/// Whose plan document is meant.
#[derive(Debug, clap::Args)]
pub(super) struct Whose {
    /// The own document of a spawned agent, by its path: main/coder.
    #[arg(long, value_name = "PATH")]
    agent: Option<String>,
}

impl Whose {
    pub(super) fn agent(&self) -> AgentPath {
        self.agent.as_ref().map_or_else(AgentPath::main, |path| AgentPath(path.clone()))
    }

    /// The part of the queue's plan that the document speaks of: for a spawned agent's own, what it and those below it queued.
    pub(super) fn part_of(&self, plan: Option<PendingPlan>) -> Option<PendingPlan> {
        let own = self.agent();
        let mut plan = plan?;
        if own.is_subagent() {
            let below = format!("{}/", own.as_str());
            plan.proposed_changes.retain(|change| change.agent == own || change.agent.as_str().starts_with(&below));
        }
        Some(plan)
    }
}
