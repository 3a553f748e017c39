//! An approved plan becomes files and processes, journalled step by step: intent, deed, outcome. A crash at any
//! point leaves each file old or new, and [`recover`] finishes or settles what was in flight.

mod cancel;
mod command;
mod files;
mod lock;
mod output;
mod recover;
mod report;
mod undo;

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub use self::cancel::Cancel;
use self::command::Ran;
use self::files::{End, FileWork};
use self::lock::ApplyLock;
pub use self::recover::recover;
pub use self::report::{ApplyReport, Outcome, Progress, Recovered, RecoveredAs, UndoOutcome, UndoReport, WhyNot};
pub use self::undo::undo;
use crate::model::{
    Action, ApprovedPlan, ChangeEvent, ChangeId, ChangeState, Digest, PlanId, ProposedChange, TargetPath,
};
use crate::store::applying::{Ending, Intent};
use crate::store::{EntryKind, Store, StoreError};
use crate::workspace::fault;

/// Set in the environment of every command that is applied: whoever sees it runs inside a change.
pub const APPLYING_VARIABLE: &str = "PLANGATE_APPLYING";

/// Where the time comes from.
pub type Clock = fn() -> DateTime<Utc>;

/// Why nothing, or nothing more, could be applied, undone or recovered.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Another process is at it.
    #[error("another approval is being applied in `{}`", root.display())]
    Busy {
        /// The workspace.
        root: PathBuf,
    },
    /// The lock of the workspace cannot be used.
    #[error("the lock `{}` cannot be used", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no such plan.
    #[error("there is no plan `{0}`")]
    NoPlan(PlanId),
    /// There is no such change.
    #[error("the plan has no change `{0}`")]
    NoChange(ChangeId),
    /// The record does not say what was in a file's place.
    #[error("what `{}` was before `{change}` is not recorded", path.as_path().display())]
    NoBeforeImage {
        /// The change.
        change: ChangeId,
        /// The file.
        path: TargetPath,
    },
    /// A change went wrong half way and could not be taken back; recovery tries again at every start.
    #[error("`{change}` is half done and could not be taken back: {error}")]
    Unsettled {
        /// The change.
        change: ChangeId,
        /// What the system said.
        error: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What happens to the other changes when one fails. What depends on a failed one never begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// Nothing more begins.
    #[default]
    Stop,
    /// Independent file changes go on; commands do not, as nobody knows what they need.
    KeepGoing,
}

/// How to apply.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What happens to the other changes when one fails.
    pub on_failure: OnFailure,
    /// The person's wish to stop.
    pub cancel: Cancel,
}

/// Lets approved changes happen.
pub struct Applier<'a> {
    store: &'a Store,
    clock: Clock,
    options: Options,
}

/// True while an approval is being applied in the workspace `root`, by whichever process.
pub fn in_progress(store: &Store, root: &Path) -> Result<bool, ApplyError> {
    lock::is_held(store.home(), root)
}

impl<'a> Applier<'a> {
    /// Applies by the record of `store`.
    pub fn new(store: &'a Store, clock: Clock, options: Options) -> Self {
        Self { store, clock, options }
    }

    /// Applies the approved changes in order, each once; what a crash left in flight is settled first.
    ///
    /// A failed change keeps its error and leaves none of its files changed. Changes that were not begun stay approved.
    ///
    /// # Errors
    /// Somebody else is applying, the store failed, or a change could not even be taken back. What was recorded
    /// until then stands.
    pub fn apply(
        &self,
        approved: ApprovedPlan,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<ApplyReport, ApplyError> {
        let (plan, changes) = approved.into_parts();
        let plan = &plan;
        let root = self.store.root_of_plan(plan)?.ok_or_else(|| ApplyError::NoPlan(plan.clone()))?;
        let lock = ApplyLock::take(self.store.home(), &root)?;
        let _listening = self.options.cancel.listen();
        recover::recover_locked(self.store, self.clock, &root, &lock)?;
        let mut report = ApplyReport { plan: plan.clone(), results: Vec::new() };
        let (of, mut failed) = (changes.len(), None);
        for (number, id) in (1..).zip(changes) {
            let change = self.store.change(plan, id)?.ok_or(ApplyError::NoChange(id))?;
            let outcome = match self.hindrance(plan, &change, failed)? {
                Some(why) => Outcome::NotBegun { why },
                None if change.action == Action::Forward => Outcome::Granted,
                None => {
                    progress(Progress::Began { change: &change, number, of });
                    self.apply_one(plan, &change, progress)?
                }
            };
            progress(Progress::Ended { change: id, outcome: &outcome });
            failed = failed.or_else(|| outcome.is_failure().then_some(id));
            report.results.push((id, outcome));
        }
        Ok(report)
    }

    /// Why a change must not begin now.
    fn hindrance(
        &self,
        plan: &PlanId,
        change: &ProposedChange,
        failed: Option<ChangeId>,
    ) -> Result<Option<WhyNot>, ApplyError> {
        if change.state != ChangeState::Approved {
            return Ok(Some(WhyNot::Is(change.state)));
        }
        if self.options.cancel.is_asked() {
            return Ok(Some(WhyNot::Cancelled));
        }
        for &needed in &change.depends_on {
            // What was given up no longer counts: whether the change still fits, its bases tell.
            if self.store.state_of(plan, needed)?.is_some_and(ChangeState::is_open) {
                return Ok(Some(WhyNot::Needs(needed)));
            }
        }
        let goes_on =
            self.options.on_failure == OnFailure::KeepGoing && !matches!(change.action, Action::Command { .. });
        // A forwarded call does not run here, so it has nothing to fear from a failure either.
        let unharmed = goes_on || change.action == Action::Forward;
        Ok(failed.filter(|_| !unharmed).map(WhyNot::After))
    }

    fn apply_one(
        &self,
        plan: &PlanId,
        change: &ProposedChange,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Outcome, ApplyError> {
        let applied = match &change.action {
            Action::Command { command, cwd, timeout_ms } => {
                let limit = Duration::from_millis(*timeout_ms);
                self.apply_command(plan, change, command, cwd.as_path(), limit, progress)
            }
            _ => self.apply_files(plan, change),
        };
        match applied {
            // It was decided otherwise after it had been read.
            Err(ApplyError::Store(StoreError::Transition { .. })) => {
                let state = self.store.state_of(plan, change.id)?.ok_or(ApplyError::NoChange(change.id))?;
                Ok(Outcome::NotBegun { why: WhyNot::Is(state) })
            }
            applied => applied,
        }
    }

    fn apply_files(&self, plan: &PlanId, change: &ProposedChange) -> Result<Outcome, ApplyError> {
        let made = match files::missing_folders(&change.action) {
            Ok(made) => made,
            Err(end) => return self.refuse(plan, change.id, end),
        };
        let work = FileWork::forwards(self.store, plan, change, made.clone());
        let before = match work.check().and_then(|()| work.before()) {
            Ok(before) => before,
            Err(end) => return self.refuse(plan, change.id, end),
        };
        let body = json!({ "action": change.action, "digest": change.digest, "folders": made });
        let intent = Intent { body, before: &before, folders: &made };
        self.store.begin_change((self.clock)(), plan, change.id, &intent)?;
        fault::point("intent recorded");
        let end = work.perform();
        fault::point("deed done");
        let outcome = outcome_of(change.id, end)?;
        self.store.end_change((self.clock)(), plan, change.id, &ending(&outcome, EntryKind::Outcome))?;
        fault::point("outcome recorded");
        Ok(outcome)
    }

    /// Records that a change could not begin.
    fn refuse(&self, plan: &PlanId, change: ChangeId, end: End) -> Result<Outcome, ApplyError> {
        let outcome = outcome_of(change, end)?;
        self.store.refuse_change((self.clock)(), plan, change, &ending(&outcome, EntryKind::Outcome))?;
        Ok(outcome)
    }

    fn apply_command(
        &self,
        plan: &PlanId,
        change: &ProposedChange,
        command: &str,
        cwd: &Path,
        limit: Duration,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Outcome, ApplyError> {
        let body = json!({ "action": change.action, "digest": change.digest });
        let intent = Intent { body, before: &[], folders: &[] };
        self.store.begin_change((self.clock)(), plan, change.id, &intent)?;
        fault::point("intent recorded");
        let mut on_output = |piece: &[u8]| progress(Progress::Output { change: change.id, piece });
        let ran = command::run(command, cwd, limit, &self.options.cancel, &mut on_output);
        fault::point("deed done");
        let (error, facts, output) = match ran {
            Ok(ran) => (ran.error(), facts_of(&ran), ran.output.kept()),
            Err(error) => (Some(error), json!({ "started": false }), Vec::new()),
        };
        let outcome = error.map_or(Outcome::Applied, |error| Outcome::Failed { error });
        let mut ending = ending(&outcome, EntryKind::Outcome);
        ending.body["command"] = facts;
        ending.output = Some(&output).filter(|output| !output.is_empty()).map(Vec::as_slice);
        self.store.end_change((self.clock)(), plan, change.id, &ending)?;
        fault::point("outcome recorded");
        Ok(outcome)
    }
}

fn facts_of(ran: &Ran) -> Value {
    use std::os::unix::process::ExitStatusExt;
    let kept = ran.output.kept();
    json!({
        "exit_code": ran.status.code(),
        "signal": ran.status.signal(),
        "stopped": ran.stopped.map(command::Stopped::word),
        "duration_ms": u64::try_from(ran.duration.as_millis()).unwrap_or(u64::MAX),
        "output": if kept.is_empty() { None } else { Some(Digest::of(&kept)) },
        "output_bytes": ran.output.total(),
        "output_bytes_cut": ran.output.cut(),
    })
}

fn outcome_of(change: ChangeId, end: End) -> Result<Outcome, ApplyError> {
    match end {
        End::Done => Ok(Outcome::Applied),
        End::Conflict(error) => Ok(Outcome::Conflict { error }),
        End::Failed(error) => Ok(Outcome::Failed { error }),
        // It stays in flight, so that recovery finds it.
        End::Unsettled(error) => Err(ApplyError::Unsettled { change, error }),
    }
}

/// An outcome as the store records it.
fn ending(outcome: &Outcome, kind: EntryKind) -> Ending<'_> {
    let (event, result, error) = match outcome {
        Outcome::Failed { error } => (ChangeEvent::Fail, "failed", error.as_str()),
        Outcome::Conflict { error } => (ChangeEvent::Drift, "conflict", error.as_str()),
        Outcome::Applied | Outcome::Granted | Outcome::NotBegun { .. } => (ChangeEvent::Succeed, "applied", ""),
    };
    let body = if error.is_empty() { json!({ "result": result }) } else { json!({ "result": result, "error": error }) };
    Ending { event, error, kind, body, output: None }
}

/// An error with its causes, in one line.
fn story(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests;
