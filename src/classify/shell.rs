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
mod personal;
#[cfg(any(test, feature = "proof"))]
#[doc(hidden)]
pub mod proof;
mod rule;
mod scan;
mod syntax;
mod table;
mod validation;
mod variable;

pub use rule::{Builtin, Language, Obeys, Operands, Row, Style, Wrapper};

pub(super) use personal::{Refusal, language};

use super::folder::Ground;
use super::policy::Policy;
use crate::model::{Assessment, Verdict};

/// Classifies a command line as cautiously as the most dangerous command in it.
///
/// `command` is what would be passed to `bash -c`. One fact is given for each simple command and for each thing that
/// speaks against the line, with its span in bytes. Never fails: a text that is not understood is a write with the
/// rule `shell.unparsed`. Linear in the length of the text, which may have at most 64 KiB.
pub fn assess(command: &str) -> Assessment {
    Policy::built_in().judge_command(command)
}

/// The same of a command line that a server runs in a folder of its own.
pub(super) fn assess_abroad(command: &str) -> Assessment {
    Policy::built_in().judge_command_on(command, Ground::ABROAD)
}

/// `command` with the variables set that put the configuration of other folders out of force, when nothing but that
/// configuration makes it a write. It prints what it would have printed.
pub(super) fn overridden(command: &str, found: &Assessment) -> Option<String> {
    let mut writes = found.evidence.iter().filter(|fact| fact.verdict == Verdict::Write).peekable();
    writes.peek()?;
    if !writes.all(|fact| fact.rule == judge::FOLDER_SETTINGS) {
        return None;
    }
    let settings: Vec<String> = table::git::OVERRIDES.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Some(format!("export {}; {command}", settings.join(" ")))
}

/// The facts of a command line before the person's switches are asked.
///
/// The configuration of the agent's own folder is trusted, that of others is not.
pub(super) fn facts_under(command: &str, ground: Ground<'_>, policy: &Policy) -> Assessment {
    let judged = judge::judge_under(command, ground, policy, judge::Trace::Nothing);
    Assessment::of(judged.evidence, judged.marks)
}

/// What the table refuses in a command line, and which row could let it pass.
pub(super) fn refusals(command: &str, policy: &Policy) -> Vec<Refusal> {
    judge::judge_under(command, Ground::NAMELESS, policy, judge::Trace::Refusals).refusals.unwrap_or_default()
}

/// Every row of the table, family by family, without those of its subcommands.
pub fn rows() -> impl Iterator<Item = &'static Row<'static>> {
    table::rows()
}

/// What a program obeys in its folder that may make it run another; `rule` is a row's path.
pub(super) fn settings_of(rule: &str) -> Option<&'static str> {
    let mut words = rule.split(' ');
    let mut row = table::find(words.next()?)?;
    let mut settings = row.settings;
    for word in words {
        row = row.subcommands.iter().find(|sub| sub.is_named(word))?;
        settings = if row.settings.is_empty() { settings } else { row.settings };
    }
    Some(settings).filter(|name| !name.is_empty())
}

/// Whether a command line checks the project and does nothing else: tests, linters, type checks, builds.
///
/// Judged on the parsed commands; beside the checks only reads may stand in the line.
pub fn is_validation(command: &str) -> bool {
    validation::is_validation(command)
}

#[cfg(test)]
mod tests;
