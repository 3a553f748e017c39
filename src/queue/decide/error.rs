//! Why a decision was not taken.

use crate::model::{ChangeId, ChangeState};
use crate::queue::compose::ComposeError;
use crate::queue::selection::SelectionError;
use crate::queue::told;
use crate::store::StoreError;
use crate::workspace::WorkspaceError;

/// What every command says where there is no plan to speak of.
pub(crate) const NO_PLAN: &str = "no plan is pending";

/// Why a side cannot be taken.
pub(in crate::queue) const NO_SIDES: &str = "sides are taken of what is in conflict";

/// Why a decision was not taken; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is nothing that could be decided.
    #[error("{0}")]
    Nothing(&'static str),
    /// The selection means nothing here.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A chosen change needs one that was not chosen.
    #[error("`{change}` needs {}, which {} not chosen", told::listed(needs), if needs.len() == 1 { "is" } else { "are" })]
    Needs {
        /// The chosen change.
        change: ChangeId,
        /// What it needs.
        needs: Vec<ChangeId>,
        /// The selection that would be complete.
        complete: Vec<ChangeId>,
    },
    /// A chosen change passes a command of unknown effect, or is one or a check, and something before it was not chosen.
    #[error("`{change}` comes after {}, which {} not chosen and may change what it does", told::listed(passed), if passed.len() == 1 { "is" } else { "are" })]
    Passes {
        /// The chosen change.
        change: ChangeId,
        /// What it would pass.
        passed: Vec<ChangeId>,
        /// The selection in which nothing is passed.
        complete: Vec<ChangeId>,
        /// The selection as it is.
        chosen: Vec<ChangeId>,
    },
    /// A change that was not chosen builds on a chosen one.
    #[error("{} on `{change}`: reject {} too, or rebase", depends(dependants), if dependants.len() == 1 { "it" } else { "them" })]
    Depended {
        /// The chosen change.
        change: ChangeId,
        /// What depends on it.
        dependants: Vec<ChangeId>,
        /// The selection that would be complete.
        complete: Vec<ChangeId>,
    },
    /// Some of the chosen changes were never displayed to the person in their present form, or where they stand now.
    #[error("{} not been shown to you in {} present form", has(unseen), if unseen.len() == 1 { "its" } else { "their" })]
    NotShown {
        /// Those changes.
        unseen: Vec<ChangeId>,
    },
    /// What depends on a rejected change cannot stand without it.
    #[error("`{change}` cannot be computed anew: {source}")]
    CannotRebase {
        /// The dependant.
        change: ChangeId,
        /// Why.
        source: ComposeError,
    },
    /// What depends on a rejected change has become another than its call says, and does not fit without that.
    #[error("`{id}` was rewritten upon what is rejected and does not fit without it: edit or reject it first")]
    Rewritten {
        /// The dependant.
        id: ChangeId,
    },
    /// The change is not in a state for this.
    #[error("`{id}` is {state}: {wanted}")]
    WrongState {
        /// The change.
        id: ChangeId,
        /// Its state.
        state: ChangeState,
        /// What would do.
        wanted: &'static str,
    },
    /// What an interrupted command began goes on.
    #[error(
        "`{id}` still runs as process {pid}, from before plangate was stopped: it is not started once more, and nothing behind it begins"
    )]
    StillRuns {
        /// The change.
        id: ChangeId,
        /// The process, which leads its group.
        pid: i32,
    },
    /// Only a command and the change of one file can be rewritten.
    #[error("`{id}` is neither a command nor the change of one file: reject it and let the agent propose another")]
    NotEditable {
        /// The change.
        id: ChangeId,
    },
    /// What was written is no command.
    #[error("`{id}` needs a command in UTF-8: to give it up, `reject {id}`")]
    NoCommand {
        /// The change.
        id: ChangeId,
    },
    /// What was written still holds both sides of a conflict.
    #[error(
        "`{id}` still holds both sides of the conflict: leave of each marked place what shall stand, without the marks"
    )]
    Unsettled {
        /// The change.
        id: ChangeId,
    },
    /// What was written is what the change says already.
    #[error("`{id}` says that already")]
    Unchanged {
        /// The change.
        id: ChangeId,
    },
    /// What a change in conflict would do has happened otherwise.
    #[error("what `{id}` would leave is on disk already: to close it, `skip {id}`")]
    AlreadySo {
        /// The change.
        id: ChangeId,
    },
    /// Changes queued on top of an edited one do not fit it.
    #[error("{} not fit what `{id}` would leave: edit or reject {} first", does(unfit), if unfit.len() == 1 { "it" } else { "them" })]
    Unfit {
        /// The edited change.
        id: ChangeId,
        /// What does not fit.
        unfit: Vec<ChangeId>,
    },
    /// The workspace cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn depends(dependants: &[ChangeId]) -> String {
    format!("{} {}", told::listed(dependants), if dependants.len() == 1 { "depends" } else { "depend" })
}

fn does(unfit: &[ChangeId]) -> String {
    format!("{} {}", told::listed(unfit), if unfit.len() == 1 { "does" } else { "do" })
}

fn has(unseen: &[ChangeId]) -> String {
    format!("{} {}", told::listed(unseen), if unseen.len() == 1 { "has" } else { "have" })
}
