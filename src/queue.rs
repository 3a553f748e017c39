//! The hall where both doors meet.
//!
//! Agents' doors hold a [`Proposer`], which can propose and nothing else. The person's door holds the
//! [`PendingPlanManager`], whose decisions take a [`Consent`].

pub mod book;
mod compose;
mod decide;
mod grant;
#[cfg(test)]
mod histories;
mod merge;
mod naming;
mod order;
mod patched;
mod proposer;
mod regime;
mod revise;
mod selection;
mod team;
mod told;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

pub use self::book::{BookError, PlanBook};
pub use self::compose::ComposeError;
pub(crate) use self::decide::NO_PLAN;
pub use self::decide::{Consent, DecideError, Rejection, Revised};
pub use self::proposer::{Grant, PendingFile, ProposeError, Proposed, Proposer};
pub use self::regime::{GrantError, Moved};
pub use self::revise::{Editable, Editing, Sides};
pub use self::selection::{Part, Selection, SelectionError};
pub use self::team::{AnswerError, Leaving};
use crate::apply::RecoveredAs;
pub use crate::apply::{ApplyError, ApplyReport, Progress, Recovered, UndoReport};
use crate::config;
use crate::mode::Settings;
use crate::model::{AgentPath, Digest, PendingPlan, PlanId, SessionId};
use crate::store::{SessionRow, Store, StoreError};
use crate::workspace::{Workspace, WorkspaceError};

/// Where the time comes from; a fixed one in tests.
pub type Clock = fn() -> DateTime<Utc>;

/// Keeps the pending plans of all sessions: what agents propose, what persons decide.
///
/// One value serves one thread; any number of processes may hold one on the same data folder.
pub struct PendingPlanManager {
    store: Store,
    clock: Clock,
    settings: Settings,
}

/// What a host of agents may be told when the queue cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The workspace cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// Unfinished work could not be settled.
    #[error(transparent)]
    Recover(#[from] ApplyError),
    /// A session's name could not be shown as it is.
    #[error("a session's name has 1 to 256 bytes, and no control characters or blanks")]
    SessionName,
}

/// The longest name of a session.
const MAX_SESSION_BYTES: usize = 256;

impl PendingPlanManager {
    /// Opens the data folder `home`, making it when it is not there.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        Ok(Self { store: Store::open(home)?, clock: Utc::now, settings: Settings::default() })
    }

    /// With the person's settings for modes.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// The person's settings for modes.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The store below, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The present time.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Finds the session or starts it for the workspace that holds `folder`.
    ///
    /// # Errors
    /// A new session has a name that cannot be shown, or no workspace is there, or the store failed.
    pub fn open_session(&self, id: &SessionId, folder: &Path) -> Result<SessionRow, QueueError> {
        if let Some(known) = self.store.session(id)? {
            return Ok(known);
        }
        let name = id.as_str();
        // Whatever is no letter, digit or mark of ASCII might show as something else.
        let plain = |c: char| c.is_ascii_graphic() || c.is_alphanumeric();
        if name.is_empty() || name.len() > MAX_SESSION_BYTES || !name.chars().all(plain) {
            return Err(QueueError::SessionName);
        }
        let root = self.workspace_of(folder)?;
        Ok(self.store.open_session(id, &root, self.now())?)
    }

    /// The workspace that holds `folder`: the nearest recorded one, else the nearest repository, else the folder itself.
    /// A recorded folder that the person's home is, or lies in, takes in nothing below it.
    pub fn workspace_of(&self, folder: &Path) -> Result<PathBuf, QueueError> {
        let folder = Workspace::open(folder)?.root().to_owned();
        let repository = Workspace::repository(&folder);
        let home = config::person_home().unwrap_or_default();
        let above = self.store.workspace_above(&folder)?.filter(|root| *root == folder || !home.starts_with(root));
        Ok(match (above, repository) {
            // A repository inside a recorded folder is a workspace of its own.
            (Some(root), Some(repository)) if !root.starts_with(repository) => repository.to_owned(),
            (Some(root), _) => root,
            (None, Some(repository)) => repository.to_owned(),
            (None, None) => folder,
        })
    }

    /// What an agent of the session may hold: it proposes, and nothing else.
    pub fn proposer<'a>(&'a self, session: &SessionRow) -> Result<Proposer<'a>, WorkspaceError> {
        let workspace = Workspace::open(&session.root)?;
        Ok(Proposer::new(&self.store, self.clock, session.id.clone(), workspace, &self.settings))
    }

    /// The plan documents of a session, as `agent` has them.
    pub fn book<'a>(&'a self, session: &SessionRow, agent: AgentPath) -> PlanBook<'a> {
        PlanBook::new(&self.store, self.clock, session.id.clone(), session.root.clone(), agent)
    }

    /// The session's open plan, in its order.
    pub fn open_plan(&self, session: &SessionId) -> Result<Option<PendingPlan>, StoreError> {
        self.arranged(session, self.store.open_plan(session)?)
    }

    /// Fills in the reasons of pending changes that had none when they were called. `said_before` looks up what the
    /// agent said before the tool call of that identity; reasons are no part of what a decision binds to.
    pub fn fill_reasons(
        &self,
        session: &SessionId,
        said_before: impl Fn(&str) -> Option<String>,
    ) -> Result<(), StoreError> {
        let Some(plan) = self.store.open_plan(session)? else { return Ok(()) };
        let found: Vec<_> = plan
            .pending()
            .filter(|change| change.reason.is_empty())
            .filter_map(|change| Some((change.id, said_before(change.tool_call_id.as_deref()?)?)))
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        self.store.write(|tx| {
            found.iter().try_for_each(|(id, reason)| crate::store::change::fill_reason(tx, &plan.id, *id, reason))
        })
    }

    /// Settles what a crash left in flight; cheap when nothing was. Of a conflict both sides are put together where they
    /// fit, as a proposal to be shown.
    pub fn recover(&self) -> Result<Vec<Recovered>, ApplyError> {
        let mut recovered = crate::apply::recover(&self.store, self.clock)?;
        if recovered.iter().any(|found| matches!(found.outcome, RecoveredAs::Conflict(_))) {
            self.merge_recovered(&mut recovered);
        }
        Ok(recovered)
    }

    /// Does with the conflicts that recovery found what is done with those that an approval finds. Where that is not
    /// possible they stay conflicts.
    fn merge_recovered(&self, recovered: &mut [Recovered]) {
        let in_conflict = |found: &&Recovered| matches!(found.outcome, RecoveredAs::Conflict(_));
        let plans: BTreeSet<PlanId> = recovered.iter().filter(in_conflict).map(|found| found.plan.clone()).collect();
        for plan in plans {
            let session = self.store.plan(&plan).ok().flatten().and_then(|plan| plan.session_id);
            let session = session.and_then(|session| self.store.session(&session).ok().flatten());
            let merged = session.and_then(|session| self.merge_drifted(&session).ok()).unwrap_or_default();
            for found in recovered.iter_mut().filter(|found| found.plan == plan && merged.contains(&found.change)) {
                if let RecoveredAs::Conflict(error) = &mut found.outcome {
                    found.outcome = RecoveredAs::Merged(std::mem::take(error));
                }
            }
        }
    }

    /// Trusts the tool list with that digest, which a person has seen; false when the server offers another by now.
    pub fn trust(&self, root: &Path, server: &str, digest: Digest, consent: &Consent) -> Result<bool, StoreError> {
        self.store.trust(root, server, digest, consent.channel(), self.now())
    }
}
