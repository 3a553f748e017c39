//! How far whoever holds the lock of a workspace is, for other screens: it stands in the lock's file, and is true while the
//! lock is held. Nothing is synced and nobody waits for it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::lock::{self, ApplyLock};
use super::{ApplyError, Clock};
use crate::model::{ChangeId, PlanId};
use crate::store::Store;

/// What is written, filled up with blanks, so that what was there before is covered.
const BOARD_BYTES: usize = 512;
/// So many contents are written before the board says so: it is there to be looked at, not to be kept up.
const CONTENTS_A_NOTE: usize = 32;

/// What is being done to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Doing {
    /// Approved changes happen.
    Apply,
    /// Applied changes are reversed.
    Undo,
    /// What a process that died had begun is settled.
    Recover,
}

impl Doing {
    /// As a person reads it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Apply => "applying",
            Self::Undo => "undoing",
            Self::Recover => "recovering",
        }
    }
}

/// What is under way in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// What is being done.
    pub doing: Doing,
    /// To which plan.
    pub plan: PlanId,
    /// How many changes are over.
    pub done: usize,
    /// How many there are.
    pub of: usize,
    /// The present change; of those that happen together the first.
    pub change: Option<ChangeId>,
    /// How many contents were written beside their files, give or take some dozens.
    pub written: usize,
    /// When it was begun.
    pub since: DateTime<Utc>,
}

/// What is under way in the workspace `root`, by whichever process; `None` when that is nothing.
///
/// # Errors
/// The lock's file cannot be used.
pub fn under_way(store: &Store, root: &Path) -> Result<Option<UnderWay>, ApplyError> {
    if !lock::is_held(store.home(), root)? {
        return Ok(None);
    }
    let mut board = vec![0; BOARD_BYTES];
    let read = lock::open(store.home(), root).and_then(|file| file.read_exact_at(&mut board, 0));
    // Who has just taken the lock has written nothing yet.
    Ok(read.ok().and_then(|()| serde_json::from_slice(&board).ok()))
}

/// Where the holder of a lock writes how far it is.
#[derive(Debug)]
pub(super) struct Board {
    file: io::Result<File>,
    facts: Mutex<UnderWay>,
}

impl Board {
    /// Says that `of` changes of `plan` are to come.
    pub(super) fn new(lock: &ApplyLock, clock: Clock, doing: Doing, plan: &PlanId, of: usize) -> Self {
        let facts = UnderWay { doing, plan: plan.clone(), done: 0, of, change: None, written: 0, since: clock() };
        let board = Self { file: lock.file(), facts: Mutex::new(facts) };
        board.tell(|_| {});
        board
    }

    /// Says something new.
    pub(super) fn tell(&self, what: impl FnOnce(&mut UnderWay)) {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        what(&mut facts);
        let mut text = serde_json::to_vec(&*facts).unwrap_or_default();
        if let (Ok(file), ..=BOARD_BYTES) = (&self.file, text.len()) {
            text.resize(BOARD_BYTES, b' ');
            // Who cannot tell applies all the same.
            let _ = file.write_all_at(&text, 0);
        }
    }

    /// Says which change begins when so many are over and so many contents written.
    pub(super) fn begin(&self, change: ChangeId, done: usize, written: usize) {
        self.tell(|facts| (facts.change, facts.done, facts.written) = (Some(change), done, written));
    }

    /// Hears how many contents are written.
    pub(super) fn count(&self, written: usize) {
        if written.is_multiple_of(CONTENTS_A_NOTE) {
            self.tell(|facts| facts.written = facts.written.max(written));
        }
    }
}
