//! The person's door: one parser and one handler for what is typed at a terminal, in the shell or as slash text.

mod applying;
pub mod cli;
mod consent;
mod context;
mod editor;
mod error;
mod flags;
mod mail;
mod planning;
mod process;
mod progress;
mod queue;
mod screen;
mod showing;
pub mod slash;
