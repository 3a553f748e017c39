//! The lines of a text, with where each begins and ends, so that nothing of it is ever rebuilt from memory.

use std::ops::Range;

/// One line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins.
    pub(super) start: usize,
    /// Where its content ends, before the line end.
    pub(super) end: usize,
    /// Where the next line begins.
    pub(super) next: usize,
    /// It stands inside a fenced block or is one of its fences; nothing in there means anything.
    pub(super) fenced: bool,
}

impl Line {
    /// The content's place.
    pub(super) fn content(self) -> Range<usize> {
        self.start..self.end
    }

    /// The place of content and line end.
    pub(super) fn whole(self) -> Range<usize> {
        self.start..self.next
    }
}

/// The lines of `text`; together they cover every byte of it. Line ends are LF or CRLF.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut start, mut fence) = (0, None);
    while start < text.len() {
        let next = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at + 1);
        let whole = &text[start..next];
        let content = whole.strip_suffix('\n').map_or(whole, |line| line.strip_suffix('\r').unwrap_or(line));
        let fenced = step_fence(&mut fence, content);
        lines.push(Line { start, end: start + content.len(), next, fenced });
        start = next;
    }
    lines
}

/// The line on which a fenced block begins that nothing closes, from 0 on; all below it means nothing.
pub(super) fn unclosed_fence(text: &str) -> Option<usize> {
    let (mut fence, mut opened) = (None, None);
    for (number, line) in text.lines().enumerate() {
        let before = fence;
        step_fence(&mut fence, line);
        if before.is_none() && fence.is_some() {
            opened = Some(number);
        }
    }
    fence.and(opened)
}

/// Follows fences (`CommonMark` 4.5): the opening one's character and length decide what closes it.
fn step_fence(open: &mut Option<(u8, usize)>, line: &str) -> bool {
    let body = line.trim_start_matches(' ');
    let first = body.bytes().next().filter(|b| matches!(b, b'`' | b'~'));
    let run = first.map_or(0, |first| body.bytes().take_while(|b| *b == first).count());
    match (*open, first) {
        (None, Some(mark)) if run >= 3 && !(mark == b'`' && body[run..].contains('`')) => {
            *open = Some((mark, run));
            true
        }
        (None, _) => false,
        (Some((mark, length)), Some(found)) if found == mark && run >= length && body[run..].trim().is_empty() => {
            *open = None;
            true
        }
        (Some(_), _) => true,
    }
}

/// The line end that most of a text uses; LF for a text without any.
pub(super) fn line_end(text: &str) -> &'static str {
    let lf = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let crlf = memchr::memmem::find_iter(text.as_bytes(), b"\r\n").count();
    if crlf * 2 > lf { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cover_every_byte_whatever_ends_them() {
        let text = "a\r\nb\n\n```sh\n# c\n```\nd";
        let found = lines(text);
        let whole: String = found.iter().map(|line| &text[line.whole()]).collect();
        assert_eq!(whole, text);
        let contents: Vec<_> = found.iter().map(|line| &text[line.content()]).collect();
        assert_eq!(contents, ["a", "b", "", "```sh", "# c", "```", "d"]);
        assert_eq!(
            found.iter().map(|line| line.fenced).collect::<Vec<_>>(),
            [false, false, false, true, true, true, false]
        );
    }

    #[test]
    fn a_fence_that_nothing_closes_is_found() {
        assert_eq!(unclosed_fence("a\n```\nb\n```\n~~~~\n~~~\n"), Some(4));
        assert_eq!(unclosed_fence("```\n~~~\n```\n"), None);
    }

    #[test]
    fn the_line_end_of_the_majority_is_used() {
        assert_eq!(line_end("a\r\nb\r\nc\n"), "\r\n");
        assert_eq!(line_end("a\nb\r\nc\n"), "\n");
        assert_eq!(line_end(""), "\n");
    }
}
