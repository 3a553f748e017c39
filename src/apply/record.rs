//! How what happened is put down.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Value, json};

use super::Outcome;
use super::command::{Ran, Stopped};
use crate::model::{Action, ChangeEvent, ChangeId, Digest, TargetPath};
use crate::store::EntryKind;
use crate::store::applying::{Ending, Step};
use crate::workspace::Difference;

/// The most names of files that are put down for each thing that a command did.
const MAX_LISTED: usize = 100;

/// What is about to happen, as JSON.
pub(super) fn intent(step: &Step, folders: &[TargetPath]) -> String {
    #[derive(Serialize)]
    struct Intent<'a> {
        action: &'a Action,
        digest: Digest,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        folders: &'a [TargetPath],
    }
    let intent = Intent { action: &step.action, digest: step.digest, folders };
    serde_json::to_string(&intent).expect("the model's types serialize: no maps with keys that are not strings")
}

/// An outcome as the store records it.
pub(super) fn ending(change: ChangeId, outcome: &Outcome, kind: EntryKind) -> Ending<'_> {
    let (event, result, error) = match outcome {
        Outcome::Failed { error } => (ChangeEvent::Fail, "failed", error.as_str()),
        Outcome::Conflict { error } => (ChangeEvent::Drift, "conflict", error.as_str()),
        Outcome::NotBegun { .. } => (ChangeEvent::Withdraw, "taken back", ""),
        Outcome::Applied | Outcome::Granted => (ChangeEvent::Succeed, "applied", ""),
    };
    let body = if error.is_empty() { json!({ "result": result }) } else { json!({ "result": result, "error": error }) };
    Ending { change, event, error, kind, body, output: None }
}

/// What is known of a command that ran.
pub(super) fn facts_of(ran: &Ran) -> Value {
    let kept = ran.output.kept();
    json!({
        "exit_code": ran.status.code(),
        "signal": ran.status.signal(),
        "stopped": ran.stopped.map(Stopped::word),
        "duration_ms": u64::try_from(ran.duration.as_millis()).unwrap_or(u64::MAX),
        "output": if kept.is_empty() { None } else { Some(Digest::of(&kept)) },
        "output_bytes": ran.output.total(),
        "output_bytes_cut": ran.output.cut(),
    })
}

/// What a command did to the files of its workspace: how many of each kind, and the first of their names.
pub(super) fn files_of(files: &Difference) -> Value {
    let listed = |paths: &[PathBuf]| {
        let first: Vec<_> = paths.iter().take(MAX_LISTED).map(|path| path.to_string_lossy()).collect();
        json!({ "count": paths.len(), "first": first })
    };
    json!({
        "created": listed(&files.created),
        "changed": listed(&files.changed),
        "deleted": listed(&files.deleted),
        "complete": files.complete,
        "not_looked_at": "what git ignores, unless the plan names it, and .git",
    })
}
