//! The proof of the shell classifier: what it calls a read is run, and other parsers read what it reads.
//!
//! `tests/proof/setup.sh` installs the programs; `cargo test --features proof --test proof` runs this. It is no part
//! of a plain `cargo test`, which needs nothing but Rust. docs/fuzzing.md tells what is run and what it cannot see.

#![allow(clippy::unwrap_used, reason = "a test that cannot set its stage fails best right there")]

mod confined;
mod dice;
mod flags;
mod mutate;
#[rustfmt::skip]
mod pools;
mod referees;
mod sandbox;
mod seeds;
mod snapshot;
mod words;
