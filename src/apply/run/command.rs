//! A command of a plan is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Run, waiting};
use crate::apply::command::{self, Seen};
use crate::apply::running::RunningFile;
use crate::apply::{ApplyError, Outcome, Progress, WhyNot, patience, record, told};
use crate::model::{Action, Kept};
use crate::review::ran::told_end;
use crate::store::applying::Intent;
use crate::store::step::Step;
use crate::store::{EntryKind, StoreError};
use crate::workspace::{Survey, fault};

impl Run<'_> {
    /// Runs the command of a change and records how it ended.
    pub(super) fn run_command(&mut self, step: &Step) -> Result<Outcome, ApplyError> {
        let Action::Command { command, cwd, timeout_ms } = &step.action else {
            unreachable!("only commands are run");
        };
        let number = self.results.len() + 1;
        self.board.begin(step.id, self.before + self.results.len(), self.options.tally.written());
        (self.progress)(Progress::Began { change: step, number, of: self.of });
        let body = record::intent(step, &[]);
        let intent = Intent { change: step.id, body: Some(body), folders: Vec::new(), kept: Kept::default() };
        if let Some((_, state)) = self.begin(&[intent])?.first() {
            return Ok(Outcome::NotBegun { why: WhyNot::Is(*state) });
        }
        fault::point("intent recorded");
        let root = self.store.root_of_plan(&self.plan)?;
        let moved = root.as_deref().and_then(|root| moved_out(root, cwd.as_path()));
        let named = self.store.touched(&self.plan)?;
        let before = root.as_deref().map(|root| Survey::of(root, &named));
        let started_at = (self.clock)();
        let mut file = RunningFile::create(self.store.home(), &self.plan, step.id, started_at)
            .map_err(|error| format!("the data folder has no room for what the command prints: {error}"));
        let progress = &mut self.progress;
        let limit = Duration::from_millis(*timeout_ms);
        let (environment, cancel) = (&self.options.environment, &self.options.cancel);
        let ran = match (moved, &mut file) {
            (Some(why), _) => Err(why),
            (None, Err(why)) => Err(why.clone()),
            (None, Ok(file)) => {
                let mut watch = |seen: Seen<'_>| match seen {
                    Seen::Started(pid) => file.started(pid),
                    Seen::Printed(piece) => {
                        file.push(piece);
                        progress(Progress::Output { change: step.id, piece });
                    }
                };
                command::run(command, cwd.as_path(), environment, limit, cancel, &mut watch)
            }
        };
        let (error, mut facts, output) = match ran {
            Ok(ran) => (ran.error(), record::facts_of(&ran, started_at), ran.output.kept()),
            Err(error) => (Some(error), json!({ "started": false }), Vec::new()),
        };
        if let Ok(file) = &mut file {
            file.ended(&facts);
        }
        fault::point("deed done");
        if let (Some(before), Some(root)) = (before, root) {
            let files = before.until(&Survey::of(&root, &named));
            facts["files"] = record::files_of(&files);
            if !(files.complete && files.is_empty()) {
                (self.progress)(Progress::Touched { change: step.id, files: &files });
            }
        }
        let outcome = error.map_or(Outcome::Applied, |error| Outcome::Failed { error });
        self.end_command(step, &outcome, facts, &output, file.as_ref().ok())?;
        fault::point("outcome recorded");
        if let Ok(file) = file {
            file.remove();
        }
        Ok(outcome)
    }

    /// Records how a command ended. Where the store has no room for that, what was reserved in the `file` is given to it.
    fn end_command(
        &mut self,
        step: &Step,
        outcome: &Outcome,
        facts: Value,
        output: &[u8],
        file: Option<&RunningFile>,
    ) -> Result<(), ApplyError> {
        let mut ending = record::ending(step.id, outcome, EntryKind::Outcome);
        let how = told_end(&facts);
        ending.body["command"] = facts;
        ending.output = Some(output).filter(|output| !output.is_empty());
        let told = told::ended(std::slice::from_ref(step), [(&step.id, outcome)]);
        let endings = [ending];
        let mut tell = waiting(self.progress);
        let mut released = false;
        let mut wait = |error: &StoreError| {
            if let (Some(file), false) = (file, std::mem::replace(&mut released, true)) {
                file.release();
            } else {
                tell(error);
            }
        };
        let recorded = patience::until_recorded(&self.options.cancel, &mut wait, || {
            self.store.end_changes((self.clock)(), &self.plan, &endings, &told)
        });
        recorded.map_err(|source| {
            let what = format!("{} {how}; that is kept, and the next command of plangate records it", step.id);
            ApplyError::Unrecorded { what, source }
        })
    }
}

/// Why a folder that was shown as one of the workspace is none any more.
fn moved_out(root: &Path, cwd: &Path) -> Option<String> {
    let leads = |real: PathBuf| !real.starts_with(root);
    let out = cwd.starts_with(root) && fs::canonicalize(cwd).is_ok_and(leads);
    out.then(|| format!("`{}` now leads out of the workspace through a symbolic link", cwd.display()))
}
