//! Contents that are no text, byte by byte.

use std::fmt::Write;

use crate::model::Digest;

/// Contents up to this many bytes are shown whole.
const SHOWN_WHOLE: usize = 1024;
/// Of larger ones this many bytes are shown, and the rest is counted.
const SHOWN_OF_LARGE: usize = 256;
const BYTES_IN_A_ROW: usize = 16;

/// A content that is no text.
#[derive(Debug)]
pub struct Binary {
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// Rows of a hex dump: offset, sixteen bytes, their ASCII letters.
    pub rows: Vec<String>,
    /// How many bytes the rows leave out.
    pub hidden: u64,
}

impl Binary {
    pub(super) fn of(content: &[u8]) -> Self {
        let shown = if content.len() <= SHOWN_WHOLE { content } else { &content[..SHOWN_OF_LARGE] };
        let rows = shown.chunks(BYTES_IN_A_ROW).enumerate().map(|(at, bytes)| row(at * BYTES_IN_A_ROW, bytes));
        Self {
            size: content.len() as u64,
            digest: Digest::of(content),
            rows: rows.collect(),
            hidden: (content.len() - shown.len()) as u64,
        }
    }
}

fn row(offset: usize, bytes: &[u8]) -> String {
    let mut out = format!("{offset:08x} ");
    for place in 0..BYTES_IN_A_ROW {
        if place % 8 == 0 {
            out.push(' ');
        }
        match bytes.get(place) {
            Some(byte) => write!(out, "{byte:02x} ").expect("a string takes all text"),
            None => out.push_str("   "),
        }
    }
    out.push_str(" │");
    out.extend(bytes.iter().map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '·' }));
    out.push('│');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_content_is_shown_to_its_last_byte() {
        let shown = Binary::of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR!");
        assert_eq!(shown.hidden, 0);
        assert_eq!(
            shown.rows,
            [
                "00000000  89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  │·PNG········IHDR│",
                "00000010  21                                                │!│",
            ]
        );
    }

    #[test]
    fn a_large_content_says_how_much_of_it_is_not_shown() {
        let shown = Binary::of(&vec![7; 5000]);
        assert_eq!((shown.rows.len(), shown.hidden), (16, 4744));
    }
}
