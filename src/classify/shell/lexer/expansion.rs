//! What starts with `$` or a backquote.

use std::borrow::Cow;

use crate::classify::shell::parser::{Parsed, Parser, is_name};
use crate::classify::shell::syntax::{Form, Parameter, Piece, Script};

/// What the word behind an operator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operand {
    /// A pattern, and what takes its place.
    Pattern,
    /// A pattern for the beginning or the end, in which quotes are quotes even within quotes.
    Affix,
    Text,
}

impl<'a> Parser<'a> {
    /// An expansion that starts with `$`.
    pub(in crate::classify::shell) fn dollar(&mut self, quoted: bool) -> Parsed<Piece<'a>> {
        self.nested(|parser| parser.dollar_inner(quoted))
    }

    pub(super) fn dollar_inner(&mut self, quoted: bool) -> Parsed<Piece<'a>> {
        self.count_piece()?;
        let start = self.pos;
        self.pos += 1;
        let form = match self.peek() {
            b'(' if self.peek_at(1) == b'(' => {
                self.pos += 2;
                return self.arithmetic("))").map(Piece::Arithmetic);
            }
            b'(' => return Ok(Piece::Substitution { script: self.parenthesised()?, quoted }),
            b'{' => {
                self.pos += 1;
                return Ok(Piece::Parameter { parameter: self.braced(quoted)?, quoted });
            }
            // Before a newline the backslash would join it with what follows.
            b'\\' if quoted && !matches!(self.peek_at(1), b'\n' | 0) => {
                return Ok(Piece::Literal { text: Cow::Borrowed(&self.text[start..self.pos]), quoted: true });
            }
            b'\\' | b'[' | b'=' | b'^' | b'~' | b'+' => {
                return Err(self.refuse("a dollar sign before this is not read"));
            }
            b'"' if !quoted => return Err(self.refuse("translated strings are not read")),
            b'#' | b'?' | b'$' | b'!' => Form::Length,
            b'@' => Form::Each,
            b'*' => Form::EachChanged,
            b'-' => Form::Changed,
            b'0'..=b'9' => Form::Value,
            b if b.is_ascii_alphabetic() || b == b'_' => {
                let name = self.identifier();
                // For zsh it is a letter, which goes on with the name.
                if !self.peek().is_ascii() {
                    return Err(self.refuse("a name without braces before this is not read"));
                }
                self.nothing_behind_name()?;
                return Ok(Piece::Parameter {
                    parameter: Parameter { bare: true, ..Parameter::plain(name, Form::Value) },
                    quoted,
                });
            }
            _ => return Ok(Piece::Literal { text: Cow::Borrowed(&self.text[start..self.pos]), quoted: true }),
        };
        self.pos += 1;
        let name = &self.text[start + 1..self.pos];
        self.nothing_behind_name()?;
        // For zsh `$#x` is a length, and `$10` the tenth.
        let next = self.peek();
        let goes_on = match name {
            "#" => next.is_ascii_alphanumeric() || b"_@*#?$!-".contains(&next),
            _ => next.is_ascii_digit() && name.starts_with(|c: char| c.is_ascii_digit()),
        };
        if goes_on || name == "#" && !next.is_ascii() {
            return Err(self.refuse("a name without braces before this is not read"));
        }
        Ok(Piece::Parameter { parameter: Parameter::plain(name, form), quoted })
    }

    /// Refuses what for zsh changes the value of a name without braces, or takes a part of it.
    fn nothing_behind_name(&self) -> Parsed<()> {
        // These letters ask zsh for nothing: `$rev:README.md`, `$rev:docs/a`.
        const INERT: &[u8] = b"BCDEGHIJKLMNORTUVXYZbdijkmnovyz";
        let letter = self.peek_at(1);
        let modifier =
            self.peek() == b':' && (letter.is_ascii_alphabetic() && !INERT.contains(&letter) || letter == b'&');
        if modifier || self.peek() == b'[' {
            return Err(self.refuse("a name without braces before this is not read"));
        }
        Ok(())
    }

    pub(super) fn identifier(&mut self) -> &'a str {
        let rest = &self.text[self.pos..self.end];
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        self.pos += len;
        &rest[..len]
    }

    /// `(` list `)` of a command or process substitution.
    pub(super) fn parenthesised(&mut self) -> Parsed<Script<'a>> {
        let start = self.pos;
        let outer = std::mem::take(&mut self.pending);
        self.pos += 1;
        let mut script = self.nested(Self::list)?;
        if self.peek() != b')' {
            self.pos = start;
            return Err(self.refuse("the substitution is not closed"));
        }
        if !self.pending.is_empty() {
            return Err(self.refuse("the here-document has no body"));
        }
        self.pos += 1;
        self.take_bodies(&mut script);
        self.pending = outer;
        self.no_line_before_here_document(&self.text[start..self.pos])?;
        Ok(script)
    }

    /// `` `...` `` without quotes, escapes or comments inside, where all readers agree.
    pub(in crate::classify::shell) fn backquote(&mut self, quoted: bool) -> Parsed<Piece<'a>> {
        let start = self.pos + 1;
        let Some(len) = self.text.as_bytes()[start..self.end].iter().position(|b| *b == b'`') else {
            return Err(self.refuse("the backquote is not closed"));
        };
        let inside = &self.text[start..start + len];
        if inside.contains(['\'', '"', '\\', '#', '\n', '<', '$']) {
            return Err(self.refuse("backquotes around quotes or expansions are not read"));
        }
        let mut inner = Parser::new(self.text, start, start + len);
        (inner.depth, inner.commands, inner.pieces) = (self.depth, self.commands, self.pieces);
        let script = inner.nested(Parser::list)?;
        (self.commands, self.pieces) = (inner.commands, inner.pieces);
        if !inner.at_end() {
            return Err(inner.refuse("this closes nothing that was opened"));
        }
        self.pos = start + len + 1;
        Ok(Piece::Substitution { script, quoted })
    }

    /// The inside of `${...}` and its closing brace.
    pub(super) fn braced(&mut self, quoted: bool) -> Parsed<Parameter<'a>> {
        if self.peek() == b'!' {
            self.pos += 1;
            let name = self.identifier();
            if !is_name(name) || !self.starts("[@]}") {
                return Err(self.refuse("this expansion is not read"));
            }
            self.pos += 4;
            return Ok(Parameter::plain(name, Form::Keys));
        }
        let length = self.peek() == b'#' && self.peek_at(1) != b'}';
        if length {
            self.pos += 1;
        }
        let start = self.pos;
        let name = match self.peek() {
            b if b.is_ascii_alphanumeric() || b == b'_' => self.identifier(),
            b'@' | b'*' | b'#' | b'?' | b'$' => {
                self.pos += 1;
                &self.text[start..self.pos]
            }
            _ => return Err(self.refuse("this expansion is not read")),
        };
        let mut parameter = Parameter::plain(name, Form::Value);
        if name == "@" {
            parameter.form = Form::Each;
        } else if name == "*" {
            parameter.form = Form::EachChanged;
        } else if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let number = name.bytes().all(|b| b.is_ascii_digit());
            parameter.form = if number {
                Form::Value
            } else if matches!(name, "#" | "?" | "$") {
                Form::Length
            } else {
                Form::Changed
            };
        }
        if self.peek() == b'[' {
            self.subscript(&mut parameter)?;
        }
        if length {
            parameter.form = Form::Length;
        } else {
            self.operator(&mut parameter, quoted)?;
        }
        if self.peek() != b'}' {
            return Err(self.refuse("this expansion is not read"));
        }
        self.pos += 1;
        Ok(parameter)
    }

    pub(super) fn subscript(&mut self, parameter: &mut Parameter<'a>) -> Parsed<()> {
        self.pos += 1;
        if matches!(self.peek(), b'@' | b'*') && self.peek_at(1) == b']' {
            parameter.form = if self.peek() == b'@' { Form::Each } else { Form::EachChanged };
            self.pos += 2;
            return Ok(());
        }
        parameter.form = Form::Changed;
        let index = self.arithmetic("]")?;
        parameter.integers.push(index);
        Ok(())
    }

    pub(super) fn operator(&mut self, parameter: &mut Parameter<'a>, quoted: bool) -> Parsed<()> {
        let each = matches!(parameter.form, Form::Each | Form::EachChanged);
        let operand = match self.peek() {
            b'/' => Operand::Pattern,
            b'#' | b'%' => Operand::Affix,
            _ => Operand::Text,
        };
        match self.peek() {
            b'}' => return Ok(()),
            b':' if matches!(self.peek_at(1), b'-' | b'+' | b'?') => self.pos += 2,
            b':' if self.peek_at(1) != b'=' => {
                self.pos += 1;
                let range = self.arithmetic("}")?;
                self.pos -= 1;
                parameter.integers.push(range);
            }
            b'-' | b'+' | b'?' | b'#' | b'%' | b'/' | b'^' | b',' => self.pos += 1,
            b'@' if matches!(self.peek_at(1), b'Q' | b'U' | b'u' | b'L') => self.pos += 2,
            _ => return Err(self.refuse("this expansion may assign or evaluate")),
        }
        parameter.form = if each { Form::EachChanged } else { Form::Changed };
        self.operand(parameter, quoted, operand)
    }

    /// The word after an operator, up to the closing brace.
    fn operand(&mut self, parameter: &mut Parameter<'a>, quoted: bool, kind: Operand) -> Parsed<()> {
        loop {
            match self.peek() {
                b'}' => return Ok(()),
                // Whether the quotes count or not, the text goes on behind them.
                b'$' if kind != Operand::Text
                    && ["$'\\n'", "$'\\t'", "$'\\r'"].iter().any(|text| self.starts(text)) =>
                {
                    self.pos += 5;
                }
                b'$' if self.peek_at(1) == b'\'' && !quoted => {
                    self.ansi_quoted()?;
                }
                b'$' => {
                    let piece = self.dollar(quoted)?;
                    parameter.nested.push(piece);
                }
                b'`' => {
                    let piece = self.backquote(quoted)?;
                    parameter.nested.push(piece);
                }
                b'\'' if !quoted => {
                    self.single_quoted()?;
                }
                b'"' if !quoted => {
                    let piece = self.double_quoted()?;
                    parameter.nested.push(piece);
                }
                b'"' if kind == Operand::Affix => {
                    let start = self.pos;
                    let piece = self.double_quoted()?;
                    // To whoever takes them for the end of the outer ones this must mean nothing.
                    if self.text[start..self.pos]
                        .contains(|c: char| !c.is_ascii_alphanumeric() && !"\"$_./-".contains(c))
                    {
                        return Err(self.refuse("this cannot be read inside of braces"));
                    }
                    parameter.nested.push(piece);
                }
                b'\\' if self.peek_at(1) != b'\n' && self.char_len(1) > 0 => self.pos += 1 + self.char_len(1),
                b'<' | b'>' if self.peek_at(1) == b'(' => return Err(self.refuse("a substitution is not read here")),
                // For `zsh` these are qualifiers of a pattern, which may run code.
                b'(' if !quoted => return Err(self.refuse("a parenthesis inside of braces is not read")),
                0 | b'\n' | b'\\' | b'\'' | b'"' | b'{' => {
                    return Err(self.refuse("this cannot be read inside of braces"));
                }
                _ => self.pos += 1,
            }
        }
    }
}
