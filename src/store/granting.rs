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
            // A store of the first version may hold the same word, unread.
            tx.execute(
                "UPDATE message SET dropped_at = ?3 WHERE delivered_at IS NULL AND dropped_at IS NULL AND text = ?2
                 AND session_id = (SELECT session_id FROM plan WHERE id = ?1)",
                params![plan.as_str(), text, stamp(now)],
            )?;
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

/// Takes the leave to pass back from calls of a plan that `lose` it, since something happened to what stands before them or
/// to themselves. An agent that has read that it may make one is told that it waits again.
pub(super) fn withdraw(
    connection: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    lose: impl Fn(ChangeId) -> bool,
) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT g.n, g.message_id, m.delivered_at IS NOT NULL FROM granted g JOIN message m ON m.id = g.message_id
         WHERE g.plan_id = ?1",
    )?;
    let granted: Vec<(u32, i64, bool)> = select
        .query_map([plan.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (n, message, read) in granted.into_iter().filter(|(n, ..)| lose(ChangeId(*n))) {
        connection.execute("DELETE FROM granted WHERE plan_id = ?1 AND n = ?2", params![plan.as_str(), n])?;
        connection.execute(
            "UPDATE message SET dropped_at = ?2 WHERE id = ?1 AND delivered_at IS NULL AND dropped_at IS NULL",
            params![message, stamp(now)],
        )?;
        if read {
            let change = ChangeId(n);
            let text = format!(
                "[plangate] The person changed their mind: {change} may not be made now. You are told if it may."
            );
            tell_owner_in(connection, plan, &text, now)?;
        }
    }
    Ok(())
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
