//! How what happened is put down.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::command::{Ran, Stopped};
use super::output::Output;
use super::running::Remains;
use super::{Note, Outcome};
use crate::model::{Action, ChangeEvent, ChangeId, Digest, FileEffect, TargetPath};
use crate::review::ran::told_files;
use crate::store::EntryKind;
use crate::store::applying::Ending;
use crate::store::journal::stamp;
use crate::store::step::Step;
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

/// What is about to be reversed, as JSON.
pub(super) fn intent_to_undo<'a>(effects: impl Iterator<Item = &'a FileEffect>) -> String {
    #[derive(Serialize)]
    struct Intent<'a> {
        undo: Vec<&'a FileEffect>,
    }
    let intent = Intent { undo: effects.collect() };
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

impl Ending<'_> {
    /// With what is to be known of the files.
    pub(super) fn with_notes(mut self, notes: Option<&[(TargetPath, Note)]>) -> Self {
        if let Some(notes) = notes.filter(|notes| !notes.is_empty()) {
            self.body["notes"] =
                notes.iter().map(|(path, note)| json!({ "path": path, "note": note.to_string() })).collect();
        }
        self
    }
}

/// What is known of a command that ran.
pub(super) fn facts_of(ran: &Ran, started_at: DateTime<Utc>) -> Value {
    let mut facts = json!({
        "started_at": stamp(started_at),
        "exit_code": ran.status.code(),
        "signal": ran.status.signal(),
        "stopped": ran.stopped.map(Stopped::word),
        "duration_ms": u64::try_from(ran.duration.as_millis()).unwrap_or(u64::MAX),
    });
    add_output(&mut facts, &ran.output);
    facts
}

/// What is known of a command whose end nobody saw.
pub(super) fn facts_of_interrupted(remains: &Remains) -> Value {
    let mut facts = json!({ "started_at": stamp(remains.head.started_at), "process": remains.head.process });
    add_output(&mut facts, &remains.output);
    facts
}

fn add_output(facts: &mut Value, output: &Output) {
    let kept = output.kept();
    facts["output"] = if kept.is_empty() { Value::Null } else { json!(Digest::of(&kept)) };
    facts["output_bytes"] = json!(output.total());
    facts["output_bytes_cut"] = json!(output.cut());
}

/// What went wrong with a command by its facts, with the last lines of its output; `None` when all is well.
pub(super) fn error_of(facts: &Value, output: &Output) -> Option<String> {
    let what = match (facts["stopped"].as_str(), facts["exit_code"].as_i64(), facts["signal"].as_i64()) {
        (None, Some(0), _) => return None,
        (Some(word), ..) => word.to_owned(),
        (None, Some(code), _) => format!("exit code {code}"),
        (None, None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None, None) => "did not start".to_owned(),
    };
    Some(with_last_lines(what, output))
}

/// What is to be said, and the last lines of output where there are any.
pub(super) fn with_last_lines(what: String, output: &Output) -> String {
    let last = output.last_lines(20, 2000);
    if last.is_empty() { what } else { format!("{what}; its last output:\n{last}") }
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

/// What a person and an agent are told of the effects of a call that cannot be undone.
pub(super) fn told_effects(ran: Option<&Value>) -> String {
    let Some(facts) = ran.filter(|facts| facts["files"].is_object()) else {
        return "what it did is not recorded".to_owned();
    };
    match (told_files(facts).as_str(), facts["files"]["complete"].as_bool()) {
        ("", Some(true)) => "it changed no file of the workspace that git would track; what else it did is not known",
        ("", _) => "not every file of the workspace could be looked at, so what it did is not known",
        (files, _) => return format!("it {files}; what was there before is not kept"),
    }
    .to_owned()
}
