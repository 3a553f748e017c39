//! The contents of closed plans expire, so that the store does not grow for ever.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::journal::{Chain, EntryKind, stamp};
use super::{Store, StoreError};
use crate::config::Keep;
use crate::model::{PlanId, Slug};

/// Bytes in a MiB.
const MEBIBYTE: u64 = 1 << 20;

/// Why a plan's contents are kept no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// The plan has not changed for too long.
    Age,
    /// Contents of plans that changed later fill the room.
    Size,
}

impl Expiry {
    /// The word in the journal and in `prune --json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Size => "size",
        }
    }
}

/// A closed plan whose contents are kept no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The plan.
    pub plan: PlanId,
    /// What a person calls it.
    pub slug: Slug,
    /// The root of its workspace.
    pub root: PathBuf,
    /// When it last changed, as the store writes it.
    pub updated_at: String,
    /// Why.
    pub why: Expiry,
    /// How many contents no other plan needs that is left.
    pub contents: u64,
    /// Their size.
    pub bytes: u64,
}

/// The plans whose contents are kept no longer, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The plans.
    pub plans: Vec<Expired>,
}

impl Pruned {
    /// How many contents go with them all.
    pub fn contents(&self) -> u64 {
        self.plans.iter().map(|plan| plan.contents).sum()
    }

    /// Their size.
    pub fn bytes(&self) -> u64 {
        self.plans.iter().map(|plan| plan.bytes).sum()
    }
}

impl Store {
    /// What [`Self::prune`] would do.
    pub fn prunable(&self, keep: Keep, now: DateTime<Utc>) -> Result<Pruned, StoreError> {
        self.read(|connection| expired(connection, keep, now))
    }

    /// Removes the contents of closed plans that are kept no longer, except those that another plan shares, and records
    /// it for each plan. What such a plan did can be looked up, and not undone. Plans that are open or being undone lose
    /// nothing.
    pub fn prune(&self, keep: Keep, now: DateTime<Utc>) -> Result<Pruned, StoreError> {
        // What is deleted is used by nobody, as the statement itself says; SQLite would look through all uses for each.
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
        let pruned = self.write(|tx| {
            let pruned = expired(tx, keep, now)?;
            remove(tx, &pruned, now)?;
            Ok(pruned)
        });
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
        pruned
    }
}

/// Refuses what needs the contents of a plan when they have expired.
pub(crate) fn refuse_expired(connection: &Connection, plan: &PlanId) -> Result<(), StoreError> {
    let expired: Option<(String, String)> = connection
        .prepare_cached("SELECT slug, expired_at FROM plan WHERE id = ?1 AND expired_at IS NOT NULL")?
        .query_row([plan.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    expired.map_or(Ok(()), |(slug, at)| Err(StoreError::Expired { plan: Slug(slug), at }))
}

fn remove(tx: &Connection, pruned: &Pruned, now: DateTime<Utc>) -> Result<(), StoreError> {
    if pruned.plans.is_empty() {
        return Ok(());
    }
    let mut journal = Chain::open(tx, now)?;
    for plan in &pruned.plans {
        tx.prepare_cached("DELETE FROM blob_use WHERE plan_id = ?1")?.execute([plan.plan.as_str()])?;
        tx.prepare_cached("UPDATE plan SET expired_at = ?2 WHERE id = ?1")?
            .execute(params![plan.plan.as_str(), stamp(now)])?;
        let body = json!({ "why": plan.why.word(), "contents": plan.contents, "bytes": plan.bytes });
        journal.append(Some(&plan.plan), None, EntryKind::Expired, &body.to_string())?;
    }
    journal.finish()?;
    tx.execute(
        "DELETE FROM blob WHERE id IN (SELECT id FROM blob WHERE digest NOT IN (SELECT digest FROM blob_use))",
        [],
    )?;
    Ok(())
}

/// A content as the database knows it.
type Key = [u8; 32];

/// Which contents there are, and how many plans need each.
struct Contents {
    sizes: HashMap<Key, u64>,
    needs: HashMap<PlanId, HashSet<Key>>,
    users: HashMap<Key, usize>,
}

impl Contents {
    fn look(connection: &Connection) -> Result<Self, StoreError> {
        let mut select = connection.prepare("SELECT digest, length(content) FROM blob")?;
        let sizes = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, u32>(1)?.into())))?;
        let sizes = sizes.collect::<Result<_, _>>()?;
        let (mut needs, mut users) = (HashMap::<PlanId, HashSet<Key>>::new(), HashMap::new());
        let mut select = connection.prepare("SELECT DISTINCT plan_id, digest FROM blob_use")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let key: Key = row.get(1)?;
            needs.entry(PlanId(row.get(0)?)).or_default().insert(key);
            *users.entry(key).or_insert(0) += 1;
        }
        Ok(Self { sizes, needs, users })
    }

    /// Takes a plan's uses away; tells how many contents nobody needs then, and their size.
    fn release(&mut self, plan: &PlanId) -> (u64, u64) {
        let (mut contents, mut bytes) = (0, 0);
        for key in self.needs.remove(plan).unwrap_or_default() {
            let users = self.users.entry(key).or_default();
            *users = users.saturating_sub(1);
            if *users == 0 {
                contents += 1;
                bytes += self.sizes.get(&key).copied().unwrap_or_default();
            }
        }
        (contents, bytes)
    }

    /// The size of what these plans need and no other.
    fn size_alone(&self, plans: &[Closed]) -> u64 {
        let mut users = HashMap::<&Key, usize>::new();
        for key in plans.iter().filter_map(|closed| self.needs.get(&closed.plan)).flatten() {
            *users.entry(key).or_default() += 1;
        }
        let alone = users.iter().filter(|(key, users)| self.users.get(**key) == Some(users));
        alone.filter_map(|(key, _)| self.sizes.get(*key)).sum()
    }
}

/// A closed plan that has contents.
struct Closed {
    plan: PlanId,
    slug: Slug,
    root: PathBuf,
    updated_at: String,
}

/// The closed plans that nobody is undoing and that have contents, the oldest first.
fn closed(connection: &Connection) -> Result<Vec<Closed>, StoreError> {
    let mut select = connection.prepare(
        "SELECT p.id, p.slug, w.root, p.updated_at FROM plan p
         LEFT JOIN session s ON s.id = p.session_id LEFT JOIN workspace w ON w.id = s.workspace_id
         WHERE p.open = 0 AND p.id IN (SELECT plan_id FROM blob_use) AND p.id NOT IN (SELECT plan_id FROM undoing)
         ORDER BY p.updated_at, p.id",
    )?;
    let rows = select.query_map([], |row| {
        let root: Option<Vec<u8>> = row.get(2)?;
        let root = root.map(|bytes| PathBuf::from(OsStr::from_bytes(&bytes))).unwrap_or_default();
        Ok(Closed { plan: PlanId(row.get(0)?), slug: Slug(row.get(1)?), root, updated_at: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is kept no longer. Where there is too much, the oldest plans go, until the rest fits.
fn expired(connection: &Connection, keep: Keep, now: DateTime<Utc>) -> Result<Pruned, StoreError> {
    let closed = closed(connection)?;
    let mut contents = Contents::look(connection)?;
    // A time that no calendar has is before all plans.
    let oldest = now.checked_sub_signed(TimeDelta::days(i64::from(keep.days))).map(stamp).unwrap_or_default();
    let room = u64::from(keep.megabytes) * MEBIBYTE;
    let mut kept = contents.size_alone(&closed);
    let mut plans = Vec::new();
    for Closed { plan, slug, root, updated_at } in closed {
        let why = match (updated_at < oldest, kept > room) {
            (true, _) => Expiry::Age,
            (false, true) => Expiry::Size,
            (false, false) => break,
        };
        let (count, bytes) = contents.release(&plan);
        kept -= bytes;
        plans.push(Expired { plan, slug, root, updated_at, why, contents: count, bytes });
    }
    Ok(Pruned { plans })
}
