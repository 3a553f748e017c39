//! Modes that agents asked for.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::session::bad_mode;
use super::{Store, StoreError};
use crate::model::{AgentPath, Mode, SessionId};

/// A mode that an agent asked for and that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeProposal {
    /// Its number in the session; a person names it `m1`.
    pub n: u32,
    /// When it came.
    pub at: String,
    /// Who asked.
    pub agent: AgentPath,
    /// The tool by which it asked.
    pub tool: String,
    /// The mode; `None` for leaving plan mode, whatever was before.
    pub wants: Option<Mode>,
    /// The plan or the reason that came with it.
    pub words: String,
    /// The person has had its words before them.
    pub shown: bool,
}

impl ModeProposal {
    /// Whether granting it leads from `mode` to one in which the agent may carry its plan out.
    pub fn executes(&self, mode: Mode) -> bool {
        mode == Mode::Plan && matches!(self.wants, None | Some(Mode::Build))
    }
}

const SELECT: &str = "SELECT n, at, agent, tool, wants, words, shown FROM mode_proposal
    WHERE session_id = ?1 AND state = 'waiting'";

impl Store {
    /// The proposal that waits in a session.
    pub fn mode_proposal(&self, session: &SessionId) -> Result<Option<ModeProposal>, StoreError> {
        waiting_in(&self.connection, session)
    }

    /// Remembers that the person has had the words of the waiting proposal before them.
    pub fn mark_proposal_shown(&self, session: &SessionId) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE mode_proposal SET shown = 1 WHERE session_id = ?1 AND state = 'waiting'",
                [session.as_str()],
            )?;
            Ok(())
        })
    }
}

fn proposal_of(row: &Row<'_>) -> Result<ModeProposal, StoreError> {
    let wants: Option<String> = row.get(4)?;
    Ok(ModeProposal {
        n: row.get(0)?,
        at: row.get(1)?,
        agent: AgentPath(row.get(2)?),
        tool: row.get(3)?,
        wants: wants.map(|word| word.parse()).transpose().map_err(|error| bad_mode(&error))?,
        words: row.get(5)?,
        shown: row.get(6)?,
    })
}

/// The waiting proposal inside a transaction.
pub(crate) fn waiting_in(connection: &Connection, session: &SessionId) -> Result<Option<ModeProposal>, StoreError> {
    let mut look = connection.prepare_cached(SELECT)?;
    let mut rows = look.query([session.as_str()])?;
    rows.next()?.map(proposal_of).transpose()
}

/// Records a proposal in the place of the one that waits; returns its number. The same once more changes nothing.
pub(crate) fn propose(
    connection: &Connection,
    session: &SessionId,
    agent: &AgentPath,
    tool: &str,
    wants: Option<Mode>,
    words: &str,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    if let Some(before) = waiting_in(connection, session)?
        && (before.wants, before.words.as_str()) == (wants, words)
    {
        return Ok(before.n);
    }
    settle(connection, session, "superseded", "the agent", now)?;
    let last: Option<u32> = connection
        .query_row("SELECT max(n) FROM mode_proposal WHERE session_id = ?1", [session.as_str()], |row| row.get(0))
        .optional()?
        .flatten();
    let n = last.unwrap_or(0) + 1;
    connection.execute(
        "INSERT INTO mode_proposal (session_id, n, at, agent, tool, wants, words, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting')",
        params![session.as_str(), n, stamp(now), agent.as_str(), tool, wants.map(Mode::word), words],
    )?;
    let body = json!({ "session": session, "proposal": format!("m{n}"), "agent": agent, "tool": tool, "wants": wants });
    journal::append(connection, now, None, None, EntryKind::ModeProposed, &body)?;
    Ok(n)
}

/// Ends the waiting proposal as `state`; false when none waits.
pub(crate) fn settle(
    connection: &Connection,
    session: &SessionId,
    state: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let settled = connection.execute(
        "UPDATE mode_proposal SET state = ?2, decided_at = ?3, by = ?4 WHERE session_id = ?1 AND state = 'waiting'",
        params![session.as_str(), state, stamp(now), by],
    )?;
    Ok(settled > 0)
}
