//! What differs between two contents, line by line, and within lines word by word.
//!
//! A line ends at `\n` and nowhere else, as for `patch` and `git apply`; a carriage return belongs to its line.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, InlineChangeMode, InlineChangeOptions, TextDiff, group_diff_ops};

/// Unchanged lines shown around every change.
const CONTEXT_LINES: usize = 3;
/// A comparison of lines that takes longer ends as "all old lines go, all new ones come".
const LINE_TIME: Duration = Duration::from_millis(500);
/// Emphasis of words is a courtesy: after this time the lines of a file come without it.
const WORD_TIME: Duration = Duration::from_millis(200);
/// Passages larger than this were rewritten rather than retouched, and get no emphasis of words.
const WORD_BYTES: usize = 64 * 1024;

/// Two contents compared.
pub(super) struct LineDiff<'c> {
    lines: TextDiff<'c, 'c, [u8]>,
    ops: Vec<DiffOp>,
    /// The comparison was given up; what is there is right, only longer than it had to be.
    pub(super) given_up: bool,
}

/// One changed passage with the unchanged lines around it.
pub(super) struct Passage {
    ops: Vec<DiffOp>,
    /// Lines of the old content that it covers, counted from 0.
    pub(super) old: Range<usize>,
    /// Lines of the new content that it covers, counted from 0.
    pub(super) new: Range<usize>,
}

/// What happens to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It stays.
    Context,
    /// It goes.
    Removed,
    /// It comes.
    Added,
}

impl LineKind {
    /// The sign in front of the line in a unified diff.
    pub fn sign(self) -> char {
        match self {
            Self::Context => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// Are the words that differ within a line to be found?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emphasis {
    /// Whole lines only.
    Lines,
    /// Words too, where a line was retouched rather than replaced.
    Words,
}

impl<'c> LineDiff<'c> {
    pub(super) fn of(old: &'c [u8], new: &'c [u8], clock: fn() -> Instant) -> Self {
        Self::until(clock() + LINE_TIME, old, new, clock)
    }

    fn until(deadline: Instant, old: &'c [u8], new: &'c [u8], clock: fn() -> Instant) -> Self {
        let (old, new) = (split_lines(old), split_lines(new));
        let lines = TextDiff::configure()
            .algorithm(Algorithm::Histogram)
            .newline_terminated(true)
            .deadline(deadline)
            .diff_slices(&old, &new);
        let given_up = clock() > deadline;
        let ops = if given_up { replacement(&old, &new) } else { lines.ops().to_vec() };
        Self { lines, ops, given_up }
    }

    /// How many lines come and how many go.
    pub(super) fn added_and_removed(&self) -> (usize, usize) {
        self.ops.iter().fold((0, 0), |(added, removed), op| match *op {
            DiffOp::Equal { .. } => (added, removed),
            DiffOp::Insert { new_len, .. } => (added + new_len, removed),
            DiffOp::Delete { old_len, .. } => (added, removed + old_len),
            DiffOp::Replace { old_len, new_len, .. } => (added + new_len, removed + old_len),
        })
    }

    /// The changed passages in order.
    pub(super) fn passages(&self) -> Vec<Passage> {
        let groups = group_diff_ops(self.ops.clone(), CONTEXT_LINES);
        groups.into_iter().filter_map(Passage::of).collect()
    }

    /// Hands every line of `passage` to `each`, with its `\n` if it has one, cut where the emphasis changes.
    pub(super) fn each_line(
        &self,
        passage: &Passage,
        emphasis: &mut WordFinder,
        mut each: impl FnMut(LineKind, &[(bool, &[u8])]),
    ) {
        for op in &passage.ops {
            if emphasis.pays_for(op, &self.lines) {
                let deadline = Some(emphasis.deadline);
                for change in self.lines.iter_inline_changes_with_options_deadline(op, emphasis.options, deadline) {
                    each(kind_of(change.tag()), change.values());
                }
            } else {
                for change in self.lines.iter_changes(op) {
                    each(kind_of(change.tag()), &[(false, change.value())]);
                }
            }
        }
    }
}

/// Decides where words are compared; one for each file, since it keeps the time.
pub(super) struct WordFinder {
    emphasis: Emphasis,
    clock: fn() -> Instant,
    deadline: Instant,
    options: InlineChangeOptions,
}

impl WordFinder {
    pub(super) fn new(emphasis: Emphasis, clock: fn() -> Instant) -> Self {
        let mut options = InlineChangeOptions::new();
        options.mode(InlineChangeMode::UnicodeWords).semantic_cleanup(true);
        Self { emphasis, clock, deadline: clock() + WORD_TIME, options }
    }

    fn pays_for(&self, op: &DiffOp, lines: &TextDiff<'_, '_, [u8]>) -> bool {
        let DiffOp::Replace { .. } = op else { return false };
        let old: usize = op.old_range().filter_map(|at| lines.old_slice(at)).map(<[u8]>::len).sum();
        let new: usize = op.new_range().filter_map(|at| lines.new_slice(at)).map(<[u8]>::len).sum();
        self.emphasis == Emphasis::Words && old + new <= WORD_BYTES && (self.clock)() < self.deadline
    }
}

impl Passage {
    fn of(ops: Vec<DiffOp>) -> Option<Self> {
        let (first, last) = (ops.first()?, ops.last()?);
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        Some(Self { ops, old, new })
    }

    /// Its `@@` line, without a line end.
    pub(super) fn header(&self) -> String {
        format!("@@ -{} +{} @@", place(&self.old), place(&self.new))
    }
}

/// A range as unified diffs write it: counted from 1, an empty one by the line before it, a length of 1 left out.
fn place(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        len => format!("{},{len}", lines.start + 1),
    }
}

fn kind_of(tag: similar::ChangeTag) -> LineKind {
    match tag {
        similar::ChangeTag::Equal => LineKind::Context,
        similar::ChangeTag::Delete => LineKind::Removed,
        similar::ChangeTag::Insert => LineKind::Added,
    }
}

fn split_lines(content: &[u8]) -> Vec<&[u8]> {
    let mut start = 0;
    let mut lines = Vec::new();
    for end in memchr::memchr_iter(b'\n', content) {
        lines.push(&content[start..=end]);
        start = end + 1;
    }
    if start < content.len() {
        lines.push(&content[start..]);
    }
    lines
}

/// The simplest right answer: common head, one replacement, common tail.
fn replacement(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old.len() - head - tail, new.len() - head - tail);
    let ops = [
        DiffOp::Equal { old_index: 0, new_index: 0, len: head },
        match (old_len, new_len) {
            (0, _) => DiffOp::Insert { old_index: head, new_index: head, new_len },
            (_, 0) => DiffOp::Delete { old_index: head, old_len, new_index: head },
            _ => DiffOp::Replace { old_index: head, old_len, new_index: head, new_len },
        },
        DiffOp::Equal { old_index: head + old_len, new_index: head + new_len, len: tail },
    ];
    ops.into_iter().filter(|op| !op.old_range().is_empty() || !op.new_range().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn headers(diff: &LineDiff<'_>) -> Vec<String> {
        diff.passages().iter().map(Passage::header).collect()
    }

    #[test]
    fn passages_are_placed_as_unified_diffs_place_them() {
        let check = |old: &str, new: &str, expected: &[&str]| {
            assert_eq!(headers(&LineDiff::of(old.as_bytes(), new.as_bytes(), Instant::now)), expected);
        };
        check("", "a\n", &["@@ -0,0 +1 @@"]);
        check("a\nb\n", "", &["@@ -1,2 +0,0 @@"]);
        check("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n6\n7\n8\n", &["@@ -2,7 +2,7 @@"]);
        check("same\n", "same\n", &[]);
    }

    #[test]
    fn only_a_newline_ends_a_line() {
        assert_eq!(split_lines(b"a\rb\x0cc\r\nd\xe2\x80\xa8e"), [&b"a\rb\x0cc\r\n"[..], b"d\xe2\x80\xa8e"]);
    }

    #[test]
    fn a_comparison_given_up_keeps_the_common_ends_and_replaces_the_rest() {
        let late = |old, new| LineDiff::until(Instant::now(), old, new, Instant::now);
        let diff = late(b"a\nb\nc\nd\n", b"a\nx\nc\ny\nd\n");
        assert!(diff.given_up);
        assert_eq!(diff.added_and_removed(), (3, 2));
        assert_eq!(headers(&late(b"a\n", b"a\na\n")), ["@@ -1 +1,2 @@"]);
    }

    #[test]
    fn contents_made_to_be_hard_to_compare_end_in_time() {
        let lines = |step: u64| -> String {
            let mut seed = step;
            let mut out = String::new();
            for _ in 0..60_000 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                writeln!(out, "{}", (seed >> 33) % 50).expect("a string takes all text");
            }
            out
        };
        let (old, new) = (lines(1), lines(2));
        let start = Instant::now();
        let diff = LineDiff::of(old.as_bytes(), new.as_bytes(), Instant::now);
        let (added, removed) = diff.added_and_removed();
        assert!(added > 0 && removed > 0);
        assert!(start.elapsed() < Duration::from_secs(10), "took {:?}", start.elapsed());
    }
}
