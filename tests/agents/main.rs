//! Real agents against the real plangate, with a scripted model on loopback.
//!
//! `tests/agents/setup.sh` installs the agents; `cargo test --test agents` runs this. It is no part of a plain
//! `cargo test`, which needs nothing but Rust.

#![allow(clippy::unwrap_used, reason = "a test that cannot set its stage fails best right there")]

mod claude_code;
mod harness;
mod modes;
mod teams;
