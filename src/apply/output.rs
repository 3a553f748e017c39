//! What a command prints, bounded: its beginning and its end.

use std::collections::VecDeque;

/// How much of the beginning and how much of the end is kept, in bytes; together 1 MiB.
pub(super) const HALF: usize = 512 << 10;

/// A command's output as far as it is kept.
#[derive(Debug, Default)]
pub(super) struct Output {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    /// How much was printed altogether.
    total: u64,
}

impl Output {
    /// What was kept elsewhere of an output of `total` bytes: its beginning and its end, each up to [`HALF`].
    pub(super) fn of(head: Vec<u8>, tail: Vec<u8>, total: u64) -> Self {
        Self { head, tail: tail.into(), total }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.total += piece.len() as u64;
        let (first, rest) = piece.split_at(piece.len().min(HALF - self.head.len()));
        self.head.extend_from_slice(first);
        // More than one half at once would only be pushed out again.
        self.tail.extend(&rest[rest.len().saturating_sub(HALF)..]);
        self.tail.drain(..self.tail.len().saturating_sub(HALF));
    }

    /// How many bytes were printed.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// How many bytes were cut from the middle.
    pub(super) fn cut(&self) -> u64 {
        self.total - (self.head.len() + self.tail.len()) as u64
    }

    /// What is kept, with a line that says so where something was cut.
    pub(super) fn kept(&self) -> Vec<u8> {
        let mut kept = self.head.clone();
        if self.cut() > 0 {
            kept.extend_from_slice(format!("\n[plangate cut {} bytes here]\n", self.cut()).as_bytes());
        }
        kept.extend(&self.tail);
        kept
    }

    /// The last lines as text, at most `lines` lines and `bytes` bytes.
    pub(super) fn last_lines(&self, lines: usize, bytes: usize) -> String {
        let kept = self.kept();
        let text = String::from_utf8_lossy(&kept[kept.len().saturating_sub(bytes)..]);
        let mut last: Vec<&str> = text.lines().rev().take(lines).collect();
        last.reverse();
        last.join("\n").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_within_the_bound_is_kept_whole() {
        let mut output = Output::default();
        for piece in ["one\n", "", "two\n"] {
            output.push(piece.as_bytes());
        }
        assert_eq!((output.kept(), output.total(), output.cut()), (b"one\ntwo\n".to_vec(), 8, 0));
    }

    #[test]
    fn output_beyond_the_bound_keeps_both_ends_and_says_what_was_cut() {
        for piece_length in [1000, HALF + 7, 3 * HALF] {
            let all: Vec<u8> = (0..5 * HALF).map(|n| u8::try_from(n % 251).expect("small")).collect();
            let mut output = Output::default();
            for piece in all.chunks(piece_length) {
                output.push(piece);
            }
            let kept = output.kept();
            assert_eq!((output.total(), output.cut()), (all.len() as u64, 3 * HALF as u64));
            assert!(kept.starts_with(&all[..HALF]) && kept.ends_with(&all[4 * HALF..]));
            let said = format!("\n[plangate cut {} bytes here]\n", 3 * HALF);
            assert_eq!(&kept[HALF..kept.len() - HALF], said.as_bytes());
        }
    }

    #[test]
    fn the_last_lines_are_bounded_in_lines_and_bytes() {
        let mut output = Output::default();
        output.push(b"one\ntwo\nthree\n");
        assert_eq!(output.last_lines(2, 100), "two\nthree");
        assert_eq!(output.last_lines(9, 4), "ree");
    }
}
