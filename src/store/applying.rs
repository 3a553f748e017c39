//! The record of applying and undoing: intents before anything happens, outcomes after it, those of many changes in one
//! transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::column::{self, parsed, word};
use super::journal::{Chain, EntryKind};
use super::message::tell_owner_in;
use super::transition::transition_all;
use super::{Store, StoreError, blob};
use crate::model::{ChangeEvent, ChangeId, ChangeState, Digest, FileNote, Kept, PlanId, TargetPath};

/// Whether what the disk says of a change is to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It reported an error.
    Lost,
    /// All that was in doubt was written anew.
    Regained,
}

/// What is about to happen, and what undo and recovery need to know.
pub(crate) struct Intent {
    pub(crate) change: ChangeId,
    /// The facts for the journal, as JSON; `None` where [`Store::intend`] puts them down before the deed.
    pub(crate) body: Option<String>,
    /// Folders that will have to be made.
    pub(crate) folders: Vec<TargetPath>,
    /// What it takes away besides contents.
    pub(crate) kept: Kept,
}

/// How a change ended.
pub(crate) struct Ending<'a> {
    pub(crate) change: ChangeId,
    pub(crate) event: ChangeEvent,
    /// The change's last error from now on; empty when all is well.
    pub(crate) error: &'a str,
    /// The entry for the journal.
    pub(crate) kind: EntryKind,
    pub(crate) body: Value,
    /// What a command printed, to be kept.
    pub(crate) output: Option<&'a [u8]>,
}

/// What a process that died has begun and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Applying.
    Apply,
    /// Undoing what was applied.
    Undo,
}

/// A change that is in flight.
#[derive(Debug, Clone)]
pub(crate) struct InFlight {
    pub(crate) plan: PlanId,
    pub(crate) change: ChangeId,
    pub(crate) doing: Doing,
    /// The root of the workspace whose lock decides whether somebody is still at it.
    pub(crate) root: PathBuf,
}

impl Store {
    /// Records that applying approved changes begins. Nobody else can begin them then.
    ///
    /// Those that are not approved, or no longer, are not begun and told with their states.
    pub(crate) fn begin_changes(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        intents: &[Intent],
    ) -> Result<Vec<(ChangeId, ChangeState)>, StoreError> {
        self.write(|tx| {
            let begin = |intent: &Intent| (intent.change, ChangeEvent::Begin, "");
            let refused = transition_all(tx, now, plan, intents.iter().map(begin))?;
            let mut journal = Chain::open(tx, now)?;
            let made_before: HashSet<ChangeId> =
                made_folders(tx, plan)?.into_iter().map(|(change, _)| change).collect();
            let refused_ids: HashSet<ChangeId> = refused.iter().map(|(change, _)| *change).collect();
            for intent in intents.iter().filter(|intent| !refused_ids.contains(&intent.change)) {
                if let Some(body) = &intent.body {
                    journal.append(Some(plan), Some(intent.change), EntryKind::Intent, body)?;
                }
                // A change that was undone and is tried again starts from what is there now.
                if made_before.contains(&intent.change) {
                    tx.prepare_cached("DELETE FROM made_folder WHERE plan_id = ?1 AND n = ?2")?
                        .execute(params![plan.as_str(), intent.change.0])?;
                }
                if !intent.kept.is_empty() {
                    tx.prepare_cached("UPDATE change SET kept = ?3 WHERE plan_id = ?1 AND n = ?2")?
                        .execute(params![plan.as_str(), intent.change.0, as_json(&intent.kept)])?;
                }
                for folder in &intent.folders {
                    tx.prepare_cached("INSERT OR IGNORE INTO made_folder (plan_id, n, path) VALUES (?1, ?2, ?3)")?
                        .execute(params![plan.as_str(), intent.change.0, folder.as_bytes()])?;
                }
            }
            journal.finish()?;
            Ok(refused)
        })
    }

    /// Puts down what is about to happen to changes that have begun, or are being undone, each with its facts as JSON.
    pub(crate) fn intend(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        intents: &[(ChangeId, String)],
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut journal = Chain::open(tx, now)?;
            for (change, body) in intents {
                journal.append(Some(plan), Some(*change), EntryKind::Intent, body)?;
            }
            journal.finish()
        })
    }

    /// Those of the changes in flight in `ids` of which it is not put down what was about to happen: whoever began them died
    /// before the first of their files was changed.
    pub(crate) fn without_intent(
        &self,
        plan: &PlanId,
        ids: impl Iterator<Item = ChangeId>,
    ) -> Result<HashSet<ChangeId>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT n, kind = 'intent' FROM journal
             WHERE plan_id = ?1 AND kind IN ('intent', 'outcome', 'recovered', 'undone') ORDER BY seq",
        )?;
        let rows = select.query_map([plan.as_str()], |row| Ok((ChangeId(row.get(0)?), row.get::<_, bool>(1)?)))?;
        let last_is_intent = rows.collect::<Result<HashMap<_, _>, _>>()?;
        Ok(ids.filter(|id| last_is_intent.get(id) != Some(&true)).collect())
    }

    /// Gives changes back that had begun and of which nothing has happened, as if they had not.
    pub(crate) fn give_back(&self, now: DateTime<Utc>, plan: &PlanId, changes: &[ChangeId]) -> Result<(), StoreError> {
        self.write(|tx| {
            let withdrawn = changes.iter().map(|change| (*change, ChangeEvent::Withdraw, ""));
            transition_all(tx, now, plan, withdrawn).map(drop)
        })
    }

    /// Records how changes that had begun have ended, and with it the words of that for the agent.
    pub(crate) fn end_changes(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        endings: &[Ending<'_>],
        told: &str,
    ) -> Result<(), StoreError> {
        self.end_changes_if(now, plan, endings, told, &mut || true)
    }

    /// The same if it `stands`, which is asked in the end and may have to be waited for.
    ///
    /// # Errors
    /// [`StoreError::Abandoned`] where it does not stand; nothing is recorded then.
    pub(crate) fn end_changes_if(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        endings: &[Ending<'_>],
        told: &str,
        stands: &mut dyn FnMut() -> bool,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            end_in(tx, now, plan, endings, told)?;
            if stands() { Ok(()) } else { Err(StoreError::Abandoned) }
        })
    }

    /// Records that approved changes were looked at and not begun, for the reasons that `endings` give, and with it the
    /// words of that for the agent.
    pub(crate) fn refuse_changes(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        endings: &[Ending<'_>],
        told: &str,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let failed = endings.iter().filter(|ending| ending.event == ChangeEvent::Fail);
            transition_all(tx, now, plan, failed.map(|ending| (ending.change, ChangeEvent::Begin, "")))?;
            end_in(tx, now, plan, endings, told)
        })
    }

    /// Notes, or no longer, that what the disk says of changes in flight is not to be trusted; see [`Kept::doubted`].
    pub(crate) fn doubt(&self, plan: &PlanId, change: ChangeId, trust: Trust) -> Result<(), StoreError> {
        let note = match trust {
            Trust::Lost => {
                "UPDATE change SET kept = json_set(coalesce(kept, '{}'), '$.doubted', json('true')) WHERE plan_id = ?1 AND n = ?2"
            }
            Trust::Regained => "UPDATE change SET kept = json_remove(kept, '$.doubted') WHERE plan_id = ?1 AND n = ?2",
        };
        self.write(|tx| {
            tx.prepare_cached(note)?.execute(params![plan.as_str(), change.0])?;
            Ok(())
        })
    }

    /// Keeps what a person should know of the files of changes in flight; see [`Kept::told`].
    pub(crate) fn keep_notes(
        &self,
        plan: &PlanId,
        notes: &BTreeMap<ChangeId, Vec<(TargetPath, FileNote)>>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut keep = tx.prepare_cached(
                "UPDATE change SET kept = json_set(coalesce(kept, '{}'), '$.told', json(?3)) WHERE plan_id = ?1 AND n = ?2",
            )?;
            for (change, notes) in notes {
                keep.execute(params![plan.as_str(), change.0, column::json(notes)])?;
            }
            Ok(())
        })
    }

    /// Forgets what was kept so of changes that begin anew.
    pub(crate) fn forget_notes(&self, plan: &PlanId, changes: &[ChangeId]) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut forget = tx
                .prepare_cached("UPDATE change SET kept = json_remove(kept, '$.told') WHERE plan_id = ?1 AND n = ?2")?;
            for change in changes {
                forget.execute(params![plan.as_str(), change.0])?;
            }
            Ok(())
        })
    }

    /// Keeps what is in a file's place before a change, for undo.
    pub(crate) fn keep_before(
        &self,
        plan: &PlanId,
        change: ChangeId,
        digest: Digest,
        content: &[u8],
    ) -> Result<(), StoreError> {
        self.write(|tx| blob::keep(tx, plan, change, digest, content))
    }

    /// Which contents the changes from `first` to `last` keep.
    pub(crate) fn kept(
        &self,
        plan: &PlanId,
        first: ChangeId,
        last: ChangeId,
    ) -> Result<HashSet<(ChangeId, Digest)>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT n, digest FROM blob_use WHERE plan_id = ?1 AND n BETWEEN ?2 AND ?3")?;
        let rows = select.query_map(params![plan.as_str(), first.0, last.0], |row| {
            Ok((ChangeId(row.get(0)?), Digest::from_bytes(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps why a change in flight could not be settled. It stays in flight.
    pub(crate) fn note_unsettled(&self, plan: &PlanId, change: ChangeId, error: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.prepare_cached("UPDATE change SET error = ?3 WHERE plan_id = ?1 AND n = ?2 AND error <> ?3")?
                .execute(params![plan.as_str(), change.0, error])?;
            Ok(())
        })
    }

    /// What is known of the last run of each command of a plan that was run, as JSON, in order.
    pub(crate) fn runs(&self, plan: &PlanId) -> Result<Vec<(ChangeId, Value)>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT n, ran FROM change WHERE plan_id = ?1 AND ran IS NOT NULL ORDER BY n")?;
        let mut rows = select.query([plan.as_str()])?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push((ChangeId(row.get(0)?), parsed("run", row.get_ref(1)?.as_str().unwrap_or_default())?));
        }
        Ok(runs)
    }

    /// What is known of the last run of a command, as JSON; `None` when it was not run.
    pub(crate) fn run(&self, plan: &PlanId, change: ChangeId) -> Result<Option<Value>, StoreError> {
        Ok(self.runs(plan)?.into_iter().find(|(id, _)| *id == change).map(|(_, ran)| ran))
    }

    /// What a process has begun and not ended, whether or not it lives; one indexed look when there is nothing.
    pub(crate) fn in_flight(&self) -> Result<Vec<InFlight>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT f.plan_id, f.n, f.undo, w.root
             FROM (SELECT plan_id, n, 0 AS undo FROM change WHERE state = 'applying'
                   UNION ALL SELECT plan_id, n, 1 FROM undoing) f
             JOIN plan p ON p.id = f.plan_id JOIN session s ON s.id = p.session_id
             JOIN workspace w ON w.id = s.workspace_id
             ORDER BY f.plan_id, f.n",
        )?;
        let rows = select.query_map([], |row| {
            let doing = if row.get(2)? { Doing::Undo } else { Doing::Apply };
            let root: Vec<u8> = row.get(3)?;
            Ok(InFlight {
                plan: PlanId(row.get(0)?),
                change: ChangeId(row.get(1)?),
                doing,
                root: PathBuf::from(OsStr::from_bytes(&root)),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The root of the workspace that a plan belongs to; `None` for an unknown plan.
    pub(crate) fn root_of_plan(&self, plan: &PlanId) -> Result<Option<PathBuf>, StoreError> {
        let mut look = self.connection.prepare_cached(
            "SELECT w.root FROM plan p JOIN session s ON s.id = p.session_id JOIN workspace w ON w.id = s.workspace_id
             WHERE p.id = ?1",
        )?;
        let root: Option<Vec<u8>> = look.query_row([plan.as_str()], |row| row.get(0)).optional()?;
        Ok(root.map(|bytes| PathBuf::from(OsStr::from_bytes(&bytes))))
    }

    /// The folders that applying the changes of a plan made, with the change that did.
    pub(crate) fn made_folders(&self, plan: &PlanId) -> Result<Vec<(ChangeId, TargetPath)>, StoreError> {
        made_folders(&self.connection, plan)
    }

    /// The state of a change; `None` for an unknown one.
    pub(crate) fn state_of(&self, plan: &PlanId, change: ChangeId) -> Result<Option<ChangeState>, StoreError> {
        let mut look = self.connection.prepare_cached("SELECT state FROM change WHERE plan_id = ?1 AND n = ?2")?;
        let state: Option<String> = look.query_row(params![plan.as_str(), change.0], |row| row.get(0)).optional()?;
        state.as_deref().map(word).transpose()
    }
}

fn made_folders(connection: &Connection, plan: &PlanId) -> Result<Vec<(ChangeId, TargetPath)>, StoreError> {
    let mut select = connection.prepare_cached("SELECT n, path FROM made_folder WHERE plan_id = ?1")?;
    let rows = select.query_map([plan.as_str()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let made = rows.map(|row| row.map(|(n, path)| (ChangeId(n), TargetPath::from_bytes(&path))));
    Ok(made.collect::<Result<_, _>>()?)
}

fn as_json(kept: &Kept) -> String {
    serde_json::to_string(kept).expect("the model's types serialize: their keys are numbers")
}

fn end_in(
    tx: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    endings: &[Ending<'_>],
    told: &str,
) -> Result<(), StoreError> {
    let refused = transition_all(tx, now, plan, endings.iter().map(|e| (e.change, e.event, e.error)))?;
    if let Some((change, state)) = refused.first() {
        let ending = endings.iter().find(|ending| ending.change == *change).map(|ending| ending.event);
        let refused = ending.and_then(|event| state.after(event).err());
        return Err(
            refused.map_or(StoreError::Abandoned, |refused| StoreError::Transition { change: *change, refused })
        );
    }
    let mut journal = Chain::open(tx, now)?;
    for ending in endings {
        if let Some(output) = ending.output {
            blob::keep(tx, plan, ending.change, Digest::of(output), output)?;
        }
        if let Some(ran) = ending.body.get("command") {
            tx.prepare_cached("UPDATE change SET ran = ?3 WHERE plan_id = ?1 AND n = ?2")?.execute(params![
                plan.as_str(),
                ending.change.0,
                ran.to_string()
            ])?;
        }
        journal.append(Some(plan), Some(ending.change), ending.kind, &ending.body.to_string())?;
    }
    journal.finish()?;
    tell_owner_in(tx, plan, told, now)
}
