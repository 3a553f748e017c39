//! The real binary, a real store, real processes.

mod applying;
mod approving;
mod bad_input;
mod copies;
mod crash;
mod demo;
mod environment;
mod examples;
mod files;
mod harness;
mod house;
mod many_writers;
mod modes;
mod person;
mod planning;
mod proposing;
mod races;
mod rejecting;
mod revising;
mod rewriting;
mod rules;
mod running;
mod sessions;
mod shell;
mod showing;
mod trust;
