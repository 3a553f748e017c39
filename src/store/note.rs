//! What persons asked about changes.

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::message::tell_in;
use super::{Store, StoreError};
use crate::model::{ChangeId, PlanId, SessionId};

/// A question about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The change.
    pub change: ChangeId,
    /// When, as the store writes it.
    pub at: String,
    /// Through which channel the person spoke.
    pub by: String,
    /// What was asked.
    pub text: String,
}

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
            tx.execute(
                "INSERT INTO note (plan_id, n, at, by, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![plan.as_str(), change.0, stamp(now), by, text],
            )?;
            let body = json!({ "by": by, "text": text });
            journal::append(tx, now, Some(plan), Some(change), EntryKind::Asked, &body)?;
            let message = format!(
                "[plangate] The person asks about {change}: {text}\nAnswer them; {change} stays queued as it is until they decide."
            );
            tell_in(tx, session, &message, now)
        })
    }

    /// The questions about a plan's changes, oldest first.
    pub fn notes(&self, plan: &PlanId) -> Result<Vec<Note>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT n, at, by, text FROM note WHERE plan_id = ?1 ORDER BY id")?;
        let rows = select.query_map([plan.as_str()], |row| {
            Ok(Note { change: ChangeId(row.get(0)?), at: row.get(1)?, by: row.get(2)?, text: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
