//! Plans and their changes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::column::{bad, json, parsed, time, word};
use super::journal::stamp;
use super::together::{Raw, all_parsed};
use super::{Store, StoreError, touch};
use crate::model::{
    AgentPath, ChangeId, ChangeState, Digest, PendingPlan, PlanEvent, PlanId, PlanStatus, ProposedChange, Revision,
    SessionId, Slug,
};

const SELECT_PLAN: &str =
    "SELECT id, slug, task, created_at, updated_at, exploration_summary, status, session_id, revision,
    expired_at FROM plan";
const SELECT_CHANGE: &str =
    "SELECT c.n, c.tool, p.args, p.reason, c.proposed_at, p.tool_call_id, c.agent, p.cwd, p.action,
    c.depends_on, c.phase, c.state, c.digest, p.marks, p.evidence, c.error
    FROM change c JOIN proposed p ON p.plan_id = c.plan_id AND p.n = c.n";
/// The arguments' place in it.
const ARGUMENTS: &str = "p.args";
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

    /// One change of a plan.
    pub fn change(&self, plan: &PlanId, id: ChangeId) -> Result<Option<ProposedChange>, StoreError> {
        change_in(&self.connection, plan, id)
    }

    /// The arguments of one change of a plan.
    pub fn arguments(&self, plan: &PlanId, id: ChangeId) -> Result<Option<Value>, StoreError> {
        arguments_in(&self.connection, plan, id)
    }

    /// Under which digest a person last saw each change that was ever displayed.
    pub fn shown(&self, plan: &PlanId) -> Result<Vec<(ChangeId, Digest)>, StoreError> {
        shown_in(&self.connection, plan)
    }

    /// Remembers what was displayed to a person.
    pub fn mark_shown(&self, plan: &PlanId, displayed: &[(ChangeId, Digest)]) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut update =
                tx.prepare("UPDATE change SET shown = ?3 WHERE plan_id = ?1 AND n = ?2 AND shown IS NOT ?3")?;
            for (id, digest) in displayed {
                update.execute(params![plan.as_str(), id.0, digest.as_bytes()])?;
            }
            Ok(())
        })
    }
}

/// An outline of the plan: the arguments of its changes may be as large as the files, and each is `null`.
pub(crate) fn outline_in(connection: &Connection, id: &PlanId) -> Result<Option<PendingPlan>, StoreError> {
    let mut look = connection.prepare_cached(&format!("{SELECT_PLAN} WHERE id = ?1"))?;
    let mut rows = look.query([id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut plan = plan_of(row)?;
    let select = SELECT_CHANGE.replace(ARGUMENTS, "'null'");
    let mut select = connection.prepare_cached(&format!("{select} WHERE c.plan_id = ?1 ORDER BY c.n"))?;
    plan.proposed_changes = all_parsed(select.query_map([id.as_str()], RawChange::of)?)?;
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

/// The arguments of one change inside a transaction.
pub(crate) fn arguments_in(connection: &Connection, plan: &PlanId, id: ChangeId) -> Result<Option<Value>, StoreError> {
    let mut look = connection.prepare_cached("SELECT args FROM proposed WHERE plan_id = ?1 AND n = ?2")?;
    let mut rows = look.query(params![plan.as_str(), id.0])?;
    rows.next()?.map(|row| parsed("argument", &row.get::<_, String>(0)?)).transpose()
}

/// The change inside a transaction, with its arguments.
pub(crate) fn change_in(
    connection: &Connection,
    plan: &PlanId,
    id: ChangeId,
) -> Result<Option<ProposedChange>, StoreError> {
    let mut look = connection.prepare_cached(&format!("{SELECT_CHANGE} WHERE c.plan_id = ?1 AND c.n = ?2"))?;
    let mut rows = look.query(params![plan.as_str(), id.0])?;
    rows.next()?.map(|row| RawChange::of(row)?.parsed()).transpose()
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
    connection
        .prepare_cached(
            "INSERT INTO change (plan_id, n, tool, proposed_at, agent, depends_on, phase, state, digest, call_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            head.id.as_str(),
            change.id.0,
            change.tool,
            stamp(change.proposed_at),
            change.agent.as_str(),
            json(&change.depends_on),
            change.phase.word(),
            change.state.word(),
            change.digest.as_bytes(),
            call_digest.as_bytes(),
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO proposed (plan_id, n, action, reason, tool_call_id, cwd, marks, evidence, args)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            head.id.as_str(),
            change.id.0,
            json(&change.action),
            change.reason,
            change.tool_call_id,
            change.cwd.as_os_str().as_bytes(),
            json(&change.marks),
            change.evidence,
            args,
        ])?;
    touch::keep(connection, &head.id, change)?;
    connection
        .prepare_cached(
            "UPDATE plan SET changes = ?2, open = open + 1, status = ?3, revision = revision + 1, held = 0, updated_at = ?4
             WHERE id = ?1",
        )?
        .execute(params![head.id.as_str(), change.id.0, status.word(), stamp(change.proposed_at)])?;
    Ok(())
}

/// Puts another action, its dependencies and digest in the place of a change's; it counts as not shown from then
/// on, and makes no folders until they are kept again.
pub(crate) fn revise(connection: &Connection, plan: &PlanId, change: &ProposedChange) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE change SET depends_on = ?3, digest = ?4, phase = ?5, error = '' WHERE plan_id = ?1 AND n = ?2",
        params![plan.as_str(), change.id.0, json(&change.depends_on), change.digest.as_bytes(), change.phase.word(),],
    )?;
    connection.execute(
        "UPDATE proposed SET action = ?3, marks = ?4, evidence = ?5 WHERE plan_id = ?1 AND n = ?2",
        params![plan.as_str(), change.id.0, json(&change.action), json(&change.marks), change.evidence],
    )?;
    touch::forget(connection, plan, change.id)?;
    touch::keep(connection, plan, change)?;
    connection.execute("UPDATE plan SET revision = revision + 1 WHERE id = ?1", [plan.as_str()])?;
    Ok(())
}

/// The newest undecided change of the same call.
pub(crate) fn same_call(
    connection: &Connection,
    plan: &PlanId,
    call_digest: Digest,
    state: ChangeState,
) -> Result<Option<ChangeId>, StoreError> {
    let mut look = connection.prepare_cached(
        "SELECT n FROM change WHERE plan_id = ?1 AND call_digest = ?2 AND state = ?3 ORDER BY n DESC LIMIT 1",
    )?;
    let n: Option<u32> =
        look.query_row(params![plan.as_str(), call_digest.as_bytes(), state.word()], |row| row.get(0)).optional()?;
    Ok(n.map(ChangeId))
}

/// Gives a change the reason that its agent's host told only after the call; a reason that came with it stays.
pub(crate) fn fill_reason(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    reason: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE proposed SET reason = ?3 WHERE plan_id = ?1 AND n = ?2 AND reason = ''",
        params![plan.as_str(), change.0, reason],
    )?;
    Ok(())
}

/// Puts a plan aside; the next change that joins it takes it up again.
pub(crate) fn hold(connection: &Connection, plan: &PlanId) -> Result<(), StoreError> {
    connection.execute("UPDATE plan SET held = 1 WHERE id = ?1", [plan.as_str()])?;
    Ok(())
}

/// Under which digest a person last saw each change that was ever displayed.
pub(crate) fn shown_in(connection: &Connection, plan: &PlanId) -> Result<Vec<(ChangeId, Digest)>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT n, shown FROM change WHERE plan_id = ?1 AND shown IS NOT NULL ORDER BY n")?;
    let rows = select.query_map([plan.as_str()], |row| Ok((ChangeId(row.get(0)?), Digest::from_bytes(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
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

/// A change as it is in the store.
struct RawChange {
    id: ChangeId,
    tool: String,
    args: String,
    reason: String,
    proposed_at: String,
    tool_call_id: Option<String>,
    agent: AgentPath,
    cwd: Vec<u8>,
    action: String,
    depends_on: String,
    phase: String,
    state: String,
    digest: Digest,
    marks: String,
    evidence: String,
    error: String,
}

impl RawChange {
    fn of(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: ChangeId(row.get(0)?),
            tool: row.get(1)?,
            args: row.get(2)?,
            reason: row.get(3)?,
            proposed_at: row.get(4)?,
            tool_call_id: row.get(5)?,
            agent: AgentPath(row.get(6)?),
            cwd: row.get(7)?,
            action: row.get(8)?,
            depends_on: row.get(9)?,
            phase: row.get(10)?,
            state: row.get(11)?,
            digest: Digest::from_bytes(row.get(12)?),
            marks: row.get(13)?,
            evidence: row.get(14)?,
            error: row.get(15)?,
        })
    }
}

impl Raw for RawChange {
    type Parsed = ProposedChange;

    fn parsed(self) -> Result<ProposedChange, StoreError> {
        Ok(ProposedChange {
            id: self.id,
            order: self.id.0,
            tool: self.tool,
            args: parsed("argument", &self.args)?,
            reason: self.reason,
            proposed_at: time(&self.proposed_at)?,
            tool_call_id: self.tool_call_id,
            agent: self.agent,
            cwd: PathBuf::from(OsString::from_vec(self.cwd)),
            action: parsed("action", &self.action)?,
            depends_on: parsed("dependency list", &self.depends_on)?,
            phase: word(&self.phase)?,
            state: word(&self.state)?,
            digest: self.digest,
            marks: parsed("mark list", &self.marks)?,
            evidence: self.evidence,
            error: self.error,
        })
    }
}
