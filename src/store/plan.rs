//! Plans.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column::{bad, time, word};
use super::journal::stamp;
use super::{Store, StoreError, change};
use crate::model::{
    ChangeState, Digest, PendingPlan, PlanEvent, PlanId, PlanStatus, ProposedChange, Revision, SessionId, Slug,
};

const SELECT_PLAN: &str =
    "SELECT id, slug, task, created_at, updated_at, exploration_summary, status, session_id, revision,
    expired_at FROM plan";

/// A plan without its changes, enough to add to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlanHead {
    pub(crate) id: PlanId,
    pub(crate) slug: Slug,
    pub(crate) changes: u32,
    pub(crate) status: PlanStatus,
    pub(crate) revision: Revision,
}

impl Store {
    /// An outline of a plan: its changes without their arguments, which may be as large as the files; each is `null`, and
    /// [`Self::arguments`] has it.
    pub fn plan(&self, id: &PlanId) -> Result<Option<PendingPlan>, StoreError> {
        self.read(|connection| outline_in(connection, id))
    }

    /// An outline of the session's open plan.
    pub fn open_plan(&self, session: &SessionId) -> Result<Option<PendingPlan>, StoreError> {
        self.read(|connection| match open_head(connection, session)? {
            Some(head) => outline_in(connection, &head.id),
            None => Ok(None),
        })
    }

    /// An outline of the session's newest plan, open or not.
    pub fn latest_plan(&self, session: &SessionId) -> Result<Option<PendingPlan>, StoreError> {
        self.read(|connection| latest_in(connection, session))
    }

    /// An outline of the session's newest plan of that id or slug.
    pub fn plan_named(&self, session: &SessionId, name: &str) -> Result<Option<PendingPlan>, StoreError> {
        self.read(|connection| {
            let id: Option<String> = connection
                .prepare_cached(
                    "SELECT id FROM plan WHERE session_id = ?1 AND (id = ?2 OR slug = ?2) ORDER BY created_at DESC LIMIT 1",
                )?
                .query_row([session.as_str(), name], |row| row.get(0))
                .optional()?;
            id.map_or(Ok(None), |id| outline_in(connection, &PlanId(id)))
        })
    }

    /// What a person calls the session's newest plan of which something is applied that has not expired.
    pub fn last_applied_plan(&self, session: &SessionId) -> Result<Option<Slug>, StoreError> {
        let mut look = self.connection.prepare_cached(
            "SELECT slug FROM plan p WHERE session_id = ?1 AND expired_at IS NULL
             AND EXISTS (SELECT 1 FROM change c WHERE c.plan_id = p.id AND c.state = ?2)
             ORDER BY created_at DESC LIMIT 1",
        )?;
        let slug = look.query_row([session.as_str(), ChangeState::Applied.word()], |row| row.get(0)).optional()?;
        Ok(slug.map(Slug))
    }

    /// The sessions of the workspace `root` that have open plans and what these are called, the last touched first.
    pub(crate) fn open_plan_names(&self, root: &Path) -> Result<Vec<(SessionId, Slug)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT p.session_id, p.slug FROM plan p JOIN session s ON s.id = p.session_id
             JOIN workspace w ON w.id = s.workspace_id WHERE w.root = ?1 AND p.open > 0 ORDER BY p.updated_at DESC",
        )?;
        let names =
            select.query_map([root.as_os_str().as_bytes()], |row| Ok((SessionId(row.get(0)?), Slug(row.get(1)?))));
        Ok(names?.collect::<Result<_, _>>()?)
    }

    /// Outlines of the open plans of the workspace `root`, the last touched first.
    pub fn open_plans_of_workspace(&self, root: &Path) -> Result<Vec<PendingPlan>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT p.id FROM plan p JOIN session s ON s.id = p.session_id JOIN workspace w ON w.id = s.workspace_id
                 WHERE w.root = ?1 AND p.open > 0 ORDER BY p.updated_at DESC",
            )?;
            let ids: Vec<String> =
                select.query_map([root.as_os_str().as_bytes()], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let plans = ids.into_iter().map(|id| outline_in(connection, &PlanId(id)));
            Ok(plans.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }

    /// How many changes of a plan are in each state that occurs.
    pub fn counts(&self, plan: &PlanId) -> Result<BTreeMap<ChangeState, usize>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT state, count(*) FROM change WHERE plan_id = ?1 GROUP BY state")?;
        let mut rows = select.query([plan.as_str()])?;
        let mut counts = BTreeMap::new();
        while let Some(row) = rows.next()? {
            counts.insert(word(&row.get::<_, String>(0)?)?, row.get::<_, u32>(1)? as usize);
        }
        Ok(counts)
    }
}

/// An outline of the plan: the arguments of its changes may be as large as the files, and each is `null`.
pub(crate) fn outline_in(connection: &Connection, id: &PlanId) -> Result<Option<PendingPlan>, StoreError> {
    let mut look = connection.prepare_cached(&format!("{SELECT_PLAN} WHERE id = ?1"))?;
    let mut rows = look.query([id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut plan = plan_of(row)?;
    plan.proposed_changes = change::outlines_in(connection, id)?;
    Ok(Some(plan))
}

/// An outline of the newest plan of a session inside a transaction: of the open one if there is one.
pub(crate) fn latest_in(connection: &Connection, session: &SessionId) -> Result<Option<PendingPlan>, StoreError> {
    let id: Option<String> = connection
        .prepare_cached("SELECT id FROM plan WHERE session_id = ?1 ORDER BY open > 0 DESC, created_at DESC LIMIT 1")?
        .query_row([session.as_str()], |row| row.get(0))
        .optional()?;
    id.map_or(Ok(None), |id| outline_in(connection, &PlanId(id)))
}

/// The open plan of a session, without its changes.
pub(crate) fn open_head(connection: &Connection, session: &SessionId) -> Result<Option<PlanHead>, StoreError> {
    let mut look = connection.prepare_cached(
        "SELECT id, slug, changes, status, revision FROM plan WHERE session_id = ?1 AND open > 0
         ORDER BY created_at DESC LIMIT 1",
    )?;
    let mut rows = look.query([session.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(PlanHead {
        id: PlanId(row.get(0)?),
        slug: Slug(row.get(1)?),
        changes: row.get(2)?,
        status: word(&row.get::<_, String>(3)?)?,
        revision: Revision(row.get(4)?),
    }))
}

/// Starts a plan; it is open from its first change on.
pub(crate) fn start(
    connection: &Connection,
    id: &PlanId,
    slug: &Slug,
    session: &SessionId,
    task: &str,
    now: DateTime<Utc>,
) -> Result<PlanHead, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO plan (id, session_id, slug, task, status, revision, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, 'pending', 1, ?5, ?5)",
        )?
        .execute(params![id.as_str(), session.as_str(), slug.as_str(), task, stamp(now)])?;
    Ok(PlanHead { id: id.clone(), slug: slug.clone(), changes: 0, status: PlanStatus::Pending, revision: Revision(1) })
}

/// Adds a change, whose arguments as text are `args`, to a plan whose `head` was read in the same transaction.
pub(crate) fn add(
    connection: &Connection,
    head: &PlanHead,
    change: &ProposedChange,
    args: &str,
    call_digest: Digest,
) -> Result<(), StoreError> {
    let status = head.status.after(PlanEvent::Propose).map_err(|e| bad("status", &e))?;
    change::add(connection, &head.id, change, args, call_digest)?;
    connection
        .prepare_cached(
            "UPDATE plan SET changes = ?2, open = open + 1, status = ?3, revision = revision + 1, held = 0, updated_at = ?4
             WHERE id = ?1",
        )?
        .execute(params![head.id.as_str(), change.id.0, status.word(), stamp(change.proposed_at)])?;
    Ok(())
}

/// Puts a plan aside; the next change that joins it takes it up again.
pub(crate) fn hold(connection: &Connection, plan: &PlanId) -> Result<(), StoreError> {
    connection.execute("UPDATE plan SET held = 1 WHERE id = ?1", [plan.as_str()])?;
    Ok(())
}

fn plan_of(row: &Row<'_>) -> Result<PendingPlan, StoreError> {
    Ok(PendingPlan {
        id: PlanId(row.get(0)?),
        slug: Slug(row.get(1)?),
        task: row.get(2)?,
        created_at: time(&row.get::<_, String>(3)?)?,
        updated_at: time(&row.get::<_, String>(4)?)?,
        proposed_changes: Vec::new(),
        exploration_summary: row.get(5)?,
        status: word(&row.get::<_, String>(6)?)?,
        session_id: Some(SessionId(row.get(7)?)),
        revision: Revision(row.get(8)?),
        expired_at: row.get::<_, Option<String>>(9)?.as_deref().map(time).transpose()?,
    })
}
