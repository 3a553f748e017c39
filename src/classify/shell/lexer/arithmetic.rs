//! Arithmetic, reduced to what its safety depends on.

use crate::classify::shell::parser::{Parsed, Parser};
use crate::classify::shell::syntax::Arithmetic;

/// Numbers up to this length, in any base and as many as a line may hold, add up to what no integer overflows from.
const MAX_DIGITS: usize = 9;

impl<'a> Parser<'a> {
    /// An arithmetic expression and its `close`; `;))` allows the semicolons of a `for` header.
    pub(in crate::classify::shell) fn arithmetic(&mut self, close: &'static str) -> Parsed<Arithmetic<'a>> {
        let mut found = Arithmetic { span_start: self.pos, ..Arithmetic::default() };
        let (semicolons, close) = close.strip_prefix(';').map_or((false, close), |rest| (true, rest));
        let (mut open, mut based) = (0_usize, false);
        loop {
            match self.peek() {
                // For zsh the number remembers in which base it was written, and is printed with it.
                _ if open == 0 && self.starts(close) && based && !found.assigned.is_empty() => {
                    return Err(self.refuse("a number that is not decimal is assigned"));
                }
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
                b'0'..=b'9' => {
                    let start = self.pos;
                    found.signed |= self.number() > MAX_DIGITS;
                    let digits = &self.text[start..self.pos];
                    let decimal = digits.bytes().all(|b| b.is_ascii_digit());
                    // The rest are fractions for zsh, and nothing for bash.
                    if !decimal && !digits.contains('#') && !digits.starts_with("0x") && !digits.starts_with("0X") {
                        return Err(self.refuse("this is no number"));
                    }
                    based |= !decimal;
                    self.no_expansion_behind(self.text.as_bytes()[self.pos - 1])?;
                }
                b'$' => {
                    let piece = self.dollar(true)?;
                    // A number beside a name would make another name.
                    if self.peek().is_ascii_alphanumeric() || matches!(self.peek(), b'_' | b'#') {
                        return Err(self.refuse("an expansion beside a name or a number is not read"));
                    }
                    found.pieces.push(piece);
                }
                b';' if semicolons => self.pos += 1,
                b if b.is_ascii_alphabetic() || b == b'_' => {
                    self.arithmetic_name(&mut found);
                    self.no_expansion_behind(b)?;
                }
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

    /// Refuses an expansion behind a word that ends with `last`, unless that is a base: `10#$x`.
    fn no_expansion_behind(&self, last: u8) -> Parsed<()> {
        if self.peek() == b'$' && last != b'#' {
            return Err(self.refuse("an expansion beside a name or a number is not read"));
        }
        Ok(())
    }

    /// Digits, also with a base: `16#ff`; tells how many characters they are.
    pub(super) fn number(&mut self) -> usize {
        let start = self.pos;
        while self.peek().is_ascii_alphanumeric() || matches!(self.peek(), b'#' | b'_' | b'@') {
            self.pos += 1;
        }
        self.pos - start
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
