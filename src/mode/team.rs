//! What the calls say by which agents form teams and answer each other's plans.

use serde_json::Value;

use crate::model::{Answer, Planning, Principal, Teammate};

/// A teammate that an agent starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its team, when the call names one.
    pub team: Option<&'a str>,
    /// Whether it must plan.
    pub planning: Planning,
}

/// The teammate that a call starts: Claude Code's `Agent` with a name, its `mode` `plan` for one that must plan.
pub fn started<'a>(tool: &str, arguments: &'a Value) -> Option<Started<'a>> {
    if !matches!(tool, "Agent" | "Task") {
        return None;
    }
    let text = |name: &str| arguments.get(name)?.as_str().filter(|text| !text.is_empty());
    let planning = if text("mode") == Some("plan") { Planning::Required } else { Planning::Chosen };
    Some(Started { name: text("name").filter(|name| is_name(name))?, team: text("team_name"), planning })
}

/// Whether a call starts an agent that must plan under a name by which it could not be known again.
pub fn hides_its_name(tool: &str, arguments: &Value) -> bool {
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    matches!(tool, "Agent" | "Task") && text("mode") == Some("plan") && text("name").is_some_and(|name| !is_name(name))
}

/// Names that can stand in a path of agents.
fn is_name(name: &str) -> bool {
    name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// What a lead says about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<'a> {
    /// The request.
    pub request: &'a str,
    /// The answer.
    pub answer: Answer,
    /// What it says besides.
    pub feedback: &'a str,
}

/// The answer that a call gives: `plan_approval_response {request_id, approve, feedback}`, by itself or as the message of
/// Claude Code's `SendMessage`. `answer` may say `approve`, `reject` or `hold` instead.
pub fn answered<'a>(tool: &str, arguments: &'a Value) -> Option<Answered<'a>> {
    let message = match tool.strip_prefix("mcp__plangate__").unwrap_or(tool) {
        "plan_approval_response" => arguments,
        "SendMessage" => {
            let message = arguments.get("message").filter(|message| message.is_object()).unwrap_or(arguments);
            message.get("type").filter(|kind| *kind == "plan_approval_response")?;
            message
        }
        _ => return None,
    };
    let field = |names: [&str; 2]| names.into_iter().find_map(|name| message.get(name));
    let said = message.get("answer").and_then(Value::as_str).and_then(|word| word.parse().ok());
    let approves = field(["approve", "approved"]).and_then(Value::as_bool);
    let answer = said.or(approves.map(|yes| if yes { Answer::Approve } else { Answer::Reject }))?;
    let request = field(["request_id", "requestId"])?.as_str()?;
    let feedback = field(["feedback", "content"]).and_then(Value::as_str).unwrap_or_default();
    Some(Answered { request, answer, feedback })
}

/// A message that an agent sends to another by its name, with Claude Code's `SendMessage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent<'a> {
    /// Whom.
    pub to: &'a str,
    /// Its text; empty for a message of another kind.
    pub text: &'a str,
}

/// The message that a call sends.
pub fn sent<'a>(tool: &str, arguments: &'a Value) -> Option<Sent<'a>> {
    let to = arguments.get("to").filter(|_| tool == "SendMessage")?.as_str()?;
    Some(Sent { to, text: arguments.get("message").and_then(Value::as_str).unwrap_or_default() })
}

/// Whether a teammate means its lead by this name.
pub fn is_lead_of(teammate: &Teammate, name: &str) -> bool {
    let path = teammate.lead.agent.as_str();
    let last = path.rsplit('/').next().and_then(|word| word.split('@').next()).unwrap_or_default();
    name == last || name == "team-lead" && path == "main"
}

/// Whether `by` may answer a plan of `teammate`: its lead may, and nobody answers a plan of their own.
pub fn may_answer(teammate: &Teammate, by: &Principal) -> bool {
    teammate.lead == *by && teammate.own != *by
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{AgentPath, SessionId};

    #[test]
    fn a_named_agent_is_a_teammate_and_one_in_plan_mode_must_plan() {
        let check = |tool: &str, arguments: Value, expected: Option<(&str, Planning)>| {
            let found = started(tool, &arguments).map(|started| (started.name.to_owned(), started.planning));
            assert_eq!(found, expected.map(|(name, planning)| (name.to_owned(), planning)), "{tool} {arguments}");
        };
        check("Agent", json!({ "name": "coder", "mode": "plan" }), Some(("coder", Planning::Required)));
        check("Task", json!({ "name": "coder" }), Some(("coder", Planning::Chosen)));
        check("Agent", json!({ "prompt": "x" }), None);
        check("Agent", json!({ "name": "../main" }), None);
        check("Bash", json!({ "name": "coder" }), None);
    }

    #[test]
    fn an_answer_is_one_only_when_it_names_a_request_and_says_which() {
        let check = |tool: &str, arguments: Value, expected: Option<(&str, Answer, &str)>| {
            let found = answered(tool, &arguments).map(|a| (a.request.to_owned(), a.answer, a.feedback.to_owned()));
            assert_eq!(found, expected.map(|(r, a, f)| (r.to_owned(), a, f.to_owned())), "{tool} {arguments}");
        };
        let plain = json!({ "request_id": "r", "approve": true });
        check("plan_approval_response", plain.clone(), Some(("r", Answer::Approve, "")));
        let held = json!({ "requestId": "r", "answer": "hold" });
        check("mcp__plangate__plan_approval_response", held, Some(("r", Answer::Hold, "")));
        let told = json!({ "type": "plan_approval_response", "request_id": "r", "approve": false, "feedback": "why?" });
        check("SendMessage", json!({ "to": "coder", "message": told }), Some(("r", Answer::Reject, "why?")));
        check("SendMessage", json!({ "to": "coder", "message": "I approve r" }), None);
        check("plan_approval_response", json!({ "approve": true }), None);
        check("plan_approval_response", json!({ "request_id": "r" }), None);
        check("Bash", plain, None);
    }

    #[test]
    fn a_message_names_whom_it_is_for() {
        let message = json!({ "to": "team-lead", "message": "# Plan" });
        assert_eq!(sent("SendMessage", &message), Some(Sent { to: "team-lead", text: "# Plan" }));
        assert_eq!(
            sent("SendMessage", &json!({ "to": "x", "message": { "type": "y" } })).map(|sent| sent.text),
            Some("")
        );
        assert_eq!(sent("Write", &message), None);
        assert_eq!(sent("SendMessage", &json!({ "message": "x" })), None);
    }

    #[test]
    fn only_the_lead_answers_and_nobody_their_own_plan() {
        let principal = |session: &str, agent: &str| Principal {
            session: SessionId::from(session),
            agent: AgentPath(agent.to_owned()),
        };
        let teammate = |own: Principal, lead: Principal| Teammate {
            own,
            name: "coder".to_owned(),
            team: None,
            lead,
            planning: Planning::Required,
            released: false,
        };
        let lead = principal("s", "main");
        let coder = teammate(principal("s", "main/coder"), lead.clone());
        assert!(may_answer(&coder, &lead));
        for other in [principal("t", "main"), principal("s", "main/coder"), principal("s", "main/reviewer")] {
            assert!(!may_answer(&coder, &other), "{other:?}");
        }
        assert!(!may_answer(&teammate(lead.clone(), lead.clone()), &lead));
    }
}
