//! The real binary, a real store, real processes.

mod approving;
mod bad_input;
mod crash;
mod demo;
mod harness;
mod house;
mod many_writers;
mod proposing;
