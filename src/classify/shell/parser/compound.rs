//! Compound commands: groups, conditions, loops, `case`, tests and functions.

use super::{Parsed, Parser};
use crate::classify::shell::syntax::{Kind, Piece, Place, Redirect, Script, Word};

impl<'a> Parser<'a> {
    pub(super) fn command_kind(&mut self) -> Parsed<(Kind<'a>, Vec<Redirect<'a>>)> {
        if self.starts("((") {
            self.pos += 2;
            let inner = self.arithmetic("))")?;
            return self.compound(Kind::Arithmetic(inner));
        }
        if self.peek() == b'(' {
            self.pos += 1;
            let body = self.body(")")?;
            return self.compound(Kind::Block(vec![body]));
        }
        match self.token() {
            "{" => {
                self.pos += 1;
                let body = self.body("}")?;
                self.compound(Kind::Block(vec![body]))
            }
            "if" => {
                let lists = self.conditional()?;
                self.compound(Kind::Block(lists))
            }
            word @ ("while" | "until") => {
                self.pos += word.len();
                let condition = self.body("do")?;
                let body = self.body("done")?;
                self.compound(Kind::Loop(vec![condition, body]))
            }
            "for" => {
                let kind = self.for_loop()?;
                self.compound(kind)
            }
            "case" => {
                let kind = self.case()?;
                self.compound(kind)
            }
            "[[" => {
                let words = self.test()?;
                self.compound(Kind::Test(words))
            }
            "function" => {
                self.pos += "function".len();
                self.skip_blanks()?;
                let name = self.name()?;
                self.skip_blanks()?;
                if self.peek() == b'(' {
                    self.parentheses()?;
                }
                self.function(name)
            }
            "coproc" | "select" => Err(self.refuse("this kind of command is not read")),
            _ => self.simple(),
        }
    }

    /// A list and the token that must close it.
    pub(super) fn body(&mut self, close: &'static str) -> Parsed<Script<'a>> {
        let mut script = self.list()?;
        let closed = if close == ")" { self.peek() == b')' } else { self.token() == close };
        if !closed {
            return Err(self.refuse("the command is not closed as it was opened"));
        }
        if script.commands.is_empty() {
            return Err(self.refuse("a command is missing"));
        }
        self.pos += close.len();
        self.take_bodies(&mut script);
        Ok(script)
    }

    pub(super) fn conditional(&mut self) -> Parsed<Vec<Script<'a>>> {
        let mut lists = Vec::new();
        self.pos += "if".len();
        loop {
            lists.push(self.body("then")?);
            lists.push(self.list()?);
            match self.token() {
                "elif" => self.pos += "elif".len(),
                "else" => {
                    self.pos += "else".len();
                    lists.push(self.body("fi")?);
                    return Ok(lists);
                }
                "fi" => {
                    self.pos += "fi".len();
                    return Ok(lists);
                }
                _ => return Err(self.refuse("the `if` is not closed")),
            }
        }
    }

    pub(super) fn for_loop(&mut self) -> Parsed<Kind<'a>> {
        self.pos += "for".len();
        self.skip_blanks()?;
        if self.starts("((") {
            self.pos += 2;
            let header = self.arithmetic(";))")?;
            self.skip_blanks()?;
            if self.peek() == b';' {
                self.pos += 1;
            }
            return Ok(Kind::Count { header, body: self.do_group()? });
        }
        let name = self.name()?;
        self.skip_lines()?;
        let mut words = None;
        if self.token() == "in" {
            self.pos += 2;
            words = Some(self.words_to_line_end()?);
        } else if self.peek() == b';' {
            self.pos += 1;
        }
        Ok(Kind::For { name, words, body: self.do_group()? })
    }

    /// The words of `for name in`, and the `;` or newline after them.
    pub(super) fn words_to_line_end(&mut self) -> Parsed<Vec<Word<'a>>> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks()?;
            match self.peek() {
                b';' => {
                    self.pos += 1;
                    return Ok(words);
                }
                b'\n' => return Ok(words),
                _ => words.push(self.word()?),
            }
        }
    }

    pub(super) fn do_group(&mut self) -> Parsed<Script<'a>> {
        self.skip_lines()?;
        match self.token() {
            "do" => {
                self.pos += 2;
                self.body("done")
            }
            "{" => {
                self.pos += 1;
                self.body("}")
            }
            _ => Err(self.refuse("the loop has no body")),
        }
    }

    pub(super) fn case(&mut self) -> Parsed<Kind<'a>> {
        self.pos += "case".len();
        self.skip_blanks()?;
        let word = self.word()?;
        self.skip_lines()?;
        if self.token() != "in" {
            return Err(self.refuse("`in` is missing"));
        }
        self.pos += 2;
        let mut arms = Vec::new();
        loop {
            self.skip_lines()?;
            if self.token() == "esac" {
                self.pos += "esac".len();
                return Ok(Kind::Case { word, arms });
            }
            let patterns = self.patterns()?;
            let body = self.list()?;
            arms.push((patterns, body));
            if self.starts(";;&") {
                self.pos += 3;
            } else if self.starts(";;") || self.starts(";&") {
                self.pos += 2;
            } else if self.token() != "esac" {
                return Err(self.refuse("the `case` is not closed"));
            }
        }
    }

    pub(super) fn patterns(&mut self) -> Parsed<Vec<Word<'a>>> {
        if self.peek() == b'(' {
            self.pos += 1;
        }
        let mut patterns = Vec::new();
        loop {
            self.skip_blanks()?;
            patterns.push(self.word()?);
            self.skip_blanks()?;
            match self.peek() {
                b'|' => self.pos += 1,
                b')' => {
                    self.pos += 1;
                    return Ok(patterns);
                }
                _ => return Err(self.refuse("the pattern is not closed")),
            }
        }
    }

    pub(super) fn test(&mut self) -> Parsed<Vec<Word<'a>>> {
        self.pos += 2;
        let mut words: Vec<Word<'a>> = Vec::new();
        let mut open = 0_usize;
        loop {
            self.skip_blanks()?;
            match self.peek() {
                // What parentheses of a pattern hold, bash reads as it stands.
                b'(' if self.text[..self.pos].ends_with(|c: char| !matches!(c, ' ' | '\t' | '(' | '!'))
                    || words
                        .last()
                        .and_then(Word::bare)
                        .is_some_and(|word| matches!(word, "=~" | "==" | "=" | "!=")) =>
                {
                    return Err(self.refuse("a pattern with parentheses is not read"));
                }
                b'(' => {
                    open += 1;
                    self.pos += 1;
                }
                b')' if open > 0 => {
                    open -= 1;
                    self.pos += 1;
                }
                b'&' | b'|' if self.starts("&&") || self.starts("||") => {
                    self.pos += 2;
                    self.skip_blanks()?;
                    if self.peek() == b'\n' && self.pending.is_empty() {
                        self.pos += 1;
                    }
                }
                b'<' | b'>' if self.peek_at(1) == b' ' => self.pos += 1,
                _ if self.token() == "]]" => {
                    self.pos += 2;
                    if open > 0 || words.is_empty() {
                        return Err(self.refuse("the test is not closed"));
                    }
                    return Ok(words);
                }
                _ if words.last().and_then(Word::bare) == Some("=~") => words.push(self.expression()?),
                _ => words.push(self.word()?),
            }
        }
    }

    /// A regular expression: what has parentheses only of characters that stand for themselves and end nowhere but at a blank.
    fn expression(&mut self) -> Parsed<Word<'a>> {
        let start = self.pos;
        let rest = &self.text[start..self.end];
        let text = &rest[..rest.find([' ', '\t', '\n']).unwrap_or(rest.len())];
        if !text.contains(['(', '|']) || !is_plain_expression(text) {
            return self.word();
        }
        self.count_piece()?;
        self.pos += text.len();
        let piece = Piece::Literal { text: text.into(), quoted: true };
        Ok(Word { pieces: vec![piece], span: Place { start, end: self.pos } })
    }

    pub(super) fn name(&mut self) -> Parsed<&'a str> {
        let rest = &self.text[self.pos..self.end];
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        if len == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return Err(self.refuse("a name is missing"));
        }
        self.pos += len;
        if !matches!(self.peek(), 0 | b' ' | b'\t' | b'\n' | b';' | b'(') {
            return Err(self.refuse("this cannot be part of a name"));
        }
        Ok(&rest[..len])
    }

    pub(super) fn parentheses(&mut self) -> Parsed<()> {
        self.pos += 1;
        self.skip_blanks()?;
        if self.peek() != b')' {
            return Err(self.refuse("a parenthesis inside a word is not read"));
        }
        self.pos += 1;
        Ok(())
    }

    pub(super) fn function(&mut self, name: &'a str) -> Parsed<(Kind<'a>, Vec<Redirect<'a>>)> {
        self.skip_lines()?;
        let body = self.command()?;
        if matches!(body.kind, Kind::Simple { .. } | Kind::Function { .. }) {
            return Err(self.refuse("the body of the function is not a group"));
        }
        Ok((Kind::Function { name, body: Box::new(body) }, Vec::new()))
    }

    /// A compound command's redirections.
    pub(super) fn compound(&mut self, kind: Kind<'a>) -> Parsed<(Kind<'a>, Vec<Redirect<'a>>)> {
        let mut redirects = Vec::new();
        loop {
            self.skip_blanks()?;
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None => return Ok((kind, redirects)),
            }
        }
    }
}

/// Whether a regular expression has balanced parentheses and nothing that the shell would expand, quote or end a word at.
/// Counts of groups could take all memory of the machine.
fn is_plain_expression(text: &str) -> bool {
    let mut open = 0_usize;
    let mut bytes = text.strip_suffix('$').unwrap_or(text).bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if bytes.next().is_some_and(|next| b".+*?^|()[]{}/-$".contains(&next)) => {}
            b'(' => open += 1,
            b')' if open > 0 => open -= 1,
            b if b.is_ascii_alphanumeric() || b"_-.+*?^|[]:,/=@%~".contains(&b) => {}
            _ => return false,
        }
    }
    open == 0
}
