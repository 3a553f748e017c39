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
    if [base, one, other].iter().any(|text| text.contains(&0)) {
        return None;
    }
    let by_edits = diffy::merge_bytes(base, one, other).ok()?;
    (by_blocks(base, one, other)? == by_edits).then_some(by_edits)
}

/// The texts as one, with conflict markers where they disagree, for a person to settle.
pub(super) fn with_markers(base: &[u8], one: &[u8], other: &[u8]) -> Vec<u8> {
    diffy::merge_bytes(base, one, other).unwrap_or_else(|marked| {
        let mut named = Vec::with_capacity(marked.len());
        for line in lines(&marked) {
            named.extend_from_slice(match line {
                b"<<<<<<< ours\n" => b"<<<<<<< on disk\n",
                b"||||||| original\n" => b"||||||| when it was proposed\n",
                b">>>>>>> theirs\n" => b">>>>>>> proposed\n",
                line => line,
            });
        }
        named
    })
}

/// Whether a text still holds both sides of a conflict, between the marks that [`with_markers`] set.
pub(super) fn has_markers(text: &[u8]) -> bool {
    let mut lines = lines(text).into_iter();
    lines.any(|line| line == b"<<<<<<< on disk\n") && lines.any(|line| line.starts_with(b">>>>>>> proposed"))
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
        let marked = with_markers(b"a\nb\n", b"a\nx\n", b"a\ny\n");
        assert!(has_markers(&marked));
        let marked = String::from_utf8(marked).expect("text");
        assert!(
            marked.contains("<<<<<<< on disk\nx\n") && marked.contains("=======\ny\n>>>>>>> proposed\n"),
            "{marked}"
        );
        assert!(!has_markers(b"a\nx\n"));
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
