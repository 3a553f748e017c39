//! How changes and plans move from state to state.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::column::{bad, word};
use super::journal::stamp;
use super::{StoreError, granting};
use crate::model::{ChangeEvent, ChangeId, ChangeState, PlanEvent, PlanId, PlanStatus};

/// Moves a change to its next state and keeps the plan's counters true; `error` replaces the change's last error.
pub(crate) fn transition(
    connection: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    change: ChangeId,
    event: ChangeEvent,
    error: &str,
) -> Result<ChangeState, StoreError> {
    let from = state_in(connection, plan, change)?;
    let to = from.after(event).map_err(|refused| StoreError::Transition { change, refused })?;
    set_state(connection, plan, change, to, error)?;
    withdraw_grants(connection, now, plan, &[(change, event, error)])?;
    count(connection, now, plan, 1, i64::from(to.is_open()) - i64::from(from.is_open()))?;
    Ok(to)
}

/// Moves many changes of a plan, each by its event and to its error, and counts once. Those that `event` cannot happen
/// to are left as they are and told with their states.
pub(crate) fn transition_all<'a>(
    connection: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    changes: impl IntoIterator<Item = (ChangeId, ChangeEvent, &'a str)>,
) -> Result<Vec<(ChangeId, ChangeState)>, StoreError> {
    let (mut moved, mut opened, mut refused) = (0, 0, Vec::new());
    let changes: Vec<_> = changes.into_iter().collect();
    let neighbours = |a: &(ChangeId, ChangeEvent, &str), b: &(ChangeId, ChangeEvent, &str)| {
        a.0.0 + 1 == b.0.0 && (a.1, a.2) == (b.1, b.2)
    };
    for run in changes.chunk_by(neighbours) {
        if let Some((from, to)) = transition_run(connection, plan, run)? {
            let length = i64::from(run[run.len() - 1].0.0 - run[0].0.0) + 1;
            moved += length;
            opened += length * (i64::from(to.is_open()) - i64::from(from.is_open()));
            continue;
        }
        for &(change, event, error) in run {
            let from = state_in(connection, plan, change)?;
            let Ok(to) = from.after(event) else {
                refused.push((change, from));
                continue;
            };
            set_state(connection, plan, change, to, error)?;
            (moved, opened) = (moved + 1, opened + i64::from(to.is_open()) - i64::from(from.is_open()));
        }
    }
    withdraw_grants(connection, now, plan, &changes)?;
    count(connection, now, plan, moved, opened)?;
    Ok(refused)
}

/// Takes back what calls were granted when what stood before them was done: it is tried again, reversed, or another now.
fn withdraw_grants(
    connection: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    changes: &[(ChangeId, ChangeEvent, &str)],
) -> Result<(), StoreError> {
    let redone = |event| matches!(event, ChangeEvent::Retry | ChangeEvent::Revise | ChangeEvent::Undo);
    let first = changes.iter().filter(|(_, event, _)| redone(*event)).map(|(id, ..)| *id).min();
    let gone = |id| changes.iter().any(|(change, event, _)| *change == id && *event == ChangeEvent::Reject);
    if first.is_none() && !changes.iter().any(|(_, event, _)| *event == ChangeEvent::Reject) {
        return Ok(());
    }
    granting::withdraw(connection, now, plan, |id| first.is_some_and(|first| id >= first) || gone(id))
}

/// Moves neighbours to whom the same happens at once, if they are all in one state and it may happen there.
fn transition_run(
    connection: &Connection,
    plan: &PlanId,
    run: &[(ChangeId, ChangeEvent, &str)],
) -> Result<Option<(ChangeState, ChangeState)>, StoreError> {
    let [(first, event, error), .., (last, ..)] = run else { return Ok(None) };
    let from = state_in(connection, plan, *first)?;
    let Ok(to) = from.after(*event) else { return Ok(None) };
    connection.execute_batch("SAVEPOINT run")?;
    let moved = connection
        .prepare_cached(
            "UPDATE change SET state = ?4, error = ?5 WHERE plan_id = ?1 AND n BETWEEN ?2 AND ?3 AND state = ?6",
        )?
        .execute(params![plan.as_str(), first.0, last.0, to.word(), error, from.word()])?;
    let alike = moved == run.len();
    connection.execute_batch(if alike { "RELEASE run" } else { "ROLLBACK TO run; RELEASE run" })?;
    Ok(alike.then_some((from, to)))
}

fn state_in(connection: &Connection, plan: &PlanId, change: ChangeId) -> Result<ChangeState, StoreError> {
    let state: String = connection
        .prepare_cached("SELECT state FROM change WHERE plan_id = ?1 AND n = ?2")?
        .query_row(params![plan.as_str(), change.0], |row| row.get(0))?;
    word(&state)
}

fn set_state(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    state: ChangeState,
    error: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE change SET state = ?3, error = ?4 WHERE plan_id = ?1 AND n = ?2")?
        .execute(params![plan.as_str(), change.0, state.word(), error])?;
    Ok(())
}

/// Counts `moved` changes of the plan's revision and `opened` more open changes.
fn count(
    connection: &Connection,
    now: DateTime<Utc>,
    plan: &PlanId,
    moved: i64,
    opened: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE plan SET open = open + ?2, revision = revision + ?3, updated_at = ?4 WHERE id = ?1")?
        .execute(params![plan.as_str(), opened, moved, stamp(now)])?;
    Ok(())
}

/// Moves a plan to its next status.
pub(crate) fn decide(connection: &Connection, plan: &PlanId, event: PlanEvent) -> Result<PlanStatus, StoreError> {
    let from: String = connection
        .prepare_cached("SELECT status FROM plan WHERE id = ?1")?
        .query_row([plan.as_str()], |row| row.get(0))?;
    let to = word::<PlanStatus>(&from)?.after(event).map_err(|e| bad("status", &e))?;
    connection
        .prepare_cached("UPDATE plan SET status = ?2 WHERE id = ?1")?
        .execute(params![plan.as_str(), to.word()])?;
    Ok(to)
}
