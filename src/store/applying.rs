//! The record of applying and undoing: intent before anything happens, outcome after it, each one transaction.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use super::journal::{self, EntryKind};
use super::plan::{self, transition};
use super::{Store, StoreError, blob};
use crate::model::{ChangeEvent, ChangeId, ChangeState, Digest, FileImage, PlanId, TargetPath};

/// What is about to happen, and what undo and recovery need to know.
pub(crate) struct Intent<'a> {
    /// The facts for the journal.
    pub(crate) body: Value,
    /// What is in each file's place now.
    pub(crate) before: &'a [Before],
    /// Folders that will have to be made.
    pub(crate) folders: &'a [TargetPath],
}

/// What is in a file's place before a change.
pub(crate) struct Before {
    pub(crate) path: TargetPath,
    pub(crate) image: FileImage,
    /// The content, unless the store has it already or there is none.
    pub(crate) content: Option<Vec<u8>>,
}

/// How a change ended.
pub(crate) struct Ending<'a> {
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
    /// Records that applying an approved change begins. Nobody else can begin it then.
    ///
    /// # Errors
    /// [`StoreError::Transition`] when the change is not approved or no longer.
    pub(crate) fn begin_change(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        change: ChangeId,
        intent: &Intent<'_>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            transition(tx, now, plan, change, ChangeEvent::Begin, "")?;
            journal::append(tx, now, Some(plan), Some(change), EntryKind::Intent, &intent.body)?;
            // A change that was undone and is tried again starts from what is there now.
            tx.prepare_cached("DELETE FROM before_image WHERE plan_id = ?1 AND n = ?2")?
                .execute(params![plan.as_str(), change.0])?;
            tx.prepare_cached("DELETE FROM made_folder WHERE plan_id = ?1 AND n = ?2")?
                .execute(params![plan.as_str(), change.0])?;
            for before in intent.before {
                keep_before(tx, plan, change, before)?;
            }
            let mut made =
                tx.prepare_cached("INSERT OR IGNORE INTO made_folder (plan_id, n, path) VALUES (?1, ?2, ?3)")?;
            for folder in intent.folders {
                made.execute(params![plan.as_str(), change.0, folder.as_bytes()])?;
            }
            Ok(())
        })
    }

    /// Records how a change that had begun has ended.
    pub(crate) fn end_change(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        change: ChangeId,
        ending: &Ending<'_>,
    ) -> Result<ChangeState, StoreError> {
        self.write(|tx| end_in(tx, now, plan, change, ending))
    }

    /// Records that an approved change was looked at and not begun, for the reason that `ending` gives.
    pub(crate) fn refuse_change(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        change: ChangeId,
        ending: &Ending<'_>,
    ) -> Result<ChangeState, StoreError> {
        self.write(|tx| {
            if ending.event == ChangeEvent::Fail {
                transition(tx, now, plan, change, ChangeEvent::Begin, "")?;
            }
            end_in(tx, now, plan, change, ending)
        })
    }

    /// Records that reversing an applied change begins.
    pub(crate) fn begin_undo(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        change: ChangeId,
        body: &Value,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.prepare_cached("INSERT INTO undoing (plan_id, n) VALUES (?1, ?2)")?
                .execute(params![plan.as_str(), change.0])?;
            journal::append(tx, now, Some(plan), Some(change), EntryKind::Intent, body)
        })
    }

    /// Records, as an entry of `kind`, that reversing a change has ended; with an error it stays applied.
    pub(crate) fn end_undo(
        &self,
        now: DateTime<Utc>,
        plan: &PlanId,
        change: ChangeId,
        kind: EntryKind,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.prepare_cached("DELETE FROM undoing WHERE plan_id = ?1 AND n = ?2")?
                .execute(params![plan.as_str(), change.0])?;
            let body = match error {
                None => {
                    transition(tx, now, plan, change, ChangeEvent::Undo, "")?;
                    json!({ "result": "undone" })
                }
                Some(error) => json!({ "result": "not undone", "error": error }),
            };
            journal::append(tx, now, Some(plan), Some(change), kind, &body)
        })
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

    /// What applying a change found in each file's place.
    pub(crate) fn before_images(
        &self,
        plan: &PlanId,
        change: ChangeId,
    ) -> Result<Vec<(TargetPath, FileImage)>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT path, image FROM before_image WHERE plan_id = ?1 AND n = ?2")?;
        let mut rows = select.query(params![plan.as_str(), change.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (path, image): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
            let image = serde_json::from_str(&image)
                .map_err(|error| StoreError::BadRow { what: "file image", detail: error.to_string() })?;
            found.push((TargetPath::from_bytes(&path), image));
        }
        Ok(found)
    }

    /// The folders that applying the changes of a plan made.
    pub(crate) fn made_folders(&self, plan: &PlanId) -> Result<Vec<TargetPath>, StoreError> {
        self.folders("SELECT DISTINCT path FROM made_folder WHERE plan_id = ?1", params![plan.as_str()])
    }

    /// The folders that applying one change made.
    pub(crate) fn made_folders_of(&self, plan: &PlanId, change: ChangeId) -> Result<Vec<TargetPath>, StoreError> {
        self.folders("SELECT path FROM made_folder WHERE plan_id = ?1 AND n = ?2", params![plan.as_str(), change.0])
    }

    fn folders(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<TargetPath>, StoreError> {
        let mut select = self.connection.prepare_cached(sql)?;
        let rows = select.query_map(params, |row| row.get::<_, Vec<u8>>(0))?;
        Ok(rows.map(|path| path.map(|path| TargetPath::from_bytes(&path))).collect::<Result<_, _>>()?)
    }

    /// The state of a change; `None` for an unknown one.
    pub(crate) fn state_of(&self, plan: &PlanId, change: ChangeId) -> Result<Option<ChangeState>, StoreError> {
        let mut look = self.connection.prepare_cached("SELECT state FROM change WHERE plan_id = ?1 AND n = ?2")?;
        let state: Option<String> = look.query_row(params![plan.as_str(), change.0], |row| row.get(0)).optional()?;
        state.as_deref().map(plan::word).transpose()
    }

    /// True when the store holds the content.
    pub(crate) fn has_content(&self, digest: Digest) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM blob WHERE digest = ?1")?.exists([digest.as_bytes()])?)
    }
}

fn end_in(
    tx: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    change: ChangeId,
    ending: &Ending<'_>,
) -> Result<ChangeState, StoreError> {
    let state = transition(tx, now, plan, change, ending.event, ending.error)?;
    if let Some(output) = ending.output {
        blob::keep(tx, plan, change, Digest::of(output), output)?;
    }
    journal::append(tx, now, Some(plan), Some(change), ending.kind, &ending.body)?;
    Ok(state)
}

fn keep_before(tx: &Connection, plan: &PlanId, change: ChangeId, before: &Before) -> Result<(), StoreError> {
    let image = serde_json::to_string(&before.image).expect("an image serializes: it holds no map");
    tx.prepare_cached("INSERT OR REPLACE INTO before_image (plan_id, n, path, image) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![plan.as_str(), change.0, before.path.as_bytes(), image])?;
    match (before.image.digest(), &before.content) {
        (Some(digest), Some(content)) => blob::keep(tx, plan, change, digest, content),
        (Some(digest), None) => blob::keep_known(tx, plan, change, digest),
        (None, _) => Ok(()),
    }
}
