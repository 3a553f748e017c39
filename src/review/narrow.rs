//! Rows for a narrow screen: what does not fit goes on below, and nothing is left out.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::INDENT;

/// Screens with fewer columns are narrow: there, tables are no tables and every row is broken by us, so that what goes on
/// below never stands at the left edge.
const NARROW: usize = 60;

/// One row that grows to the right and goes on below, indented.
#[derive(Debug, Clone)]
pub(super) struct Row {
    width: usize,
    column: usize,
    begins: bool,
}

impl Row {
    /// A row of a narrow screen; wider ones break their rows themselves.
    pub(super) fn of(width: usize) -> Option<Self> {
        (width < NARROW).then_some(Self { width, column: 0, begins: false })
    }

    /// `text` with breaks between its words, and within a word that is longer than a row.
    pub(super) fn lay(&mut self, text: &str) -> String {
        let mut laid = String::with_capacity(text.len());
        for piece in text.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            if self.column > INDENT.len() && self.column + word.width() > self.width {
                self.go_on(&mut laid);
            }
            for letter in word.chars() {
                let columns = letter.width().unwrap_or(0);
                if self.column + columns > self.width {
                    self.go_on(&mut laid);
                }
                laid.push(letter);
                self.column += columns;
                self.begins = false;
            }
            if piece.len() > word.len() && !self.begins && self.column < self.width {
                laid.push(' ');
                self.column += 1;
            }
        }
        laid
    }

    fn go_on(&mut self, laid: &mut String) {
        laid.truncate(laid.trim_end_matches(' ').len());
        laid.push('\n');
        laid.push_str(INDENT);
        self.column = INDENT.len();
        self.begins = true;
    }
}

/// A row as a screen of that width shows it.
pub(crate) fn row(text: &str, width: usize) -> String {
    Row::of(width).map_or_else(|| text.to_owned(), |mut row| row.lay(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_on_below_between_words_and_loses_nothing() {
        assert_eq!(row("1  c1  pending  ~ src/main.rs", 20), "1  c1  pending  ~\n    src/main.rs");
        assert_eq!(row("$ a-word-that-is-longer-than-the-row", 20), "$ a-word-that-is-lon\n    ger-than-the-row");
        assert_eq!(row("漢字漢字漢字漢字漢字漢字", 20), "漢字漢字漢字漢字漢字\n    漢字");
        assert_eq!(row("as it is", 80), "as it is");
    }
}
