//! Arithmetic, reduced to what its safety depends on.

use crate::classify::shell::parser::{Parsed, Parser};
use crate::classify::shell::syntax::Arithmetic;

impl<'a> Parser<'a> {
    /// An arithmetic expression and its `close`; `;))` allows the semicolons of a `for` header.
    pub(in crate::classify::shell) fn arithmetic(&mut self, close: &'static str) -> Parsed<Arithmetic<'a>> {
        let mut found = Arithmetic { span_start: self.pos, ..Arithmetic::default() };
        let (semicolons, close) = close.strip_prefix(';').map_or((false, close), |rest| (true, rest));
        let mut open = 0_usize;
        loop {
            match self.peek() {
                _ if open == 0 && self.starts(close) => {
                    self.pos += close.len();
                    return Ok(found);
                }
                b'(' => {
                    open += 1;
                    self.pos += 1;
                }
                b')' if open > 0 => {
                    open -= 1;
                    self.pos += 1;
                }
                b'0'..=b'9' => self.number(),
                b'$' => {
                    let piece = self.dollar(true)?;
                    found.pieces.push(piece);
                }
                b';' if semicolons => self.pos += 1,
                b if b.is_ascii_alphabetic() || b == b'_' => self.arithmetic_name(&mut found),
                b'-' | b'~' | b'*' | b'<' => {
                    found.signed = true;
                    self.pos += 1;
                }
                b' ' | b'\t' | b'+' | b'/' | b'%' | b'>' | b'=' | b'!' | b'&' | b'|' | b'^' | b'?' | b':' | b',' => {
                    self.pos += 1;
                }
                _ => return Err(self.refuse("this is not plain arithmetic")),
            }
        }
    }

    /// Digits, also with a base: `16#ff`.
    pub(super) fn number(&mut self) {
        while self.peek().is_ascii_alphanumeric() || matches!(self.peek(), b'#' | b'_' | b'@') {
            self.pos += 1;
        }
    }

    pub(super) fn arithmetic_name(&mut self, found: &mut Arithmetic<'a>) {
        let before = self.text[found.span_start..self.pos].trim_end();
        let stepped = before.ends_with("++") || before.ends_with("--");
        let name = self.identifier();
        let after = self.text[self.pos..self.end].trim_start();
        let operator = after.trim_start_matches(['+', '-', '*', '/', '%', '<', '>', '&', '|', '^']);
        let compound = operator.starts_with('=') && !operator.starts_with("==") && after.len() - operator.len() <= 2;
        let plain = compound && operator.len() == after.len();
        if stepped || compound || after.starts_with("++") || after.starts_with("--") {
            found.assigned.push(name);
        }
        if !plain {
            found.names.push(name);
        }
    }
}
