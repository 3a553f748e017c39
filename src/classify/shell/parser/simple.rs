//! Simple commands: assignments, words, redirections; and the functions that begin like one.

use super::{Parsed, Parser, is_name};
use crate::classify::shell::syntax::{Assignment, Kind, Redirect, Word};
use crate::model::Span;

impl<'a> Parser<'a> {
    pub(super) fn simple(&mut self) -> Parsed<(Kind<'a>, Vec<Redirect<'a>>)> {
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.skip_blanks()?;
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            match self.peek() {
                0 | b'\n' | b';' | b'&' | b'|' | b')' | b'#' => break,
                _ => {}
            }
            if words.is_empty()
                && let Some(assignment) = self.assignment()?
            {
                assignments.push(assignment);
                continue;
            }
            if words.is_empty() {
                self.no_element()?;
                if assignments.is_empty() && redirects.is_empty() {
                    self.no_word_of_a_compound()?;
                }
            }
            let word = self.word()?;
            let first = words.is_empty() && assignments.is_empty() && redirects.is_empty();
            let apart = self.text[self.pos..self.end].trim_start_matches([' ', '\t']);
            if self.peek() == b'(' || first && apart.starts_with('(') {
                let Some(name) = self.function_name(&word).filter(|_| first) else {
                    return Err(self.refuse("a parenthesis inside a word is not read"));
                };
                self.skip_blanks()?;
                self.parentheses()?;
                return self.function(name);
            }
            words.push(word);
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return Err(self.refuse("a command is missing"));
        }
        Ok((Kind::Simple { assignments, words }, redirects))
    }

    /// Refuses the element of an array that is set, which bash does not read as a program: it ends at its bracket, whatever
    /// stands before that.
    fn no_element(&self) -> Parsed<()> {
        let rest = &self.text[self.pos..self.end];
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        if rest[len..].starts_with('[') && is_name(&rest[..len]) {
            return Err(self.refuse("an element of an array is not set here"));
        }
        Ok(())
    }

    /// Refuses words that belong to a compound command where one could begin.
    fn no_word_of_a_compound(&self) -> Parsed<()> {
        if matches!(self.token(), "in" | "]]") {
            return Err(self.refuse("this word belongs to another command"));
        }
        Ok(())
    }

    fn function_name(&self, word: &Word<'a>) -> Option<&'a str> {
        word.bare()?;
        let name = &self.text[word.span.start..word.span.end];
        is_name(name).then_some(name)
    }

    /// `name=`, `name+=` and what follows, when the text here is one.
    fn assignment(&mut self) -> Parsed<Option<Assignment<'a>>> {
        let start = self.pos;
        let rest = &self.text[start..self.end];
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let name = &rest[..len];
        let sign = if rest[len..].starts_with("+=") { 2 } else { usize::from(rest[len..].starts_with('=')) };
        if sign == 0 || !is_name(name) {
            return Ok(None);
        }
        self.count_command()?;
        self.pos += len + sign;
        let mut values = Vec::new();
        let array = self.peek() == b'(';
        if array {
            self.pos += 1;
            loop {
                self.skip_blanks()?;
                if self.peek() == b'\n' && !self.pending.is_empty() {
                    return Err(self.refuse("a newline stands between a here-document and its body"));
                }
                self.skip_lines()?;
                match self.peek() {
                    b')' => {
                        self.pos += 1;
                        break;
                    }
                    b'[' => return Err(self.refuse("subscripts in assignments are not read")),
                    _ => values.push(self.word()?),
                }
            }
        } else if !self.at_word_end() {
            values.push(self.word()?);
        }
        if !self.at_word_end() || self.peek() == b'(' {
            return Err(self.refuse("the assignment goes on where it should end"));
        }
        Ok(Some(Assignment { name, values, array, appended: sign == 2, span: Span { start, end: self.pos } }))
    }
}
