//! Teammates, their leads, and the plans that wait for an answer.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::{Store, StoreError};
use crate::model::{AgentPath, Answer, PlanRequest, Planning, Principal, SessionId, Teammate};

const TEAMMATE: &str =
    "SELECT session_id, agent, name, team, lead_session, lead_agent, must_plan, released FROM teammate";
const REQUEST: &str =
    "SELECT request_id, name, at, plan_file_path, plan_content, state, feedback, answered_by, session_id,
    agent FROM plan_request";

impl Store {
    /// The teammates of a session, and those of other sessions that it leads.
    pub fn teammates(&self, session: &SessionId) -> Result<Vec<Teammate>, StoreError> {
        let sql = format!("{TEAMMATE} WHERE session_id = ?1 OR lead_session = ?1 ORDER BY session_id, agent");
        let mut select = self.connection.prepare_cached(&sql)?;
        let rows = select.query_map([session.as_str()], teammate_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The requests of teammates of a session or led by it, oldest first.
    pub fn plan_requests(&self, session: &SessionId) -> Result<Vec<PlanRequest>, StoreError> {
        let sql = format!(
            "{REQUEST} r WHERE session_id = ?1 OR EXISTS (SELECT 1 FROM teammate t WHERE t.session_id = r.session_id
             AND t.agent = r.agent AND t.lead_session = ?1) ORDER BY rowid"
        );
        let mut select = self.connection.prepare_cached(&sql)?;
        let rows = select.query_map([session.as_str()], request_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The teammate that an agent of a session is or was started by.
    pub(crate) fn teammate(&self, of: &Principal) -> Result<Option<Teammate>, StoreError> {
        teammate_in(&self.connection, of)
    }

    /// A request by its name.
    pub(crate) fn plan_request(&self, request: &str) -> Result<Option<PlanRequest>, StoreError> {
        request_in(&self.connection, request)
    }
}

fn teammate_of(row: &Row<'_>) -> rusqlite::Result<Teammate> {
    let principal = |at: usize| -> rusqlite::Result<Principal> {
        Ok(Principal { session: SessionId(row.get(at)?), agent: AgentPath(row.get(at + 1)?) })
    };
    Ok(Teammate {
        own: principal(0)?,
        name: row.get(2)?,
        team: row.get(3)?,
        lead: principal(4)?,
        planning: if row.get(6)? { Planning::Required } else { Planning::Chosen },
        released: row.get(7)?,
    })
}

fn request_of(row: &Row<'_>) -> rusqlite::Result<PlanRequest> {
    Ok(PlanRequest {
        request_id: row.get(0)?,
        from: row.get(1)?,
        timestamp: row.get(2)?,
        plan_file_path: row.get(3)?,
        plan_content: row.get(4)?,
        state: row.get(5)?,
        feedback: row.get(6)?,
        answered_by: row.get(7)?,
        own: Principal { session: SessionId(row.get(8)?), agent: AgentPath(row.get(9)?) },
    })
}

/// The same inside a transaction. The nearest one counts where teammates start others.
pub(crate) fn teammate_in(connection: &Connection, of: &Principal) -> Result<Option<Teammate>, StoreError> {
    let mut select = connection.prepare_cached(&format!("{TEAMMATE} WHERE session_id = ?1"))?;
    let rows = select.query_map([of.session.as_str()], teammate_of)?;
    let known: Vec<Teammate> = rows.collect::<Result<_, _>>()?;
    let covering = known.into_iter().filter(|teammate| teammate.covers(&of.agent));
    Ok(covering.max_by_key(|teammate| teammate.own.agent.as_str().len()))
}

/// A request inside a transaction.
pub(crate) fn request_in(connection: &Connection, request: &str) -> Result<Option<PlanRequest>, StoreError> {
    let sql = format!("{REQUEST} WHERE request_id = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([request], request_of).optional()?)
}

/// The newest request of a teammate.
pub(crate) fn newest_in(connection: &Connection, own: &Principal) -> Result<Option<PlanRequest>, StoreError> {
    let sql = format!("{REQUEST} WHERE session_id = ?1 AND agent = ?2 ORDER BY rowid DESC LIMIT 1");
    let which = params![own.session.as_str(), own.agent.as_str()];
    Ok(connection.prepare_cached(&sql)?.query_row(which, request_of).optional()?)
}

/// Records a teammate. One that must plan must still plan, whoever records it again.
pub(crate) fn join(connection: &Connection, teammate: &Teammate) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO teammate (session_id, agent, name, team, lead_session, lead_agent, must_plan, released)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
         ON CONFLICT (session_id, agent) DO UPDATE
         SET team = coalesce(excluded.team, team), must_plan = max(must_plan, excluded.must_plan),
             released = CASE WHEN excluded.must_plan THEN 0 ELSE released END",
        params![
            teammate.own.session.as_str(),
            teammate.own.agent.as_str(),
            teammate.name,
            teammate.team,
            teammate.lead.session.as_str(),
            teammate.lead.agent.as_str(),
            teammate.planning == Planning::Required,
        ],
    )?;
    connection.execute("UPDATE session SET teams = 1 WHERE id = ?1", [teammate.own.session.as_str()])?;
    Ok(())
}

/// Records a plan that waits for the lead, in the place of those that did.
pub(crate) fn request(connection: &Connection, new: &PlanRequest, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE plan_request SET state = 'superseded' WHERE session_id = ?1 AND agent = ?2 AND state IN ('waiting', 'held')",
        params![new.own.session.as_str(), new.own.agent.as_str()],
    )?;
    connection.execute(
        "INSERT INTO plan_request (request_id, session_id, agent, name, at, plan_file_path, plan_content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            new.request_id,
            new.own.session.as_str(),
            new.own.agent.as_str(),
            new.from,
            new.timestamp,
            new.plan_file_path,
            new.plan_content
        ],
    )?;
    let body = json!({ "session": new.own.session, "agent": new.own.agent, "request": new.request_id });
    journal::append(connection, now, None, None, EntryKind::PlanRequested, &body)
}

/// Records an answer; an approval releases the teammate.
pub(crate) fn answer(
    connection: &Connection,
    request: &PlanRequest,
    answer: Answer,
    feedback: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE plan_request SET state = ?2, feedback = ?3, answered_by = ?4, answered_at = ?5 WHERE request_id = ?1",
        params![request.request_id, answer.state(), feedback, by, stamp(now)],
    )?;
    let own = &request.own;
    if answer == Answer::Approve {
        connection.execute(
            "UPDATE teammate SET released = 1 WHERE session_id = ?1 AND agent = ?2",
            params![own.session.as_str(), own.agent.as_str()],
        )?;
    }
    connection.execute(
        "UPDATE teammate SET untold = ?3 WHERE session_id = ?1 AND agent = ?2",
        params![own.session.as_str(), own.agent.as_str(), request.request_id],
    )?;
    let body = json!({ "request": request.request_id, "answer": answer.word(), "feedback": feedback, "by": by });
    journal::append(connection, now, None, None, EntryKind::PlanAnswered, &body)
}

/// The request whose answer a teammate has still to be told; it counts as told from now on.
pub(crate) fn take_answer(connection: &Connection, own: &Principal) -> Result<Option<PlanRequest>, StoreError> {
    let which = params![own.session.as_str(), own.agent.as_str()];
    let untold: Option<Option<String>> = connection
        .prepare_cached("SELECT untold FROM teammate WHERE session_id = ?1 AND agent = ?2")?
        .query_row(which, |row| row.get(0))
        .optional()?;
    let Some(Some(request)) = untold else { return Ok(None) };
    connection.execute("UPDATE teammate SET untold = NULL WHERE session_id = ?1 AND agent = ?2", which)?;
    request_in(connection, &request)
}
