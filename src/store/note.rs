//! What persons asked about changes.

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::message::tell_in;
use super::{Store, StoreError};
use crate::model::{ChangeId, Note, PlanId, SessionId};

/// The longest answer that is kept.
const MAX_ANSWER_CHARS: usize = 10_000;

impl Store {
    /// Keeps a question about a change and leaves it for the session's agent.
    pub fn ask(
        &self,
        session: &SessionId,
        plan: &PlanId,
        change: ChangeId,
        by: &str,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let body = json!({ "by": by, "text": text });
            journal::append(tx, now, Some(plan), Some(change), EntryKind::Asked, &body)?;
            let message = format!(
                "[plangate] The person asks about {change}: {text}\nAnswer them; {change} stays queued as it is until they decide."
            );
            tell_in(tx, session, &message, now)?;
            tx.execute(
                "INSERT INTO note (plan_id, n, at, by, text, message_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![plan.as_str(), change.0, stamp(now), by, text, tx.last_insert_rowid()],
            )?;
            Ok(())
        })
    }

    /// Takes what a session's agent said at the end of its turn as the answer to the questions that have reached it and
    /// have none yet; returns how many these are.
    pub fn answer(&self, session: &SessionId, text: &str) -> Result<usize, StoreError> {
        let waiting = "message_id IN (SELECT id FROM message WHERE session_id = ?1 AND delivered_at IS NOT NULL)
                       AND answer = ''";
        if text.trim().is_empty()
            || !self
                .connection
                .prepare_cached(&format!("SELECT 1 FROM note WHERE {waiting}"))?
                .exists([session.as_str()])?
        {
            return Ok(0);
        }
        let said: String = text.trim().chars().take(MAX_ANSWER_CHARS).collect();
        self.write(|tx| {
            let update = format!("UPDATE note SET answer = ?2 WHERE {waiting}");
            Ok(tx.execute(&update, params![session.as_str(), said])?)
        })
    }

    /// The questions about a plan's changes, oldest first.
    pub fn notes(&self, plan: &PlanId) -> Result<Vec<Note>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT n, at, by, text, answer FROM note WHERE plan_id = ?1 ORDER BY id")?;
        let rows = select.query_map([plan.as_str()], |row| {
            Ok(Note {
                change: ChangeId(row.get(0)?),
                at: row.get(1)?,
                by: row.get(2)?,
                text: row.get(3)?,
                answer: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
