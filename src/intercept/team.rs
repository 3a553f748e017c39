//! Calls of teams: who starts a teammate, who wants to stop planning, who answers.

use std::io;
use std::path::Path;

use super::interceptor::Interceptor;
use super::reply::{Allowed, Reply, denied, denied_by_failure};
use crate::classify;
use crate::mode::{self, Sent, Wish};
use crate::model::{Mode, PlanRequest, Planning, SessionId, Teammate, ToolCall};
use crate::queue::Leaving;
use crate::store::StoreError;

/// How a host's agents write to each other.
pub trait Mailbox {
    /// Puts a plan into its lead's mailbox; false where there is none.
    ///
    /// # Errors
    /// There is one, and it cannot be written.
    fn ask(&self, teammate: &Teammate, request: &PlanRequest) -> io::Result<bool>;

    /// Puts a text into a teammate's mailbox; false where there is none.
    ///
    /// # Errors
    /// There is one, and it cannot be written.
    fn tell(&self, teammate: &Teammate, text: &str) -> io::Result<bool>;

    /// Whether a message of the session to the agent of this name reaches an agent of the same session, for certain.
    fn stays_within(&self, session: &SessionId, name: &str) -> bool;
}

impl Interceptor<'_> {
    /// The answer to a call that concerns a team; `None` for every other.
    pub(super) fn of_team(&self, call: &ToolCall) -> Option<Reply> {
        if mode::hides_its_name(&call.tool, &call.args) {
            return Some(denied(
                "[plangate] Denied: who must plan needs a name of letters, digits, `-`, `_` and `.`.".to_owned(),
            ));
        }
        if let Some(started) = mode::started(&call.tool, &call.args) {
            // The call itself goes the way of all calls.
            return self.proposer.start_teammate(&call.agent, &started).err().map(|error| denied_by_failure(&error));
        }
        if let Some(said) = mode::answered(&call.tool, &call.args) {
            return match self.proposer.answer_plan(&call.agent, &said) {
                Ok(None) => None,
                Ok(Some(Ok(request))) => Some(self.tell(&request)),
                Ok(Some(Err(error))) => Some(denied(format!("[plangate] Denied: {error}."))),
                Err(error) => Some(denied_by_failure(&error)),
            };
        }
        if let Some(sent) = mode::sent(&call.tool, &call.args) {
            return self.message(call, &sent).unwrap_or_else(|error| Some(denied_by_failure(&error)));
        }
        if !classify::is_plan_transition(&call.tool) || mode::wish(&call.tool, &call.args) != Wish::Leave {
            return None;
        }
        self.leave_planning(call).unwrap_or_else(|error| Some(denied_by_failure(&error)))
    }

    /// A message that stays in the session is told to agents whose calls are intercepted like its sender's. What one that
    /// must plan tells its lead is its plan: some hosts give no other way to send it.
    fn message(&self, call: &ToolCall, sent: &Sent<'_>) -> Result<Option<Reply>, StoreError> {
        let teammate = self.proposer.teammate(&call.agent)?.filter(|teammate| teammate.is(&call.agent));
        if let Some(teammate) = &teammate
            && teammate.planning == Planning::Required
            && !teammate.released
            && mode::is_lead_of(teammate, sent.to)
        {
            return self.send_plan(teammate.clone(), sent.text, "").map(Some);
        }
        // Only an agent that was seen to start, or the lead of one that was, and nothing but words.
        let started = self.proposer.teammates()?.iter().any(|known| known.name == sent.to);
        let known = !sent.text.is_empty() && (started || teammate.is_some_and(|own| mode::is_lead_of(&own, sent.to)));
        let within =
            known && self.mailbox.is_some_and(|mailbox| mailbox.stays_within(self.proposer.session(), sent.to));
        Ok(within.then_some(Reply::Allow { why: Allowed::Within, rewrite: None, note: None }))
    }

    /// Tells a teammate its lead's answer, at once where it has a mailbox.
    fn tell(&self, request: &PlanRequest) -> Reply {
        let told = self.proposer.tell_answer(request, |teammate, text| {
            self.mailbox.map_or(Ok(false), |mailbox| mailbox.tell(teammate, text))
        });
        match told {
            Ok(at_once) => Reply::Answered {
                message: format!(
                    "[plangate] {} is {}; {} is told{}. Its writes are still the person's to approve.",
                    request.request_id,
                    request.state,
                    request.from,
                    if at_once { "" } else { " with its next call" }
                ),
            },
            Err(error) => denied_by_failure(&error),
        }
    }

    fn leave_planning(&self, call: &ToolCall) -> Result<Option<Reply>, StoreError> {
        let Some(teammate) = self.proposer.teammate(&call.agent)?.filter(|teammate| teammate.is(&call.agent)) else {
            return Ok(None);
        };
        let argument = |name: &str| call.args.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let file = [argument("planFilePath"), argument("plan_file_path")].into_iter().find(|path| !path.is_empty());
        let file = match file {
            Some(file) => file.to_owned(),
            None => self.proposer.book(call.agent.clone()).file()?.map(|file| shown(&file)).unwrap_or_default(),
        };
        self.send_plan(teammate, argument("plan"), &file).map(Some)
    }

    /// Takes a teammate's plan for its lead.
    fn send_plan(&self, teammate: Teammate, plan: &str, file: &str) -> Result<Reply, StoreError> {
        let answer = self.proposer.take_answer(&teammate)?.map(|text| format!("{text}\n")).unwrap_or_default();
        Ok(match self.proposer.stop_planning(teammate, plan, file)? {
            Leaving::Free => Reply::Allow {
                why: Allowed::ModeOff,
                rewrite: None,
                note: Some(format!(
                    "{answer}[plangate] Your own planning ends. The mode of your session is the person's, and holds on."
                )),
            },
            Leaving::NoPlan => {
                denied(format!("{answer}[plangate] Denied: you must plan first. Call this with your plan."))
            }
            Leaving::Asked { teammate, request } => {
                let mail = match self.mailbox.map(|mailbox| mailbox.ask(&teammate, &request)) {
                    Some(Err(error)) => format!(" Its mailbox could not be written: {error}."),
                    _ => String::new(),
                };
                denied(format!(
                    "{answer}[plangate] Your plan waits for your lead as {}.{mail} Until it is approved you write nothing; do \
                     not ask again.",
                    request.request_id
                ))
            }
        })
    }

    /// Keeps a teammate that must plan, and whom it started, from writing, until its lead has approved a plan.
    pub(super) fn held_back(&self, mode: Mode, call: &ToolCall) -> Option<Reply> {
        let teammate = match self.proposer.teammate(&call.agent) {
            Ok(teammate) => teammate?,
            Err(error) => return Some(denied_by_failure(&error)),
        };
        let answer = match self.proposer.take_answer(&teammate) {
            Ok(answer) => answer,
            Err(error) => return Some(denied_by_failure(&error)),
        };
        if teammate.planning == Planning::Chosen || teammate.released {
            // What was just answered is told with a call that does nothing, so that it is not lost.
            return answer
                .filter(|_| self.writes(mode, call))
                .map(|text| denied(format!("{text} Make this call again.")));
        }
        if !self.writes(mode, call) {
            return None;
        }
        let told = answer.map(|text| format!("{text}\n")).unwrap_or_default();
        Some(denied(format!(
            "{told}[plangate] Denied, and nothing was queued: {} must plan before it writes. Send the plan to your lead, by \
             leaving plan mode with it or in a message.",
            teammate.name
        )))
    }

    /// Whether a call would write something other than its agent's plan.
    fn writes(&self, mode: Mode, call: &ToolCall) -> bool {
        let plans = classify::is_plan_proposal(&call.tool) || self.is_own_plan_file(call);
        let plans = plans && mode == Mode::Plan;
        !plans && self.assess(call, &self.policy()).verdict == crate::model::Verdict::Write
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
