//! How steps are named: by id, by number, by description.

use std::sync::LazyLock;

use regex::Regex;

use super::super::edit::EditError;
use super::super::{Document, Step};
use crate::model::StepId;

/// A step as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepRef {
    /// `S3`.
    Id(StepId),
    /// `step 3`: the third in order.
    Number(u32),
    /// The last one.
    Last,
    /// `the testing step`: the one whose words say so.
    Words(String),
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?i)^(?:{pattern})$")).expect("the patterns are fixed, and a test reads them all")
}

/// Words behind a name that say nothing about it.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[, ]+(?:for now|for the moment|instead|again|too|as well|entirely|completely|altogether|already|this time|after all|from the plan|in the plan)$")
        .expect("the pattern is fixed, and a test reads it")
});

fn cleaned(text: &str) -> &str {
    let text = text.trim().trim_end_matches(['.', ',', '!']).trim_end();
    TAIL.find(text).map_or(text, |tail| text[..tail.start()].trim_end())
}

/// The one step that a text names; `None` when it names none or several.
pub(super) fn one(text: &str) -> Option<StepRef> {
    static ID: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:the +)?(?:steps? +)?s(\d+)"));
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:the +)?steps? +(?:number +|no\.? *|#)?(\w+)|#?(\d+)"));
    static ORDINAL: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:the +)?(?:very +)?(\w+) +step"));
    static ABOUT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?:the +)?step +(?:about|for|that|which|where|on|with|called|named|titled|to) +(.+)"));
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?:the +)?(?:step +)?["“]([^"“”]+)["”](?: +step)?"#));
    static DESCRIBED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:the +)?(.+?) +steps?"));
    let text = cleaned(text);
    if let Some(found) = ID.captures(text) {
        return Some(StepRef::Id(StepId(found[1].parse().unwrap_or(u32::MAX))));
    }
    if let Some(found) = NUMBER.captures(text) {
        let number = found.get(1).or(found.get(2))?.as_str();
        if let Some(number) = counted(number) {
            return Some(StepRef::Number(number));
        }
    }
    if let Some(place) = ORDINAL.captures(text).and_then(|found| ordinal(&found[1])) {
        return Some(place);
    }
    if let Some(found) = ABOUT.captures(text).or_else(|| QUOTED.captures(text)) {
        return Some(StepRef::Words(found[1].trim().to_owned()));
    }
    let found = DESCRIBED.captures(text)?;
    described(&found[1])
}

/// A description is a few words for one step. What counts or points says nothing about it.
fn described(words: &str) -> Option<StepRef> {
    const POINTERS: &[&str] = &[
        "the", "a", "an", "any", "every", "all", "each", "no", "not", "both", "some", "this", "that", "these", "those",
        "it", "next", "previous", "other", "another", "more", "my", "our", "your", "either", "neither", "same", "new",
        "step", "steps", "before", "after", "and",
    ];
    let found: Vec<&str> = words.split_whitespace().collect();
    let points = found.iter().any(|word| POINTERS.iter().any(|pointer| word.eq_ignore_ascii_case(pointer)));
    let sound = (1..=5).contains(&found.len()) && !points && !words.contains(['"', ';', ',']);
    sound.then(|| StepRef::Words(words.to_owned()))
}

/// The steps that a text names: `steps 2, 3 and 5`, `S2-S4`, `the testing step and step 1`.
pub(super) fn several(text: &str) -> Option<Vec<StepRef>> {
    static RANGE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?:the +)?(?:steps? +)?(s?)(\d+) *(?:-|–|to|through) *(?:step +)?s?(\d+)"));
    static JOINT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i),\s+and\s+|\s*,\s*|\s+and\s+|\s*&\s*").expect("the pattern is fixed"));
    let text = cleaned(text);
    if let Some(single) = one(text) {
        return Some(vec![single]);
    }
    let mut found = Vec::new();
    for part in JOINT.split(text) {
        if let Some(range) = RANGE.captures(part) {
            let (first, last): (u32, u32) = (range[2].parse().ok()?, range[3].parse().ok()?);
            if first > last || last - first > 10_000 {
                return None;
            }
            let id = !range[1].is_empty();
            found.extend((first..=last).map(|n| if id { StepRef::Id(StepId(n)) } else { StepRef::Number(n) }));
        } else {
            found.push(one(part)?);
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

/// A count in digits or in words.
pub(super) fn counted(text: &str) -> Option<u32> {
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.parse().unwrap_or(u32::MAX));
    }
    let at = WORDS.iter().position(|word| text.eq_ignore_ascii_case(word))?;
    u32::try_from(at + 1).ok()
}

fn ordinal(word: &str) -> Option<StepRef> {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if word.eq_ignore_ascii_case("last") || word.eq_ignore_ascii_case("final") {
        return Some(StepRef::Last);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).and_then(|n| n.parse().ok());
    let at = WORDS.iter().position(|other| word.eq_ignore_ascii_case(other));
    digits.or_else(|| u32::try_from(at? + 1).ok()).map(StepRef::Number)
}

impl StepRef {
    /// The step of the document that is meant.
    ///
    /// # Errors
    /// There is none, or more than one may be meant.
    pub fn resolve(&self, document: &Document) -> Result<StepId, EditError> {
        let of = document.steps.len();
        let none = |name: String| EditError::NoStep { name, of };
        match self {
            Self::Id(id) => document.step(*id).and(Some(*id)).ok_or_else(|| none(id.to_string())),
            Self::Last => document.steps.last().and_then(|step| step.id).ok_or_else(|| none("at the end".to_owned())),
            Self::Number(number) => by_number(document, *number)?.ok_or_else(|| none(number.to_string())),
            Self::Words(words) => by_words(document, words),
        }
    }
}

/// The step at that place. Where another step bears the number as its name, nobody can know which is meant.
fn by_number(document: &Document, number: u32) -> Result<Option<StepId>, EditError> {
    let there = (number as usize).checked_sub(1).and_then(|at| document.steps.get(at));
    let named = document.step(StepId(number));
    match (there, named) {
        (Some(there), Some(named)) if there.id != named.id => {
            Err(EditError::Ambiguous { said: format!("step {number}"), candidates: candidates(&[there, named]) })
        }
        (Some(found), _) | (None, Some(found)) => Ok(found.id),
        (None, None) => Ok(None),
    }
}

fn candidates(steps: &[&Step]) -> Vec<(StepId, String)> {
    steps.iter().filter_map(|step| Some((step.id?, step.text.clone()))).collect()
}

/// The one step whose words hold all that were said: the same words, else longer ones, else misspelt ones.
fn by_words(document: &Document, said: &str) -> Result<StepId, EditError> {
    let wanted: Vec<String> = stems(said);
    if wanted.is_empty() {
        return Err(EditError::NoMatch(said.to_owned()));
    }
    let steps: Vec<(&Step, Vec<String>)> = document.steps.iter().map(|step| (step, stems(&step.text))).collect();
    let closeness: [fn(&str, &str) -> bool; 3] = [
        |said, word| said == word,
        |said, word| said == word || said.len() >= 4 && word.starts_with(said),
        |said, word| said == word || said.len() >= 4 && strsim::damerau_levenshtein(said, word) == 1,
    ];
    for close in closeness {
        let fits = |words: &[String]| wanted.iter().all(|said| words.iter().any(|word| close(said, word)));
        let found: Vec<&Step> = steps.iter().filter(|(_, words)| fits(words)).map(|(step, _)| *step).collect();
        match (found.as_slice(), candidates(&found).as_slice()) {
            ([], _) | (_, []) => {}
            ([_], [(id, _)]) => return Ok(*id),
            (_, several) => return Err(EditError::Ambiguous { said: said.to_owned(), candidates: several.to_vec() }),
        }
    }
    Err(EditError::NoMatch(said.to_owned()))
}

/// The words of a text without their endings, so that "testing" and "tests" are the same.
fn stems(text: &str) -> Vec<String> {
    const EMPTY: &[&str] =
        &["the", "a", "an", "of", "to", "for", "in", "on", "and", "with", "that", "which", "is", "it"];
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    words.filter(|word| !EMPTY.contains(&word.as_str())).map(|word| stem(&word)).collect()
}

fn stem(word: &str) -> String {
    let cut = ["ing", "ed", "es", "s"].iter().find_map(|end| word.strip_suffix(end).filter(|rest| rest.len() >= 3));
    let mut stem = cut.unwrap_or(word).to_owned();
    let tail: Vec<char> = stem.chars().rev().take(2).collect();
    if cut.is_some() && tail.len() == 2 && tail[0] == tail[1] && !matches!(tail[0], 'l' | 's') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_their_endings() {
        for (left, right) in [("testing", "tests"), ("routing", "route"), ("running", "run"), ("updated", "updates")] {
            assert_eq!(stem(left), stem(right), "{left} {right}");
        }
        assert_ne!(stem("login"), stem("log"));
    }

    #[test]
    fn what_names_no_step_is_no_reference() {
        for text in
            ["", "it", "the step", "all steps", "every step", "this step", "the login endpoint", "tests", "any step"]
        {
            assert_eq!(one(text), None, "{text}");
        }
    }
}
