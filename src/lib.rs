//! plangate stands between an AI coding agent and the world: while plan mode is on, reads run at once
//! and every write waits in a queue until a person approves it.
//!
//! The rooms, in the order in which a tool call travels (imports run down only, never up):

/// The agents' door: each agent's dialect becomes a [`model::ToolCall`] and gets a reply.
pub mod intercept;
/// The person's door: commands typed at a terminal, in the shell or as slash text.
pub mod ui;

/// The hall where both doors meet: [`queue::PendingPlanManager`] and the agents' [`queue::Proposer`].
pub mod queue;

/// An approved plan becomes files and processes, journalled step by step.
pub mod apply;

/// Read or write? Pure.
pub mod classify;
/// Regimes and their transitions. Pure.
pub mod mode;
/// How a plan looks: one view model for every screen. Pure.
pub mod review;

/// The only room that speaks SQL.
pub mod store;
/// The only room that touches the user's files.
pub mod workspace;

/// The person's settings, parsed once.
pub mod config;
/// The words: calls, verdicts, changes, plans. No I/O.
pub mod model;
