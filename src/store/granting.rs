//! Forwarded calls that may pass once, since applying has come to them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::column::{parsed, word};
use super::journal::stamp;
use super::message::tell_owner_in;
use super::{Store, StoreError};
use crate::model::{Action, ChangeId, ChangeState, Digest, PlanId};

impl Store {
    /// Lets the call of a change pass whose approval is bound to `digest`, and leaves `text` for the agent, unless that has
    /// happened already.
    pub(crate) fn grant(
        &self,
        plan: &PlanId,
        change: ChangeId,
        digest: Digest,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut look = tx.prepare_cached("SELECT 1 FROM granted WHERE plan_id = ?1 AND n = ?2 AND digest = ?3")?;
            if look.exists(params![plan.as_str(), change.0, digest.as_bytes()])? {
                return Ok(());
            }
            tell_owner_in(tx, plan, text, now)?;
            tx.execute(
                "INSERT OR REPLACE INTO granted (plan_id, n, digest, message_id) VALUES (?1, ?2, ?3, ?4)",
                params![plan.as_str(), change.0, digest.as_bytes(), tx.last_insert_rowid()],
            )?;
            Ok(())
        })
    }
}

/// Takes the leave of an approved change's call to pass, and says whether there was one. What was to be said of it is
/// dropped, if nobody has read it.
pub(crate) fn take(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let message: Option<i64> = connection
        .prepare_cached(
            "DELETE FROM granted WHERE plan_id = ?1 AND n = ?2
             AND digest = (SELECT digest FROM change WHERE plan_id = ?1 AND n = ?2) RETURNING message_id",
        )?
        .query_row(params![plan.as_str(), change.0], |row| row.get(0))
        .optional()?;
    let Some(message) = message else { return Ok(false) };
    connection.execute(
        "UPDATE message SET dropped_at = ?2 WHERE id = ?1 AND delivered_at IS NULL AND dropped_at IS NULL",
        params![message, stamp(now)],
    )?;
    Ok(true)
}

/// The first change before `change` that was approved and did not happen yet, but for calls that wait for their agent.
pub(crate) fn unfinished_before(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
) -> Result<Option<(ChangeId, ChangeState)>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT c.n, c.state, p.action FROM change c JOIN proposed p ON p.plan_id = c.plan_id AND p.n = c.n
         WHERE c.plan_id = ?1 AND c.n < ?2 ORDER BY c.n",
    )?;
    let mut rows = select.query(params![plan.as_str(), change.0])?;
    while let Some(row) = rows.next()? {
        let state = word::<ChangeState>(&row.get::<_, String>(1)?)?;
        let decided = state.is_open() && state != ChangeState::Pending;
        if decided && parsed::<Action>("action", &row.get::<_, String>(2)?)? != Action::Forward {
            return Ok(Some((ChangeId(row.get(0)?), state)));
        }
    }
    Ok(None)
}
