//! What an agent proposes as its plan.

use std::collections::BTreeSet;

use super::{BookError, Kept, OnDisk, PlanBook, highest};
use crate::document::changes::links;
use crate::document::derive;
use crate::document::draft::Draft;
use crate::document::{SectionKind, Step};
use crate::model::{AgentPath, PendingPlan, StepId};
use crate::queue::book::Author;
use crate::store::RevisionKind;

/// What became of a proposed plan.
#[derive(Debug)]
pub struct Proposal {
    /// The document.
    pub kept: Kept,
    /// What changed, a line each; empty for a new document.
    pub changed: Vec<String>,
    /// What stayed as it was, since only a person may say it.
    pub put_back: Vec<String>,
}

impl PlanBook<'_> {
    /// Takes a proposed plan: as a new document, or as the next revision of the present one. Steps with the words of a
    /// present one keep its name and its status.
    pub fn propose(&self, draft: &Draft) -> Result<Proposal, BookError> {
        let by = self.agent.as_str();
        let kept = match self.current()? {
            Some(kept) if !self.is_finished(&kept, draft)? => kept,
            _ => {
                let (kept, _) = self.start(&self.with_task(draft)?, by)?;
                return Ok(Proposal { kept, changed: Vec::new(), put_back: Vec::new() });
            }
        };
        // What the agent wrote into its file before is superseded by what it proposes; what a person wrote is not.
        if let OnDisk::Changed(edit) = self.look(&kept, Author::Unknown)?
            && edit.by_agent
        {
            let taken = self.take(&kept, &edit, by)?;
            return self.supersede(&taken, draft);
        }
        self.supersede(&kept, draft)
    }

    /// The draft with what the person said the session is for, where the main agent itself does not say.
    fn with_task(&self, draft: &Draft) -> Result<Draft, BookError> {
        let mut draft = draft.clone();
        if draft.task.is_empty() && self.agent == AgentPath::main() {
            let waiting = self.store.session(&self.session)?.map(|session| session.task).unwrap_or_default();
            let begun = || self.store.latest_plan(&self.session).map(|plan| plan.filter(PendingPlan::is_open));
            draft.task = if waiting.is_empty() { begun()?.map(|plan| plan.task).unwrap_or_default() } else { waiting };
        }
        Ok(draft)
    }

    /// Whether what is proposed is another task: all that was queued for the present document is decided, and either its
    /// steps are done or the task is said to be another one.
    fn is_finished(&self, kept: &Kept, draft: &Draft) -> Result<bool, BookError> {
        let Some(plan) = self.plan(kept)?.filter(|plan| !plan.is_open()) else { return Ok(false) };
        let task = kept.document.prose(SectionKind::Task);
        if !draft.task.is_empty() && !draft.task.trim().eq_ignore_ascii_case(task) {
            return Ok(true);
        }
        let busy: BTreeSet<StepId> = links(&kept.document, &plan, &self.root).into_values().collect();
        let done = |step: &Step| step.status.is_settled() || step.check || step.id.is_some_and(|id| busy.contains(&id));
        Ok(kept.document.steps.iter().all(done))
    }

    fn supersede(&self, kept: &Kept, draft: &Draft) -> Result<Proposal, BookError> {
        let next = draft.over(&kept.document, highest(&kept.row));
        let (next, put_back) = derive::guarded(&kept.document, &next);
        let changed: Vec<String> = derive::derive(&kept.document, &next).iter().map(ToString::to_string).collect();
        if changed.is_empty() {
            return Ok(Proposal { kept: kept.clone(), changed, put_back });
        }
        let kept = self.revise(kept, &next, self.agent.as_str(), RevisionKind::Revise, &changed)?;
        Ok(Proposal { kept, changed, put_back })
    }
}
