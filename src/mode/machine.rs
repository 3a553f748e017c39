//! What moves a session from one regime to another. Pure: who may send which event, and that it is recorded, is the
//! queue's business.

use crate::model::{Mode, Regime, Writes};

/// What can happen to a regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// Plan mode begins.
    Enter,
    /// Plan mode ends, and what was before is restored.
    Leave,
    /// Plan mode begins, or ends if it holds.
    Toggle,
    /// The next mode in order.
    Next,
    /// A mode by name.
    Switch(Mode),
    /// A person rejected changes.
    Reject,
    /// A person approved changes.
    Approve,
    /// The agent's door says which permission mode of its own the agent is in.
    Report(&'a str),
}

/// Why writes are asked about after plan mode, although they passed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asking {
    /// A person rejected that often in a row.
    Rejections(u32),
    /// The agent approved by itself before plan mode, and does no more.
    AutomaticGone {
        /// Its permission mode before.
        before: String,
        /// Its permission mode now.
        now: String,
    },
    /// The agent asked before plan mode, and approves by itself now: what was before is restored.
    AskedBefore {
        /// Its permission mode before.
        before: String,
        /// Its permission mode now.
        now: String,
    },
}

impl Asking {
    /// What the person is told.
    pub fn notice(&self) -> String {
        let unavailable = "plan exit → build · automatic approval unavailable";
        match self {
            Self::Rejections(1) => format!("{unavailable}: the last decision was a rejection"),
            Self::Rejections(times) => format!("{unavailable}: {times} rejections in a row"),
            Self::AutomaticGone { before, now } => {
                format!("{unavailable}: the agent's own permission mode was `{before}` and is `{now}`")
            }
            Self::AskedBefore { before, now } => format!(
                "plan exit → build · writes are asked about as before: the agent's own permission mode was `{before}` and \
                 is `{now}`"
            ),
        }
    }
}

/// What an event makes of a regime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What holds afterwards.
    pub regime: Regime,
    /// Why writes are asked about from now on.
    pub asking: Option<Asking>,
}

/// What `regime` becomes by `event`. After `limit` rejections in a row an agent's automatic approval is not restored.
pub fn after(regime: &Regime, event: Event<'_>, limit: u32) -> Step {
    let same = || Step { regime: regime.clone(), asking: None };
    match event {
        Event::Leave if regime.mode == Mode::Plan => leave(regime, regime.before.unwrap_or(Mode::Build), limit),
        Event::Leave => same(),
        Event::Toggle if regime.mode == Mode::Plan => after(regime, Event::Leave, limit),
        Event::Enter | Event::Toggle | Event::Switch(Mode::Plan) => enter(regime),
        Event::Next => after(regime, Event::Switch(regime.mode.next()), limit),
        Event::Switch(mode) if regime.mode == Mode::Plan => leave(regime, mode, limit),
        // Who names the mode that holds already wants it without questions.
        Event::Switch(Mode::Build) if regime.mode == Mode::Build => {
            Step { regime: Regime { writes: Writes::Pass, rejections: 0, ..regime.clone() }, asking: None }
        }
        Event::Switch(mode) => Step { regime: Regime { mode, ..regime.clone() }, asking: None },
        Event::Reject => {
            Step { regime: Regime { rejections: regime.rejections.saturating_add(1), ..regime.clone() }, asking: None }
        }
        Event::Approve => Step { regime: Regime { rejections: 0, ..regime.clone() }, asking: None },
        Event::Report(permission) => {
            Step { regime: Regime { permission: Some(permission.to_owned()), ..regime.clone() }, asking: None }
        }
    }
}

fn enter(regime: &Regime) -> Step {
    if regime.mode == Mode::Plan {
        return Step { regime: regime.clone(), asking: None };
    }
    let regime = Regime {
        mode: Mode::Plan,
        before: Some(regime.mode),
        permission_before: regime.permission.clone(),
        ..regime.clone()
    };
    Step { regime, asking: None }
}

/// Leaves plan mode. A mode that denies writes needs no breaker.
fn leave(regime: &Regime, to: Mode, limit: u32) -> Step {
    let asking = if to == Mode::Build { asking(regime, limit) } else { None };
    let writes = if asking.is_some() { Writes::Asked } else { regime.writes };
    let left = Regime { mode: to, before: None, writes, permission_before: None, ..regime.clone() };
    Step { regime: left, asking }
}

fn asking(regime: &Regime, limit: u32) -> Option<Asking> {
    if limit > 0 && regime.rejections >= limit {
        return Some(Asking::Rejections(regime.rejections));
    }
    let (before, now) = (regime.permission_before.clone()?, regime.permission.clone()?);
    match (is_automatic(&before), is_automatic(&now)) {
        (true, false) => Some(Asking::AutomaticGone { before, now }),
        (false, true) => Some(Asking::AskedBefore { before, now }),
        _ => None,
    }
}

/// Whether an agent in that permission mode of its own writes without asking: the words of Claude Code and Codex.
fn is_automatic(permission: &str) -> bool {
    matches!(permission, "acceptEdits" | "auto" | "bypassPermissions")
}

#[cfg(test)]
mod tests;
