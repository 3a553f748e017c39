//! plangate stands between an AI coding agent and the world: while plan mode is on, reads run at once
//! and every write waits in a queue until a person approves it.
//!
//! The program `plangate` is a thin shell around this library; an agent written in Rust can embed the same parts.
//! `examples/embed.rs` does so from end to end, in this order:
//!
//! 1. [`PendingPlanManager::open`](queue::PendingPlanManager::open) opens a data folder, and
//!    [`open_session`](queue::PendingPlanManager::open_session) a session for the folder in which the agent works.
//! 2. [`switch_mode`](queue::PendingPlanManager::switch_mode) to [`Mode::Plan`](model::Mode::Plan); sessions of a
//!    workspace that nobody has switched start in [`Mode::Build`](model::Mode::Build), where every call passes.
//! 3. [`proposer`](queue::PendingPlanManager::proposer) gives what the agent's side may hold: a
//!    [`Proposer`](queue::Proposer) proposes and cannot decide. An [`Interceptor`](intercept::Interceptor) around it
//!    answers each [`ToolCall`](model::ToolCall) with a [`Reply`](intercept::Reply): run it, it is queued, it is denied.
//! 4. [`open_plan`](queue::PendingPlanManager::open_plan) gives the plan, [`review`] draws it, and
//!    [`mark_shown`](store::Store::mark_shown) remembers what the person has seen of it.
//! 5. [`approve`](queue::PendingPlanManager::approve) and [`reject`](queue::PendingPlanManager::reject) take a
//!    [`Consent`](queue::Consent): by making one the host vouches that its person has said so.
//! 6. An [`Applier`](apply::Applier) takes the [`ApprovedPlan`](model::ApprovedPlan) and lets it happen.
//!    [`recover`](queue::PendingPlanManager::recover), called at the next start, settles what a crash left in flight;
//!    [`apply::undo`] puts files back, and [`apply::sweep`] deletes what both put away.
//!
//! The rooms, in the order in which a tool call travels (imports run down only, never up):
//!
//! | room | |
//! |---|---|
//! | [`intercept`] | the agents' door: each dialect becomes a [`model::ToolCall`] and gets a reply |
//! | [`ui`] | the person's door: commands typed at a terminal, in the shell or as slash text |
//! | [`queue`] | the hall where both doors meet |
//! | [`apply`] | an approved plan becomes files and processes, journalled step by step |
//! | [`classify`] | read or write? Pure |
//! | [`mode`] | which event moves a regime, what an agent is told of it. Pure |
//! | [`document`] | the plan as Markdown and back, its edits and its lint. Pure |
//! | [`review`] | how a plan looks. Pure |
//! | [`store`] | the only room that speaks SQL |
//! | [`workspace`] | the only room that touches the user's files |
//! | [`config`] | where the data is, and the files of rules |
//! | [`model`] | the words: calls, verdicts, changes, plans. No input, no output |

pub mod intercept;
pub mod ui;

pub mod queue;

pub mod apply;

pub mod classify;
pub mod document;
pub mod mode;
pub mod review;

pub mod store;
pub mod workspace;

pub mod config;
pub mod model;
