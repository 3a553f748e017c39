//! A queue for the tests of this room.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::model::{
    Action, AgentPath, ChangeId, ChangeState, Digest, FileEffect, FileImage, Mark, PendingPlan, Phase, PlanId,
    PlanStatus, ProposedChange, Revision, SessionId, Slug, TargetPath,
};

pub(super) const ROOT: &str = "/home/kim/shop";

pub(super) fn root() -> &'static Path {
    Path::new(ROOT)
}

/// A plan that grows by one change at a time.
pub(super) struct Queue(pub(super) PendingPlan);

impl Queue {
    pub(super) fn new() -> Self {
        Self(PendingPlan {
            id: PlanId::from("p"),
            slug: Slug::from("brave-fox"),
            task: "Add login".to_owned(),
            created_at: DateTime::<Utc>::UNIX_EPOCH,
            updated_at: DateTime::<Utc>::UNIX_EPOCH,
            proposed_changes: Vec::new(),
            exploration_summary: String::new(),
            status: PlanStatus::Pending,
            session_id: Some(SessionId::from("s")),
            revision: Revision(1),
            expired_at: None,
        })
    }

    fn push(mut self, action: Action, phase: Phase) -> Self {
        let n = u32::try_from(self.0.proposed_changes.len() + 1).expect("few");
        let mut change = ProposedChange {
            id: ChangeId(n),
            order: n,
            tool: "tool".to_owned(),
            args: json!({}),
            reason: String::new(),
            proposed_at: DateTime::<Utc>::UNIX_EPOCH,
            tool_call_id: None,
            agent: AgentPath::main(),
            cwd: PathBuf::from(ROOT),
            action,
            depends_on: Vec::new(),
            phase,
            state: ChangeState::Pending,
            digest: Digest::of(b""),
            marks: Vec::new(),
            evidence: String::new(),
            error: String::new(),
        };
        change.digest = change.content_digest();
        self.0.proposed_changes.push(change);
        self
    }

    fn effect(path: &str, before: FileImage, after: FileImage) -> FileEffect {
        FileEffect { path: TargetPath::new(PathBuf::from(ROOT).join(path)), before, after }
    }

    fn image(content: &str) -> FileImage {
        FileImage::File { digest: Digest::of(content.as_bytes()), size: content.len() as u64, mode: 0o644 }
    }

    pub(super) fn create(self, path: &str) -> Self {
        let effect = Self::effect(path, FileImage::Absent, Self::image("new"));
        self.push(Action::WriteFile { effect }, Phase::Change)
    }

    pub(super) fn edit(self, path: &str) -> Self {
        let effect = Self::effect(path, Self::image("old"), Self::image("new"));
        self.push(Action::EditFile { effect }, Phase::Change)
    }

    pub(super) fn delete(self, path: &str) -> Self {
        let effect = Self::effect(path, Self::image("old"), FileImage::Absent);
        self.push(Action::DeleteFile { effect }, Phase::Change)
    }

    fn command(self, command: &str, phase: Phase) -> Self {
        let cwd = TargetPath::new(PathBuf::from(ROOT));
        self.push(Action::Command { command: command.to_owned(), cwd, timeout_ms: 1000 }, phase)
    }

    pub(super) fn run(self, command: &str) -> Self {
        self.command(command, Phase::Change)
    }

    pub(super) fn check(self, command: &str) -> Self {
        self.command(command, Phase::Validate)
    }

    /// The last change needs others.
    pub(super) fn needing(mut self, ids: &[u32]) -> Self {
        let last = self.0.proposed_changes.last_mut().expect("there is one");
        last.depends_on = ids.iter().copied().map(ChangeId).collect();
        self
    }

    pub(super) fn marked(mut self, mark: Mark) -> Self {
        self.0.proposed_changes.last_mut().expect("there is one").marks.push(mark);
        self
    }
}
