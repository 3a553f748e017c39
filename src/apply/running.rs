//! A command that runs, in a file of the data folder: which process it is, what it printed so far, and how it ended until the
//! store has recorded that. So a process that dies takes none of it with it.
//!
//! `running/PLAN.cN` has a head, JSON filled up with blanks; then the beginning of the output; then a ring in which its
//! end turns. Nothing is synced: what dies with the machine is no process's doing, and no command runs then.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use rustix::process::Pid;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::output::{HALF, Output};
use super::process::Process;
use crate::model::{ChangeId, PlanId};

/// One page, which the kernel copies whole.
const HEAD_BYTES: usize = 4096;
/// More than is kept of the end: what comes next must not overwrite that before the head tells of it.
const RING_BYTES: usize = HALF + (64 << 10);
/// What the file takes at most.
const FILE_BYTES: u64 = (HEAD_BYTES + HALF + RING_BYTES) as u64;
/// Room that the store will need for the outcome: the output once more, twice where it is written to its log first, and some.
const RESERVED_BYTES: u64 = 2 * FILE_BYTES + (512 << 10);

/// What is known of a command apart from its output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) started_at: DateTime<Utc>,
    /// `None` before it was started, and where there is no `/proc`.
    pub(super) process: Option<Process>,
    /// How many bytes it printed.
    printed: u64,
    /// How it ended, as the journal has it.
    pub(super) ended: Option<Value>,
}

/// The file of a command that runs. What cannot be written to it is known to this process all the same.
pub(super) struct RunningFile {
    file: File,
    path: PathBuf,
    head: Head,
}

/// What a process that died left of a command.
pub(super) struct Remains {
    pub(super) head: Head,
    pub(super) output: Output,
}

impl RunningFile {
    /// Makes the file, with room for all that the command may print, and for the outcome in the store.
    ///
    /// # Errors
    /// The data folder has no such room, or takes no file.
    pub(super) fn create(home: &Path, plan: &PlanId, change: ChangeId, now: DateTime<Utc>) -> io::Result<Self> {
        let path = path_of(home, plan, change);
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        let head = Head { started_at: now, process: None, printed: 0, ended: None };
        let made = Self { file, path, head };
        match fallocate(&made.file, FallocateFlags::empty(), 0, FILE_BYTES + RESERVED_BYTES) {
            // Where nothing can be reserved, nothing is promised.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
            Err(errno) => {
                made.remove();
                return Err(errno.into());
            }
        }
        made.write_head();
        Ok(made)
    }

    pub(super) fn started(&mut self, pid: Pid) {
        self.head.process = Process::of(pid);
        self.write_head();
    }

    /// Takes the next piece of output.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let mut rest = piece;
        let mut at = self.head.printed;
        while !rest.is_empty() {
            let (place, room) = place_of(at);
            let (now, later) = rest.split_at(rest.len().min(room));
            if self.file.write_all_at(now, (HEAD_BYTES + place) as u64).is_err() {
                return;
            }
            at += now.len() as u64;
            rest = later;
        }
        self.head.printed = at;
        self.write_head();
    }

    /// Keeps how it ended, in a place that is there already.
    pub(super) fn ended(&mut self, facts: &Value) {
        self.head.ended = Some(facts.clone());
        self.write_head();
    }

    /// Gives the room back that was reserved for the store.
    pub(super) fn release(&self) {
        let _ = self.file.set_len(FILE_BYTES);
    }

    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }

    fn write_head(&self) {
        let mut text = serde_json::to_vec(&self.head).unwrap_or_default();
        if text.len() <= HEAD_BYTES {
            text.resize(HEAD_BYTES, b' ');
            let _ = self.file.write_all_at(&text, 0);
        }
    }
}

impl Remains {
    /// What is left of the command; `None` when it had not come so far, or the machine went down.
    pub(super) fn of(home: &Path, plan: &PlanId, change: ChangeId) -> Option<Self> {
        let file = File::open(path_of(home, plan, change)).ok()?;
        let mut head = vec![0; HEAD_BYTES];
        file.read_exact_at(&mut head, 0).ok()?;
        let head: Head = serde_json::from_slice(&head).ok()?;
        let printed = usize::try_from(head.printed).unwrap_or(usize::MAX);
        let mut beginning = vec![0; printed.min(HALF)];
        file.read_exact_at(&mut beginning, HEAD_BYTES as u64).ok()?;
        let mut end = vec![0; printed.saturating_sub(HALF).min(HALF)];
        let mut at = head.printed - end.len() as u64;
        let mut filled = 0;
        while filled < end.len() {
            let (place, room) = place_of(at);
            let until = end.len().min(filled + room);
            file.read_exact_at(&mut end[filled..until], (HEAD_BYTES + place) as u64).ok()?;
            at += (until - filled) as u64;
            filled = until;
        }
        let output = Output::of(beginning, end, head.printed);
        Some(Self { head, output })
    }
}

/// Where in the file behind its head the byte number `at` of the output stands, and how many more stand there in a row.
fn place_of(at: u64) -> (usize, usize) {
    match usize::try_from(at) {
        Ok(at) if at < HALF => (at, HALF - at),
        _ => {
            let turned = usize::try_from((at - HALF as u64) % RING_BYTES as u64).unwrap_or_default();
            (HALF + turned, RING_BYTES - turned)
        }
    }
}

/// Removes the file of a command whose outcome is recorded.
pub(super) fn forget(home: &Path, plan: &PlanId, change: ChangeId) {
    let _ = fs::remove_file(path_of(home, plan, change));
}

/// The commands of which files are there.
pub(super) fn all(home: &Path) -> Vec<(PlanId, ChangeId)> {
    let Ok(entries) = fs::read_dir(home.join(FOLDER)) else { return Vec::new() };
    let named = entries.filter_map(|entry| {
        let name = entry.ok()?.file_name();
        let (plan, change) = name.to_str()?.rsplit_once('.')?;
        Some((PlanId::from(plan), change.parse().ok()?))
    });
    named.collect()
}

const FOLDER: &str = "running";

fn path_of(home: &Path, plan: &PlanId, change: ChangeId) -> PathBuf {
    home.join(FOLDER).join(format!("{plan}.{change}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn numbers(length: usize) -> Vec<u8> {
        (0..length).map(|n| u8::try_from(n % 251).expect("small")).collect()
    }

    #[test]
    fn what_a_command_printed_is_found_again_as_far_as_it_is_kept() {
        for length in [0, 7, HALF - 1, HALF, HALF + 1, 2 * HALF, 2 * HALF + (64 << 10) + 3, 5 * HALF + 11] {
            let home = tempfile::tempdir().expect("a temporary folder");
            let (plan, change) = (PlanId::from("plan-1"), ChangeId(3));
            let mut file = RunningFile::create(home.path(), &plan, change, Utc::now()).expect("it is made");
            let mut output = Output::default();
            for piece in numbers(length).chunks(16 << 10) {
                file.push(piece);
                output.push(piece);
            }
            file.ended(&json!({ "exit_code": 0 }));
            let found = Remains::of(home.path(), &plan, change).expect("it is there");
            assert_eq!(found.output.total(), length as u64);
            assert!(found.output.kept() == output.kept(), "{length} bytes");
            assert_eq!(found.head.ended, Some(json!({ "exit_code": 0 })));
            assert_eq!(all(home.path()), [(plan.clone(), change)]);
            forget(home.path(), &plan, change);
            assert_eq!((all(home.path()), Remains::of(home.path(), &plan, change).is_none()), (Vec::new(), true));
        }
    }
}
