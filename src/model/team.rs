//! Agents that plan for another one: a lead, its teammates, and the plans they send it.

use serde::{Deserialize, Serialize};

use super::{AgentPath, ParseIdError, SessionId};

/// An agent as one of those who propose and answer: its session, and its path there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The session in which it is called.
    pub session: SessionId,
    /// Its path.
    pub agent: AgentPath,
}

/// Whether a teammate plans because it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Planning {
    /// By its own choice: it stops when it likes.
    Chosen,
    /// It writes nothing, not even to the queue, before its lead has approved a plan.
    Required,
}

/// What a lead says about a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The teammate may stop planning.
    Approve,
    /// It plans again, with what the lead says.
    Reject,
    /// It waits.
    Hold,
}

impl Answer {
    /// The word in commands and calls.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Hold => "hold",
        }
    }

    /// The state of a request that was answered so, as it is recorded.
    pub fn state(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::Hold => "held",
        }
    }
}

impl std::str::FromStr for Answer {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Approve, Self::Reject, Self::Hold].into_iter().find(|answer| answer.word() == text);
        known.ok_or_else(|| ParseIdError { text: text.to_owned(), expected: "`approve`, `reject` or `hold`" })
    }
}

/// An agent that plans for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teammate {
    /// Itself. Doors that put the team behind a name (`main/coder@team`) mean the same agent.
    pub own: Principal,
    /// Its name in the team.
    pub name: String,
    /// The team, when it is known.
    pub team: Option<String>,
    /// The agent that answers.
    pub lead: Principal,
    /// Whether it must plan.
    pub planning: Planning,
    /// Its lead has let it stop planning.
    pub released: bool,
}

impl Teammate {
    /// Whether `agent`, of the same session, is this teammate or was started by it.
    pub fn covers(&self, agent: &AgentPath) -> bool {
        let own = self.own.agent.as_str();
        agent.as_str().strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
    }

    /// Whether `agent` is this teammate itself.
    pub fn is(&self, agent: &AgentPath) -> bool {
        self.covers(agent) && agent.as_str().matches('/').count() == self.own.agent.as_str().matches('/').count()
    }
}

/// A plan that a teammate has sent to its lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanRequest {
    /// Its name: `plan_approval-1763721600000@coder@team`.
    pub request_id: String,
    /// The teammate's name.
    pub from: String,
    /// When, RFC 3339 with milliseconds.
    pub timestamp: String,
    /// The file of the plan; empty when it came as text alone.
    pub plan_file_path: String,
    /// The plan.
    pub plan_content: String,
    /// `waiting`, `approved`, `rejected`, `held` or `superseded`.
    pub state: String,
    /// What the lead said.
    pub feedback: String,
    /// Who answered; empty until then.
    pub answered_by: String,
    /// Who sent it.
    #[serde(skip)]
    pub own: Principal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_teammate_is_known_by_its_path_with_or_without_its_team_and_covers_whom_it_starts() {
        let principal = |agent: &str| Principal { session: SessionId::from("s"), agent: AgentPath(agent.to_owned()) };
        let teammate = |agent: &str| Teammate {
            own: principal(agent),
            name: "coder".to_owned(),
            team: None,
            lead: principal("main"),
            planning: Planning::Required,
            released: false,
        };
        let check = |own: &str, agent: &str, covers: bool, is: bool| {
            let (teammate, agent) = (teammate(own), AgentPath(agent.to_owned()));
            assert_eq!((teammate.covers(&agent), teammate.is(&agent)), (covers, is), "{own} {agent}");
        };
        check("main/coder", "main/coder", true, true);
        check("main/coder", "main/coder@team", true, true);
        check("main/coder", "main/coder/helper", true, false);
        check("main/coder", "main/coder2", false, false);
        check("main/coder", "main", false, false);
        check("main", "main/helper", true, false);
    }
}
