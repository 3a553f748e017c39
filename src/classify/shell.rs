//! Read or write, for a shell command line.
//!
//! Text is parsed by a strict grammar (`parser` and `lexer`), words are expanded as far as their values are known
//! (`expand`, `variable`), and each simple command is judged by its row (`table`, `rule`, `scan`) and, where
//! an argument is a program of its own, by that language's reader (`language`). Every step can only turn the verdict
//! towards a write: what is not understood, not known or not literal where it decides is one.
//!
//! The line is taken to be run by a fresh, non-interactive bash whose environment no earlier line has changed.

mod expand;
mod judge;
mod language;
mod lexer;
mod parser;
#[cfg(feature = "proof")]
#[doc(hidden)]
pub mod proof;
mod rule;
mod scan;
mod syntax;
mod table;
mod validation;
mod variable;

pub use rule::{Builtin, Language, Operands, Row, Style, Wrapper};

use crate::model::Assessment;

/// Classifies a command line as cautiously as the most dangerous command in it.
///
/// `command` is what would be passed to `bash -c`. One fact is given for each simple command and for each thing that
/// speaks against the line, with its span in bytes. Never fails: a text that is not understood is a write with the
/// rule `shell.unparsed`. Linear in the length of the text, which may have at most 64 KiB.
pub fn assess(command: &str) -> Assessment {
    let (evidence, marks) = judge::judge(command);
    Assessment::of(evidence, marks)
}

/// Whether a command line checks the project and does nothing else: tests, linters, type checks, builds.
///
/// Judged on the parsed commands; beside the checks only reads may stand in the line.
pub fn is_validation(command: &str) -> bool {
    validation::is_validation(command)
}

#[cfg(test)]
mod tests;
