//! The tree of a script: only the shapes that the judge understands, each with its place in the text.
//!
//! Lists, pipes and boolean operators leave no node of their own: whichever way they go, every command in them may
//! run, so a [`Script`] is its commands in textual order.

use std::borrow::Cow;

pub(super) mod walk;

use crate::model::Span;

/// A list of commands, in the order in which they stand in the text.
#[derive(Debug, Default)]
pub(super) struct Script<'a> {
    pub(super) commands: Vec<Command<'a>>,
}

/// One command with its redirections.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Command<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) redirects: Vec<Redirect<'a>>,
    /// Whether its output goes into the next command of the list.
    pub(super) piped: bool,
    /// Whether it runs for certain and in the shell itself: not after `&&` or `||`, in no pipe, not in the background.
    pub(super) settled: bool,
    /// Whether the shell does not wait for it.
    pub(super) background: bool,
    pub(super) span: Span,
    /// Whether it stands for the body of a here-document, behind the commands of its line.
    pub(super) body: bool,
}

/// What a command is.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    /// Assignments, then a program and its words; either part may be empty.
    Simple { assignments: Vec<Assignment<'a>>, words: Vec<Word<'a>> },
    /// Groups, subshells, `if`: lists of which each may run once.
    Block(Vec<Script<'a>>),
    /// `while` and `until`: the condition and the body, which may run many times.
    Loop(Vec<Script<'a>>),
    /// `for name in words`; without `in` the words are the positional parameters.
    For { name: &'a str, words: Option<Vec<Word<'a>>>, body: Script<'a> },
    /// `for ((a; b; c))`.
    Count { header: Arithmetic<'a>, body: Script<'a> },
    /// `case word in patterns) list ;; esac`.
    Case { word: Word<'a>, arms: Vec<(Vec<Word<'a>>, Script<'a>)> },
    /// `name() body`.
    Function { name: &'a str, body: Box<Command<'a>> },
    /// `[[ ... ]]`, the words between the brackets; `&&`, `||`, `<`, `>` and parentheses are left out.
    Test(Vec<Word<'a>>),
    /// `(( ... ))`.
    Arithmetic(Arithmetic<'a>),
}

/// `name=value`, `name+=value` or `name=(values)`.
#[derive(Debug)]
pub(super) struct Assignment<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<Word<'a>>,
    pub(super) array: bool,
    /// Whether the value goes behind the one that is there.
    pub(super) appended: bool,
    pub(super) span: Span,
}

/// An arithmetic expression, reduced to what its safety depends on.
#[derive(Debug, Default)]
pub(super) struct Arithmetic<'a> {
    /// Names that are read; their values are evaluated as expressions again.
    pub(super) names: Vec<&'a str>,
    /// Names that are assigned an integer.
    pub(super) assigned: Vec<&'a str>,
    /// Expansions inside, whose text becomes part of the expression.
    pub(super) pieces: Vec<Piece<'a>>,
    /// Whether an operator is there that can make a negative number of others, or a number that is one by overflow.
    pub(super) signed: bool,
    pub(super) span_start: usize,
}

/// `n<file`, `n>file`, `n>&m`, here-documents and here-strings.
#[derive(Debug)]
pub(super) struct Redirect<'a> {
    pub(super) kind: RedirectKind,
    /// The target; for a here-document its body.
    pub(super) target: Word<'a>,
    /// Whether what is read comes as standard input, and by no other descriptor.
    pub(super) is_input: bool,
    pub(super) span: Span,
}

impl Redirect<'_> {
    /// Whether it gives its command another standard input.
    pub(super) fn feeds(&self) -> bool {
        self.is_input && matches!(self.kind, RedirectKind::Input | RedirectKind::Here)
    }
}

/// What a redirection does with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RedirectKind {
    /// `<`
    Input,
    /// `>`, `>>`, `>|`, `&>`, `&>>`
    Output,
    /// `<&` and `>&` with a number or `-`
    Duplicate,
    /// `<<`, `<<-`, `<<<`
    Here,
}

/// A word before expansion.
#[derive(Debug, Default)]
pub(super) struct Word<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) span: Place,
}

/// A span that can be empty by default.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl From<Place> for Span {
    fn from(place: Place) -> Self {
        Self { start: place.start, end: place.end }
    }
}

/// A part of a word that has one origin, so that it is known for each character whether it was quoted.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// Text after quote removal. Unquoted text may hold patterns, braces and a tilde.
    Literal { text: Cow<'a, str>, quoted: bool },
    /// `$name`, `${name...}`.
    Parameter { parameter: Parameter<'a>, quoted: bool },
    /// `$(...)` and backquotes.
    Substitution { script: Script<'a>, quoted: bool },
    /// The parts of a double-quoted string.
    Quoted(Vec<Piece<'a>>),
    /// `<(...)` and `>(...)`: one word, a path below `/dev/fd`.
    Process(Script<'a>),
    /// `$((...))`.
    Arithmetic(Arithmetic<'a>),
}

/// A parameter expansion.
#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) form: Form,
    /// Whether no brace ends the name, which goes on as far as there are letters: `$x`.
    pub(super) bare: bool,
    /// Integers that subscripts and offsets must be.
    pub(super) integers: Vec<Arithmetic<'a>>,
    /// Expansions inside of the words after an operator.
    pub(super) nested: Vec<Piece<'a>>,
}

/// What comes out of a parameter expansion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The value as it is: `$x`, `${x}`.
    Value,
    /// A number: `${#x}`, `$#`, `$?`, `$$`.
    Length,
    /// Several words even within double quotes: `"$@"`, `"${a[@]}"`.
    Each,
    /// The same, each of them changed or all of them joined to one by `IFS`: `"${a[@]#x}"`, `"${a[*]}"`.
    EachChanged,
    /// The same, each of them the number of an element unless the array has names for them: `"${!a[@]}"`.
    Keys,
    /// Anything else: a changed value, an element, a default.
    Changed,
}

impl Word<'_> {
    /// The text of a word of one literal in which nothing is expanded.
    pub(super) fn written(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Literal { text, quoted }] => {
                (*quoted || text == "[" || !text.contains(['*', '?', '[', '{', '~'])).then_some(text)
            }
            _ => None,
        }
    }

    /// The text of a word of literals, however they are quoted; what is not quoted may be a pattern.
    pub(super) fn text(&self) -> Option<String> {
        fn collect(pieces: &[Piece<'_>], text: &mut String) -> bool {
            pieces.iter().all(|piece| match piece {
                Piece::Literal { text: own, .. } => {
                    text.push_str(own);
                    true
                }
                Piece::Quoted(inner) => collect(inner, text),
                _ => false,
            })
        }
        let mut text = String::new();
        collect(&self.pieces, &mut text).then_some(text)
    }

    /// The word's text when it is one unquoted literal, as keywords and operators must be.
    pub(super) fn bare(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Literal { text, quoted: false }] => Some(text),
            _ => None,
        }
    }
}

impl Command<'_> {
    /// Whether it is a simple command whose first word is `program`.
    pub(super) fn runs(&self, program: &str) -> bool {
        matches!(&self.kind, Kind::Simple { words, .. } if words.first().and_then(Word::bare) == Some(program))
    }
}
