//! Recursive descent over the part of bash's grammar that agents write; everything else is refused.
//!
//! The grammar follows bash 5.2's manual. Where bash's own reading depends on its version or state (`((` that may be
//! two subshells, backquotes with quotes inside, continued lines inside of a token) nothing is guessed.

mod compound;
mod redirect;
mod simple;

use std::borrow::Cow;

use crate::model::Span;

use super::expand::MAX_ALTERNATIVES;
use super::syntax::{Command, Kind, Piece, Place, Redirect, RedirectKind, Script, Word};

/// The longest line that is read, in bytes.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// How deep commands, substitutions and expansions may stand within each other.
const MAX_DEPTH: usize = 64;
/// How many commands, assignments and redirections a line may hold; an agent writes a hundred at most.
const MAX_COMMANDS: usize = 512;
/// How many parts all its words may have together.
const MAX_PIECES: usize = 8192;

/// Why a text was not understood, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: &'static str,
    pub(super) span: Span,
}

/// What every step of the parser returns.
pub(super) type Parsed<T> = Result<T, Refusal>;

/// Parses a whole text.
pub(super) fn parse(text: &str) -> Parsed<Script<'_>> {
    guard(text)?;
    let mut parser = Parser::new(text, 0, text.len());
    let mut script = parser.list()?;
    if !parser.at_end() {
        return Err(parser.refuse("this closes nothing that was opened"));
    }
    if !parser.pending.is_empty() {
        return Err(parser.refuse("the here-document has no body"));
    }
    parser.take_bodies(&mut script);
    Ok(script)
}

/// Refuses what no agent needs and what terminals, shells and people read differently.
fn guard(text: &str) -> Parsed<()> {
    if text.len() > MAX_BYTES {
        return Err(Refusal {
            reason: "the line is longer than 64 KiB",
            span: Span { start: MAX_BYTES, end: text.len() },
        });
    }
    let control = text.bytes().position(|b| (b < b' ' && b != b'\n' && b != b'\t') || b == 0x7f);
    match control {
        Some(at) => {
            Err(Refusal { reason: "the line holds a control character", span: Span { start: at, end: at + 1 } })
        }
        None => Ok(()),
    }
}

/// What becomes of the tabs that the lines of a here-document begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tabs {
    /// `<<`
    Kept,
    /// `<<-`
    Stripped,
}

/// A here-document whose body starts after the current line.
pub(super) struct Pending<'a> {
    delimiter: &'a str,
    tabs: Tabs,
    quoted: bool,
}

/// The parser's place in the text.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
    pub(super) end: usize,
    pub(super) depth: usize,
    pub(super) pending: Vec<Pending<'a>>,
    /// How many commands and parts of words were read.
    pub(super) commands: usize,
    pub(super) pieces: usize,
    bodies: Vec<Redirect<'a>>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, pos: usize, end: usize) -> Self {
        Self { text, pos, end, depth: 0, pending: Vec::new(), commands: 0, pieces: 0, bodies: Vec::new() }
    }

    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    /// The byte `ahead` of the place; 0, which no text holds, beyond the end.
    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        let at = self.pos + ahead;
        if at < self.end { self.text.as_bytes()[at] } else { 0 }
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.end
    }

    pub(super) fn starts(&self, what: &str) -> bool {
        self.text.as_bytes()[self.pos..self.end].starts_with(what.as_bytes())
    }

    pub(super) fn refuse(&self, reason: &'static str) -> Refusal {
        // What is missing at the end is missing behind the last character.
        let mut start = self.pos.min(self.text.len().saturating_sub(1));
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let end = start + self.text[start..].chars().next().map_or(0, char::len_utf8);
        Refusal { reason, span: Span { start, end } }
    }

    /// Runs `step` one level deeper.
    pub(super) fn nested<T>(&mut self, step: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse("commands stand too deep within each other"));
        }
        self.depth += 1;
        let done = step(self);
        self.depth -= 1;
        done
    }

    /// A list up to whatever closes it: the end, `)`, `;;` or a closing keyword, which stays unread.
    pub(super) fn list(&mut self) -> Parsed<Script<'a>> {
        let mut script = Script::default();
        let (mut joined, mut opened) = (false, 0);
        loop {
            self.skip_lines()?;
            self.take_bodies(&mut script);
            if self.at_end() || self.at_closer() {
                return Ok(script);
            }
            let from = script.commands.len();
            if !joined {
                opened = from;
            }
            self.pipeline(&mut script)?;
            self.skip_blanks()?;
            if let [only] = &mut script.commands[from..] {
                only.settled = !joined;
            }
            if self.peek() == b'&' && !self.starts("&&") {
                for command in &mut script.commands[opened..] {
                    (command.background, command.settled) = (true, false);
                }
            }
            joined = self.starts("&&") || self.starts("||");
            self.separator(&mut script)?;
            self.take_bodies(&mut script);
        }
    }

    /// Here-documents are judged as commands of their own, since their expansions run with the command they feed.
    pub(super) fn take_bodies(&mut self, script: &mut Script<'a>) {
        for body in self.bodies.drain(..) {
            let span = body.span;
            let kind = Kind::Simple { assignments: Vec::new(), words: Vec::new() };
            script.commands.push(Command {
                kind,
                redirects: vec![body],
                piped: false,
                settled: false,
                background: false,
                body: true,
                span,
            });
        }
    }

    fn at_closer(&self) -> bool {
        self.peek() == b')'
            || self.starts(";;")
            || self.starts(";&")
            || matches!(self.token(), "then" | "do" | "done" | "fi" | "elif" | "else" | "esac" | "}")
    }

    /// The raw text up to the next blank or operator.
    fn token(&self) -> &'a str {
        let rest = &self.text[self.pos..self.end];
        let end = rest
            .bytes()
            .position(|b| matches!(b, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>'));
        &rest[..end.unwrap_or(rest.len())]
    }

    fn pipeline(&mut self, script: &mut Script<'a>) -> Parsed<()> {
        loop {
            self.prefixes()?;
            if self.at_closer() {
                return Err(self.refuse("a command is missing"));
            }
            let command = self.command()?;
            script.commands.push(command);
            self.skip_blanks()?;
            let both = self.starts("|&");
            if !both && (self.peek() != b'|' || self.peek_at(1) == b'|') {
                return Ok(());
            }
            if let Some(last) = script.commands.last_mut() {
                last.piped = true;
                if both {
                    last.redirects.push(self.errors_into_output());
                }
            }
            self.pos += if both { 2 } else { 1 };
            self.skip_lines()?;
            self.take_bodies(script);
        }
    }

    /// What `|&` stands for: `2>&1 |`.
    fn errors_into_output(&self) -> Redirect<'a> {
        let (start, end) = (self.pos, self.pos + 2);
        let literal = Piece::Literal { text: Cow::Borrowed("1"), quoted: false };
        let target = Word { pieces: vec![literal], span: Place { start, end } };
        Redirect { kind: RedirectKind::Duplicate, target, is_input: false, span: Span { start, end } }
    }

    /// `!`, `time` and `time -p` before a pipeline.
    fn prefixes(&mut self) -> Parsed<()> {
        loop {
            self.skip_blanks()?;
            match self.token() {
                "!" => self.pos += 1,
                "time" => {
                    self.pos += 4;
                    self.skip_blanks()?;
                    if self.token() == "-p" {
                        self.pos += 2;
                    } else if self.peek() == b'-' {
                        return Err(self.refuse("the keyword `time` has no such option"));
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// What stands between two pipelines; after `&&` and `||` another one has to come.
    fn separator(&mut self, script: &mut Script<'a>) -> Parsed<()> {
        self.skip_blanks()?;
        if self.starts("&&") || self.starts("||") {
            self.pos += 2;
            self.skip_lines()?;
            self.take_bodies(script);
            if self.at_end() || self.at_closer() {
                return Err(self.refuse("a command is missing"));
            }
            return Ok(());
        }
        match self.peek() {
            b';' if !self.starts(";;") && !self.starts(";&") => self.pos += 1,
            b'&' => self.pos += 1,
            b'\n' | b'#' => {}
            _ if self.at_end() || self.at_closer() => {}
            _ => return Err(self.refuse("this does not belong here")),
        }
        Ok(())
    }

    /// Counts one more part of a word.
    pub(super) fn count_piece(&mut self) -> Parsed<()> {
        self.pieces += 1;
        if self.pieces > MAX_PIECES { Err(self.refuse("the line holds too many words")) } else { Ok(()) }
    }

    /// Counts braces as all the parts that they may make.
    pub(super) fn count_braces(&mut self) -> Parsed<()> {
        self.pieces += MAX_ALTERNATIVES - 1;
        self.count_piece()
    }

    /// Counts one more command, assignment or redirection.
    fn count_command(&mut self) -> Parsed<()> {
        self.commands += 1;
        if self.commands > MAX_COMMANDS { Err(self.refuse("the line holds too many commands")) } else { Ok(()) }
    }

    fn command(&mut self) -> Parsed<Command<'a>> {
        self.count_command()?;
        let start = self.pos;
        let (kind, redirects) = self.nested(Self::command_kind)?;
        let end = start + self.text[start..self.pos].trim_end().len();
        Ok(Command {
            kind,
            redirects,
            piped: false,
            settled: false,
            background: false,
            body: false,
            span: Span { start, end },
        })
    }

    /// Blanks and continued lines.
    pub(super) fn skip_blanks(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.pos += 1,
                b'\\' if self.peek_at(1) == b'\n' => {
                    let before = self.pos.checked_sub(1).map_or(b' ', |at| self.text.as_bytes()[at]);
                    if !matches!(before, b' ' | b'\t' | b'\n') {
                        return Err(self.refuse("a line is continued inside of a token"));
                    }
                    self.pos += 2;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Blanks, comments and newlines, with the here-documents that start after them.
    fn skip_lines(&mut self) -> Parsed<()> {
        loop {
            self.skip_blanks()?;
            match self.peek() {
                b'#' => {
                    let rest = &self.text.as_bytes()[self.pos..self.end];
                    self.pos += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                b'\n' => {
                    self.pos += 1;
                    self.here_bodies()?;
                }
                _ => return Ok(()),
            }
        }
    }
}

/// Whether `text` is a shell identifier.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
