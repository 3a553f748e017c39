//! The record of undoing: an intent before anything is reversed, its outcome after it.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use serde_json::json;

use super::column::numbers;
use super::journal::{Chain, EntryKind};
use super::message::tell_owner_in;
use super::transition::transition_all;
use super::{Store, StoreError, refuse_expired};
use crate::model::{ChangeEvent, ChangeId, PlanId};

/// How reversing a change ended; with an error it stays applied.
pub(crate) struct UndoEnding<'a> {
    pub(crate) change: ChangeId,
    pub(crate) kind: EntryKind,
    pub(crate) error: Option<&'a str>,
}

impl Store {
    /// Refuses to reverse anything of a plan whose contents have expired.
    pub(crate) fn check_not_expired(&self, plan: &PlanId) -> Result<(), StoreError> {
        refuse_expired(&self.connection, plan)
    }

    /// Records that reversing applied changes begins, each with its facts for the journal as JSON; `None` where
    /// [`Self::intend`] puts them down before the deed.
    pub(crate) fn begin_undos(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        changes: &[(ChangeId, Option<String>)],
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            refuse_expired(tx, plan)?;
            tx.prepare_cached("INSERT INTO undoing (plan_id, n) SELECT ?1, value FROM json_each(?2)")?
                .execute(params![plan.as_str(), numbers(changes.iter().map(|(change, _)| *change))])?;
            let mut journal = Chain::open(tx, now)?;
            for (change, body) in changes {
                if let Some(body) = body {
                    journal.append(Some(plan), Some(*change), EntryKind::Intent, body)?;
                }
            }
            journal.finish()
        })
    }

    /// Forgets that reversing changes has begun, of which nothing has happened.
    pub(crate) fn give_up_undos(&self, plan: &PlanId, changes: &[ChangeId]) -> Result<(), StoreError> {
        self.write(|tx| forget_undos(tx, plan, changes.iter().copied()))
    }

    /// Records that reversing changes has ended, and with it the words of that for the agent.
    pub(crate) fn end_undos(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        endings: &[UndoEnding<'_>],
        told: &str,
    ) -> Result<(), StoreError> {
        self.end_undos_if(now, plan, endings, told, &mut || true)
    }

    /// The same if it `stands`, which is asked in the end and may have to be waited for.
    ///
    /// # Errors
    /// [`StoreError::Abandoned`] where it does not stand; nothing is recorded then.
    pub(crate) fn end_undos_if(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        endings: &[UndoEnding<'_>],
        told: &str,
        stands: &mut dyn FnMut() -> bool,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let (mut undone, kept): (Vec<_>, Vec<_>) = endings.iter().partition(|ending| ending.error.is_none());
            // The last is reversed first, and neighbours in order move at once.
            undone.sort_unstable_by_key(|ending| ending.change);
            transition_all(tx, now, plan, undone.iter().map(|ending| (ending.change, ChangeEvent::Undo, "")))?;
            for ending in kept {
                tx.prepare_cached("UPDATE change SET error = '' WHERE plan_id = ?1 AND n = ?2 AND error <> ''")?
                    .execute(params![plan.as_str(), ending.change.0])?;
            }
            forget_undos(tx, plan, endings.iter().map(|ending| ending.change))?;
            let mut journal = Chain::open(tx, now)?;
            for ending in endings {
                let body = match ending.error {
                    None => json!({ "result": "undone" }),
                    Some(error) => json!({ "result": "not undone", "error": error }),
                };
                journal.append(Some(plan), Some(ending.change), ending.kind, &body.to_string())?;
            }
            journal.finish()?;
            tell_owner_in(tx, plan, told, now)?;
            if stands() { Ok(()) } else { Err(StoreError::Abandoned) }
        })
    }
}

fn forget_undos(
    connection: &Connection,
    plan: &PlanId,
    changes: impl Iterator<Item = ChangeId>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM undoing WHERE plan_id = ?1 AND n IN (SELECT value FROM json_each(?2))")?
        .execute(params![plan.as_str(), numbers(changes)])?;
    Ok(())
}
