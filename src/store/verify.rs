//! Whether the store still says what was written: its pages agree with each other, each entry follows from the one before it
//! up to the head, each change is in the state to which its entries lead, and each content has its digest.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::Value;

use super::column::word;
use super::journal::{Entry, EntryKind, broken_entry, entries_in};
use super::{Store, StoreError};
use crate::model::{ChangeId, ChangeState, Digest, PlanId};

/// How many faults of pages are told.
const MAX_PAGES_TOLD: usize = 20;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Pages of the file contradict each other: a table and its index, or a page and the one that names it.
    Page {
        /// What SQLite found.
        found: String,
    },
    /// An entry of the journal is missing or altered, and so may be all that follow.
    Entry {
        /// Its number.
        seq: i64,
    },
    /// A change is in another state than its entries say.
    State {
        /// Its plan.
        plan: PlanId,
        /// The change.
        change: ChangeId,
        /// Its state.
        is: ChangeState,
        /// The state to which its entries lead; `None` when there are none.
        told: Option<ChangeState>,
    },
    /// A content is not the one that was kept.
    Content {
        /// The digest of what was kept.
        digest: Digest,
    },
}

impl Fault {
    /// The word in `log --verify --json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Page { .. } => "page",
            Self::Entry { .. } => "entry",
            Self::State { .. } => "state",
            Self::Content { .. } => "content",
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page { found } => write!(f, "the store's file is damaged: {found}"),
            Self::Entry { seq } => write!(f, "the journal is broken from entry {seq} on"),
            Self::State { plan, change, is, told: Some(told) } => {
                write!(f, "`{change}` of `{plan}` is {is}, and the journal says {told}")
            }
            Self::State { plan, change, is, told: None } => {
                write!(f, "`{change}` of `{plan}` is {is}, and the journal says nothing of it")
            }
            Self::Content { digest } => write!(f, "the content {digest} is another one"),
        }
    }
}

/// What was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries the journal has.
    pub entries: usize,
    /// What is wrong; a journal that is broken is compared with nothing.
    pub faults: Vec<Fault>,
}

impl Store {
    /// Looks through the whole store.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        self.read(|connection| {
            let mut faults = damaged_pages(connection)?;
            let entries = match compared(connection, &mut faults) {
                Ok(entries) => entries,
                // What a damaged page holds cannot be compared; that it is damaged is told by then.
                Err(StoreError::Damaged(_)) if !faults.is_empty() => 0,
                Err(error) => return Err(error),
            };
            Ok(Verified { entries, faults })
        })
    }
}

/// Compares the journal with itself, and all else with the journal; gives back how many entries it has.
fn compared(connection: &Connection, faults: &mut Vec<Fault>) -> Result<usize, StoreError> {
    let entries = entries_in(connection, None)?;
    match broken_entry(connection)? {
        Some(seq) => faults.push(Fault::Entry { seq }),
        None => wrong_states(connection, &entries, faults)?,
    }
    wrong_contents(connection, faults)?;
    Ok(entries.len())
}

/// What SQLite finds when it looks through all pages; it stops after [`MAX_PAGES_TOLD`].
fn damaged_pages(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Vec::new();
    let mut tell = |found: &str| faults.push(Fault::Page { found: found.to_owned() });
    let mut check = connection.prepare(&format!("PRAGMA integrity_check({MAX_PAGES_TOLD})"))?;
    let mut rows = check.query([])?;
    loop {
        match rows.next().map_err(StoreError::from) {
            Ok(None) => return Ok(faults),
            Ok(Some(row)) => {
                let text: String = row.get(0)?;
                // A row may be several lines, of which some only say which database it is.
                text.lines().filter(|line| *line != "ok" && !line.starts_with("***")).for_each(&mut tell);
            }
            // It cannot go on.
            Err(StoreError::Damaged(error)) => {
                tell(&error.to_string());
                return Ok(faults);
            }
            Err(error) => return Err(error),
        }
    }
}

fn wrong_states(connection: &Connection, entries: &[Entry], faults: &mut Vec<Fault>) -> Result<(), StoreError> {
    let mut told: BTreeMap<(&PlanId, ChangeId), ChangeState> = BTreeMap::new();
    for entry in entries {
        let Some(plan) = &entry.plan else { continue };
        for (change, state) in states_told(entry) {
            told.insert((plan, change), state);
        }
    }
    let mut select = connection.prepare("SELECT plan_id, n, state FROM change ORDER BY plan_id, n")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (plan, change) = (PlanId(row.get(0)?), ChangeId(row.get(1)?));
        let is: ChangeState = word(row.get_ref(2)?.as_str().unwrap_or_default())?;
        let told = told.get(&(&plan, change)).copied();
        if told != Some(is) {
            faults.push(Fault::State { plan, change, is, told });
        }
    }
    Ok(())
}

/// The changes that an entry leads to another state, and which.
fn states_told(entry: &Entry) -> Vec<(ChangeId, ChangeState)> {
    let is = |kind: EntryKind| entry.kind == kind.word();
    let to = |state| entry.change.map(|change| (change, state)).into_iter().collect();
    if is(EntryKind::Proposed) || is(EntryKind::Revised) {
        to(ChangeState::Pending)
    } else if is(EntryKind::Approved) {
        listed(&entry.body, |named| named.get(0)).map(|change| (change, ChangeState::Approved)).collect()
    } else if is(EntryKind::Rejected) {
        let many = listed(&entry.body, |named| Some(named)).map(|change| (change, ChangeState::Rejected));
        many.chain(entry.change.map(|change| (change, ChangeState::Rejected))).collect()
    } else if is(EntryKind::Superseded) {
        to(ChangeState::Superseded)
    } else if is(EntryKind::Retried) {
        to(if entry.body["event"] == "mark_done" { ChangeState::Applied } else { ChangeState::Approved })
    } else if is(EntryKind::Intent) {
        if entry.body.get("undo").is_some() { Vec::new() } else { to(ChangeState::Applying) }
    } else if is(EntryKind::Outcome) || is(EntryKind::Recovered) || is(EntryKind::Undone) {
        match entry.body["result"].as_str() {
            Some("applied" | "passed to the agent's host") => to(ChangeState::Applied),
            Some("failed") => to(ChangeState::Failed),
            Some("conflict") => to(ChangeState::Conflict),
            Some("taken back") => to(ChangeState::Approved),
            Some("interrupted") => to(ChangeState::Interrupted),
            Some("undone") => to(ChangeState::Undone),
            // What could not be undone stays applied.
            _ => Vec::new(),
        }
    } else {
        Vec::new()
    }
}

/// The changes that an entry of several names.
fn listed(body: &Value, name: fn(&Value) -> Option<&Value>) -> impl Iterator<Item = ChangeId> {
    let named = body["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    named.iter().filter_map(move |named| serde_json::from_value(name(named)?.clone()).ok())
}

fn wrong_contents(connection: &Connection, faults: &mut Vec<Fault>) -> Result<(), StoreError> {
    let mut select = connection.prepare("SELECT digest, content FROM blob ORDER BY id")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let digest = Digest::from_bytes(row.get(0)?);
        if row.get_ref(1)?.as_blob().is_ok_and(|content| Digest::of(content) != digest) {
            faults.push(Fault::Content { digest });
        }
    }
    Ok(())
}
