//! Redirections and here-documents.

use super::{Parsed, Parser, Pending, Tabs};
use crate::classify::shell::syntax::{Piece, Place, Redirect, RedirectKind, Word};
use crate::model::Span;

impl<'a> Parser<'a> {
    pub(super) fn redirect(&mut self) -> Parsed<Option<Redirect<'a>>> {
        let start = self.pos;
        let digits = self.text.as_bytes()[self.pos..self.end].iter().take_while(|b| b.is_ascii_digit()).count();
        let at = self.peek_at(digits);
        if at == b'&' && digits == 0 && self.peek_at(1) == b'>' {
            self.pos += if self.starts("&>>") { 3 } else { 2 };
            return self.target(start, RedirectKind::Output).map(Some);
        }
        if (at != b'<' && at != b'>') || (digits == 0 && self.peek_at(1) == b'(') {
            return Ok(None);
        }
        // Other shells take two digits for a word, and bash a number that is too large.
        if digits > 1 {
            return Err(self.refuse("only one digit names a file descriptor"));
        }
        self.pos += digits;
        for (sign, kind) in [
            ("<<<", RedirectKind::Here),
            ("<<-", RedirectKind::Here),
            ("<<", RedirectKind::Here),
            ("<&", RedirectKind::Duplicate),
            (">&", RedirectKind::Duplicate),
            (">>", RedirectKind::Output),
            (">|", RedirectKind::Output),
            (">", RedirectKind::Output),
            ("<", RedirectKind::Input),
        ] {
            if !self.starts(sign) {
                continue;
            }
            self.pos += sign.len();
            return match sign {
                "<<" => self.here_document(start, Tabs::Kept),
                "<<-" => self.here_document(start, Tabs::Stripped),
                _ if self.peek() == b'>' => Err(self.refuse("a redirection for reading and writing is not read")),
                _ => self.target(start, kind),
            }
            .map(Some);
        }
        Ok(None)
    }

    pub(super) fn target(&mut self, start: usize, kind: RedirectKind) -> Parsed<Redirect<'a>> {
        self.skip_blanks()?;
        if self.at_word_end() || self.peek() == b'#' {
            return Err(self.refuse("the redirection has no target"));
        }
        self.count_command()?;
        let target = self.word()?;
        let number = target.bare().is_some_and(|t| t == "-" || t.bytes().all(|b| b.is_ascii_digit()));
        // Before another redirection it is that one's descriptor, and this one has no target.
        if number && kind != RedirectKind::Duplicate && matches!(self.peek(), b'<' | b'>') {
            return Err(self.refuse("the redirection has no target"));
        }
        let both = kind == RedirectKind::Duplicate && self.starts_at(start, ">&") && target.bare() == Some("/dev/null");
        let kind = if both { RedirectKind::Output } else { kind };
        // Beyond nine a shell keeps what it has saved.
        if kind == RedirectKind::Duplicate && !(number && target.bare().is_some_and(|text| text.len() == 1)) {
            return Err(self.refuse("only one digit names a file descriptor"));
        }
        Ok(Redirect { kind, target, is_input: self.is_input(start), span: Span { start, end: self.pos } })
    }

    /// Notes a here-document; its body is read when the line ends.
    pub(super) fn here_document(&mut self, start: usize, tabs: Tabs) -> Parsed<Redirect<'a>> {
        self.count_command()?;
        self.skip_blanks()?;
        let quote = match self.peek() {
            b'\'' => "'",
            b'"' => "\"",
            b'\\' => "\\",
            _ => "",
        };
        self.pos += quote.len();
        let rest = &self.text[self.pos..self.end];
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        self.pos += len;
        if matches!(quote, "'" | "\"") {
            if !self.starts(quote) {
                return Err(self.refuse("only a plain word can end a here-document"));
            }
            self.pos += 1;
        }
        if len == 0 || !self.at_word_end() || self.peek() == b'(' {
            return Err(self.refuse("only a plain word can end a here-document"));
        }
        self.pending.push(Pending { delimiter: &rest[..len], tabs, quoted: !quote.is_empty() });
        let (kind, is_input, span) = (RedirectKind::Here, self.is_input(start), Span { start, end: self.pos });
        Ok(Redirect { kind, target: Word::default(), is_input, span })
    }

    fn starts_at(&self, start: usize, what: &str) -> bool {
        self.text[start..self.end].starts_with(what)
    }

    /// Whether the redirection that starts there concerns standard input, if any input.
    fn is_input(&self, start: usize) -> bool {
        matches!(self.text.as_bytes().get(start), Some(b'<' | b'0'))
    }

    pub(super) fn here_bodies(&mut self) -> Parsed<()> {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.pos;
            let end = loop {
                let line_start = self.pos;
                let rest = &self.text[line_start..self.end];
                let line = rest.split('\n').next().unwrap_or_default();
                let bare = if pending.tabs == Tabs::Stripped { line.trim_start_matches('\t') } else { line };
                if bare == pending.delimiter {
                    self.pos += line.len();
                    break line_start;
                }
                // Within a substitution bash takes such a line for the end when a parenthesis follows.
                if bare.starts_with(pending.delimiter) {
                    return Err(self.refuse("a line of the here-document begins like its end"));
                }
                if line.len() == rest.len() {
                    return Err(self.refuse("the here-document does not end"));
                }
                if !pending.quoted && line.ends_with('\\') {
                    return Err(self.refuse("a line of the here-document is continued"));
                }
                self.pos += line.len() + 1;
            };
            let pieces = if pending.quoted { Vec::new() } else { self.expansions(start, end)? };
            let target = Word { pieces, span: Place { start, end } };
            let (kind, is_input, span) = (RedirectKind::Here, false, Span { start, end });
            self.bodies.push(Redirect { kind, target, is_input, span });
        }
        Ok(())
    }

    /// The expansions of a here-document's body.
    pub(super) fn expansions(&mut self, start: usize, end: usize) -> Parsed<Vec<Piece<'a>>> {
        let mut inner = Parser::new(self.text, start, end);
        (inner.depth, inner.commands, inner.pieces) = (self.depth, self.commands, self.pieces);
        let mut pieces = Vec::new();
        while !inner.at_end() {
            match inner.peek() {
                b'\\' => inner.pos += 1 + inner.char_len(1),
                b'$' => pieces.push(inner.dollar(true)?),
                b'`' => pieces.push(inner.backquote(true)?),
                _ => inner.pos += 1,
            }
        }
        (self.commands, self.pieces) = (inner.commands, inner.pieces);
        Ok(pieces)
    }
}
