//! What the host has to tell an agent, each once.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::journal::stamp;
use super::{Store, StoreError};
use crate::model::{Mode, PlanId, SessionId};

impl Store {
    /// Leaves a message for the session's agent.
    pub fn tell(&self, session: &SessionId, text: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| tell_in(tx, session, text, now))
    }

    /// Leaves a message for the agent whose plan it is; nothing where there is nothing to tell.
    pub(crate) fn tell_owner(&self, plan: &PlanId, text: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        if text.is_empty() { Ok(()) } else { self.write(|tx| tell_owner_in(tx, plan, text, now)) }
    }

    /// Takes the waiting messages, oldest first; whoever takes them has to deliver them, nobody gets them again.
    pub fn take_messages(&self, session: &SessionId, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        Ok(self.take_notes(session, now)?.into_iter().map(|note| note.text).collect())
    }

    /// The same, with what each tells of the mode. The agent then knows the mode that the last of them tells.
    pub(crate) fn take_notes(&self, session: &SessionId, now: DateTime<Utc>) -> Result<Vec<Note>, StoreError> {
        if !self.has_messages(session)? {
            return Ok(Vec::new());
        }
        self.write(|tx| {
            let mut select =
                tx.prepare_cached(&format!("SELECT text, mode FROM message WHERE {WAITING} ORDER BY id"))?;
            let notes: Vec<Note> = select
                .query_map([session.as_str()], |row| {
                    Ok(Note { text: row.get(0)?, tells_mode: row.get::<_, Option<String>>(1)?.is_some() })
                })?
                .collect::<Result<_, _>>()?;
            tx.execute(
                &format!(
                    "UPDATE session SET told = (SELECT mode FROM message WHERE {WAITING} AND mode IS NOT NULL)
                     WHERE id = ?1 AND EXISTS (SELECT 1 FROM message WHERE {WAITING} AND mode IS NOT NULL)"
                ),
                [session.as_str()],
            )?;
            tx.execute(
                &format!("UPDATE message SET delivered_at = ?2 WHERE {WAITING}"),
                params![session.as_str(), stamp(now)],
            )?;
            Ok(notes)
        })
    }

    /// Whether a message waits for the session's agent.
    fn has_messages(&self, session: &SessionId) -> Result<bool, StoreError> {
        let mut look = self.connection.prepare_cached(&format!("SELECT 1 FROM message WHERE {WAITING} LIMIT 1"))?;
        Ok(look.exists([session.as_str()])?)
    }
}

/// A message as it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its words.
    pub(crate) text: String,
    /// It tells of another mode.
    pub(crate) tells_mode: bool,
}

/// The messages of the session `?1` that wait.
const WAITING: &str = "session_id = ?1 AND delivered_at IS NULL AND dropped_at IS NULL";

/// Drops the notes about the mode that nobody has read yet, since another takes their place or they are true no more.
pub(crate) fn drop_mode_notes(
    connection: &Connection,
    session: &SessionId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        &format!("UPDATE message SET dropped_at = ?2 WHERE {WAITING} AND mode IS NOT NULL"),
        params![session.as_str(), stamp(now)],
    )?;
    Ok(())
}

/// Leaves a note about the mode inside a transaction.
pub(crate) fn note_mode(
    connection: &Connection,
    session: &SessionId,
    mode: Mode,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO message (session_id, at, text, mode) VALUES (?1, ?2, ?3, ?4)",
        params![session.as_str(), stamp(now), text, mode.word()],
    )?;
    Ok(())
}

/// Leaves a message for the agent whose plan it is, inside a transaction; nothing where there is nothing to tell.
pub(crate) fn tell_owner_in(
    connection: &Connection,
    plan: &PlanId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if text.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT INTO message (session_id, at, text) SELECT session_id, ?2, ?3 FROM plan WHERE id = ?1")?
        .execute(params![plan.as_str(), stamp(now), text])?;
    Ok(())
}

/// Leaves a message inside a transaction.
pub(crate) fn tell_in(
    connection: &Connection,
    session: &SessionId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.prepare_cached("INSERT INTO message (session_id, at, text) VALUES (?1, ?2, ?3)")?.execute(params![
        session.as_str(),
        stamp(now),
        text
    ])?;
    Ok(())
}
