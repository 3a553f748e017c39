//! Whether a line checks the project.

use super::expand;
use super::judge;
use super::parser;
use super::syntax::{Command, Kind, Script};
use super::table::validation;
use super::variable::Variables;
use crate::classify::folder::Ground;

/// Whether `line` has a check among its commands and nothing else but reads.
pub(super) fn is_validation(line: &str) -> bool {
    let Ok(script) = parser::parse(line) else { return false };
    let mut checks = Checks { text: line, found: 0, other: false };
    checks.script(&script);
    checks.found > 0 && !checks.other
}

struct Checks<'t> {
    text: &'t str,
    found: usize,
    /// Whether something else than a check or a read was met.
    other: bool,
}

impl Checks<'_> {
    fn script(&mut self, script: &Script<'_>) {
        script.commands.iter().for_each(|command| self.command(command));
    }

    fn command(&mut self, command: &Command<'_>) {
        match &command.kind {
            Kind::Simple { .. } if is_check(command) => self.found += 1,
            Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().for_each(|script| self.script(script)),
            _ => {
                let text = &self.text[command.span.start..command.span.end];
                let (evidence, _) = judge::judge(text, Ground::NAMELESS);
                self.other |= evidence.iter().any(|fact| fact.verdict == crate::model::Verdict::Write);
            }
        }
    }
}

/// Whether one simple command is a check.
fn is_check(command: &Command<'_>) -> bool {
    let Kind::Simple { assignments, words } = &command.kind else { return false };
    let harmless = command.redirects.iter().all(|redirect| {
        redirect.kind == super::syntax::RedirectKind::Duplicate || redirect.target.bare() == Some("/dev/null")
    });
    let Some(args) = expand::expand(words, &Variables::default()) else { return false };
    let texts: Vec<&str> = args.iter().map(|arg| arg.exact().unwrap_or_default()).collect();
    let rest = without_wrappers(&texts);
    let options = |word: &&&str| {
        word.starts_with('+') || rest.first() != Some(&"python3") && word.starts_with('-') && is_leading(word)
    };
    let names: Vec<&str> = rest
        .iter()
        .enumerate()
        .filter(|(at, word)| *at == 0 || !options(word))
        .map(|(at, word)| if at == 0 { word.rsplit('/').next().unwrap_or(word) } else { word })
        .collect();
    harmless && assignments.iter().all(|a| !a.array) && validation::is_check(&names)
}

/// Options that may stand between a program and its subcommand without changing what it is.
fn is_leading(word: &str) -> bool {
    matches!(
        word,
        "-q" | "-v"
            | "-s"
            | "--quiet"
            | "--verbose"
            | "--silent"
            | "--locked"
            | "--offline"
            | "--frozen"
            | "--color=always"
            | "--color=never"
    )
}

/// What `env`, `timeout`, `time` and `nice` run.
fn without_wrappers<'w, 'a>(mut words: &'w [&'a str]) -> &'w [&'a str] {
    loop {
        words = match words {
            ["timeout", rest @ ..] => {
                let skip = rest.iter().take_while(|word| word.starts_with('-')).count();
                rest.get(skip + 1..).unwrap_or_default()
            }
            ["env", rest @ ..] => {
                let skip = rest.iter().take_while(|word| word.contains('=')).count();
                &rest[skip..]
            }
            ["time" | "nice" | "command", rest @ ..] => rest,
            _ => return words,
        };
    }
}
