//! What agents' doors hold: propose, and nothing else.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Clock;
use super::book::PlanBook;
use super::compose::{ComposeError, Composed, View};
use super::grant::Asked;
use super::naming;
use crate::classify::runs_later;
use crate::config;
use crate::config::own_file_lies_in;
use crate::mode::{self, Settings, Told};
use crate::model::{
    Action, AgentPath, Assessment, ChangeId, ChangeState, Digest, FileImage, Mark, Mode, Phase, ProposedChange,
    Request, ServerHints, SessionId, Slug, TargetPath, ToolCall, ToolList, Writes,
};
use crate::store::journal::{self, EntryKind};
use crate::store::plan::{self, PlanHead};
use crate::store::{
    Announced, Connection, Holding, Store, StoreError, blob, change, document, proposal, session, touch,
};
use crate::workspace::{Workspace, WorkspaceError};

/// The largest arguments one call may bring: 16 MiB of JSON.
const MAX_ARGUMENT_BYTES: usize = 16 << 20;

/// An agent's access to the queue. It has no way to approve, reject or apply: who holds only this cannot decide.
pub struct Proposer<'a> {
    pub(super) store: &'a Store,
    pub(super) clock: Clock,
    pub(super) session: SessionId,
    workspace: Workspace,
    settings: &'a Settings,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    /// It is durably queued.
    Queued(Box<ProposedChange>),
    /// The same call waits already; nothing was added.
    AlreadyQueued {
        /// The change that it waits as.
        change: Box<ProposedChange>,
        /// Changes that were queued after it.
        later: u32,
    },
    /// A person approved this very call; it may run now, once.
    Granted(Grant),
    /// A person approved this very call, and applying has not come to it.
    TooEarly {
        /// The change that was approved.
        id: ChangeId,
        /// What stands before it and is not over.
        before: Option<(ChangeId, ChangeState)>,
    },
}

/// A forwarded call that a person approved and that was claimed by this proposal, so that it passes once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The change that was approved.
    pub id: ChangeId,
}

/// Why nothing was queued.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The call cannot mean anything here: the agent's mistake, to be told to it.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The queue cannot take it: deny the call.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<'a> Proposer<'a> {
    pub(super) fn new(
        store: &'a Store,
        clock: Clock,
        session: SessionId,
        workspace: Workspace,
        settings: &'a Settings,
    ) -> Self {
        Self { store, clock, session, workspace, settings }
    }

    pub(super) fn store(&self) -> &Store {
        self.store
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The session for which this proposes.
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The folder in which the session works.
    pub fn root(&self) -> &Path {
        self.workspace.root()
    }

    /// What holds now.
    pub fn holding(&self) -> Result<Holding, StoreError> {
        // A session that vanished from the store has no regime that allows anything.
        let nothing = Holding { mode: Mode::Plan, writes: Writes::Asked, told: Mode::Plan, teams: false };
        Ok(self.store.holding(&self.session)?.unwrap_or(nothing))
    }

    /// Takes what the host has to tell the agent; the caller must deliver it. An agent whose door has no other way to
    /// tell it the mode learns it here.
    pub fn take_news(&self, holding: Holding) -> Result<Vec<String>, StoreError> {
        let notes = self.store.take_notes(&self.session, (self.clock)())?;
        let knows = holding.told == holding.mode || notes.iter().any(|note| note.tells_mode);
        let mut news: Vec<String> = notes.into_iter().map(|note| note.text).collect();
        if !knows && holding.mode != Mode::Build {
            self.store.note_told(&self.session, holding.mode)?;
            let Holding { mode, writes, .. } = holding;
            let told = Told { mode, writes, workflow: self.settings.workflow, plan: None };
            news.push(format!("[plangate] {}", mode::full(&told)));
        }
        Ok(news)
    }

    /// Records that an agent asks for another mode; `None` asks to leave plan mode. Returns the proposal's number, or
    /// nothing where no person can answer. Nothing else changes by it.
    pub fn propose_mode(&self, call: &ToolCall, wants: Option<Mode>, words: &str) -> Result<Option<u32>, StoreError> {
        let now = (self.clock)();
        self.store.write(|tx| {
            let unattended = session::session_in(tx, &self.session)?.is_some_and(|session| session.unattended);
            if unattended && wants == Some(Mode::Plan) {
                return Ok(None);
            }
            proposal::propose(tx, &self.session, &call.agent, &call.tool, wants, words, now).map(Some)
        })
    }

    /// What a spawned agent has to be told of the mode; `None` if it was before.
    pub fn brief(&self, agent: &AgentPath) -> Result<Option<String>, StoreError> {
        let mode = self.holding()?.mode;
        if mode == Mode::Build || !self.store.tell_subagent(&self.session, agent, mode)? {
            return Ok(None);
        }
        let queued = self.store.read(|connection| match plan::open_head(connection, &self.session)? {
            Some(head) => touch::queued_paths(connection, &head.id),
            None => Ok(Vec::new()),
        })?;
        let root = self.workspace.root();
        let below = |path: &TargetPath| {
            let path = path.as_path();
            path.strip_prefix(root).unwrap_or(path).display().to_string()
        };
        Ok(mode::for_subagent(mode, &queued.iter().map(below).collect::<Vec<_>>()))
    }

    /// Whether the person's settings let this agent call this tool in plan mode.
    pub fn is_excepted(&self, call: &ToolCall) -> bool {
        let excepted = self.settings.exceptions.iter().any(|exception| exception.holds(&call.agent, &call.tool));
        // An agent may have written a file that lies where it works.
        excepted && !own_file_lies_in(self.root())
    }

    /// Queues `call` as a change of the session's open plan, durably before this returns.
    ///
    /// The change is computed against the pending view. A call that waits already is not added twice, and a forwarded
    /// call that a person approved is claimed instead of queued.
    ///
    /// # Errors
    /// The call makes no sense against the pending view, or the store failed; nothing is queued then.
    pub fn propose(
        &self,
        call: &ToolCall,
        request: &Request,
        assessment: &Assessment,
        phase: Phase,
    ) -> Result<Proposed, ProposeError> {
        let asked = Asked::of(call);
        let args = &asked.args;
        if args.len() > MAX_ARGUMENT_BYTES {
            let too_large =
                ComposeError::TooLarge { what: "the call's arguments", size: args.len(), limit: MAX_ARGUMENT_BYTES };
            return Err(too_large.into());
        }
        let mut refused = None;
        let proposed = self.store.write(|tx| match self.propose_in(tx, call, request, assessment, phase, &asked) {
            Ok(proposed) => Ok(Some(proposed)),
            Err(ProposeError::Store(error)) => Err(error),
            Err(ProposeError::Compose(error)) => {
                refused = Some(error);
                Ok(None)
            }
        })?;
        match (proposed, refused) {
            (Some(proposed), _) => Ok(proposed),
            (None, Some(error)) => Err(error.into()),
            (None, None) => unreachable!("a proposal is taken or refused"),
        }
    }

    fn propose_in(
        &self,
        tx: &Connection,
        call: &ToolCall,
        request: &Request,
        assessment: &Assessment,
        phase: Phase,
        asked: &Asked,
    ) -> Result<Proposed, ProposeError> {
        let head = plan::open_head(tx, &self.session)?;
        if let Some(head) = &head {
            if matches!(request, Request::Forward)
                && let Some(claimed) = self.claim(tx, &head.id, asked)?
            {
                return Ok(claimed);
            }
            if let Some(change) = self.waiting(tx, head, asked)? {
                let later = head.changes - change.id.0;
                return Ok(Proposed::AlreadyQueued { change: Box::new(change), later });
            }
        }
        let view = View {
            connection: tx,
            plan: head.as_ref().map(|head| &head.id),
            before: ChangeId(u32::MAX),
            workspace: &self.workspace,
            cwd: &call.cwd,
        };
        let composed = view.compose(request)?;
        self.refuse_own_data(&composed)?;
        let head = match head {
            Some(head) => head,
            None => self.start_plan(tx)?,
        };
        Ok(Proposed::Queued(Box::new(self.insert(tx, &head, call, composed, assessment, phase, asked)?)))
    }

    /// Refuses a change of the store itself, in which the plan stands that would be approved.
    fn refuse_own_data(&self, composed: &Composed) -> Result<(), ComposeError> {
        let home = self.store.home();
        let real = composed.outside.then(|| home.canonicalize().ok()).flatten();
        let ours = |path: &Path| path.starts_with(home) || real.as_ref().is_some_and(|real| path.starts_with(real));
        match composed.action.effects().iter().find(|effect| ours(effect.path.as_path())) {
            Some(effect) => Err(ComposeError::Ours(effect.path.as_path().to_owned())),
            None => Ok(()),
        }
    }

    /// The pending change that this call would only repeat: the same call, and for a file the last word on it.
    #[expect(clippy::unused_self, reason = "a step of `propose_in` like its neighbours")]
    fn waiting(&self, tx: &Connection, head: &PlanHead, asked: &Asked) -> Result<Option<ProposedChange>, StoreError> {
        let Some(id) = change::same_call(tx, &head.id, asked.digest, ChangeState::Pending)? else { return Ok(None) };
        let Some(change) = change::change_in(tx, &head.id, id)? else { return Ok(None) };
        for effect in change.action.effects() {
            let last = touch::last_touch(tx, &head.id, &effect.path, ChangeId(u32::MAX))?;
            if last.is_none_or(|(last, _)| last != id) {
                return Ok(None);
            }
        }
        Ok(Some(change))
    }

    fn start_plan(&self, tx: &Connection) -> Result<PlanHead, StoreError> {
        let now = (self.clock)();
        let (id, slug) = naming::name_plan(now);
        // What was planned before the first change keeps its name.
        let slug = document::waiting_name(tx, &self.session)?.map_or(slug, Slug);
        let task = session::take_task(tx, &self.session)?;
        plan::start(tx, &id, &slug, &self.session, &task, now)
    }

    #[expect(clippy::too_many_arguments, reason = "the facts of one row, each from another step")]
    fn insert(
        &self,
        tx: &Connection,
        head: &PlanHead,
        call: &ToolCall,
        composed: Composed,
        assessment: &Assessment,
        phase: Phase,
        asked: &Asked,
    ) -> Result<ProposedChange, StoreError> {
        let id = ChangeId(head.changes + 1);
        let mut marks = assessment.marks.clone();
        if composed.outside && !marks.contains(&Mark::Outside) {
            marks.push(Mark::Outside);
        }
        if touches_rules(&composed.action) && !marks.contains(&Mark::Rules) {
            marks.push(Mark::Rules);
        }
        if composed.action.effects().iter().any(|effect| runs_later(effect.path.as_path())) {
            marks.push(Mark::RunsLater);
        }
        let mut change = ProposedChange {
            id,
            order: id.0,
            tool: call.tool.clone(),
            args: call.args.clone(),
            reason: call.reason.clone(),
            proposed_at: (self.clock)(),
            tool_call_id: call.tool_call_id.clone(),
            agent: call.agent.clone(),
            cwd: call.cwd.clone(),
            action: composed.action,
            depends_on: composed.depends_on,
            phase,
            state: ChangeState::Pending,
            digest: Digest::of(b""),
            marks,
            evidence: assessment.deciding().map(|e| format!("{}: {}", e.rule, e.reason)).unwrap_or_default(),
            error: String::new(),
        };
        change.digest = change.content_digest();
        plan::add(tx, head, &change, &asked.args, asked.digest)?;
        touch::keep_new_folders(tx, &head.id, id, &composed.new_folders)?;
        for (digest, content) in &composed.contents {
            blob::keep(tx, &head.id, id, *digest, content)?;
        }
        let body = json!({ "tool": change.tool, "agent": change.agent, "digest": change.digest });
        journal::append(tx, change.proposed_at, Some(&head.id), Some(id), EntryKind::Proposed, &body)?;
        Ok(change)
    }

    /// What a read of `path` would see if the open changes were applied; `None` when that is what is on disk.
    pub fn pending_content(&self, cwd: &Path, path: &str) -> Result<Option<PendingFile>, ProposeError> {
        let Some((path, by, image)) = self
            .store
            .read(|connection| {
                let Some(head) = plan::open_head(connection, &self.session)? else { return Ok(None) };
                let view = View {
                    connection,
                    plan: Some(&head.id),
                    before: ChangeId(u32::MAX),
                    workspace: &self.workspace,
                    cwd,
                };
                Ok(Some(view.touched(path)))
            })?
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        let content = match (&image, image.digest()) {
            (FileImage::File { .. }, Some(digest)) => Some(self.store.content(digest).map_err(StoreError::from)?),
            _ => None,
        };
        Ok(Some(PendingFile { by, path, content }))
    }

    /// The plan documents of the session, as `agent` has them.
    pub fn book(&self, agent: AgentPath) -> PlanBook<'_> {
        PlanBook::new(self.store, self.clock, self.session.clone(), self.workspace.root().to_owned(), agent)
    }

    /// Remembers that the agent made a timer that could later speak as the person.
    pub fn note_timer(&self) -> Result<(), StoreError> {
        self.store.note_timer(&self.session)
    }

    /// What the servers of the workspace say of a tool, and whether the person trusts them; `None` for a tool that no
    /// known server lists.
    pub fn listed(&self, tool: &str) -> Result<Option<ServerHints>, StoreError> {
        self.store.listed(self.root(), tool)
    }

    /// Keeps what a server was seen to offer. Returns what this means for the trust in it.
    pub fn announce(&self, server: &str, tools: &ToolList) -> Result<Announced, StoreError> {
        self.store.announce(&self.session, self.root(), server, tools, &super::told::withdrawn(server), (self.clock)())
    }

    /// The data folder, where doors may keep copies of pending files for agents to read.
    pub fn home(&self) -> &Path {
        self.store.home()
    }
}

/// Whether a change is one of the files by which plangate judges, as far as paths and words tell.
fn touches_rules(action: &Action) -> bool {
    let named = matches!(action, Action::Command { command, .. } if config::names_rules(command));
    named || action.effects().iter().any(|effect| config::changes_rules(effect.path.as_path()))
}

/// A file as the open changes leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingFile {
    /// The last change that touches it.
    pub by: ChangeId,
    /// Where it is or will be.
    pub path: TargetPath,
    /// Its content; `None` when the changes leave no regular file there.
    pub content: Option<Vec<u8>>,
}

/// The workspace could not be opened.
impl From<WorkspaceError> for ProposeError {
    fn from(error: WorkspaceError) -> Self {
        Self::Compose(error.into())
    }
}
