//! What held before a step was run.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::{Store, StoreError};
use crate::model::{ChangeId, FileImage, Mode, PlanId, Revision, StepId, TargetPath};

/// What held before a step was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// Its identity; 0 before it is kept.
    pub id: i64,
    /// The document.
    pub document: i64,
    /// The step.
    pub step: StepId,
    /// The session's mode.
    pub mode: Mode,
    /// The document's revision.
    pub revision: u32,
    /// The queue's plan.
    pub plan: PlanId,
    /// Its revision.
    pub plan_revision: Revision,
    /// The changes that the step was to apply.
    pub changes: Vec<ChangeId>,
}

impl Store {
    /// Keeps a checkpoint with the files that the step touches, as they are.
    pub fn keep_checkpoint(
        &self,
        checkpoint: &Checkpoint,
        files: &[(TargetPath, FileImage)],
        now: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO checkpoint (document_id, step, at, mode, revision, plan_id, plan_revision, changes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    checkpoint.document,
                    checkpoint.step.0,
                    stamp(now),
                    checkpoint.mode.word(),
                    checkpoint.revision,
                    checkpoint.plan.as_str(),
                    checkpoint.plan_revision.0,
                    json!(checkpoint.changes).to_string(),
                ],
            )?;
            let id = tx.last_insert_rowid();
            let mut insert =
                tx.prepare_cached("INSERT INTO checkpoint_image (checkpoint_id, path, image) VALUES (?1, ?2, ?3)")?;
            for (path, image) in files {
                insert.execute(params![id, path.as_bytes(), json!(image).to_string()])?;
            }
            let body = json!({
                "checkpoint": id, "step": checkpoint.step, "mode": checkpoint.mode, "revision": checkpoint.revision,
                "plan_revision": checkpoint.plan_revision, "changes": checkpoint.changes, "files": files,
            });
            journal::append(tx, now, Some(&checkpoint.plan), None, EntryKind::Step, &body)?;
            Ok(id)
        })
    }

    /// The newest checkpoint of a step that was not rolled back to.
    pub fn checkpoint(&self, document: i64, step: StepId) -> Result<Option<Checkpoint>, StoreError> {
        let row = self
            .connection
            .prepare_cached(
                "SELECT id, mode, revision, plan_id, plan_revision, changes FROM checkpoint
                 WHERE document_id = ?1 AND step = ?2 AND rolled_back_at IS NULL ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![document, step.0], |row| {
                Ok((
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(5)?,
                    Checkpoint {
                        id: row.get(0)?,
                        document,
                        step,
                        mode: Mode::Plan,
                        revision: row.get(2)?,
                        plan: PlanId(row.get(3)?),
                        plan_revision: Revision(row.get(4)?),
                        changes: Vec::new(),
                    },
                ))
            })
            .optional()?;
        let Some((mode, changes, mut checkpoint)) = row else { return Ok(None) };
        let bad = |what, detail: String| StoreError::BadRow { what, detail };
        checkpoint.mode = mode.parse().map_err(|e: crate::model::ParseIdError| bad("mode", e.to_string()))?;
        checkpoint.changes = serde_json::from_str(&changes).map_err(|e| bad("list of changes", e.to_string()))?;
        Ok(Some(checkpoint))
    }

    /// The steps that were run after a checkpoint was kept and not rolled back, in the order in which they were.
    pub fn steps_run_after(&self, checkpoint: &Checkpoint) -> Result<Vec<StepId>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT step FROM checkpoint WHERE document_id = ?1 AND id > ?2 AND step <> ?3 AND rolled_back_at IS NULL
             GROUP BY step ORDER BY max(id)",
        )?;
        let steps = select
            .query_map(params![checkpoint.document, checkpoint.id, checkpoint.step.0], |row| row.get(0).map(StepId))?;
        Ok(steps.collect::<Result<_, _>>()?)
    }

    /// The files of a checkpoint as they were then.
    pub fn checkpoint_images(&self, checkpoint: i64) -> Result<Vec<(TargetPath, FileImage)>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT path, image FROM checkpoint_image WHERE checkpoint_id = ?1 ORDER BY path")?;
        let mut rows = select.query([checkpoint])?;
        let mut images = Vec::new();
        while let Some(row) = rows.next()? {
            let (path, image): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
            let image = serde_json::from_str(&image)
                .map_err(|e| StoreError::BadRow { what: "file image", detail: e.to_string() })?;
            images.push((TargetPath::from_bytes(&path), image));
        }
        Ok(images)
    }

    /// Remembers that a checkpoint was rolled back to: what is before it counts again.
    pub fn checkpoint_rolled_back(
        &self,
        checkpoint: &Checkpoint,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE checkpoint SET rolled_back_at = ?2 WHERE id = ?1", params![checkpoint.id, stamp(now)])?;
            let body = json!({ "rolled_back_to": checkpoint.id, "step": checkpoint.step, "by": by });
            journal::append(tx, now, Some(&checkpoint.plan), None, EntryKind::Step, &body)
        })
    }
}
