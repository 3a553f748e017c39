//! Loops over few words, whose bodies are judged once for each, and variables that have one value for certain.

use std::collections::HashSet;

use crate::classify::shell::expand;
use crate::classify::shell::syntax::{Assignment, Kind, Piece, Script, Word};
use crate::classify::shell::variable;
use crate::model::Evidence;

use super::Judge;

/// How many words of a loop are judged one by one, and how often a command within loops.
const MAX_CHOICES: usize = 16;
const MAX_ROUNDS: usize = 32;

impl<'s> Judge<'s> {
    /// Notes the values that assignments give for certain.
    pub(super) fn settle(&mut self, assignments: &'s [Assignment<'s>]) {
        for assignment in assignments {
            if let ([word], false, false) = (assignment.values.as_slice(), assignment.array, assignment.appended)
                && let Some(value) = variable::constant(word)
            {
                self.variables.settle(assignment.name, value);
            }
        }
    }

    /// Judges the body of a loop: once for each of few literal words, else once for all that its variable may be.
    pub(super) fn rounds(&mut self, name: &'s str, words: Option<&'s [Word<'s>]>, body: &'s Script<'s>) {
        let (outer, rounds) = (self.variables.settled(), self.rounds);
        let filled = self.variables.filled();
        if !self.variables.splits_anywhere() && words.is_some_and(|words| words.iter().all(is_never_empty)) {
            self.variables.fill(name);
        }
        let words = words.and_then(choices).filter(|words| words.len() * rounds <= MAX_ROUNDS).unwrap_or_default();
        let since = self.evidence.len();
        for (at, word) in words.iter().enumerate() {
            if !self.variables.settle(name, word) {
                break;
            }
            self.rounds = rounds * words.len();
            self.script(body);
            self.variables.unsettle(outer);
            self.rounds = rounds;
            if at + 1 == words.len() {
                self.forget_repeated(since);
                self.variables.unfill(filled);
                return;
            }
        }
        self.script(body);
        self.variables.unfill(filled);
    }

    /// Drops the facts from `since` on that say again what another says.
    pub(super) fn forget_repeated(&mut self, since: usize) {
        let mut met = HashSet::new();
        let facts = self.evidence.split_off(since);
        let new = |fact: &Evidence| {
            met.insert((
                fact.span.map(|span| (span.start, span.end)),
                fact.rule.clone(),
                fact.reason.clone(),
                fact.effects,
            ))
        };
        self.evidence.extend(facts.into_iter().filter(new));
    }
}

/// How often the commands of a compound run for each time that it runs itself; `None` where that may be any number. A
/// pattern counts as one word.
pub(super) fn times(kind: &Kind<'_>) -> Option<usize> {
    let counted = |piece: &Piece<'_>| match piece {
        Piece::Literal { quoted: true, .. } => true,
        // A pattern of other folders may find any number of names.
        Piece::Literal { text, .. } => {
            !(text.contains('{') && text.contains("..") || text.contains(['*', '?', '[']) && text.contains('/'))
        }
        _ => false,
    };
    match kind {
        Kind::Loop(_) | Kind::Count { .. } | Kind::Function { .. } => None,
        Kind::For { words, .. } => {
            let words = words.as_deref()?;
            let made = |word: &Word<'_>| if expand::has_braces(word) { expand::MAX_ALTERNATIVES } else { 1 };
            words.iter().flat_map(|word| &word.pieces).all(counted).then(|| words.iter().map(made).sum())
        }
        _ => Some(1),
    }
}

/// Whether none of the words that a loop takes from one is empty: one with a text of its own, a sequence, or expansions that
/// fall apart into words which are not.
fn is_never_empty(word: &Word<'_>) -> bool {
    let text = |piece: &Piece<'_>| match piece {
        Piece::Literal { text, .. } => !text.is_empty(),
        Piece::Arithmetic(_) => true,
        _ => false,
    };
    let falls_apart = |piece: &Piece<'_>| {
        matches!(piece, Piece::Parameter { quoted: false, .. } | Piece::Substitution { quoted: false, .. })
    };
    if expand::has_braces(word) {
        return word.bare().is_some_and(variable::is_sequence);
    }
    word.pieces.iter().any(text) || !word.pieces.is_empty() && word.pieces.iter().all(falls_apart)
}

/// The words of a loop when they are few and mean nothing but themselves.
fn choices<'s>(words: &'s [Word<'s>]) -> Option<Vec<&'s str>> {
    let plain = |text: &&str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+/:@%=,".contains(&b));
    let text = |word: &'s Word<'s>| match word.pieces.as_slice() {
        [Piece::Literal { text, .. }] => Some(&**text),
        [Piece::Quoted(inner)] => match inner.as_slice() {
            [Piece::Literal { text, .. }] => Some(&**text),
            _ => None,
        },
        _ => None,
    };
    let words: Option<Vec<&str>> = words.iter().map(|word| text(word).filter(plain)).collect();
    words.filter(|words| words.len() <= MAX_CHOICES)
}
