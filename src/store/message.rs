//! What the host has to tell an agent, each once.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::journal::stamp;
use super::{Store, StoreError};
use crate::model::SessionId;

impl Store {
    /// Leaves a message for the session's agent.
    pub fn tell(&self, session: &SessionId, text: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| tell_in(tx, session, text, now))
    }

    /// Takes the waiting messages, oldest first; whoever takes them has to deliver them, nobody gets them again.
    pub fn take_messages(&self, session: &SessionId, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        if !self.has_messages(session)? {
            return Ok(Vec::new());
        }
        self.write(|tx| {
            let mut select = tx.prepare_cached(
                "SELECT text FROM message WHERE session_id = ?1 AND delivered_at IS NULL ORDER BY id",
            )?;
            let texts = select.query_map([session.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?;
            tx.execute(
                "UPDATE message SET delivered_at = ?2 WHERE session_id = ?1 AND delivered_at IS NULL",
                params![session.as_str(), stamp(now)],
            )?;
            Ok(texts)
        })
    }

    fn has_messages(&self, session: &SessionId) -> Result<bool, StoreError> {
        let mut look = self
            .connection
            .prepare_cached("SELECT 1 FROM message WHERE session_id = ?1 AND delivered_at IS NULL LIMIT 1")?;
        Ok(look.exists([session.as_str()])?)
    }
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
