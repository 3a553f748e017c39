//! The expansions of words, and the comparisons that evaluate them.

use crate::classify::shell::expand;
use crate::classify::shell::parser;
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::{Arithmetic, Parameter, Piece, Place, Script, Word};
use crate::model::{Mark, Span};

use super::lasting::Attention;
use super::{Judge, lasting};

impl<'s> Judge<'s> {
    /// Judges the expansions of a word.
    pub(super) fn word(&mut self, word: &'s Word<'s>) {
        for piece in &word.pieces {
            self.piece(piece);
        }
    }

    pub(super) fn piece(&mut self, piece: &'s Piece<'s>) {
        match piece {
            Piece::Literal { .. } => {}
            Piece::Quoted(pieces) => pieces.iter().for_each(|piece| self.piece(piece)),
            Piece::Substitution { script, .. } => self.script(script),
            Piece::Process(script) => self.process(script),
            Piece::Arithmetic(inner) => self.arithmetic(inner),
            Piece::Parameter { parameter, .. } => self.parameter(parameter),
        }
    }

    /// Nobody waits for what stands in a process substitution.
    fn process(&mut self, script: &'s Script<'s>) {
        let marks = self.marks.len();
        let ends = match self.attention {
            Attention::Listens => lasting::ends(script),
            Attention::None => script.commands.iter().all(lasting::is_brief),
        };
        self.script(script);
        if self.marks[marks..].contains(&Mark::Endless) || !ends {
            let (start, end) = script
                .commands
                .first()
                .zip(script.commands.last())
                .map_or((0, 0), |(first, last)| (first.span.start, last.span.end));
            self.object(Objection::new(
                "shell.background",
                "what may not end would outlive the line",
                Place { start, end },
            ));
        }
    }

    pub(super) fn parameter(&mut self, parameter: &'s Parameter<'s>) {
        for inner in &parameter.integers {
            self.arithmetic(inner);
        }
        for piece in &parameter.nested {
            self.piece(piece);
        }
    }

    pub(super) fn arithmetic(&mut self, inner: &'s Arithmetic<'s>) {
        for piece in &inner.pieces {
            self.piece(piece);
        }
        let place = Place { start: inner.span_start, end: inner.span_start + 1 };
        for name in &inner.assigned {
            self.local_name(name, place);
        }
        if self.variables.evaluates_text(inner) {
            self.object(Objection::new(
                "shell.arithmetic",
                "arithmetic would evaluate a value that is not known to be a number",
                place,
            ));
        }
    }

    /// `[[ ... ]]`: numeric comparisons evaluate their operands, and `-v` evaluates subscripts.
    pub(super) fn test(&mut self, words: &'s [Word<'s>], span: Span) {
        for word in words {
            self.word(word);
        }
        let numeric =
            |word: &Word<'_>| word.bare().is_some_and(|op| matches!(op, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge"));
        for (at, word) in words.iter().enumerate() {
            let arg = expand::single(word, &self.variables);
            let beside = at.checked_sub(1).is_some_and(|before| numeric(&words[before]))
                || words.get(at + 1).is_some_and(numeric);
            let number = |text: &str| text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
            if beside && !arg.sample().is_some_and(number) {
                self.object(Objection::new(
                    "shell.arithmetic",
                    "arithmetic would evaluate a value that is not known to be a number",
                    word.span,
                ));
            }
            let next = words.get(at + 1).and_then(Word::bare);
            let evaluates = match arg.exact() {
                Some("-v" | "-R") => !next.is_some_and(parser::is_name),
                Some("-t") => !next.is_some_and(number),
                _ => false,
            };
            if evaluates {
                let place = Place { start: span.start, end: span.end };
                self.object(Objection::new("shell.arithmetic", "this test may evaluate a subscript", place));
            }
        }
    }
}
