//! The agents' door: each dialect becomes a call, each reply goes back in the same dialect. No policy in here but the
//! one pipeline of [`Interceptor`].

pub mod hook;
mod interceptor;
pub mod jsonl;
mod team;
mod wish;

pub use self::interceptor::{Allowed, Interceptor, QUEUED, Reply, denied_by_failure, forget_copies};
pub use self::team::Mailbox;
