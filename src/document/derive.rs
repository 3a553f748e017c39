//! What changed between two versions of a document, told by name: moved, changed, added, dropped.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::Hash;

mod guard;

pub use self::guard::guarded;
use super::{Decision, Document, Place, Question, SectionKind, Step};
use crate::model::{StepId, StepStatus};

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It stands elsewhere among its neighbours.
    Moved,
    /// Its words or attributes are others.
    Changed,
    /// It is new.
    Added,
    /// It is gone.
    Dropped,
}

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// What happened.
    pub happened: Happened,
    /// To what: `S3`, `D1`, a section's title.
    pub name: String,
    /// How, in words.
    pub detail: String,
    /// Only a person may do it: a choice, an answer, a step's status.
    pub guarded: bool,
}

impl fmt::Display for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.happened {
            Happened::Moved => "moved",
            Happened::Changed => "changed",
            Happened::Added => "added",
            Happened::Dropped => "dropped",
        };
        write!(f, "{word} {}", self.name)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

/// The differences, in the order of the new version; what is gone comes last.
pub fn derive(before: &Document, after: &Document) -> Vec<Derived> {
    let mut found = Vec::new();
    compare(&before.steps, &after.steps, &mut found);
    compare(&before.decisions, &after.decisions, &mut found);
    compare(&before.questions, &after.questions, &mut found);
    let generated = [SectionKind::Steps, SectionKind::Decisions, SectionKind::Questions, SectionKind::Changes];
    for kind in SectionKind::ALL.into_iter().filter(|kind| !generated.contains(kind)) {
        let lines =
            |document: &Document| document.prose(kind).lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
        if lines(before) != lines(after) {
            found.push(plain(Happened::Changed, kind.title(), ""));
        }
    }
    found
}

fn plain(happened: Happened, name: &str, detail: &str) -> Derived {
    Derived { happened, name: name.to_owned(), detail: detail.to_owned(), guarded: false }
}

/// What has a name in a document and can be compared by it.
trait Item {
    type Id: Copy + Eq + Hash + fmt::Display;
    /// The section that holds it.
    const KIND: SectionKind;
    fn id(&self) -> Option<Self::Id>;
    fn words(&self) -> &str;
    fn place(&self) -> &Place;
    /// What differs, and whether only a person may say so.
    fn differences(&self, now: &Self) -> Vec<(String, bool)>;
    /// It says what only a person may say, so that nobody else makes such a one.
    fn speaks_for_a_person(&self) -> bool;
    /// Nobody but a person takes it away.
    fn stays(&self) -> bool;
}

fn from_to(what: &str, from: &str, to: &str) -> String {
    let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    format!("{what} {} → {}", shown(from), shown(to))
}

fn joined<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Item for Step {
    type Id = StepId;
    const KIND: SectionKind = SectionKind::Steps;

    fn id(&self) -> Option<StepId> {
        self.id
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn speaks_for_a_person(&self) -> bool {
        !matches!(self.status, StepStatus::Pending | StepStatus::Skipped)
    }

    fn stays(&self) -> bool {
        self.speaks_for_a_person()
    }

    fn differences(&self, now: &Self) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        if self.status != now.status {
            found.push((from_to("status", self.status.word(), now.status.word()), true));
        }
        let words = |step: &Self| {
            let size = step.size.map_or(String::new(), |size| size.to_string());
            let kind = if step.check { "check" } else { "change" };
            [
                ("", format!("\"{}\"", step.text)),
                ("after", joined(&step.after)),
                ("size", size),
                ("kind", kind.to_owned()),
                ("files", step.files.join(", ")),
                ("changes", joined(&step.changes)),
                ("rollback", step.rollback.clone().unwrap_or_default()),
            ]
        };
        for ((what, from), (_, to)) in words(self).into_iter().zip(words(now)) {
            if from != to {
                found.push((from_to(what, &from, &to).trim_start().to_owned(), false));
            }
        }
        found
    }
}

impl Item for Decision {
    type Id = crate::model::DecisionId;
    const KIND: SectionKind = SectionKind::Decisions;

    fn id(&self) -> Option<Self::Id> {
        self.id
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn speaks_for_a_person(&self) -> bool {
        self.chosen.is_some()
    }

    fn stays(&self) -> bool {
        true
    }

    fn differences(&self, now: &Self) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        let letter = |chosen: Option<char>| chosen.map_or(String::new(), |letter| letter.to_string());
        if self.chosen != now.chosen {
            found.push((from_to("chosen", &letter(self.chosen), &letter(now.chosen)), true));
        }
        let options = |decision: &Self| {
            decision.options.iter().map(|o| format!("{}: {}", o.letter, o.text)).collect::<Vec<_>>().join("; ")
        };
        let decided = self.chosen.is_some();
        // Fewer steps wait for it: that takes a gate away, as much as taking the decision away would.
        let frees =
            !now.before.is_empty() && (self.before.is_empty() || self.before.iter().any(|id| !now.before.contains(id)));
        for (what, from, to, guarded) in [
            ("", self.text.clone(), now.text.clone(), decided),
            ("options", options(self), options(now), decided),
            ("before", joined(&self.before), joined(&now.before), decided || frees),
            ("optional", self.optional.to_string(), now.optional.to_string(), decided || now.optional),
        ] {
            if from != to {
                found.push((from_to(what, &from, &to).trim_start().to_owned(), guarded));
            }
        }
        found
    }
}

impl Item for Question {
    type Id = crate::model::QuestionId;
    const KIND: SectionKind = SectionKind::Questions;

    fn id(&self) -> Option<Self::Id> {
        self.id
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn speaks_for_a_person(&self) -> bool {
        self.answer.is_some()
    }

    fn stays(&self) -> bool {
        self.answer.is_some()
    }

    fn differences(&self, now: &Self) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        let answer = |question: &Self| question.answer.clone().unwrap_or_default();
        if self.answer != now.answer {
            found.push((from_to("answer", &answer(self), &answer(now)), true));
        }
        if self.text != now.text {
            found.push((from_to("", &self.text, &now.text).trim_start().to_owned(), self.answer.is_some()));
        }
        found
    }
}

fn compare<T: Item>(before: &[T], after: &[T], found: &mut Vec<Derived>) {
    let known: HashMap<T::Id, (usize, &T)> =
        before.iter().enumerate().filter_map(|(at, item)| Some((item.id()?, (at, item)))).collect();
    let common: Vec<(usize, T::Id)> = after
        .iter()
        .filter_map(|item| known.get(&item.id()?).map(|(at, _)| (*at, item.id())).and_then(|(at, id)| Some((at, id?))))
        .collect();
    let stays: HashSet<usize> =
        longest_rise(&common.iter().map(|(at, _)| *at).collect::<Vec<_>>()).into_iter().collect();
    let mut previous: Option<String> = None;
    for (place, item) in after.iter().enumerate() {
        let name = item.id().map_or_else(|| "new".to_owned(), |id| id.to_string());
        let behind = |start: &str| previous.as_ref().map_or(start.to_owned(), |name| format!("behind {name}"));
        match item.id().and_then(|id| known.get(&id)) {
            // New items are expected at the end.
            None if place + 1 == after.len() => found.push(plain(Happened::Added, &name, item.words())),
            None => {
                let detail = format!("{} ({})", item.words(), behind("at the start"));
                found.push(plain(Happened::Added, &name, &detail));
            }
            Some((at, was)) => {
                if !stays.contains(at) {
                    found.push(plain(Happened::Moved, &name, &behind("to the start")));
                }
                for (detail, guarded) in was.differences(item) {
                    found.push(Derived { guarded, ..plain(Happened::Changed, &name, &detail) });
                }
            }
        }
        previous = Some(name);
    }
    let there: HashSet<T::Id> = after.iter().filter_map(Item::id).collect();
    for item in before {
        if let Some(id) = item.id().filter(|id| !there.contains(id)) {
            found.push(plain(Happened::Dropped, &id.to_string(), item.words()));
        }
    }
}

/// The longest rising subsequence: the items that may be said to have stayed where they were.
fn longest_rise(places: &[usize]) -> Vec<usize> {
    let (mut tails, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(places.len()));
    for (at, place) in places.iter().enumerate() {
        let length = tails.partition_point(|tail| places[*tail] < *place);
        before.push(length.checked_sub(1).map(|shorter| tails[shorter]));
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let (mut rise, mut at) = (Vec::with_capacity(tails.len()), tails.last().copied());
    while let Some(here) = at {
        rise.push(places[here]);
        at = before[here];
    }
    rise
}

#[cfg(test)]
mod tests {
    use super::super::tests::FIVE;
    use super::*;

    fn derived(after: &str) -> Vec<String> {
        derive(&Document::parse(FIVE), &Document::parse(after)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_is_derived_from_the_same_text() {
        assert_eq!(derived(FIVE), Vec::<String>::new());
        assert_eq!(derived(&FIVE.replace('\n', "\r\n").replace("\r\n\r\n", "\r\n \r\n")), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_difference_is_told_by_name() {
        let line = "- [ ] S3 Add rate limiting {after S2}\n";
        let moved = FIVE.replace(line, "").replace("- [x] S1", &format!("{line}- [x] S1"));
        assert_eq!(derived(&moved), ["moved S3: to the start"]);
        assert_eq!(derived(&FIVE.replace(line, "")), ["dropped S3: Add rate limiting"]);
        assert_eq!(derived(&FIVE.replace(line, &format!("{line}- Say so\n"))), ["added new: Say so (behind S3)"]);
        assert_eq!(
            derived(&FIVE.replace("rate limiting {after S2}", "limits {after S1; size 2}")),
            [
                "changed S3: \"Add rate limiting\" → \"Add limits\"",
                "changed S3: after S2 → S1",
                "changed S3: size nothing → 2"
            ]
        );
        assert_eq!(
            derived(&FIVE.replace("- Q2 How", "- Q2 For how")),
            ["changed Q2: How long does it live? → For how long does it live?"]
        );
        assert_eq!(derived(&FIVE.replace("with tokens.", "with keys.")), ["changed Task"]);
        assert_eq!(
            derived(&FIVE.replace("  - B: in SQLite\n", "  - B: in SQLite\n  - chosen: B\n")),
            ["changed D1: chosen nothing → B"]
        );
    }

    #[test]
    fn as_few_items_as_possible_count_as_moved() {
        assert_eq!(longest_rise(&[4, 0, 1, 2, 3]).len(), 4);
        assert_eq!(longest_rise(&[0, 2, 1]).len(), 2);
        assert_eq!(longest_rise(&[]), Vec::<usize>::new());
    }
}
