//! Regimes of sessions, the list of their transitions, and what agents have been told of them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::session::bad_mode;
use super::{SessionRow, Store, StoreError};
use crate::model::{AgentPath, Initiator, Mode, Regime, SessionId, Writes};

/// One line of the list of transitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionRow {
    /// When.
    pub at: String,
    /// Through which channel the person spoke.
    pub by: String,
    /// Who began it: see [`Initiator::word`].
    pub how: String,
    /// The mode before.
    pub from: Mode,
    /// The mode after.
    pub to: Mode,
    /// What else the person was told of it.
    pub note: String,
}

/// A transition that is to be recorded.
pub(crate) struct Transition<'a> {
    pub(crate) from: Mode,
    pub(crate) to: Mode,
    pub(crate) by: &'a str,
    pub(crate) how: Initiator,
    pub(crate) note: &'a str,
}

impl Store {
    /// The regime of a session, if it was ever heard of.
    pub fn regime(&self, session: &SessionId) -> Result<Option<Regime>, StoreError> {
        regime_in(&self.connection, session)
    }

    /// Every transition of a session's mode, oldest first.
    pub fn transitions(&self, session: &SessionId) -> Result<Vec<TransitionRow>, StoreError> {
        let mut select = self.connection.prepare(
            "SELECT at, by, how, from_mode, to_mode, note FROM mode_transition WHERE session_id = ?1 ORDER BY id",
        )?;
        let mut rows = select.query([session.as_str()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mode = |at: usize| row.get::<_, String>(at)?.parse().map_err(|error| bad_mode(&error));
            let (from, to) = (mode(3)?, mode(4)?);
            found.push(TransitionRow {
                at: row.get(0)?,
                by: row.get(1)?,
                how: row.get(2)?,
                from,
                to,
                note: row.get(5)?,
            });
        }
        Ok(found)
    }

    /// Counts a turn of the person; returns how many there have been since the mode began.
    pub fn count_turn(&self, session: &SessionId) -> Result<u32, StoreError> {
        self.write(|tx| {
            Ok(tx.query_row(
                "UPDATE session SET turns = turns + 1 WHERE id = ?1 RETURNING turns",
                [session.as_str()],
                |row| row.get(0),
            )?)
        })
    }

    /// Begins counting the person's turns anew, because the agent has forgotten what it was told. It now knows `told`.
    pub fn begin_reminding(&self, session: &SessionId, told: Mode, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            super::message::drop_mode_notes(tx, session, now)?;
            tx.execute("DELETE FROM told_subagent WHERE session_id = ?1", [session.as_str()])?;
            tx.execute(
                "UPDATE session SET turns = 0, told = ?2 WHERE id = ?1",
                params![session.as_str(), told.word()],
            )?;
            Ok(())
        })
    }

    /// Remembers that the agent is now told `mode`.
    pub(crate) fn note_told(&self, session: &SessionId, mode: Mode) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE session SET told = ?2 WHERE id = ?1", params![session.as_str(), mode.word()])?;
            Ok(())
        })
    }

    /// Remembers whether a person can answer in the session, as it is now.
    pub fn note_attendance(&self, session: &mut SessionRow, unattended: bool) -> Result<(), StoreError> {
        if session.unattended == unattended {
            return Ok(());
        }
        session.unattended = unattended;
        self.write(|tx| {
            let which = params![session.id.as_str(), unattended];
            tx.execute("UPDATE session SET unattended = ?2 WHERE id = ?1", which)?;
            Ok(())
        })
    }

    /// Notes that a spawned agent is now told of `mode`; false if it was before.
    pub fn tell_subagent(&self, session: &SessionId, agent: &AgentPath, mode: Mode) -> Result<bool, StoreError> {
        let known = "SELECT 1 FROM told_subagent WHERE session_id = ?1 AND agent = ?2 AND mode = ?3";
        let which = params![session.as_str(), agent.as_str(), mode.word()];
        if self.connection.prepare_cached(known)?.exists(which)? {
            return Ok(false);
        }
        self.write(|tx| {
            let told = tx.execute(
                "INSERT INTO told_subagent (session_id, agent, mode) VALUES (?1, ?2, ?3)
                 ON CONFLICT (session_id, agent) DO UPDATE SET mode = excluded.mode WHERE mode <> excluded.mode",
                which,
            )?;
            Ok(told == 1)
        })
    }
}

/// The regime inside a transaction.
pub(crate) fn regime_in(connection: &Connection, session: &SessionId) -> Result<Option<Regime>, StoreError> {
    let mut look = connection.prepare_cached(
        "SELECT mode, mode_before, asked, rejections, permission, permission_before FROM session WHERE id = ?1",
    )?;
    let mut rows = look.query([session.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mode = |word: String| word.parse::<Mode>().map_err(|error| bad_mode(&error));
    Ok(Some(Regime {
        mode: mode(row.get(0)?)?,
        before: row.get::<_, Option<String>>(1)?.map(mode).transpose()?,
        writes: if row.get(2)? { Writes::Asked } else { Writes::Pass },
        rejections: row.get(3)?,
        permission: row.get(4)?,
        permission_before: row.get(5)?,
    }))
}

/// Keeps a regime inside a transaction.
pub(crate) fn set_regime(
    connection: &Connection,
    session: &SessionId,
    regime: &Regime,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE session SET mode = ?2, mode_before = ?3, asked = ?4, rejections = ?5, permission = ?6,
                            permission_before = ?7, updated_at = ?8 WHERE id = ?1",
        params![
            session.as_str(),
            regime.mode.word(),
            regime.before.map(Mode::word),
            regime.writes == Writes::Asked,
            regime.rejections,
            regime.permission,
            regime.permission_before,
            stamp(now)
        ],
    )?;
    Ok(())
}

/// Adds to the list of transitions, and begins counting the person's turns anew.
pub(crate) fn record(
    connection: &Connection,
    session: &SessionId,
    transition: &Transition<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Transition { from, to, by, how, note } = transition;
    connection.execute(
        "INSERT INTO mode_transition (session_id, at, by, how, from_mode, to_mode, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![session.as_str(), stamp(now), by, how.word(), from.word(), to.word(), note],
    )?;
    connection.execute("UPDATE session SET turns = 0 WHERE id = ?1", [session.as_str()])?;
    let body = json!({ "session": session, "from": from, "to": to, "by": by, "how": how.word(), "note": note });
    journal::append(connection, now, None, None, EntryKind::Mode, &body)
}

/// The mode that the session's agent was last told.
pub(crate) fn told_in(connection: &Connection, session: &SessionId) -> Result<Mode, StoreError> {
    let word: String =
        connection.query_row("SELECT told FROM session WHERE id = ?1", [session.as_str()], |row| row.get(0))?;
    word.parse().map_err(|error| bad_mode(&error))
}

/// Hands what waits for the person on to the next conversation, which starts in the mode of the one before.
pub(crate) fn succeed(
    connection: &Connection,
    former: &SessionRow,
    next: &SessionId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE mode_proposal SET session_id = ?2,
                n = 1 + coalesce((SELECT max(n) FROM mode_proposal WHERE session_id = ?2), 0)
         WHERE session_id = ?1 AND state = 'waiting'
           AND NOT EXISTS (SELECT 1 FROM mode_proposal WHERE session_id = ?2 AND state = 'waiting')",
        params![former.id.as_str(), next.as_str()],
    )?;
    let started: String = connection.query_row(
        "SELECT w.mode FROM session s JOIN workspace w ON w.id = s.workspace_id WHERE s.id = ?1",
        [next.as_str()],
        |row| row.get(0),
    )?;
    let from = started.parse().map_err(|error| bad_mode(&error))?;
    if from == former.mode {
        return Ok(());
    }
    let by = "the agent's host";
    record(connection, next, &Transition { from, to: former.mode, by, how: Initiator::Succeeded, note: "" }, now)
}
