//! What substitutions print, as far as the words of their commands tell.

use crate::classify::shell::expand;
use crate::classify::shell::syntax::{Command, Kind, Piece, RedirectKind, Script, Word};
use crate::classify::shell::table::output;

use super::{Class, Variables};

/// The most words of a command whose output is looked at.
const MAX_WORDS: usize = 12;

impl Variables<'_> {
    /// The class of what the commands of a substitution print.
    pub(in crate::classify::shell) fn output(&self, script: &Script<'_>) -> Class {
        let commands = &script.commands;
        let ends = (0..commands.len()).filter(|at| !commands[*at].piped);
        ends.map(|at| self.printed(&commands[..=at])).reduce(Class::join).unwrap_or(Class::Unknown)
    }

    /// The class of what the last of `commands` prints, into which those before may be piped.
    fn printed(&self, commands: &[Command<'_>]) -> Class {
        let Some((last, before)) = commands.split_last() else { return Class::Unknown };
        let Some(texts) = self.texts(last) else { return Class::Unknown };
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let piped_in = before.last().is_some_and(|command| command.piped);
        let fed = piped_in && last.redirects.iter().all(|redirect| redirect.kind == RedirectKind::Output);
        if fed && output::passes_lines(&words) {
            return self.printed(before);
        }
        if fed && output::takes_first_part(&words) {
            return if self.numbers_lines(before) { Class::Number } else { Class::Unknown };
        }
        output::output(&words)
    }

    /// Whether the last of `commands` prints lines with their numbers before a colon.
    fn numbers_lines(&self, commands: &[Command<'_>]) -> bool {
        let Some((last, before)) = commands.split_last() else { return false };
        let Some(texts) = self.texts(last) else { return false };
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let fed = before.last().is_some_and(|command| command.piped)
            && last.redirects.iter().all(|redirect| redirect.kind == RedirectKind::Output);
        if fed && output::passes_lines(&words) { self.numbers_lines(before) } else { output::numbers_lines(&words) }
    }

    /// The words of a simple command whose output is its own: with `1` for numbers, and a mark for a word that is not known
    /// but can be no option.
    fn texts(&self, command: &Command<'_>) -> Option<Vec<String>> {
        let Kind::Simple { assignments, words } = &command.kind else { return None };
        // A redirection may put what a program says of its errors among its output.
        let quiet = command.redirects.iter().all(|redirect| match redirect.kind {
            RedirectKind::Input => true,
            RedirectKind::Output => redirect.target.bare() == Some("/dev/null"),
            RedirectKind::Here | RedirectKind::Duplicate => false,
        });
        if !quiet || !assignments.is_empty() || words.len() > MAX_WORDS {
            return None;
        }
        words.iter().map(|word| self.text(word)).collect()
    }

    fn text(&self, word: &Word<'_>) -> Option<String> {
        let runs =
            |piece: &Piece<'_>| !matches!(piece, Piece::Literal { .. } | Piece::Parameter { .. } | Piece::Quoted(_));
        if word.pieces.iter().any(runs) || expand::has_braces(word) {
            return None;
        }
        let arg = expand::single(word, self);
        match arg.sample() {
            Some(text) if arg.single && !arg.integers.iter().any(|(_, signed)| *signed) => Some(text.to_owned()),
            // An unquoted number is a word of its own, or nothing at all.
            Some("1") if !arg.many && !arg.dash => Some("1".to_owned()),
            _ if arg.single && !arg.dash => Some(output::UNKNOWN.to_owned()),
            _ => None,
        }
    }
}

/// Whether the output of `script` may be more than one word although its class knows no blank.
pub(in crate::classify::shell) fn prints_many(script: &Script<'_>) -> bool {
    let commands = &script.commands;
    let mut ends = commands.iter().filter(|command| !command.piped);
    let (Some(_), None) = (ends.next(), ends.next()) else { return true };
    let mut many = false;
    for command in commands.iter().rev() {
        let Kind::Simple { words, .. } = &command.kind else { return true };
        let texts: Vec<&str> = words.iter().map(|word| word.bare().unwrap_or_default()).collect();
        if output::count_of_lines(&texts).is_some_and(|count| matches!(count, "1")) {
            return false;
        }
        many |= match texts.as_slice() {
            ["git", "rev-list" | "log", rest @ ..] => {
                !rest.iter().any(|word| matches!(*word, "-1" | "-n1" | "--count" | "--max-count=1"))
                    && !rest.windows(2).any(|pair| pair == ["-n", "1"])
            }
            ["grep", rest @ ..] => !rest
                .iter()
                .any(|word| *word == "-m1" || word.starts_with('-') && !word.starts_with("--") && word.contains('c')),
            ["" | "seq" | "pgrep" | "pidof" | "docker" | "podman" | "kubectl", ..] | [] => true,
            ["wc", ..] => return false,
            _ => false,
        };
    }
    many
}
