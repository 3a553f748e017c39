//! The first line of a list's item: bullet, check box, words, attributes.

use std::ops::Range;

use super::Place;
use super::lines::Line;
use super::syntax::find_attributes;

/// What stands on the first line of an item, and where.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) bullet: Range<usize>,
    pub(super) mark: Option<Range<usize>>,
    pub(super) id: Option<Range<usize>>,
    pub(super) text: Range<usize>,
    pub(super) attributes: Option<Range<usize>>,
    line: Line,
}

/// Reads `- [x] words {attributes}`; `None` for a line that begins no item at the left edge.
pub(super) fn head(text: &str, line: Line) -> Option<Head> {
    let content = &text[line.content()];
    let bullet = bullet(content)?;
    let mut at = line.start + bullet;
    let bullet = line.start..at;
    let mut mark = None;
    let rest = &text[at..line.end];
    let mut inside = rest.strip_prefix('[').unwrap_or_default().chars();
    if let (Some(found), Some(']'), None | Some(' ')) = (inside.next(), inside.next(), inside.next()) {
        mark = Some(at + 1..at + 1 + found.len_utf8());
        at += found.len_utf8() + 2;
    }
    at += text[at..line.end].len() - text[at..line.end].trim_start().len();
    let words = &text[at..line.end];
    let open = find_attributes(words);
    let end = at + words[..open.unwrap_or(words.len())].trim_end().len();
    let attributes = open.map(|open| at + open..at + words.trim_end().len());
    Some(Head { bullet, mark, id: None, text: at..end, attributes, line })
}

/// The length of `- `, `* `, `+ `, `1. ` or `1) `.
fn bullet(content: &str) -> Option<usize> {
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let length = match (digits, content.as_bytes().get(digits)?) {
        (0, b'-' | b'*' | b'+') => 1,
        (1..=9, b'.' | b')') => digits + 1,
        _ => return None,
    };
    let rest = &content[length..];
    let gap = rest.len() - rest.trim_start_matches(' ').len();
    // `---` is a rule, `**bold**` is prose.
    ((1..=4).contains(&gap) && rest.len() > gap).then_some(length + gap)
}

impl Head {
    /// The place of the item that begins here, on line `number` from 0 on, and ends at `end`.
    pub(super) fn place(&self, number: usize, end: usize) -> Place {
        Place {
            whole: self.line.start..end,
            bullet: self.bullet.clone(),
            mark: self.mark.clone(),
            id: self.id.clone(),
            text: self.text.clone(),
            attributes: self.attributes.clone(),
            head_end: self.line.end,
            line: number + 1,
        }
    }
}
