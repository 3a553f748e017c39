//! Two changes of one text put together, where there is no doubt how.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// The most lines of a text that is merged; one merging algorithm takes quadratic time at worst.
const MAX_LINES: usize = 20_000;

/// How long lines in common are looked for; what was not found by then makes a conflict at most.
const LIMIT: Duration = Duration::from_secs(1);

/// The most pairs of equal lines of two texts that are merged, each of which is looked at.
const MAX_PAIRS: usize = 4_000_000;

/// Both changes of `base`. `None` where they touch each other, where a text is binary or very long, and where two ways
/// of merging that know nothing of each other come to different texts: among repeated lines each finds another place
/// for a change.
pub(super) fn merged(base: &[u8], one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    if one == other || other == base {
        return Some(one.to_owned());
    }
    if one == base {
        return Some(other.to_owned());
    }
    if is_binary(&[base, one, other]) || is_laborious(base, one) || is_laborious(base, other) {
        return None;
    }
    let by_edits = diffy::merge_bytes(base, one, other).ok()?;
    (by_blocks(base, one, other)? == by_edits).then_some(by_edits)
}

/// The marks that [`with_markers`] sets around and between the sides, as the merge writes them and as a person reads them.
const MARKS: [(&[u8], &[u8]); 3] = [
    (b"<<<<<<< ours\n", b"<<<<<<< on disk\n"),
    (b"||||||| original\n", b"||||||| when it was proposed\n"),
    (b">>>>>>> theirs\n", b">>>>>>> proposed\n"),
];

/// The texts as one, with conflict markers where they disagree, for a person to settle.
///
/// `None` where one of them is binary: marks would be one more thing in it that nobody can read.
pub(super) fn with_markers(base: &[u8], one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    if is_binary(&[base, one, other]) {
        return None;
    }
    // A mark behind a last line without an end would be a part of that line.
    let [whole_base, whole_one, whole_other] = [base, one, other].map(with_end);
    Some(match diffy::merge_bytes(&whole_base, &whole_one, &whole_other) {
        Ok(mut merged) => {
            let side = if has_end(one) == has_end(base) { other } else { one };
            if !has_end(side) && merged.last() == Some(&b'\n') {
                merged.pop();
            }
            merged
        }
        Err(marked) => {
            let named = |line| MARKS.iter().find(|(written, _)| *written == line).map_or(line, |(_, read)| *read);
            lines(&marked).into_iter().map(named).collect::<Vec<_>>().concat()
        }
    })
}

/// Whether a text still holds a mark that [`with_markers`] set, wherever in a line it has come to stand.
pub(super) fn has_markers(text: &[u8]) -> bool {
    MARKS.iter().any(|(_, mark)| memchr::memmem::find(text, mark.trim_ascii_end()).is_some())
}

fn is_binary(texts: &[&[u8]]) -> bool {
    texts.iter().any(|text| text.contains(&0))
}

/// Whether to compare two texts would take minutes: they are long, or hold one line thousands of times.
fn is_laborious(base: &[u8], side: &[u8]) -> bool {
    let [base, side] = [base, side].map(lines);
    let mut times: HashMap<&[u8], usize> = HashMap::new();
    for line in &base {
        *times.entry(line).or_default() += 1;
    }
    let pairs: usize = side.iter().filter_map(|line| times.get(line)).sum();
    base.len().max(side.len()) > MAX_LINES || pairs > MAX_PAIRS
}

fn has_end(text: &[u8]) -> bool {
    text.is_empty() || text.ends_with(b"\n")
}

fn with_end(text: &[u8]) -> Vec<u8> {
    let end: &[u8] = if has_end(text) { b"" } else { b"\n" };
    [text, end].concat()
}

/// The merge of what lies between the lines that all three texts have in common.
fn by_blocks(base: &[u8], one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let [base, one, other] = [base, one, other].map(lines);
    let (in_one, in_other) = (common(&base, &one), common(&base, &other));
    let (mut merged, mut at) = (Vec::new(), [0, 0, 0]);
    let mut take = |kept: Range<usize>, sides: [usize; 2]| {
        let gap = [&base[at[0]..kept.start], &one[at[1]..sides[0]], &other[at[2]..sides[1]]];
        let [base_gap, one_gap, other_gap] = gap;
        let text = if one_gap == base_gap || one_gap == other_gap {
            other_gap
        } else if other_gap == base_gap {
            one_gap
        } else {
            return None;
        };
        merged.extend(text.iter().chain(&base[kept.clone()]).copied().flatten());
        at = [kept.end, sides[0] + kept.len(), sides[1] + kept.len()];
        Some(())
    };
    for block in &in_one {
        for beside in
            in_other.iter().filter(|beside| beside.base.start < block.base.end && block.base.start < beside.base.end)
        {
            let kept = block.base.start.max(beside.base.start)..block.base.end.min(beside.base.end);
            take(kept.clone(), [block, beside].map(|of| of.side + kept.start - of.base.start))?;
        }
    }
    take(base.len()..base.len(), [one.len(), other.len()])?;
    Some(merged)
}

/// Lines of a base that stand in a side as well, from `side` on.
struct Block {
    base: Range<usize>,
    side: usize,
}

fn common(base: &[&[u8]], side: &[&[u8]]) -> Vec<Block> {
    let until = Instant::now() + LIMIT;
    let kept = |op: DiffOp| match op {
        DiffOp::Equal { old_index, new_index, len } => {
            Some(Block { base: old_index..old_index + len, side: new_index })
        }
        _ => None,
    };
    capture_diff_slices_deadline(Algorithm::Patience, base, side, Some(until)).into_iter().filter_map(kept).collect()
}

/// The lines with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn together(base: &str, one: &str, other: &str) -> Option<String> {
        merged(base.as_bytes(), one.as_bytes(), other.as_bytes()).map(|text| String::from_utf8(text).expect("text"))
    }

    #[test]
    fn changes_apart_from_each_other_are_both_kept() {
        let base = "a\nb\nc\nd\ne\n";
        assert_eq!(together(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE").as_deref(), Some("A\nb\nc\nd\nE"));
        assert_eq!(together(base, base, "x\n").as_deref(), Some("x\n"));
        assert_eq!(together(base, "x\n", base).as_deref(), Some("x\n"));
        assert_eq!(together(base, "x\n", "x\n").as_deref(), Some("x\n"));
    }

    #[test]
    fn long_texts_of_different_lines_are_merged_and_those_of_equal_ones_are_left_to_a_person() {
        let text = |first: &str, last: &str, line: &dyn Fn(u32) -> String| {
            format!("{first}\n{}{last}\n", (0..10_000).map(line).collect::<String>())
        };
        let different = |n: u32| format!("line {n}\n");
        let (base, one, other) = (text("a", "z", &different), text("A", "z", &different), text("a", "Z", &different));
        assert!(together(&base, &one, &other).is_some_and(|merged| merged == text("A", "Z", &different)));
        let equal = |_| "x\n".to_owned();
        assert_eq!(together(&text("a", "z", &equal), &text("A", "z", &equal), &text("a", "Z", &equal)), None);
    }

    #[test]
    fn changes_of_the_same_lines_are_not_guessed_at() {
        assert_eq!(together("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n"), None);
        assert_eq!(together("a\nb\nc\n", "a\nc\n", "a\nb\nB\nc\n"), None);
        let marked = with_markers(b"a\nb\n", b"a\nx\n", b"a\ny\n").expect("text");
        assert!(has_markers(&marked));
        let marked = String::from_utf8(marked).expect("text");
        assert!(
            marked.contains("<<<<<<< on disk\nx\n") && marked.contains("=======\ny\n>>>>>>> proposed\n"),
            "{marked}"
        );
        assert!(!has_markers(b"a\nx\n"));
    }

    #[test]
    fn marks_stand_on_lines_of_their_own_where_a_side_ends_within_a_line() {
        let texts =
            [("c", "MINE", "AGENT"), ("c\n", "MINE\n", "AGENT"), ("c\n", "MINE", "AGENT\n"), ("", "mine", "agent")];
        for (base, one, other) in texts {
            let marked = with_markers(base.as_bytes(), one.as_bytes(), other.as_bytes()).expect("text");
            let marked = String::from_utf8(marked).expect("text");
            for mark in ["<<<<<<< on disk", ">>>>>>> proposed"] {
                assert!(marked.lines().any(|line| line == mark), "{marked}");
            }
            for mark in ["<<<<<<< on disk", "||||||| when it was proposed", ">>>>>>> proposed"] {
                assert!(has_markers(format!("kept {mark} kept").as_bytes()));
            }
        }
        assert_eq!(with_markers(b"a\0", b"b\0", b"c\0"), None);
        // What is not in doubt gets no end of line that neither side wrote.
        assert_eq!(with_markers(b"a\nb", b"A\nb", b"a\nb").as_deref(), Some(b"A\nb".as_slice()));
    }

    #[test]
    fn binary_and_very_long_texts_are_not_merged() {
        assert_eq!(together("a\0\nb\n", "a\0\nb\nc\n", "x\0\nb\n"), None);
        let long = "line\n".repeat(MAX_LINES + 1);
        assert_eq!(together(&long, &format!("{long}end\n"), &format!("start\n{long}")), None);
    }

    proptest::proptest! {
        /// Lines from a small alphabet, so that many repeat, as braces do in programs.
        #[test]
        fn a_merge_adds_nothing_that_neither_side_wrote(base in "([abc}]\n){0,12}", one in "([abc}]\n){0,12}", other in "([abc}]\n){0,12}") {
            if let Some(merged) = together(&base, &one, &other) {
                let count = |text: &str, line: &str| text.lines().filter(|found| *found == line).count();
                for line in ["a", "b", "c", "}"] {
                    let most = count(&one, line) + count(&other, line);
                    proptest::prop_assert!(count(&merged, line) <= most.max(count(&base, line)), "{merged:?}");
                }
                proptest::prop_assert_eq!(Some(merged), together(&base, &other, &one));
            }
        }
    }
}
