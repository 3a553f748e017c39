//! Replacing bytes of a text, and taking that back.

use std::ops::Range;

/// Some bytes of a text and what takes their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes, on character boundaries.
    pub at: Range<usize>,
    /// What takes their place.
    pub with: String,
}

impl Splice {
    /// Puts `with` in the place of `at`.
    pub fn new(at: Range<usize>, with: impl Into<String>) -> Self {
        Self { at, with: with.into() }
    }

    /// Inserts `with` at a place.
    pub fn insert(at: usize, with: impl Into<String>) -> Self {
        Self::new(at..at, with)
    }
}

/// Makes all replacements, whose places do not overlap; those at one place happen in the order given. Also returns what
/// undoes them.
pub fn apply(text: &str, mut splices: Vec<Splice>) -> (String, Vec<Splice>) {
    splices.retain(|splice| text[splice.at.clone()] != splice.with);
    splices.sort_by_key(|splice| (splice.at.start, splice.at.end));
    let (mut result, mut inverse) = (String::with_capacity(text.len()), Vec::with_capacity(splices.len()));
    let mut done = 0;
    for splice in splices {
        debug_assert!(splice.at.start >= done, "replacements overlap");
        result.push_str(&text[done..splice.at.start]);
        let start = result.len();
        result.push_str(&splice.with);
        inverse.push(Splice::new(start..result.len(), &text[splice.at.clone()]));
        done = splice.at.end;
    }
    result.push_str(&text[done..]);
    (result, inverse)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_named_stays() {
        let (text, _) =
            apply("one two three", vec![Splice::new(8..13, "3"), Splice::new(0..3, "1"), Splice::insert(7, "!")]);
        assert_eq!(text, "1 two! 3");
    }

    proptest! {
        #[test]
        fn the_inverse_brings_every_byte_back(text in "[a-z]{0,40}", cuts in prop::collection::vec((0usize..40, 0usize..5, "[A-Z]{0,4}"), 0..6)) {
            let (mut splices, mut from) = (Vec::new(), 0);
            for (gap, length, with) in cuts {
                let start = (from + gap).min(text.len());
                let end = (start + length).min(text.len());
                splices.push(Splice::new(start..end, with));
                from = end + 1;
                if from > text.len() { break; }
            }
            let (changed, inverse) = apply(&text, splices);
            prop_assert_eq!(apply(&changed, inverse).0, text);
        }
    }
}
