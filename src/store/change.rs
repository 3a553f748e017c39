//! The changes of plans.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::column::{json, parsed, time, word};
use super::journal::stamp;
use super::together::{Raw, all_parsed};
use super::{Store, StoreError, touch};
use crate::model::{AgentPath, ChangeId, ChangeState, Digest, PendingPlan, PlanId, ProposedChange};

const SELECT_CHANGE: &str =
    "SELECT c.n, c.tool, p.args, p.reason, c.proposed_at, p.tool_call_id, c.agent, p.cwd, p.action,
    c.depends_on, c.phase, c.state, c.digest, p.marks, p.evidence, c.error
    FROM change c JOIN proposed p ON p.plan_id = c.plan_id AND p.n = c.n";
/// The arguments' place in it.
const ARGUMENTS: &str = "p.args";

impl Store {
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

    /// Remembers what was displayed to a person of `plan`, which is in the order in which they saw it: its changes in full with
    /// their digests, and where they stand among those that were displayed before. Where one of these was left out, and the order
    /// is another by now, nobody has seen how they stand.
    pub fn mark_shown(&self, plan: &PendingPlan, displayed: &BTreeMap<ChangeId, Digest>) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut update =
                tx.prepare("UPDATE change SET shown = ?3 WHERE plan_id = ?1 AND n = ?2 AND shown IS NOT ?3")?;
            for (id, digest) in displayed {
                update.execute(params![plan.id.as_str(), id.0, digest.as_bytes()])?;
            }
            let places = places_in(tx, &plan.id)?;
            let open = || plan.proposed_changes.iter().filter(|change| change.state.is_open());
            let left_out =
                |change: &ProposedChange| places.contains_key(&change.id) && !displayed.contains_key(&change.id);
            if open().any(left_out) && !open().filter_map(|change| places.get(&change.id)).is_sorted() {
                return Ok(());
            }
            let is_known =
                |change: &&ProposedChange| displayed.contains_key(&change.id) || places.contains_key(&change.id);
            let mut place =
                tx.prepare("UPDATE change SET place = ?3 WHERE plan_id = ?1 AND n = ?2 AND place IS NOT ?3")?;
            for (at, change) in (0_u32..).zip(open().filter(is_known)) {
                place.execute(params![plan.id.as_str(), change.id.0, at])?;
            }
            Ok(())
        })
    }
}

/// The changes of a plan in order, without their arguments, each of which is `null`.
pub(super) fn outlines_in(connection: &Connection, plan: &PlanId) -> Result<Vec<ProposedChange>, StoreError> {
    let select = SELECT_CHANGE.replace(ARGUMENTS, "'null'");
    let mut select = connection.prepare_cached(&format!("{select} WHERE c.plan_id = ?1 ORDER BY c.n"))?;
    all_parsed(select.query_map([plan.as_str()], RawChange::of)?)
}

/// Where each change of a plan stood among the others when a person saw it; those that nobody saw there are left out.
pub(crate) fn places_in(connection: &Connection, plan: &PlanId) -> Result<HashMap<ChangeId, u32>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT n, place FROM change WHERE plan_id = ?1 AND place IS NOT NULL")?;
    let rows = select.query_map([plan.as_str()], |row| Ok((ChangeId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
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

/// Adds a change to the rows of a plan.
pub(super) fn add(
    connection: &Connection,
    plan: &PlanId,
    change: &ProposedChange,
    args: &str,
    call_digest: Digest,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO change (plan_id, n, tool, proposed_at, agent, depends_on, phase, state, digest, call_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            plan.as_str(),
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
            plan.as_str(),
            change.id.0,
            json(&change.action),
            change.reason,
            change.tool_call_id,
            change.cwd.as_os_str().as_bytes(),
            json(&change.marks),
            change.evidence,
            args,
        ])?;
    touch::keep(connection, plan, change)
}

/// Puts another action, its dependencies and digest in the place of a change's; it counts as not shown from then on.
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

/// Under which digest a person last saw each change that was ever displayed.
pub(crate) fn shown_in(connection: &Connection, plan: &PlanId) -> Result<Vec<(ChangeId, Digest)>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT n, shown FROM change WHERE plan_id = ?1 AND shown IS NOT NULL ORDER BY n")?;
    let rows = select.query_map([plan.as_str()], |row| Ok((ChangeId(row.get(0)?), Digest::from_bytes(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
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
