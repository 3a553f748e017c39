//! The append-only record of what happened, hash-chained so that a later change of any entry shows.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use serde_json::Value;

use super::column::parsed;
use super::{Store, StoreError};
use crate::model::{ChangeId, Digest, PlanId};

/// What an entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A change was queued.
    Proposed,
    /// A person approved changes.
    Approved,
    /// A person rejected changes.
    Rejected,
    /// A person put the plan aside, or took it up again.
    Held,
    /// A change was put in the place of another.
    Superseded,
    /// A change says something else from now on.
    Revised,
    /// Applying a change is about to begin: what will be written or run, and what is there now.
    Intent,
    /// How applying ended.
    Outcome,
    /// Recovery settled what was in flight.
    Recovered,
    /// A change was given back to be tried again.
    Retried,
    /// A change was reversed.
    Undone,
    /// The contents of a closed plan were removed.
    Expired,
    /// A session's mode changed.
    Mode,
    /// An agent asked for another mode.
    ModeProposed,
    /// A server's tool list became trusted, or no longer is.
    Trust,
    /// A plan document was revised: by whom, and what was edited, chosen or answered.
    Document,
    /// A step of a plan document was run or rolled back.
    Step,
    /// A person asked about a change.
    Asked,
    /// A teammate sent its plan to its lead.
    PlanRequested,
    /// A teammate's plan was answered.
    PlanAnswered,
}

impl EntryKind {
    /// The word in the database and in `log --json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Held => "held",
            Self::Superseded => "superseded",
            Self::Revised => "revised",
            Self::Intent => "intent",
            Self::Outcome => "outcome",
            Self::Recovered => "recovered",
            Self::Retried => "retried",
            Self::Undone => "undone",
            Self::Expired => "expired",
            Self::Mode => "mode",
            Self::ModeProposed => "mode_proposed",
            Self::Trust => "trust",
            Self::Document => "document",
            Self::Step => "step",
            Self::Asked => "asked",
            Self::PlanRequested => "plan_requested",
            Self::PlanAnswered => "plan_answered",
        }
    }
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, counted from 1 without holes.
    pub seq: i64,
    /// When.
    pub at: String,
    /// The plan it speaks of, if any.
    pub plan: Option<PlanId>,
    /// The change it speaks of, if one.
    pub change: Option<ChangeId>,
    /// What it tells, as a word.
    pub kind: String,
    /// The facts.
    pub body: Value,
    /// The digest of this entry and the one before.
    pub hash: Digest,
}

/// A time as the store writes it.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Appends an entry inside the caller's transaction.
pub(crate) fn append(
    connection: &Connection,
    at: DateTime<Utc>,
    plan: Option<&PlanId>,
    change: Option<ChangeId>,
    kind: EntryKind,
    body: &Value,
) -> Result<(), StoreError> {
    let mut journal = Chain::open(connection, at)?;
    journal.append(plan, change, kind, &body.to_string())?;
    journal.finish()
}

/// The end of the journal, to which entries of one moment are appended inside the caller's transaction. [`Self::finish`]
/// has to follow the last.
pub(crate) struct Chain<'a> {
    connection: &'a Connection,
    insert: CachedStatement<'a>,
    at: String,
    seq: i64,
    hash: [u8; 32],
}

impl<'a> Chain<'a> {
    pub(crate) fn open(connection: &'a Connection, at: DateTime<Utc>) -> Result<Self, StoreError> {
        let head = connection
            .prepare_cached("SELECT n, hash FROM journal WHERE seq = 0")?
            .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?)))
            .optional()?;
        // Somebody took the head away. It stays so, for `verify` to tell.
        let last = || connection.query_row("SELECT coalesce(max(seq), 0) FROM journal", [], |row| row.get(0));
        let (seq, hash) = head.map_or_else(|| Ok::<_, rusqlite::Error>((last()?, [0; 32])), Ok)?;
        let insert = connection.prepare_cached(
            "INSERT INTO journal (seq, at, plan_id, n, kind, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        Ok(Self { connection, insert, at: stamp(at), seq, hash })
    }

    pub(crate) fn append(
        &mut self,
        plan: Option<&PlanId>,
        change: Option<ChangeId>,
        kind: EntryKind,
        // As JSON.
        body: &str,
    ) -> Result<(), StoreError> {
        let seq = self.seq + 1;
        let (plan, n) = (plan.map(PlanId::as_str), change.map(|c| c.0));
        let hash = chain(&self.hash, seq, &self.at, plan, n, kind.word(), body);
        self.insert.execute(params![seq, self.at, plan, n, kind.word(), body, hash.as_bytes()])?;
        (self.seq, self.hash) = (seq, *hash.as_bytes());
        Ok(())
    }

    /// Lets the head name the last entry.
    pub(crate) fn finish(self) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE journal SET at = ?1, n = ?2, hash = ?3 WHERE seq = 0")?
            .execute(params![self.at, self.seq, self.hash])?;
        Ok(())
    }
}

/// The hash of an entry: SHA-256 over the hash before it and the entry as one JSON array.
fn chain(
    before: &[u8; 32],
    seq: i64,
    at: &str,
    plan: Option<&str>,
    change: Option<u32>,
    kind: &str,
    body: &str,
) -> Digest {
    let entry = (Digest::from_bytes(*before), seq, at, plan, change, kind, body);
    let mut text = Vec::with_capacity(256 + body.len() * 5 / 4);
    serde_json::to_writer(&mut text, &entry).expect("words and numbers serialize, and memory takes them");
    Digest::of(&text)
}

impl Store {
    /// The journal's entries, oldest first: all, or those of one plan.
    pub fn entries(&self, plan: Option<&PlanId>) -> Result<Vec<Entry>, StoreError> {
        entries_in(&self.connection, plan)
    }

    /// The number of the first entry that is missing or does not follow from the one before it; `None` when all do.
    pub fn first_broken_entry(&self) -> Result<Option<i64>, StoreError> {
        self.read(broken_entry)
    }
}

/// The entries inside a transaction.
pub(super) fn entries_in(connection: &Connection, plan: Option<&PlanId>) -> Result<Vec<Entry>, StoreError> {
    let mut select = connection.prepare(
        "SELECT seq, at, plan_id, n, kind, body, hash FROM journal WHERE seq > 0 AND (?1 IS NULL OR plan_id = ?1)
         ORDER BY seq",
    )?;
    let rows = select.query_map([plan.map(PlanId::as_str)], |row| {
        Ok(Entry {
            seq: row.get(0)?,
            at: row.get(1)?,
            plan: row.get::<_, Option<String>>(2)?.map(PlanId),
            change: row.get::<_, Option<u32>>(3)?.map(ChangeId),
            kind: row.get(4)?,
            body: serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or(Value::Null),
            hash: Digest::from_bytes(row.get(6)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the entries of one kind say of changes of a plan, oldest first.
pub(crate) fn bodies(
    connection: &Connection,
    plan: &PlanId,
    kind: EntryKind,
) -> Result<Vec<(ChangeId, Value)>, StoreError> {
    let mut select = connection.prepare(
        "SELECT n, body FROM journal WHERE plan_id = ?1 AND kind = ?2 AND n IS NOT NULL AND seq > 0 ORDER BY seq",
    )?;
    let mut rows = select.query(params![plan.as_str(), kind.word()])?;
    let mut bodies = Vec::new();
    while let Some(row) = rows.next()? {
        bodies.push((ChangeId(row.get(0)?), parsed("journal", &row.get::<_, String>(1)?)?));
    }
    Ok(bodies)
}

/// The first entry that is missing or does not follow, inside a transaction. That the head is not the last entry shows as
/// the entry behind the last one, or as the last one that should not be there.
pub(super) fn broken_entry(connection: &Connection) -> Result<Option<i64>, StoreError> {
    let mut select =
        connection.prepare("SELECT seq, at, plan_id, n, kind, body, hash FROM journal WHERE seq > 0 ORDER BY seq")?;
    let mut rows = select.query([])?;
    let (mut before, mut expected) = ([0; 32], 1);
    while let Some(row) = rows.next()? {
        let (seq, at, plan): (i64, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (change, kind, body): (Option<u32>, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let hash: [u8; 32] = row.get(6)?;
        let right = chain(&before, seq, &at, plan.as_deref(), change, &kind, &body);
        if seq != expected || right.as_bytes() != &hash {
            return Ok(Some(expected));
        }
        (before, expected) = (hash, seq + 1);
    }
    let head = connection
        .query_row("SELECT n, hash FROM journal WHERE seq = 0", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?))
        })
        .optional()?;
    Ok(match head {
        Some((last, hash)) if last + 1 == expected && hash == before => None,
        Some((last, _)) if last + 1 < expected => Some(last + 1),
        _ => Some(expected),
    })
}
