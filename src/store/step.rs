//! Changes as applying needs them.

use rusqlite::{Row, params};

use super::column::{parsed, word};
use super::together::{Raw, all_parsed};
use super::{Store, StoreError};
use crate::model::{Action, ChangeId, ChangeState, Digest, Kept, PlanId};

/// A change as applying needs it: without the arguments it was proposed with, which may be large.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The change.
    pub id: ChangeId,
    /// The tool that was called, as the agent spelled it.
    pub tool: String,
    /// What it would do.
    pub action: Action,
    /// The changes that must have been applied before.
    pub depends_on: Vec<ChangeId>,
    /// Where it is in its life.
    pub state: ChangeState,
    /// What its approval was bound to.
    pub digest: Digest,
    /// What it took away besides contents when it was last begun.
    pub kept: Kept,
}

impl Store {
    /// Those of a plan's changes that are named in `ids`, which is sorted; in order.
    pub(crate) fn steps(&self, plan: &PlanId, ids: &[ChangeId]) -> Result<Vec<Step>, StoreError> {
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
        let mut select = self.connection.prepare_cached(
            "SELECT c.n, c.tool, p.action, c.depends_on, c.state, c.digest, c.kept
             FROM change c JOIN proposed p ON p.plan_id = c.plan_id AND p.n = c.n
             WHERE c.plan_id = ?1 AND c.n BETWEEN ?2 AND ?3 ORDER BY c.n",
        )?;
        let wanted = |row: &Result<RawStep, rusqlite::Error>| match row {
            Ok(raw) => ids.binary_search(&raw.id).is_ok(),
            Err(_) => true,
        };
        all_parsed(select.query_map(params![plan.as_str(), first.0, last.0], RawStep::of)?.filter(wanted))
    }
}

/// A step as it is in the store.
struct RawStep {
    id: ChangeId,
    tool: String,
    action: String,
    depends_on: String,
    state: String,
    digest: Digest,
    kept: Option<String>,
}

impl RawStep {
    fn of(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: ChangeId(row.get(0)?),
            tool: row.get(1)?,
            action: row.get(2)?,
            depends_on: row.get(3)?,
            state: row.get(4)?,
            digest: Digest::from_bytes(row.get(5)?),
            kept: row.get(6)?,
        })
    }
}

impl Raw for RawStep {
    type Parsed = Step;

    fn parsed(self) -> Result<Step, StoreError> {
        let kept = |kept: String| parsed("note of what was taken away", &kept);
        Ok(Step {
            id: self.id,
            tool: self.tool,
            action: parsed("action", &self.action)?,
            depends_on: parsed("dependency list", &self.depends_on)?,
            state: word(&self.state)?,
            digest: self.digest,
            kept: self.kept.map_or_else(|| Ok(Kept::default()), kept)?,
        })
    }
}
