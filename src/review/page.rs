//! Lines on a screen: indentation, colour, wrapped prose, and a count of what does not fit.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::narrow::Row;
use super::number::grouped;

/// Everything below a heading stands this far from the left edge.
pub(super) const INDENT: &str = "    ";
/// The column of labels such as `why`, after the indentation.
const LABEL_COLUMNS: usize = 8;
/// Prose is given this much room even on the narrowest screen.
const NARROWEST_PROSE: usize = 20;

/// With or without colour; the caller knows the terminal and `NO_COLOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text only, without a single escape.
    Plain,
    /// With ANSI colours of the terminal's own sixteen, so that its theme decides.
    Colour,
}

/// What a stretch of text is; the colours follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Heading,
    Quiet,
    Added,
    Removed,
    Edited,
    Moved,
    Passage,
    Warning,
    Error,
}

impl Ink {
    /// Parameters of "select graphic rendition" (ECMA-48, 8.3.117).
    fn codes(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Heading => "1",
            Self::Quiet => "2",
            Self::Added => "32",
            Self::Removed => "31",
            Self::Edited | Self::Warning => "33",
            Self::Moved => "34",
            Self::Passage => "36",
            Self::Error => "1;31",
        }
    }
}

/// A writer of lines.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    style: Style,
    width: usize,
    max_lines: Option<usize>,
    lines: usize,
    row: Option<Row>,
}

impl<'w> Page<'w> {
    pub(super) fn new(out: &'w mut dyn Write, style: Style, width: usize, max_lines: Option<usize>) -> Self {
        Self { out, style, width, max_lines, lines: 0, row: None }
    }

    /// Begins a row of text: on a narrow screen it goes on below as far as [`Self::end`].
    pub(super) fn begin(&mut self) {
        self.row = Row::of(self.width);
    }

    /// Whether there is room for tables.
    pub(super) fn is_narrow(&self) -> bool {
        Row::of(self.width).is_some()
    }

    /// Text that is safe to print, in the ink's colour.
    pub(super) fn ink(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        let laid = self.row.as_mut().map(|row| row.lay(text));
        let text = laid.as_deref().unwrap_or(text);
        match (self.style, ink.codes()) {
            _ if text.trim_start_matches(' ').is_empty() => self.out.write_all(text.as_bytes()),
            (Style::Plain, _) | (_, "") => self.out.write_all(text.as_bytes()),
            (Style::Colour, codes) => write!(self.out, "\x1b[{codes}m{text}\x1b[0m"),
        }
    }

    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.ink(Ink::Text, text)
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.row = None;
        self.out.write_all(b"\n")
    }

    /// A whole line below a heading.
    pub(super) fn indented(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        self.begin();
        self.text(INDENT)?;
        self.ink(ink, text)?;
        self.end()
    }

    /// A label and what it says, wrapped where it is prose of several words.
    pub(super) fn labelled(&mut self, label: &str, ink: Ink, prose: &str) -> io::Result<()> {
        let room = self.width.saturating_sub(INDENT.len() + LABEL_COLUMNS);
        let rows = prose.split('\n').flat_map(|line| self.wrapped(line, room)).collect::<Vec<_>>();
        self.rows_under(label, ink, rows.iter().map(String::as_str))
    }

    /// A label and lines that stay as they are.
    pub(super) fn labelled_lines(&mut self, label: &str, ink: Ink, lines: &str) -> io::Result<()> {
        self.rows_under(label, ink, lines.split('\n'))
    }

    fn rows_under<'t>(&mut self, label: &str, ink: Ink, rows: impl Iterator<Item = &'t str>) -> io::Result<()> {
        for (place, row) in rows.enumerate() {
            self.begin();
            self.text(INDENT)?;
            let label = if place == 0 { label } else { "" };
            match self.is_narrow() {
                true if label.is_empty() => {}
                true => self.ink(Ink::Quiet, &format!("{label}  "))?,
                false => self.ink(Ink::Quiet, &format!("{label:<LABEL_COLUMNS$}"))?,
            }
            self.ink(ink, row)?;
            self.end()?;
        }
        Ok(())
    }

    /// Prose without a label.
    pub(super) fn prose(&mut self, ink: Ink, prose: &str) -> io::Result<()> {
        let room = self.width.saturating_sub(INDENT.len());
        let rows = prose.split('\n').flat_map(|line| self.wrapped(line, room)).collect::<Vec<_>>();
        rows.iter().try_for_each(|row| self.indented(ink, row))
    }

    /// A narrow screen's rows are broken when they are drawn.
    fn wrapped(&self, line: &str, room: usize) -> Vec<String> {
        if self.is_narrow() { vec![line.to_owned()] } else { wrap(line, room) }
    }

    /// A line of content behind `gutter`; counted instead of printed once the limit is reached.
    pub(super) fn content(&mut self, ink: Ink, gutter: &str, pieces: &[(bool, String)]) -> io::Result<()> {
        if !self.has_room() {
            return Ok(());
        }
        self.text(INDENT)?;
        self.in_colour(ink, |page| {
            page.out.write_all(gutter.as_bytes())?;
            pieces.iter().try_for_each(|(emphasized, text)| page.piece(*emphasized, text))
        })?;
        self.end()
    }

    /// A line of content that is all of one kind.
    pub(super) fn content_line(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        self.content(ink, text, &[])
    }

    /// A line of content behind a bar, for what is quoted whole: commands and arguments.
    pub(super) fn quoted(&mut self, text: &str) -> io::Result<()> {
        if !self.has_room() {
            return Ok(());
        }
        self.text(INDENT)?;
        self.ink(Ink::Quiet, "│ ")?;
        self.text(text)?;
        self.end()
    }

    /// Ends a change's content: tells what was left out since the last call, and whether nothing was.
    pub(super) fn close_content(&mut self) -> io::Result<bool> {
        let left_out = self.max_lines.map_or(0, |max| self.lines.saturating_sub(max));
        self.lines = 0;
        if left_out > 0 {
            let plural = if left_out == 1 { "" } else { "s" };
            let count = grouped(left_out as u64);
            self.indented(Ink::Warning, &format!("… {count} more line{plural} not shown"))?;
        }
        Ok(left_out == 0)
    }

    fn has_room(&mut self) -> bool {
        self.lines += 1;
        self.max_lines.is_none_or(|max| self.lines <= max)
    }

    fn in_colour(&mut self, ink: Ink, draw: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        let codes = if self.style == Style::Colour { ink.codes() } else { "" };
        if codes.is_empty() {
            return draw(self);
        }
        write!(self.out, "\x1b[{codes}m")?;
        draw(self)?;
        self.out.write_all(b"\x1b[0m")
    }

    fn piece(&mut self, emphasized: bool, text: &str) -> io::Result<()> {
        if emphasized && self.style == Style::Colour {
            write!(self.out, "\x1b[7m{text}\x1b[27m")
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

/// Breaks a line between words; a word longer than the line stays whole, leading blanks stay where they are.
fn wrap(line: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(NARROWEST_PROSE);
    if line.width() <= columns {
        return vec![line.to_owned()];
    }
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut row_width = 0;
    for word in line.split(' ') {
        let word_width = word.width();
        if row_width > 0 && row_width + 1 + word_width > columns {
            rows.push(std::mem::take(&mut row));
            row_width = 0;
        } else if row_width > 0 || !row.is_empty() || (word.is_empty() && rows.is_empty()) {
            row.push(' ');
            row_width += 1;
        }
        row.push_str(word);
        row_width += word_width;
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_breaks_between_words_and_never_within_one() {
        assert_eq!(wrap("short", 20), ["short"]);
        assert_eq!(wrap("one two three four five six", 20), ["one two three four", "five six"]);
        assert_eq!(
            wrap("a-word-that-is-longer-than-the-line and more", 20),
            ["a-word-that-is-longer-than-the-line", "and more"]
        );
        assert_eq!(wrap("漢字 漢字 漢字 漢字 漢字", 20), ["漢字 漢字 漢字 漢字", "漢字"]);
        assert_eq!(wrap("", 20), [""]);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, Style::Plain, 80, Some(2));
        for text in ["one", "two", "three", "four"] {
            page.content_line(Ink::Added, text).expect("memory takes all");
        }
        assert!(!page.close_content().expect("memory takes all"));
        assert!(page.close_content().expect("memory takes all"));
        assert_eq!(String::from_utf8_lossy(&out), "    one\n    two\n    … 2 more lines not shown\n");
    }
}
