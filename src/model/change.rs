//! One intercepted write, and its life.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Action, AgentPath, ChangeId, Digest, IllegalTransition, Mark, ParseIdError};

/// One write that was intercepted before it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedChange {
    /// `c1`, `c2`, ... in its plan.
    pub id: ChangeId,
    /// Its place in the plan, counted from 1; "the first n" are counted by it.
    pub order: u32,
    /// The tool that was called, as the agent spelled it.
    pub tool: String,
    /// The arguments as received; `null` where only an outline of its plan was read.
    pub args: Value,
    /// Why, in the agent's words; empty when it gave none.
    pub reason: String,
    /// When it was queued.
    pub proposed_at: DateTime<Utc>,
    /// The agent's own identity for the call, when it gave one.
    pub tool_call_id: Option<String>,
    /// Who asked.
    pub agent: AgentPath,
    /// The folder in which the call was made.
    pub cwd: PathBuf,
    /// What it would do.
    pub action: Action,
    /// The changes that must have been applied before this one means what was shown, in order.
    pub depends_on: Vec<ChangeId>,
    /// Does it change things or check them?
    pub phase: Phase,
    /// Where it is in its life.
    pub state: ChangeState,
    /// What a decision binds to: see [`ProposedChange::content_digest`].
    pub digest: Digest,
    /// What a person should know besides the text.
    pub marks: Vec<Mark>,
    /// Why the classifier called it a write.
    pub evidence: String,
    /// The last error of applying it; empty when there was none.
    pub error: String,
}

impl ProposedChange {
    /// The digest of everything a person is shown and asked to approve: identity, tool, arguments, action with its
    /// bases and contents, folder and dependencies. Any difference in what would happen is a different digest.
    pub fn content_digest(&self) -> Digest {
        let shown = Shown {
            id: self.id,
            tool: &self.tool,
            args: &self.args,
            action: &self.action,
            cwd: self.cwd.as_os_str().as_encoded_bytes(),
            agent: &self.agent,
            depends_on: &self.depends_on,
        };
        Digest::of(&shown.bytes())
    }
}

/// What a person approves of a change, in the order in which it is hashed.
#[derive(Serialize)]
struct Shown<'a> {
    id: ChangeId,
    tool: &'a str,
    args: &'a Value,
    action: &'a Action,
    cwd: &'a [u8],
    agent: &'a AgentPath,
    depends_on: &'a [ChangeId],
}

impl Shown<'_> {
    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("the model's types serialize: no maps with keys that are no strings")
    }
}

/// When a change belongs in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It changes something.
    Change,
    /// It checks what the changes before it did: a test, a lint, a build.
    Validate,
}

macro_rules! closed_words {
    ($type:ident, $expected:literal, { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in messages, JSON and the database.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl FromStr for $type {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(ParseIdError { text: text.to_owned(), expected: $expected }),
                }
            }
        }
    };
}
pub(super) use closed_words;

closed_words!(Phase, "a phase", { Change = "change", Validate = "validate" });

/// Where a change is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum ChangeState {
    /// Waits for a decision.
    Pending,
    /// A person said yes; not started.
    Approved,
    /// Started; its outcome is not known yet.
    Applying,
    /// Done.
    Applied,
    /// Tried, with an error; nothing of it is on disk, or its command ended badly.
    Failed,
    /// The disk was not as it was when the change was proposed; nothing was written.
    Conflict,
    /// plangate died while its command ran; nobody knows how far it came.
    Interrupted,
    /// A person said no, or gave it up.
    Rejected,
    /// Another change took its place.
    Superseded,
    /// Applied, then reversed.
    Undone,
}

closed_words!(ChangeState, "a state of a change", {
    Pending = "pending", Approved = "approved", Applying = "applying", Applied = "applied", Failed = "failed",
    Conflict = "conflict", Interrupted = "interrupted", Rejected = "rejected", Superseded = "superseded",
    Undone = "undone",
});

/// What can happen to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeEvent {
    /// A person approved it.
    Approve,
    /// A person rejected it or gave it up.
    Reject,
    /// Another change took its place.
    Supersede,
    /// Applying starts.
    Begin,
    /// Applying ended well.
    Succeed,
    /// Applying ended with an error.
    Fail,
    /// The base had drifted.
    Drift,
    /// It had begun together with another that failed, and was taken back.
    Withdraw,
    /// Recovery found it started and cannot know its outcome.
    Interrupt,
    /// A person wants it tried again.
    Retry,
    /// A person says that it is done, whatever the record says.
    MarkDone,
    /// It was reversed.
    Undo,
    /// It says something else from now on, which nobody has approved.
    Revise,
}

closed_words!(ChangeEvent, "an event of a change", {
    Approve = "approve", Reject = "reject", Supersede = "supersede", Begin = "begin", Succeed = "succeed",
    Fail = "fail", Drift = "drift", Withdraw = "withdraw", Interrupt = "interrupt", Retry = "retry",
    MarkDone = "mark_done", Undo = "undo", Revise = "revise",
});

impl ChangeState {
    /// The state after `event`, or both names when that may not happen.
    pub fn after(self, event: ChangeEvent) -> Result<Self, IllegalTransition> {
        use ChangeEvent as E;
        match (self, event) {
            (Self::Pending, E::Approve)
            | (Self::Failed | Self::Conflict | Self::Interrupted | Self::Undone, E::Retry)
            | (Self::Applying, E::Withdraw) => Ok(Self::Approved),
            (Self::Pending | Self::Approved | Self::Failed | Self::Conflict | Self::Interrupted, E::Reject) => {
                Ok(Self::Rejected)
            }
            (Self::Pending | Self::Conflict, E::Supersede) => Ok(Self::Superseded),
            (Self::Pending | Self::Approved | Self::Failed | Self::Conflict, E::Revise) => Ok(Self::Pending),
            (Self::Approved, E::Begin) => Ok(Self::Applying),
            (Self::Applying, E::Succeed) | (Self::Interrupted, E::MarkDone) => Ok(Self::Applied),
            (Self::Applying, E::Fail) => Ok(Self::Failed),
            (Self::Approved | Self::Applying, E::Drift) => Ok(Self::Conflict),
            (Self::Applying, E::Interrupt) => Ok(Self::Interrupted),
            (Self::Applied, E::Undo) => Ok(Self::Undone),
            (from, event) => Err(IllegalTransition { from: from.word(), event: event.word() }),
        }
    }

    /// True while a person or the applier still has something to do with it; its plan is open as long.
    pub fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Approved | Self::Applying | Self::Failed | Self::Conflict | Self::Interrupted => true,
            Self::Applied | Self::Rejected | Self::Superseded | Self::Undone => false,
        }
    }
}
