//! Words: quotes, escapes and expansions, with the origin of every character kept.

mod arithmetic;
mod expansion;

use std::borrow::Cow;

use super::parser::{Parsed, Parser};
use super::syntax::{Form, Parameter, Piece, Place, Word};

impl<'a> Parser<'a> {
    /// Whether a word cannot go on here.
    pub(super) fn at_word_end(&self) -> bool {
        match self.peek() {
            0 | b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => true,
            b'<' | b'>' => self.peek_at(1) != b'(',
            _ => false,
        }
    }

    /// A word of at least one character.
    pub(super) fn word(&mut self) -> Parsed<Word<'a>> {
        let start = self.pos;
        // Most words are of one piece, and a line may have thousands.
        let mut pieces = Vec::with_capacity(1);
        if self.peek() == b'#' {
            return Err(self.refuse("a comment stands where a word is expected"));
        }
        while !self.at_word_end() {
            let piece = self.piece()?;
            pieces.push(piece);
        }
        if pieces.is_empty() {
            return Err(self.refuse("a word is missing"));
        }
        if &self.text[start..self.pos] == "}" {
            return Err(self.refuse("a brace closes nothing here"));
        }
        if matches!(self.peek(), b'<' | b'>') {
            let text = &self.text[start..self.pos];
            if text.starts_with('{') && text.ends_with('}') {
                return Err(self.refuse("a file descriptor in a variable is not read"));
            }
        }
        Ok(Word { pieces, span: Place { start, end: self.pos } })
    }

    fn piece(&mut self) -> Parsed<Piece<'a>> {
        self.count_piece()?;
        match self.peek() {
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(),
            b'\\' => self.escaped(),
            b'$' if self.peek_at(1) == b'\'' => self.ansi_quoted(),
            b'$' => self.dollar(false),
            b'`' => self.backquote(false),
            b'<' | b'>' => {
                self.pos += 1;
                self.parenthesised().map(Piece::Process)
            }
            _ => self.unquoted(),
        }
    }

    fn unquoted(&mut self) -> Parsed<Piece<'a>> {
        let start = self.pos;
        while !self.at_word_end() && !matches!(self.peek(), b'\'' | b'"' | b'\\' | b'$' | b'`' | b'<' | b'>') {
            if self.peek() == b'!' && matches!(self.peek_at(1), b'!' | b'$') {
                return Err(self.refuse("an interactive shell would read history here"));
            }
            if self.peek() == b'{' {
                self.count_braces()?;
            }
            if self.peek() >= 0x80 {
                let Some(c) = self.text[self.pos..].chars().next().filter(|c| c.is_alphanumeric()) else {
                    return Err(self.refuse("a character that may be taken for a blank must be quoted"));
                };
                self.pos += c.len_utf8();
            } else {
                self.pos += 1;
            }
        }
        if self.pos == start {
            return Err(self.refuse("this does not belong here"));
        }
        Ok(Piece::Literal { text: Cow::Borrowed(&self.text[start..self.pos]), quoted: false })
    }

    fn single_quoted(&mut self) -> Parsed<Piece<'a>> {
        let start = self.pos + 1;
        let Some(len) = self.text.as_bytes()[start..self.end].iter().position(|b| *b == b'\'') else {
            return Err(self.refuse("the quote is not closed"));
        };
        self.pos = start + len + 1;
        let text = &self.text[start..start + len];
        self.no_line_before_here_document(text)?;
        Ok(Piece::Literal { text: Cow::Borrowed(text), quoted: true })
    }

    /// Bash looks for the body of a here-document after the line; where that is must be beyond doubt.
    fn no_line_before_here_document(&self, text: &str) -> Parsed<()> {
        if !self.pending.is_empty() && text.contains('\n') {
            return Err(self.refuse("a newline stands between a here-document and its body"));
        }
        Ok(())
    }

    fn escaped(&mut self) -> Parsed<Piece<'a>> {
        let len = self.char_len(1);
        if len == 0 {
            return Err(self.refuse("a backslash ends the text"));
        }
        if self.peek_at(1) == b'\n' {
            return Err(self.refuse("a line is continued inside of a token"));
        }
        let start = self.pos + 1;
        self.pos = start + len;
        Ok(Piece::Literal { text: Cow::Borrowed(&self.text[start..self.pos]), quoted: true })
    }

    /// The length of the character `ahead` of the place, 0 at the end.
    pub(super) fn char_len(&self, ahead: usize) -> usize {
        self.text.get(self.pos + ahead..self.end).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    /// A double-quoted string as one piece when it is literal, else as a group of pieces in a parameterless wrapper.
    fn double_quoted(&mut self) -> Parsed<Piece<'a>> {
        let start = self.pos;
        self.pos += 1;
        let mut pieces = Vec::new();
        let mut run = self.pos;
        loop {
            match self.peek() {
                0 => {
                    self.pos = start;
                    return Err(self.refuse("the quote is not closed"));
                }
                b'"' => break,
                b'\\' => self.escape_in_quotes(&mut run, &mut pieces)?,
                b'$' | b'`' => {
                    self.end_run(run, &mut pieces);
                    let piece = if self.peek() == b'$' { self.dollar(true)? } else { self.backquote(true)? };
                    pieces.push(piece);
                    run = self.pos;
                }
                _ => self.pos += 1,
            }
        }
        self.end_run(run, &mut pieces);
        self.pos += 1;
        self.no_line_before_here_document(&self.text[start..self.pos])?;
        match pieces.len() {
            0 => Ok(Piece::Literal { text: Cow::Borrowed(""), quoted: true }),
            1 => pieces.pop().ok_or_else(|| self.refuse("the quote is empty")),
            _ => Ok(Piece::Quoted(pieces)),
        }
    }

    fn end_run(&self, run: usize, pieces: &mut Vec<Piece<'a>>) {
        if run < self.pos {
            pieces.push(Piece::Literal { text: Cow::Borrowed(&self.text[run..self.pos]), quoted: true });
        }
    }

    fn escape_in_quotes(&mut self, run: &mut usize, pieces: &mut Vec<Piece<'a>>) -> Parsed<()> {
        match self.peek_at(1) {
            b'$' | b'`' | b'"' | b'\\' => {
                self.count_piece()?;
                self.end_run(*run, pieces);
                *run = self.pos + 1;
                self.pos += 2;
            }
            b'\n' => {
                // Bash takes it out before it looks where a name ends.
                let bare = |piece: &Piece<'_>| matches!(piece, Piece::Parameter { parameter, .. } if parameter.bare);
                if *run == self.pos && pieces.last().is_some_and(bare) {
                    return Err(self.refuse("a line is continued inside of a token"));
                }
                self.end_run(*run, pieces);
                self.pos += 2;
                *run = self.pos;
            }
            0 => return Err(self.refuse("the quote is not closed")),
            _ => self.pos += 1 + self.char_len(1),
        }
        Ok(())
    }

    /// `$'...'`, decoded as bash does.
    fn ansi_quoted(&mut self) -> Parsed<Piece<'a>> {
        self.pos += 2;
        let mut text = String::new();
        loop {
            let Some(c) = self.text[self.pos..self.end].chars().next() else {
                return Err(self.refuse("the quote is not closed"));
            };
            self.pos += c.len_utf8();
            match c {
                '\'' => break,
                '\\' => self.ansi_escape(&mut text)?,
                _ => text.push(c),
            }
        }
        self.no_line_before_here_document(&text)?;
        Ok(Piece::Literal { text: Cow::Owned(text), quoted: true })
    }

    fn ansi_escape(&mut self, text: &mut String) -> Parsed<()> {
        let c = self.peek();
        self.pos += 1;
        let decoded = match c {
            b'n' => '\n',
            b't' => '\t',
            b'\\' | b'\'' | b'"' | b'?' => char::from(c),
            b'a' => '\x07',
            b'b' => '\x08',
            b'e' | b'E' => '\x1b',
            b'f' => '\x0c',
            b'r' => '\r',
            b'v' => '\x0b',
            b'0'..=b'7' => {
                self.pos -= 1;
                self.digits(8, 3)?
            }
            b'x' => self.digits(16, 2)?,
            b'u' => self.digits(16, 4)?,
            b'U' => self.digits(16, 8)?,
            _ => return Err(self.refuse("this escape is not read")),
        };
        text.push(decoded);
        Ok(())
    }

    /// Up to `most` digits as an ASCII character that is not NUL; beyond ASCII the bytes depend on the locale.
    fn digits(&mut self, radix: u32, most: usize) -> Parsed<char> {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = char::from(self.peek()).to_digit(radix) else { break };
            value = value * radix + digit;
            self.pos += 1;
        }
        char::from_u32(value)
            .filter(|c| c.is_ascii() && *c != '\0')
            .ok_or_else(|| self.refuse("this escape is not read"))
    }
}

impl<'a> Parameter<'a> {
    fn plain(name: &'a str, form: Form) -> Self {
        Self { name, form, bare: false, integers: Vec::new(), nested: Vec::new() }
    }
}
