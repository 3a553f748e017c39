//! The agents' door.

pub mod hook;
