//! The braces at the end of an item: `{after S1, S3; size 2; check}`.

use std::fmt::Write;
use std::str::FromStr;

use crate::model::{ChangeId, Size, StepId};

/// What stands between the braces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) after: Vec<StepId>,
    pub(super) before: Vec<StepId>,
    pub(super) size: Option<Size>,
    pub(super) check: bool,
    pub(super) optional: bool,
    pub(super) files: Vec<String>,
    pub(super) changes: Vec<ChangeId>,
    pub(super) rollback: Option<String>,
}

const WORDS: [&str; 8] = ["after", "before", "size", "check", "optional", "files", "changes", "rollback"];

/// Where the attributes of a line begin; `None` when it ends otherwise, or in braces that are part of its words.
pub(super) fn find(line: &str) -> Option<usize> {
    let line = line.trim_end();
    let open = line.strip_suffix('}')?.rfind('{')?;
    let first = line[open + 1..].split([' ', ';', '}']).find(|word| !word.is_empty())?;
    WORDS.contains(&first).then_some(open)
}

impl Attributes {
    /// Reads what stands between the braces; each part that makes no sense is told and left out.
    pub(super) fn parse(inside: &str) -> (Self, Vec<String>) {
        let (mut read, mut problems) = (Self::default(), Vec::new());
        for part in inside.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
            if let Err(problem) = read.take(word, rest.trim()) {
                problems.push(problem);
            }
        }
        (read, problems)
    }

    fn take(&mut self, word: &str, rest: &str) -> Result<(), String> {
        match word {
            "after" => self.after = ids(rest, "after")?,
            "before" => self.before = ids(rest, "before")?,
            "changes" => self.changes = ids(rest, "changes")?,
            "size" => {
                let size = rest.parse().ok().and_then(Size::new);
                self.size = Some(size.ok_or_else(|| format!("`size {rest}`: a size is a number from 1 to 5"))?);
            }
            "check" if rest.is_empty() => self.check = true,
            "optional" if rest.is_empty() => self.optional = true,
            "files" => self.files = list(rest).map(str::to_owned).collect(),
            "rollback" => self.rollback = Some(rest.to_owned()),
            _ => return Err(format!("`{word}` is not one of {}", WORDS.join(", "))),
        }
        Ok(())
    }

    /// The braces with everything in them; empty when there is nothing to say.
    pub(super) fn render(&self) -> String {
        let mut parts = Vec::new();
        let mut listed = |word: &str, items: Vec<String>| {
            if !items.is_empty() {
                parts.push(format!("{word} {}", items.join(", ")));
            }
        };
        listed("after", self.after.iter().map(ToString::to_string).collect());
        listed("before", self.before.iter().map(ToString::to_string).collect());
        listed("size", self.size.iter().map(ToString::to_string).collect());
        listed("files", self.files.clone());
        listed("changes", self.changes.iter().map(ToString::to_string).collect());
        listed("rollback", self.rollback.iter().cloned().collect());
        parts.extend(self.check.then(|| "check".to_owned()));
        parts.extend(self.optional.then(|| "optional".to_owned()));
        let mut braces = String::new();
        if !parts.is_empty() {
            write!(braces, "{{{}}}", parts.join("; ")).expect("a string takes all text");
        }
        braces
    }
}

fn list(rest: &str) -> impl Iterator<Item = &str> {
    rest.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn ids<T: FromStr<Err = crate::model::ParseIdError>>(rest: &str, word: &str) -> Result<Vec<T>, String> {
    let ids = list(rest).map(|id| id.parse::<T>().map_err(|e| e.to_string())).collect::<Result<Vec<_>, _>>()?;
    if ids.is_empty() { Err(format!("`{word}` names nothing")) } else { Ok(ids) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_and_written_the_same() {
        let inside = "after S1, S3; size 2; files src/a.rs, src/b.rs; changes c1, c2; rollback git revert; check";
        let (read, problems) = Attributes::parse(inside);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(read.after, [StepId(1), StepId(3)]);
        assert_eq!(read.render(), format!("{{{inside}}}"));
        assert_eq!(Attributes::default().render(), "");
    }

    #[test]
    fn braces_that_say_something_else_are_words() {
        assert_eq!(find("Print {name}"), None);
        assert_eq!(find("Write it {after S1}"), Some(9));
        assert_eq!(find("Write it {check}  "), Some(9));
        assert_eq!(find("{}"), None);
    }

    #[test]
    fn a_part_that_makes_no_sense_is_told() {
        for (inside, told) in [
            ("after", "`after` names nothing"),
            ("after s1", "`s1` is not a step id such as `S3`"),
            ("size 9", "`size 9`: a size is a number from 1 to 5"),
            ("check; soon", "`soon` is not one of"),
        ] {
            let (_, problems) = Attributes::parse(inside);
            assert!(problems.len() == 1 && problems[0].starts_with(told), "{inside}: {problems:?}");
        }
    }
}
