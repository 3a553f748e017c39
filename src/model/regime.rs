//! What holds in a session besides the mode's name: what leaving plan mode goes back to, and who is asked then.

use std::fmt;

use super::Mode;

/// The regime of a session, as the store keeps it. [`crate::model::Mode`] is what an agent is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// The mode that holds.
    pub mode: Mode,
    /// What leaving plan mode goes back to; `None` outside plan mode.
    pub before: Option<Mode>,
    /// What happens to writes in build mode.
    pub writes: Writes,
    /// How often a person has rejected since they last approved.
    pub rejections: u32,
    /// The agent's own permission mode as its door last reported it, in its own words: `acceptEdits`.
    pub permission: Option<String>,
    /// The same when plan mode was entered; `None` outside plan mode.
    pub permission_before: Option<String>,
}

/// What happens to writes in build mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// They pass, by the agent's own permissions.
    Pass,
    /// The agent's host asks the person about each.
    Asked,
}

impl Regime {
    /// A session that nothing has happened to yet.
    pub fn new(mode: Mode) -> Self {
        Self { mode, before: None, writes: Writes::Pass, rejections: 0, permission: None, permission_before: None }
    }
}

/// Who began a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    /// The person, by a command.
    User,
    /// The person's settings, for a class of task.
    TaskDefault,
    /// An agent proposed it and a person confirmed.
    AgentProposed,
    /// The person's settings, for a message.
    HostRouted,
    /// The agent's host began a new conversation, which goes on in the mode of the one before.
    Succeeded,
}

impl Initiator {
    /// The word in the database and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::TaskDefault => "task_default",
            Self::AgentProposed => "agent_proposed",
            Self::HostRouted => "host_routed",
            Self::Succeeded => "succeeded",
        }
    }
}

impl fmt::Display for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
