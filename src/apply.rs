//! An approved plan becomes files and processes, journalled step by step: intent, deed, outcome. A crash at any
//! point leaves each file old or new, and [`recover`] finishes or settles what was in flight.

mod board;
mod cancel;
mod command;
mod crew;
mod environment;
mod files;
mod lock;
mod output;
mod patience;
mod preflight;
mod process;
mod record;
mod recover;
mod report;
mod run;
mod running;
mod tally;
mod told;
mod undo;
mod wave;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::board::Board;
pub use self::board::{Doing, UnderWay, under_way};
pub use self::cancel::{Cancel, Listening};
use self::crew::Crew;
pub use self::environment::Environment;
pub use self::lock::ApplyLock;
use self::process::Process;
pub use self::recover::recover;
pub use self::report::{
    ApplyReport, Outcome, Progress, Recovered, RecoveredAs, UndoOutcome, UndoProgress, UndoReport, WhyNot,
};
use self::run::Run;
pub use self::tally::Tally;
pub use self::told::sentence;
pub use self::undo::{undo, undo_until};
use crate::model::{ApprovedPlan, ChangeId, PlanId};
pub use crate::store::step::Step;
use crate::store::{Store, StoreError};
pub use crate::workspace::Note;

/// Set in the environment of every command that is applied: whoever sees it runs inside a change.
pub const APPLYING_VARIABLE: &str = "PLANGATE_APPLYING";

/// Where the time comes from.
pub type Clock = fn() -> DateTime<Utc>;

/// Why nothing, or nothing more, could be applied, undone or recovered.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Another process is at it.
    #[error("changes are being applied or undone in `{}`", root.display())]
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
    /// A change went wrong half way and could not be taken back; recovery tries again at every start.
    #[error("`{change}` is half done and could not be taken back: {error}")]
    Unsettled {
        /// The change.
        change: ChangeId,
        /// What the system said.
        error: String,
    },
    /// Something happened that the store could not record, or nobody knows whether it did.
    #[error("{what}")]
    Unrecorded {
        /// What happened, and what the next start makes of it.
        what: String,
        /// Why it is not recorded.
        source: StoreError,
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
    /// What commands see of the environment.
    pub environment: Environment,
    /// Counts what was written, while it happens.
    pub tally: Tally,
}

/// Lets approved changes happen.
pub struct Applier<'a> {
    store: &'a Store,
    clock: Clock,
    options: Options,
    extent: Cell<Extent>,
}

/// What is applied one part after the other.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    /// How many changes of the parts before are over.
    before: usize,
    /// How many changes there are in all parts, where that is known.
    of: Option<usize>,
    /// When the first part was begun.
    since: Option<DateTime<Utc>>,
}

/// True while an approval is being applied in the workspace `root`, by whichever process.
pub fn in_progress(store: &Store, root: &Path) -> Result<bool, ApplyError> {
    lock::is_held(store.home(), root)
}

/// The interrupted commands of a plan that still run, by what is known of them, each with the number of its process.
pub fn still_running(store: &Store, plan: &PlanId) -> Result<Vec<(ChangeId, i32)>, StoreError> {
    let running = store.runs(plan)?.into_iter().filter_map(|(change, facts)| {
        let process: Process = serde_json::from_value(facts.get("process")?.clone()).ok()?;
        (process.runs() == Some(true)).then_some((change, process.pid))
    });
    Ok(running.collect())
}

/// Takes the right to apply in the workspace `root`: who holds it before a decision knows that what is decided begins.
///
/// # Errors
/// Somebody else has it, or its file cannot be used.
pub fn claim(store: &Store, root: &Path) -> Result<ApplyLock, ApplyError> {
    ApplyLock::take(store.home(), root)
}

/// Does what applying and undoing leave for later: a host calls it when it has told its person everything. The store's
/// log is copied into its database, and replaced files that wait in the data folder are deleted for about as long as
/// `limit`; what is left then waits for the next time.
pub fn sweep(store: &Store, limit: Duration) {
    // A failure is no loss: the next one who writes tries it again.
    let _ = store.empty_log();
    Crew::new(store).sweep(limit);
}

impl<'a> Applier<'a> {
    /// Applies by the record of `store`.
    pub fn new(store: &'a Store, clock: Clock, options: Options) -> Self {
        Self { store, clock, options, extent: Cell::default() }
    }

    /// Applies so many changes in all, whatever the parts in which they are given to it: other screens tell how far it is.
    #[must_use]
    pub fn expecting(self, of: usize) -> Self {
        self.extent.set(Extent { of: Some(of), ..Extent::default() });
        self
    }

    /// Applies the approved changes in order, each once; what a crash left in flight is settled first.
    ///
    /// File changes that can be seen to be impossible keep the whole plan from beginning, unless it was wished to go on;
    /// those after a command are looked at when it has run. Neighbours that have nothing to do with each other go in
    /// waves and share their syncs. A failed change keeps its error and leaves none of its files changed. Changes that
    /// were not begun stay approved, and without the wish to go on, what was applied is always the beginning of the
    /// plan.
    ///
    /// # Errors
    /// Somebody else is applying, the store failed, or a change could not even be taken back. What was recorded
    /// until then stands.
    pub fn apply(
        &self,
        approved: ApprovedPlan,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<ApplyReport, ApplyError> {
        let root = self.root_of(approved.plan_id())?;
        self.apply_under(&claim(self.store, &root)?, approved, progress)
    }

    /// The same for one who has taken the `lock` of the plan's workspace before it was approved.
    ///
    /// # Errors
    /// As [`Self::apply`]; a lock of another workspace is refused as well.
    pub fn apply_under(
        &self,
        lock: &ApplyLock,
        approved: ApprovedPlan,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<ApplyReport, ApplyError> {
        let (plan, mut changes) = approved.into_parts();
        changes.sort_unstable();
        let root = self.root_of(&plan)?;
        if !lock.is_of(self.store.home(), &root) {
            return Err(ApplyError::Busy { root });
        }
        let _listening = self.options.cancel.listen();
        let crew = Crew::new(self.store);
        let _log = self.store.let_log_grow()?;
        recover::recover_locked(self.store, self.clock, &root, &crew, lock)?;
        let steps = self.store.steps(&plan, &changes)?;
        if let Some(unknown) = changes.iter().find(|id| steps.binary_search_by_key(*id, |step| step.id).is_err()) {
            return Err(ApplyError::NoChange(*unknown));
        }
        let extent = self.extent.get();
        let of = extent.of.unwrap_or(extent.before + steps.len());
        let board = Arc::new(Board::new(lock, self.clock, Doing::Apply, &plan, of));
        let since = extent.since.unwrap_or_else(self.clock);
        board.tell(|facts| (facts.done, facts.since) = (extent.before, since));
        self.extent.set(Extent { before: extent.before + steps.len(), since: Some(since), ..extent });
        let crew = crew.counting(self.options.tally.on(&board));
        let run = Run {
            board: &board,
            before: extent.before,
            store: self.store,
            clock: self.clock,
            options: &self.options,
            crew: &crew,
            plan,
            progress,
            of: steps.len(),
            results: Vec::with_capacity(steps.len()),
            notes: Vec::new(),
            failed: None,
            refused: BTreeMap::new(),
        };
        run.apply(&steps)
    }

    fn root_of(&self, plan: &PlanId) -> Result<PathBuf, ApplyError> {
        self.store.root_of_plan(plan)?.ok_or_else(|| ApplyError::NoPlan(plan.clone()))
    }
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
