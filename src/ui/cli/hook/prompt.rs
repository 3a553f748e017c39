//! What was typed: a command of the person's, or a turn of the conversation.

use std::env;
use std::path::PathBuf;
use std::process;

use crate::intercept::hook::{HookReply, PromptAuthor};
use crate::model::Mode;

use super::super::super::context::Context;
use super::super::super::process::{is_above, is_alive, is_called_by};
use super::super::super::slash;
use super::super::{Exit, plan};
use super::{Door, Failure, joined};

/// The most of a prompt that becomes a plan's task.
const MAX_TASK_CHARS: usize = 500;

impl Door {
    pub(super) fn prompt(self, text: &str, author: PromptAuthor, cwd: PathBuf) -> Result<HookReply, Failure> {
        // The agent hears of it below, with what else waits for it. What fails now is tried and told by the next command.
        let _ = self.manager.recover();
        if slash::is_ours(text) {
            return Ok(HookReply::BlockPrompt { text: self.typed(text, author, cwd) });
        }
        if author != PromptAuthor::Person {
            return Ok(HookReply::Pass);
        }
        let now = self.manager.now();
        let plan = self.manager.open_plan(&self.session.id)?;
        let is_first = !self.session.spoken;
        if plan.is_none() {
            let task: String = text.trim().chars().take(MAX_TASK_CHARS).collect();
            self.manager.store().suggest_task(&self.session.id, &task, now)?;
        }
        self.manager.store().touch_session(&self.session.id, self.agent_pid(), now)?;
        let opened = self.manager.open_by_words(&self.session, text, is_first)?;
        let notice = opened.map(|opened| match opened {
            Ok(moved) => format!("plangate: your settings open this in {} mode; /plan leaves it", moved.regime.mode),
            Err(why) => format!("plangate: {why}"),
        });
        let pending = plan.map_or(0, |plan| plan.pending().count());
        let context = self.manager.for_turn(&self.session.id, pending)?;
        Ok(HookReply::Tell { context: joined(&context), notice })
    }

    /// Runs what the person typed; nothing of it reaches the model.
    fn typed(self, text: &str, author: PromptAuthor, cwd: PathBuf) -> String {
        if author != PromptAuthor::Person {
            return "plangate: refused: only a prompt that the person typed can be a command".to_owned();
        }
        if self.session.timers && slash::decides(text) && !self.only_tightens(text) {
            return "plangate: refused: this session's agent has made a timer that can type prompts, so a prompt no \
                    longer proves a person. Decide in another terminal: `plangate show-plan`, `plangate approve`."
                .to_owned();
        }
        if slash::decides(text) && !self.only_tightens(text) && !self.is_from_the_host().unwrap_or(false) {
            return "plangate: refused: this prompt did not come from the agent that a person talks to. Decide in a \
                    terminal: `plangate show-plan`, `plangate approve`."
                .to_owned();
        }
        let mut out = Vec::new();
        let mut context = Context::for_prompt(self.manager, self.session.id, cwd, &mut out);
        let result = slash::run(text, &mut context);
        let mut shown = String::from_utf8_lossy(&out).into_owned();
        match result {
            Some(Err(error)) if error.exit == Exit::Done => shown.push_str(error.message()),
            Some(Err(error)) => shown.push_str(&error.to_string()),
            Some(Ok(_)) | None => {}
        }
        shown
    }

    /// Whether the session's own agent called this hook, and no other agent started that one. Where its process is not known,
    /// or is gone, its word has to do.
    fn is_from_the_host(&self) -> Result<bool, Failure> {
        let Some(agent) = self.session.agent_pid.filter(|pid| is_alive(*pid)) else { return Ok(true) };
        let agents = self.manager.store().agent_pids()?;
        Ok(is_called_by(agent) && !agents.iter().any(|other| is_above(*other, agent)))
    }

    /// The agent's process, as Claude Code tells its hooks: believed when it stands above this one and not below the one
    /// that is known.
    pub(super) fn agent_pid(&self) -> Option<u32> {
        let told: u32 = env::var("CLAUDE_PID").ok()?.parse().ok()?;
        let is_below_known = self.session.agent_pid.is_some_and(|known| is_above(known, told));
        (is_above(told, process::id()) && !is_below_known).then_some(told)
    }

    /// Entering plan mode is safe whoever types it.
    fn only_tightens(&self, text: &str) -> bool {
        let mut words = text.split_whitespace();
        let enters = words.next() == Some("/plan") && self.session.mode == Mode::Build;
        enters && !plan::is_about_document(&words.map(str::to_owned).collect::<Vec<_>>())
    }
}
