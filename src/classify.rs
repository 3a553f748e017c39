//! Read or write? Pure.

pub mod shell;
