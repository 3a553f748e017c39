//! A session's beginning and end, and the agents that it spawns.

use crate::apply::Recovered;
use crate::classify::Policy;
use crate::config::RuleFiles;
use crate::intercept::forget_copies;
use crate::intercept::hook::{HookReply, Origin, SessionSource};
use crate::mode;
use crate::model::Mode;

use super::super::proposal;
use super::super::resume::summary;
use super::{Door, Failure, joined};

impl Door {
    /// A spawned agent learns the mode before its first call.
    pub(super) fn subagent_start(&self, origin: &Origin) -> Result<HookReply, Failure> {
        let context = self.manager.proposer(&self.session)?.brief(&origin.agent)?;
        Ok(HookReply::Tell { context, notice: None })
    }

    pub(super) fn session_start(mut self, source: SessionSource) -> Result<HookReply, Failure> {
        let now = self.manager.now();
        let settled = self.manager.recover()?;
        let pid = self.agent_pid();
        // A session that was there before has a mode of its own, and none other takes its place.
        if let (true, SessionSource::Clear | SessionSource::Resume, Some(pid)) = (self.is_new, source, pid)
            && let Some(former) = self.manager.store().former_session(&self.session.id, &self.session.root, pid)?
        {
            self.manager.store().succeed(&former, &self.session.id, now)?;
            self.session = self.manager.open_session(&self.session.id, &self.session.root)?;
        }
        self.manager.store().touch_session(&self.session.id, pid, now)?;
        if self.manager.open_plan(&self.session.id)?.is_none() {
            forget_copies(self.manager.store().home(), &self.session.id);
        }
        let mut context: Vec<String> = self.reassert(source)?.into_iter().collect();
        let mut notice: Vec<String> =
            Recovered::lines(&settled).iter().map(|line| format!("plangate: recovered: {line}")).collect();
        let policy = Policy::of(&RuleFiles::beside(self.own.take(), &self.session.root));
        notice.extend(policy.faults().iter().map(|fault| format!("plangate: rules: {fault}")));
        if let Some(plan) = self.manager.open_plan(&self.session.id)? {
            let waiting: Vec<String> = plan.pending().map(|change| format!("{} {}", change.id, change.tool)).collect();
            if !waiting.is_empty() {
                context.push(format!(
                    "[plangate] {} changes of this session are queued and wait for the person: {}. They are not on disk.",
                    waiting.len(),
                    waiting.join(", ")
                ));
            }
        }
        for plan in self.manager.store().open_plans_of_workspace(&self.session.root)? {
            notice.push(format!("plangate: open plan {}: /show-plan, /approve, /reject", summary(&plan)));
        }
        Ok(HookReply::Tell { context: joined(&context), notice: joined(&notice) })
    }

    /// What the agent has to be told anew, since its conversation begins or has lost its beginning. Only a conversation
    /// that was summarized goes on without a prompt; before every other the full instructions come with that.
    fn reassert(&self, source: SessionSource) -> Result<Option<String>, Failure> {
        let mode = self.session.mode;
        self.manager.store().begin_reminding(&self.session.id, mode, self.manager.now())?;
        if mode == Mode::Build {
            return Ok(None);
        }
        let pending = self.manager.open_plan(&self.session.id)?.map_or(0, |plan| plan.pending().count());
        Ok(match source {
            SessionSource::Compact | SessionSource::Unknown => {
                Some(format!("[plangate] {}", self.manager.full_instruction(&self.session)?))
            }
            _ => mode::one_line(mode, pending),
        })
    }

    pub(super) fn stop(&self, scheduled_prompts: usize, last_words: &str) -> Result<HookReply, Failure> {
        self.manager.store().answer(&self.session.id, last_words)?;
        if scheduled_prompts > 0 {
            self.manager.store().note_timer(&self.session.id)?;
        }
        let plan = self.manager.open_plan(&self.session.id)?;
        let waiting = plan.as_ref().map_or(0, |plan| plan.pending().count());
        let mut notice = Vec::new();
        if waiting > 0 {
            let changes = if waiting == 1 { "change waits" } else { "changes wait" };
            notice.push(format!("plangate: {waiting} {changes} for you: /show-plan, /approve [n], /reject"));
        }
        if let Some(asked) = self.manager.store().mode_proposal(&self.session.id)? {
            notice.push(format!("plangate: {}", proposal::summary(&asked)));
        }
        Ok(HookReply::Tell { context: None, notice: joined(&notice) })
    }
}
