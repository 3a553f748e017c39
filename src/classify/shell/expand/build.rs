//! Arguments from the parts of words: quote removal, and each unknown part as a class of values.

use std::borrow::Cow;

use crate::classify::shell::syntax::{Form, Parameter, Piece, Place};
use crate::classify::shell::variable::{self, Class, Variables};

use super::arg::{Arg, Digits, Integer, Known, MayBeOption, Optional, STOPS};
use super::braces::Token;
use super::lead::Lead;

/// The argument that `tokens` make, in one pass from left to right.
pub(in crate::classify::shell) fn argument<'a>(
    tokens: &[Token<'a>],
    span: Place,
    variables: &Variables<'_>,
) -> Arg<'a> {
    let mut build = Build::default();
    for token in tokens {
        match token {
            Token::Piece(piece) => build.piece(piece, false, variables),
            Token::Text(text) => build.literal(text, false, variables),
            Token::Number => {
                build.hole_of(Class::Number, true, Width::Line, Optional::No);
                build.single = false;
                build.many = true;
            }
            Token::Letter => {
                build.hole(Class::Plain, true);
                build.single = false;
                build.many = true;
            }
            Token::Open => build.literal("{", true, variables),
            Token::Close => build.literal("}", true, variables),
            Token::Comma => build.literal(",", true, variables),
        }
    }
    let single = build.single && build.filled;
    let dash = build.dash.unwrap_or(false) || build.splits;
    let whole = value(tokens).map(|parameter| variables.parameter(parameter));
    let dotted = build.stop && !build.splits && !build.class || whole == Some(Class::Dotted);
    let device = build.lead.is_device() || build.splits;
    let (text, integers) = (Cow::Owned(build.text), build.integers);
    let (known, many, splits, loose) = (build.known, build.many, build.splits, build.loose);
    let named = build.named || whole == Some(Class::Named);
    Arg { text, known, single, many, splits, dash, named, device, dotted, loose, integers, span }
}

/// The parameter whose value the whole word is, in quotes.
fn value<'t>(tokens: &'t [Token<'_>]) -> Option<&'t Parameter<'t>> {
    let piece = match tokens {
        [Token::Piece(Piece::Quoted(inner))] if inner.len() == 1 => &inner[0],
        [Token::Piece(piece @ Piece::Parameter { quoted: true, .. })] => piece,
        _ => return None,
    };
    match piece {
        Piece::Parameter { parameter, .. } => Some(parameter),
        _ => None,
    }
}

/// An argument under construction.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Build {
    text: String,
    known: Known,
    single: bool,
    many: bool,
    /// Whether a full stop or a slash was met, a value that may fall apart, and a bracket of a pattern.
    stop: bool,
    splits: bool,
    class: bool,
    loose: bool,
    /// Whether it may start with a dash, once that is settled.
    dash: Option<bool>,
    /// Whether it starts with a pattern and is no option.
    named: bool,
    /// What its start may be.
    lead: Lead,
    integers: Vec<Integer>,
    /// Whether something keeps it from vanishing when its expansions are empty.
    filled: bool,
}

/// How much a value may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Line,
    Lines,
}

impl Default for Build {
    fn default() -> Self {
        let (text, known, dash) = (String::new(), Known::Exactly, None);
        Self {
            text,
            known,
            single: true,
            many: false,
            stop: false,
            splits: false,
            class: false,
            loose: false,
            dash,
            named: false,
            lead: Lead::default(),
            integers: Vec::new(),
            filled: false,
        }
    }
}

impl Build {
    fn piece(&mut self, piece: &Piece<'_>, within: bool, variables: &Variables<'_>) {
        match piece {
            Piece::Literal { text, quoted } => {
                self.filled |= *quoted;
                self.literal(text, *quoted || within, variables);
            }
            Piece::Quoted(pieces) => {
                self.filled = true;
                for piece in pieces {
                    self.piece(piece, true, variables);
                }
            }
            Piece::Parameter { parameter, quoted }
                if let Some(value) = variables.value(parameter, *quoted || within) =>
            {
                self.filled = true;
                self.literal(value, true, variables);
            }
            Piece::Parameter { parameter, quoted } => {
                let several = matches!(parameter.form, Form::Each | Form::EachChanged | Form::Keys);
                if several {
                    self.single = false;
                    self.many = true;
                }
                self.filled |= *quoted;
                // Whose home it is, is nobody else's business.
                self.loose |= parameter.name == "HOME";
                let quoted_whole = *quoted && !several;
                let optional = variables.may_be_nothing(parameter);
                self.hole_of(variables.parameter(parameter), quoted_whole, Width::Line, optional);
                self.split(*quoted, variables);
            }
            Piece::Substitution { script, quoted } => {
                self.filled |= *quoted;
                let prefixed = !self.text.is_empty();
                let several = variable::prints_many(script);
                // Between quotes the lines are one word.
                let width = if several { Width::Lines } else { Width::Line };
                self.hole_of(variables.output(script), *quoted, width, Optional::Yes);
                let many = !*quoted && several;
                self.single &= !many;
                self.many |= many;
                if many && prefixed {
                    // What is before stands before the first of the words alone.
                    (self.splits, self.known) = (true, Known::Partly);
                }
                self.split(*quoted, variables);
            }
            Piece::Arithmetic(inner) => {
                self.filled = true;
                self.hole_of(Class::of_arithmetic(inner), true, Width::Line, Optional::No);
                self.split(within, variables);
            }
            Piece::Process(_) => {
                self.literal("/dev/fd/", true, variables);
                self.known = Known::Partly;
                self.loose = true;
            }
        }
    }

    fn literal(&mut self, text: &str, quoted: bool, variables: &Variables<'_>) {
        if text.is_empty() {
            return;
        }
        self.filled = true;
        self.stop |= text.contains(STOPS);
        let pattern = if quoted { None } else { text.find(['*', '?', '[']) };
        // For zsh these may leave out what the rest of a pattern finds.
        let leaves_out = pattern.is_some() && text.contains(['^', '~', '#']);
        self.class |= !quoted && text.contains('[') || leaves_out;
        if leaves_out {
            self.dash.get_or_insert(true);
        }
        let plain = &text[..pattern.unwrap_or(text.len())];
        self.lead.literal(plain, pattern.is_some());
        if !plain.is_empty() {
            self.dash.get_or_insert(plain.starts_with('-'));
            if self.known != Known::Partly {
                self.text.push_str(plain);
            }
        }
        if pattern.is_some() {
            let first = self.known == Known::Exactly && self.text.is_empty();
            let dash =
                *self.dash.get_or_insert_with(|| variables.names_in_folders().may_be_options() == MayBeOption::Yes);
            self.named |= first && !dash;
            self.known = Known::Partly;
            self.single = false;
            self.many = true;
            self.loose = true;
        }
    }

    fn hole(&mut self, class: Class, quoted: bool) {
        self.hole_of(class, quoted, Width::Line, Optional::Yes);
    }

    fn hole_of(&mut self, class: Class, quoted: bool, width: Width, optional: Optional) {
        let class = if quoted || !class.may_split() { class } else { Class::Unknown };
        if class == Class::Unknown && !quoted {
            self.single = false;
            self.many = true;
            self.splits = true;
        }
        self.lead.hole(class);
        self.loose |= !matches!(class, Class::Number | Class::Integer | Class::Plain | Class::Reference);
        let dash = [Class::Unknown, Class::Relative, Class::Dotted, Class::Integer, Class::Reference];
        if dash.contains(&class) {
            self.dash.get_or_insert(true);
        }
        match (class, self.known) {
            (Class::Number | Class::Integer, Known::Exactly | Known::UpToIntegers) => {
                let digits = match (class, width) {
                    (_, Width::Lines) if quoted => Digits::Lines,
                    (Class::Integer, _) => Digits::Integer,
                    _ => Digits::Number,
                };
                self.integers.push(Integer { at: self.text.len(), digits, optional });
                self.text.push('1');
                self.known = Known::UpToIntegers;
            }
            _ => self.known = Known::Partly,
        }
    }

    /// With an `IFS` of the script's own any unquoted value may fall apart anywhere.
    fn split(&mut self, quoted: bool, variables: &Variables<'_>) {
        if !quoted && variables.splits_anywhere() {
            self.single = false;
            self.many = true;
            self.splits = true;
            self.dash = Some(true);
            self.known = Known::Partly;
        }
    }
}
