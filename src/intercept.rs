//! The agents' door: each dialect becomes a call, each reply goes back in the same dialect. No policy in here but the
//! one pipeline of [`Interceptor`].

mod copy;
pub mod hook;
mod interceptor;
pub mod jsonl;
mod reply;
mod surroundings;
mod team;
mod wish;

pub use self::copy::forget_copies;
pub use self::interceptor::Interceptor;
pub use self::reply::{Allowed, QUEUED, Reply, denied_by_failure};
pub use self::team::Mailbox;
