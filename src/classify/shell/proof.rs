//! What tests outside of the library see of the shell classifier's inside: the rows, and the commands that the
//! parser finds. No part of the product.

use super::parser;
use super::rule::Row;
use super::syntax::{Arithmetic, Command, Kind, Parameter, Piece, Redirect, Script, Word};
use super::table;

/// Pieces of text from which lines come that no person would write.
#[rustfmt::skip]
pub const FRAGMENTS: &[&str] = &[
    "ls", "cat", "touch x", " ", " ", " ", "\n", ";", " && ", " | ", " & ", "(", ")", "{ ", "; }", "((", "))", "[[ ",
    " ]]", "$(", "`", "'", "\"", "\\", "$", "${", "}", "x", "=", ">", "<", "<<E\n", "\nE\n", "<(", "#", "if ",
    "then ", "; then ", "; fi", "fi", "for x in a", "; do ", "; done", "done", "case x in ", "x) ", ";;", " esac",
    "*", "~", "é", "$((", "1", "+", "[", "]", "! ", "\t", "-o", "--", "{a,b}", "$'", "f() ", "\\\n", "time ", "<<<",
    ">&2", "2>&1", "${x:-", "${x#", "while ", "until ", "else ", "elif ", "in", "do", "a=b ", "a=(", "a[1]=", "&>",
    "|&", "<&-", ";;&", "touch", "E\n", " in ", "function f", "!", "case ", "esac", "for x in ", "&&", "|", "&",
    "do ",
];

/// Every row of the table, without subcommands.
pub fn rows() -> impl Iterator<Item = &'static Row<'static>> {
    table::rows()
}

/// The first word of every simple command as it stands in the text, in textual order, substitutions included;
/// `None` when the parser refuses the text.
pub fn programs(text: &str) -> Option<Vec<&str>> {
    let script = parser::parse(text).ok()?;
    let mut finder = Finder::default();
    finder.script(&script);
    finder.found.sort_unstable();
    Some(finder.found.into_iter().map(|(start, end)| &text[start..end]).collect())
}

/// Collects the places of the first words.
#[derive(Default)]
struct Finder {
    found: Vec<(usize, usize)>,
}

impl Finder {
    fn script(&mut self, script: &Script<'_>) {
        script.commands.iter().for_each(|command| self.command(command));
    }

    fn command(&mut self, command: &Command<'_>) {
        command.redirects.iter().for_each(|redirect: &Redirect<'_>| self.word(&redirect.target));
        match &command.kind {
            Kind::Simple { assignments, words } => {
                assignments.iter().flat_map(|assignment| &assignment.values).for_each(|word| self.word(word));
                if let Some(first) = words.first() {
                    self.found.push((first.span.start, first.span.end));
                }
                self.words(words);
            }
            Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().for_each(|script| self.script(script)),
            Kind::For { words, body, .. } => {
                self.words(words.as_deref().unwrap_or_default());
                self.script(body);
            }
            Kind::Count { header, body } => {
                self.arithmetic(header);
                self.script(body);
            }
            Kind::Case { word, arms } => {
                self.word(word);
                for (patterns, body) in arms {
                    self.words(patterns);
                    self.script(body);
                }
            }
            Kind::Function { body, .. } => self.command(body),
            Kind::Test(words) => self.words(words),
            Kind::Arithmetic(inner) => self.arithmetic(inner),
        }
    }

    fn words(&mut self, words: &[Word<'_>]) {
        for word in words {
            self.word(word);
        }
    }

    fn word(&mut self, word: &Word<'_>) {
        self.pieces(&word.pieces);
    }

    fn pieces(&mut self, pieces: &[Piece<'_>]) {
        for piece in pieces {
            match piece {
                Piece::Literal { .. } => {}
                Piece::Parameter { parameter, .. } => self.parameter(parameter),
                Piece::Substitution { script, .. } | Piece::Process(script) => self.script(script),
                Piece::Quoted(pieces) => self.pieces(pieces),
                Piece::Arithmetic(inner) => self.arithmetic(inner),
            }
        }
    }

    fn parameter(&mut self, parameter: &Parameter<'_>) {
        parameter.integers.iter().for_each(|integer| self.arithmetic(integer));
        self.pieces(&parameter.nested);
    }

    fn arithmetic(&mut self, inner: &Arithmetic<'_>) {
        self.pieces(&inner.pieces);
    }
}
