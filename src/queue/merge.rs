//! Two changes of one text put together, where there is no doubt how.

use merge3::{Merge3, MergeGroup};

/// The most lines of a text that is merged; one merging algorithm takes quadratic time at worst.
const MAX_LINES: usize = 20_000;

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
    if is_binary(&[base, one, other]) {
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

fn has_end(text: &[u8]) -> bool {
    text.is_empty() || text.ends_with(b"\n")
}

fn with_end(text: &[u8]) -> Vec<u8> {
    let end: &[u8] = if has_end(text) { b"" } else { b"\n" };
    [text, end].concat()
}

fn by_blocks(base: &[u8], one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let [base, one, other] = [base, one, other].map(lines);
    if [&base, &one, &other].iter().any(|lines| lines.len() > MAX_LINES) {
        return None;
    }
    let mut merged = Vec::new();
    for group in Merge3::new(&base, &one, &other).merge_groups() {
        match group {
            MergeGroup::Unchanged(lines) | MergeGroup::Same(lines) | MergeGroup::A(lines) | MergeGroup::B(lines) => {
                merged.extend_from_slice(&lines.concat());
            }
            MergeGroup::Conflict(..) => return None,
        }
    }
    Some(merged)
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
