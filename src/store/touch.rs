//! What open changes of a plan touch, and what they leave there.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, Rows, params};

use super::column::{json, parsed};
use super::{Store, StoreError};
use crate::model::{Action, ChangeId, FileImage, PlanId, ProposedChange, TargetPath};

/// The states in which a change still counts for the pending view; the same set as `ChangeState::is_open`.
const OPEN: &str = "('pending', 'approved', 'applying', 'failed', 'conflict', 'interrupted')";

/// A change, a file it touches, and what it leaves there.
pub(crate) type Touch = (ChangeId, TargetPath, FileImage);

impl Store {
    /// Every file that a change of the plan touches.
    pub(crate) fn touched(&self, plan: &PlanId) -> Result<Vec<TargetPath>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT DISTINCT path FROM touch WHERE plan_id = ?1")?;
        let rows = select.query_map([plan.as_str()], |row| row.get(0))?;
        Ok(rows
            .map(|path: Result<Vec<u8>, _>| path.map(|path| TargetPath::from_bytes(&path)))
            .collect::<Result<_, _>>()?)
    }

    /// The last applied change of `plan` after `change` that touches one of `paths`.
    pub(crate) fn applied_on_top<'a>(
        &self,
        plan: &PlanId,
        change: ChangeId,
        paths: impl IntoIterator<Item = &'a TargetPath>,
    ) -> Result<Option<ChangeId>, StoreError> {
        let mut look = self.connection.prepare_cached(
            "SELECT max(t.n) FROM touch t JOIN change c ON c.plan_id = t.plan_id AND c.n = t.n
             WHERE t.plan_id = ?1 AND t.path = ?2 AND t.n > ?3 AND c.state = 'applied'",
        )?;
        let mut last = None;
        for path in paths {
            let n: Option<u32> = look.query_row(params![plan.as_str(), path.as_bytes(), change.0], |row| row.get(0))?;
            last = last.max(n);
        }
        Ok(last.map(ChangeId))
    }
}

/// Keeps what a change touches.
pub(super) fn keep(connection: &Connection, plan: &PlanId, change: &ProposedChange) -> Result<(), StoreError> {
    let mut insert =
        connection.prepare_cached("INSERT OR REPLACE INTO touch (plan_id, path, n, after) VALUES (?1, ?2, ?3, ?4)")?;
    for effect in change.action.effects() {
        insert.execute(params![plan.as_str(), effect.path.as_bytes(), change.id.0, json(&effect.after)])?;
    }
    // A folder that moves leaves its own name free too.
    if let Action::MoveFile { from, effects, .. } = &change.action
        && effects.iter().all(|effect| effect.path != *from)
    {
        insert.execute(params![plan.as_str(), from.as_bytes(), change.id.0, json(&FileImage::Absent)])?;
    }
    Ok(())
}

/// Forgets what a change touches.
pub(super) fn forget(connection: &Connection, plan: &PlanId, change: ChangeId) -> Result<(), StoreError> {
    connection.execute("DELETE FROM touch WHERE plan_id = ?1 AND n = ?2", params![plan.as_str(), change.0])?;
    Ok(())
}

/// The last open change of `plan` before `before` that touches `path`, with what it leaves there.
pub(crate) fn last_touch(
    connection: &Connection,
    plan: &PlanId,
    path: &TargetPath,
    before: ChangeId,
) -> Result<Option<(ChangeId, FileImage)>, StoreError> {
    let mut look = connection.prepare_cached(&format!(
        "SELECT t.n, t.after FROM touch t JOIN change c ON c.plan_id = t.plan_id AND c.n = t.n
         WHERE t.plan_id = ?1 AND t.path = ?2 AND t.n < ?3 AND c.state IN {OPEN} ORDER BY t.n DESC LIMIT 1"
    ))?;
    left_by(look.query_row(params![plan.as_str(), path.as_bytes(), before.0], change_and_image).optional()?)
}

fn change_and_image(row: &Row<'_>) -> Result<(u32, String), rusqlite::Error> {
    Ok((row.get(0)?, row.get(1)?))
}

fn left_by(found: Option<(u32, String)>) -> Result<Option<(ChangeId, FileImage)>, StoreError> {
    found.map(|(n, after)| Ok((ChangeId(n), parsed("file image", &after)?))).transpose()
}

/// The same for `path` and the folders above it up to `root`, which cannot be touched: for each that such a change
/// touches the last one, in no order.
pub(crate) fn last_touches_along(
    connection: &Connection,
    plan: &PlanId,
    path: &TargetPath,
    root: &Path,
    before: ChangeId,
) -> Result<Vec<Touch>, StoreError> {
    let above = path.as_path().ancestors().skip(1).take_while(|folder| *folder != root);
    let along: Vec<&Path> = std::iter::once(path.as_path()).chain(above).collect();
    // SQLite takes the other columns from the row that has the maximum.
    let mut look = connection.prepare_cached(&format!(
        "SELECT max(t.n), t.path, t.after FROM touch t JOIN change c ON c.plan_id = t.plan_id AND c.n = t.n
         WHERE t.plan_id = ?1 AND t.n < ?2 AND t.path IN ({}) AND c.state IN {OPEN} GROUP BY t.path",
        vec!["?"; along.len()].join(", ")
    ))?;
    look.raw_bind_parameter(1, plan.as_str())?;
    look.raw_bind_parameter(2, before.0)?;
    for (place, folder) in along.into_iter().enumerate() {
        look.raw_bind_parameter(place + 3, folder.as_os_str().as_bytes())?;
    }
    touches(&mut look.raw_query())
}

/// The open changes of `plan` before `before` that touch something below `folder`, with what each leaves there, by
/// path and order.
pub(crate) fn touches_below(
    connection: &Connection,
    plan: &PlanId,
    folder: &Path,
    before: ChangeId,
) -> Result<Vec<Touch>, StoreError> {
    let mut low = folder.as_os_str().as_bytes().to_vec();
    low.push(b'/');
    let mut high = low.clone();
    *high.last_mut().expect("a slash was just pushed") += 1;
    let mut select = connection.prepare_cached(&format!(
        "SELECT t.n, t.path, t.after FROM touch t JOIN change c ON c.plan_id = t.plan_id AND c.n = t.n
         WHERE t.plan_id = ?1 AND t.path > ?2 AND t.path < ?3 AND t.n < ?4 AND c.state IN {OPEN}
         ORDER BY t.path, t.n"
    ))?;
    touches(&mut select.query(params![plan.as_str(), low, high, before.0])?)
}

fn touches(rows: &mut Rows<'_>) -> Result<Vec<Touch>, StoreError> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (path, after): (Vec<u8>, String) = (row.get(1)?, row.get(2)?);
        found.push((ChangeId(row.get(0)?), TargetPath::from_bytes(&path), parsed("file image", &after)?));
    }
    Ok(found)
}

/// The paths that the open changes of `plan` touch, in the order of their first touch.
pub(crate) fn queued_paths(connection: &Connection, plan: &PlanId) -> Result<Vec<TargetPath>, StoreError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT t.path FROM touch t JOIN change c ON c.plan_id = t.plan_id AND c.n = t.n
         WHERE t.plan_id = ?1 AND c.state IN {OPEN} GROUP BY t.path ORDER BY min(t.n), t.path"
    ))?;
    let paths = select.query_map([plan.as_str()], |row| Ok(TargetPath::from_bytes(&row.get::<_, Vec<u8>>(0)?)))?;
    Ok(paths.collect::<Result<_, _>>()?)
}

/// Keeps which folders, missing on disk, a change will make.
pub(crate) fn keep_new_folders(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    folders: &[TargetPath],
) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached("INSERT INTO new_folder (plan_id, path, n) VALUES (?1, ?2, ?3)")?;
    for folder in folders {
        insert.execute(params![plan.as_str(), folder.as_bytes(), change.0])?;
    }
    Ok(())
}

/// Forgets which folders a change will make.
pub(crate) fn forget_new_folders(connection: &Connection, plan: &PlanId, change: ChangeId) -> Result<(), StoreError> {
    connection.execute("DELETE FROM new_folder WHERE plan_id = ?1 AND n = ?2", params![plan.as_str(), change.0])?;
    Ok(())
}

/// The first open change of `plan` before `before` that makes `folder`.
pub(crate) fn first_maker(
    connection: &Connection,
    plan: &PlanId,
    folder: &Path,
    before: ChangeId,
) -> Result<Option<ChangeId>, StoreError> {
    let mut look = connection.prepare_cached(&format!(
        "SELECT f.n FROM new_folder f JOIN change c ON c.plan_id = f.plan_id AND c.n = f.n
         WHERE f.plan_id = ?1 AND f.path = ?2 AND f.n < ?3 AND c.state IN {OPEN} ORDER BY f.n LIMIT 1"
    ))?;
    let n: Option<u32> =
        look.query_row(params![plan.as_str(), folder.as_os_str().as_bytes(), before.0], |row| row.get(0)).optional()?;
    Ok(n.map(ChangeId))
}
