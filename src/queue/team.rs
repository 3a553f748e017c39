//! Teams: which agents plan for a lead, what they send it, and what it answers. An answer lets a teammate stop planning;
//! no change is approved and no mode is moved by it.

use chrono::SecondsFormat;

use super::{Consent, PendingPlanManager, Proposer};
use crate::mode::{self, Answered, Started};
use crate::model::{AgentPath, Answer, PlanRequest, Planning, Principal, Teammate};
use crate::store::{Connection, SessionRow, StoreError, message, team};

/// Why an answer does not count; nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// There is no such request.
    #[error("there is no plan request `{0}`")]
    Unknown(String),
    /// It was answered, or another has taken its place.
    #[error("`{request}` is {state} already")]
    Settled {
        /// The request.
        request: String,
        /// What it is.
        state: String,
    },
    /// Somebody else answers.
    #[error("only the lead of `{0}` answers its plans, and nobody their own")]
    NotLead(String),
}

/// What became of a teammate's wish to stop planning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaving {
    /// It planned by choice, or its lead has let it.
    Free,
    /// It waits for its lead as this request.
    Asked {
        /// The teammate.
        teammate: Box<Teammate>,
        /// The request.
        request: Box<PlanRequest>,
    },
    /// It must plan, and no plan came with the wish.
    NoPlan,
}

impl Proposer<'_> {
    fn principal(&self, agent: &AgentPath) -> Principal {
        Principal { session: self.session().clone(), agent: agent.clone() }
    }

    /// The teammate that an agent is, or was started by.
    pub fn teammate(&self, agent: &AgentPath) -> Result<Option<Teammate>, StoreError> {
        self.store().teammate(&self.principal(agent))
    }

    /// The teammates of the session.
    pub fn teammates(&self) -> Result<Vec<Teammate>, StoreError> {
        self.store().teammates(self.session())
    }

    /// Records the teammate that `lead` starts.
    pub fn start_teammate(&self, lead: &AgentPath, started: &Started<'_>) -> Result<(), StoreError> {
        let own = AgentPath(format!("{}/{}", lead.as_str(), started.name));
        let teammate = Teammate {
            own: self.principal(&own),
            name: started.name.to_owned(),
            team: started.team.map(str::to_owned),
            lead: self.principal(lead),
            planning: started.planning,
            released: false,
        };
        self.store().write(|tx| team::join(tx, &teammate))
    }

    /// Takes a teammate's wish to stop planning, with its plan; the same plan once more is the same request.
    pub fn stop_planning(&self, teammate: Teammate, plan: &str, file: &str) -> Result<Leaving, StoreError> {
        if teammate.planning == Planning::Chosen || teammate.released {
            return Ok(Leaving::Free);
        }
        if plan.trim().is_empty() {
            return Ok(Leaving::NoPlan);
        }
        let now = self.now();
        let request = self.store().write(|tx| {
            if let Some(before) = team::newest_in(tx, &teammate.own)?
                && matches!(before.state.as_str(), "waiting" | "held")
                && before.plan_content == plan
            {
                return Ok(before);
            }
            let named = format!("{}@{}", teammate.name, teammate.team.as_deref().unwrap_or("default"));
            let mut at = now.timestamp_millis();
            // Two requests of one moment are still two.
            while team::request_in(tx, &format!("plan_approval-{at}@{named}"))?.is_some() {
                at += 1;
            }
            let request = PlanRequest {
                request_id: format!("plan_approval-{at}@{named}"),
                from: teammate.name.clone(),
                timestamp: now.to_rfc3339_opts(SecondsFormat::Millis, true),
                plan_file_path: file.to_owned(),
                plan_content: plan.to_owned(),
                state: "waiting".to_owned(),
                feedback: String::new(),
                answered_by: String::new(),
                own: teammate.own.clone(),
            };
            team::request(tx, &request, now)?;
            if teammate.lead.agent == AgentPath::main() {
                message::tell_in(tx, &teammate.lead.session, &for_lead(&request), now)?;
            }
            Ok(request)
        })?;
        Ok(Leaving::Asked { teammate: Box::new(teammate), request: Box::new(request) })
    }

    /// Takes a lead's answer; `None` when it speaks of no request that is known here.
    pub fn answer_plan(
        &self,
        by: &AgentPath,
        said: &Answered<'_>,
    ) -> Result<Option<Result<PlanRequest, AnswerError>>, StoreError> {
        if self.store().plan_request(said.request)?.is_none() {
            return Ok(None);
        }
        let by = self.principal(by);
        let named = format!("{} of session {}", by.agent.as_str(), by.session);
        let now = self.now();
        let answered = self.store().write(|tx| {
            answer_in(
                tx,
                said.request,
                |teammate| mode::may_answer(teammate, &by),
                said.answer,
                said.feedback,
                &named,
                now,
            )
        })?;
        Ok(Some(answered))
    }

    /// Tells a teammate its answer by `mail`, once; where there is no mailbox it is told with its next call. Whether it is
    /// told now.
    pub fn tell_answer(
        &self,
        request: &PlanRequest,
        mail: impl Fn(&Teammate, &str) -> std::io::Result<bool>,
    ) -> Result<bool, StoreError> {
        let Some(teammate) = self.store().teammate(&request.own)? else { return Ok(false) };
        // A mailbox that cannot be written is as good as none.
        if !mail(&teammate, &for_teammate(request)).unwrap_or(false) {
            return Ok(false);
        }
        self.take_answer(&teammate)?;
        Ok(true)
    }

    /// What a teammate has still to be told of its lead's answer; the caller must deliver it.
    pub fn take_answer(&self, teammate: &Teammate) -> Result<Option<String>, StoreError> {
        let answered = self.store().write(|tx| team::take_answer(tx, &teammate.own))?;
        Ok(answered.map(|request| for_teammate(&request)))
    }
}

impl PendingPlanManager {
    /// Makes `agent` of a session a teammate of `lead`, because a person says so.
    pub fn join_team(&self, teammate: &Teammate, _: &Consent) -> Result<(), StoreError> {
        self.store().write(|tx| team::join(tx, teammate))
    }

    /// Answers a teammate's plan as the person, who stands above every lead.
    ///
    /// # Errors
    /// The store failed; why it does not count is the inner error.
    pub fn answer_plan(
        &self,
        session: &SessionRow,
        request: &str,
        answer: Answer,
        feedback: &str,
        consent: &Consent,
    ) -> Result<Result<PlanRequest, AnswerError>, StoreError> {
        let now = self.now();
        let within = |teammate: &Teammate| [&teammate.own.session, &teammate.lead.session].contains(&&session.id);
        self.store().write(|tx| answer_in(tx, request, within, answer, feedback, consent.channel(), now))
    }
}

fn answer_in(
    tx: &Connection,
    request: &str,
    may: impl Fn(&Teammate) -> bool,
    answer: Answer,
    feedback: &str,
    by: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Result<PlanRequest, AnswerError>, StoreError> {
    let Some(known) = team::request_in(tx, request)? else {
        return Ok(Err(AnswerError::Unknown(request.to_owned())));
    };
    if !team::teammate_in(tx, &known.own)?.is_some_and(|teammate| may(&teammate)) {
        return Ok(Err(AnswerError::NotLead(known.from)));
    }
    if !matches!(known.state.as_str(), "waiting" | "held") {
        return Ok(Err(AnswerError::Settled { request: known.request_id, state: known.state }));
    }
    team::answer(tx, &known, answer, feedback, by, now)?;
    let answered = team::request_in(tx, request)?.unwrap_or(known);
    if answered.own.agent == AgentPath::main() {
        // The agent that the person talks to in its session is told like of everything else.
        team::take_answer(tx, &answered.own)?;
        message::tell_in(tx, &answered.own.session, &for_teammate(&answered), now)?;
    }
    Ok(Ok(answered))
}

/// What the lead is told, if its door has no mailbox.
fn for_lead(request: &PlanRequest) -> String {
    format!(
        "[plangate] Your teammate {} asks to stop planning, as request {}. Its plan:\n{}\nAnswer with \
         plan_approval_response {{\"request_id\": \"{}\", \"answer\": \"approve\" | \"reject\" | \"hold\", \"feedback\": \"...\"}}. \
         Your approval ends its planning; its writes are still the person's to approve.",
        request.from, request.request_id, request.plan_content, request.request_id
    )
}

fn for_teammate(request: &PlanRequest) -> String {
    let feedback =
        if request.feedback.is_empty() { String::new() } else { format!(" Their words: {:?}", request.feedback) };
    let id = &request.request_id;
    match request.state.as_str() {
        "approved" => format!(
            "[plangate] Your plan ({id}) was approved by {}: you may go on from planning. Whether a write happens is still the \
             person's to decide, by the mode that holds.{feedback}",
            request.answered_by
        ),
        "rejected" => format!(
            "[plangate] Your plan ({id}) was rejected by {}: keep planning and send another.{feedback}",
            request.answered_by
        ),
        _ => format!("[plangate] Your plan ({id}) is put on hold by {}: wait.{feedback}", request.answered_by),
    }
}
