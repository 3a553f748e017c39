//! `team`: agents that plan for a lead, and what waits for an answer.

use serde_json::json;

use super::super::mail::Inboxes;
use super::{CommandError, Context, Exit};
use crate::intercept::Mailbox;
use crate::model::{AgentPath, Answer, PlanRequest, Planning, Principal, SessionId, Teammate};
use crate::review::visible;

/// Show the teammates of a session and their plans; add one; answer in the lead's place.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    #[command(subcommand)]
    command: Option<Sub>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Make an agent of this session a teammate.
    Add(Add),
    /// Answer a teammate's plan: its lead's word, which you may say too. It approves no change.
    Answer(Reply),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// The agent's path, such as main/coder; `main` when the whole session is one teammate.
    agent: String,
    /// It writes nothing, not even to the queue, before its lead has approved a plan.
    #[arg(long)]
    must_plan: bool,
    /// The session whose agent leads; without it this one.
    #[arg(long, value_name = "SESSION")]
    lead: Option<String>,
    /// The team's name.
    #[arg(long)]
    team: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Reply {
    /// The request.
    request: String,
    /// approve, reject or hold.
    answer: Answer,
    /// What the teammate is told besides.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "TEXT")]
    feedback: Vec<String>,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        match &self.command {
            None if self.json => show_json(context),
            None => show(context),
            Some(Sub::Add(add)) => add.run(context),
            Some(Sub::Answer(reply)) => reply.run(context),
        }
    }
}

fn show_json(context: &mut Context<'_>) -> Result<Exit, CommandError> {
    let session = context.session()?;
    let teammates: Vec<_> = context.manager.store().teammates(&session.id)?.iter().map(as_value).collect();
    let requests = context.manager.store().plan_requests(&session.id)?;
    context.line(json!({ "format_version": 1, "teammates": teammates, "requests": requests }).to_string())?;
    Ok(Exit::Done)
}

fn show(context: &mut Context<'_>) -> Result<Exit, CommandError> {
    let session = context.session()?;
    let teammates = context.manager.store().teammates(&session.id)?;
    let requests = context.manager.store().plan_requests(&session.id)?;
    if teammates.is_empty() {
        context.line("No teammates in this session.")?;
    }
    for teammate in &teammates {
        let planning = match (teammate.planning, teammate.released) {
            (Planning::Chosen, _) => "plans by choice",
            (Planning::Required, false) => "must plan",
            (Planning::Required, true) => "has an approved plan",
        };
        context.line(format!("{}: {planning}", safe(&teammate.name)))?;
    }
    for request in &requests {
        context.line(format!("{}  {}", safe(&request.request_id), request.state))?;
        for line in request.plan_content.lines().chain(feedback(request).as_deref()) {
            context.line(format!("    {}", safe(line)))?;
        }
    }
    Ok(Exit::Done)
}

fn feedback(request: &PlanRequest) -> Option<String> {
    let said = !request.feedback.is_empty();
    said.then(|| format!("{} says: {}", request.answered_by, request.feedback))
}

fn safe(text: &str) -> String {
    visible::line(text.as_bytes())
}

fn as_value(teammate: &Teammate) -> serde_json::Value {
    json!({
        "name": teammate.name, "session": teammate.own.session, "agent": teammate.own.agent, "team": teammate.team,
        "lead_session": teammate.lead.session, "lead_agent": teammate.lead.agent,
        "must_plan": teammate.planning == Planning::Required, "released": teammate.released,
    })
}

impl Add {
    fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let agent = AgentPath(self.agent.clone());
        let lead = self.lead.clone().map_or_else(|| session.id.clone(), SessionId);
        if context.manager.store().session(&lead)?.is_none() {
            return Err(CommandError::usage(format!("there is no session `{lead}`")));
        }
        let name =
            if agent.is_subagent() { self.agent.rsplit('/').next().unwrap_or_default() } else { session.id.as_str() };
        let teammate = Teammate {
            own: Principal { session: session.id.clone(), agent: agent.clone() },
            name: name.to_owned(),
            team: self.team.clone(),
            lead: Principal { session: lead, agent: AgentPath::main() },
            planning: if self.must_plan { Planning::Required } else { Planning::Chosen },
            released: false,
        };
        if teammate.own == teammate.lead {
            return Err(
                CommandError::usage("an agent is not its own lead").hint("`--lead SESSION` names another session")
            );
        }
        context.manager.join_team(&teammate, &person.consent())?;
        context.line(format!("{} is a teammate now.", safe(&teammate.name)))?;
        Ok(Exit::Done)
    }
}

impl Reply {
    fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let feedback = self.feedback.join(" ");
        let answered =
            context.manager.answer_plan(&session, &self.request, self.answer, &feedback, &person.consent())?;
        let request = answered.map_err(|error| CommandError::usage(error.to_string()))?;
        let tell = |teammate: &Teammate, text: &str| Inboxes.tell(teammate, text);
        context.manager.proposer(&session)?.tell_answer(&request, tell)?;
        context.line(format!("{} is {}; no change is approved by that.", safe(&request.request_id), request.state))?;
        Ok(Exit::Done)
    }
}
