//! What only a person may say, put back where somebody else said it.

use std::collections::HashMap;
use std::fmt;

use super::super::splice::{self, Splice};
use super::super::{Document, Place, SectionKind, edit};
use super::Item;
use crate::model::StepStatus;

/// What an agent wrote, with what only a person may say as it was before: statuses, choices, answers, and the items that
/// carry one. Also tells what was put back.
pub fn guarded(before: &Document, after: &Document) -> (Document, Vec<String>) {
    let mut guard = Guard { before, after, splices: Vec::new(), kept: Vec::new() };
    guard.statuses();
    guard.put_back(&before.decisions, &after.decisions);
    guard.put_back(&before.questions, &after.questions);
    let mut lost = lost(&before.steps, &after.steps);
    lost.extend(self::lost(&before.decisions, &after.decisions));
    lost.extend(self::lost(&before.questions, &after.questions));
    let mut kept = guard.kept;
    let mut document = Document::parse(splice::apply(after.text(), guard.splices).0);
    for (kind, name, place) in lost {
        let lines = before.text()[place.whole.clone()].trim_end_matches(['\r', '\n']);
        document = edit::with_item(&document, kind, lines);
        kept.push(name);
    }
    (document, kept)
}

struct Guard<'d> {
    before: &'d Document,
    after: &'d Document,
    splices: Vec<Splice>,
    kept: Vec<String>,
}

impl Guard<'_> {
    /// A step keeps its new words, and its old status.
    fn statuses(&mut self) {
        for step in &self.after.steps {
            let was = step.id.and_then(|id| self.before.step(id)).map_or(StepStatus::Pending, |step| step.status);
            if step.status != was {
                self.splices.push(edit::status(step, was));
                self.kept.push(format!("the status of {}", name(step.id)));
            }
        }
    }

    /// An item that says more for a person than it did is as it was, or is not there.
    fn put_back<T: Item>(&mut self, before: &[T], after: &[T]) {
        let known = by_id(before);
        for now in after {
            let was = now.id().and_then(|id| known.get(&id));
            let is_touched =
                was.map_or(now.speaks_for_a_person(), |was| was.differences(now).iter().any(|(_, guarded)| *guarded));
            if is_touched {
                let lines = was.map(|was| &self.before.text()[was.place().whole.clone()]);
                self.restore(lines, now.place());
                self.kept.push(name(now.id()));
            }
        }
    }

    fn restore(&mut self, was: Option<&str>, now: &Place) {
        let line_end = if self.after.text()[now.whole.clone()].ends_with('\n') { self.after.line_end() } else { "" };
        let was = was.map(|was| format!("{}{line_end}", was.trim_end_matches(['\r', '\n'])));
        self.splices.push(Splice::new(now.whole.clone(), was.unwrap_or_default()));
    }
}

/// The items that are gone and must not be.
fn lost<'d, T: Item>(before: &'d [T], after: &[T]) -> Vec<(SectionKind, String, &'d Place)> {
    let there = by_id(after);
    let gone = |item: &&T| item.stays() && item.id().is_some_and(|id| !there.contains_key(&id));
    before.iter().filter(gone).map(|item| (T::KIND, name(item.id()), item.place())).collect()
}

/// The items by their names; of several that bear one name, the first.
fn by_id<T: Item>(items: &[T]) -> HashMap<T::Id, &T> {
    items.iter().rev().filter_map(|item| Some((item.id()?, item))).collect()
}

fn name<T: fmt::Display>(id: Option<T>) -> String {
    id.map_or_else(|| "a new item".to_owned(), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::FIVE;
    use super::super::derive;
    use super::*;

    #[test]
    fn what_only_a_person_may_say_is_put_back() {
        let forged = FIVE
            .replace("- [ ] S2", "- [x] S2")
            .replace("  - B: in SQLite\n", "  - B: in SQLite\n  - chosen: B\n")
            .replace("answer: JWT", "answer: none at all")
            .replace("- [ ] S3 Add rate limiting {after S2}", "- [x] Add quietly");
        let before = Document::parse(FIVE);
        let (kept, told) = guarded(&before, &Document::parse(forged));
        assert_eq!(kept.problems, []);
        let said: Vec<String> = derive(&before, &kept).iter().map(ToString::to_string).collect();
        assert_eq!(said, ["added new: Add quietly (behind S2)", "dropped S3: Add rate limiting"]);
        assert!(derive(&before, &kept).iter().all(|derived| !derived.guarded));
        assert_eq!(told, ["the status of S2", "the status of a new item", "D1", "Q1"]);
        let without = FIVE
            .replace("- D1 Where do sessions live? {before S3}\n  - A: in memory\n  - B: in SQLite\n", "")
            .replace("- [x] S1 Write the token module {size 2; files src/token.rs}\n", "")
            .replace("- Q1 Which token?\n  - answer: JWT\n", "");
        let (kept, told) = guarded(&before, &Document::parse(without));
        assert_eq!(told, ["S1", "D1", "Q1"]);
        assert_eq!((kept.steps.len(), kept.decisions.len(), kept.questions.len()), (5, 1, 2));
    }

    #[test]
    fn a_decision_that_steps_wait_for_is_not_made_one_for_which_fewer_wait() {
        let before = Document::parse(FIVE.replace("{before S3}", "{before S3, S4}"));
        let written = |braces: &str| Document::parse(FIVE.replace("{before S3}", braces));
        for (braces, put_back) in [
            ("{before S3}", true),
            ("{before S5}", true),
            ("{before S3, S4; optional}", true),
            ("{optional}", true),
            ("{before S2, S3, S4}", false),
            ("", false),
        ] {
            let (kept, told) = guarded(&before, &written(braces));
            assert_eq!((kept.text() == before.text(), !told.is_empty()), (put_back, put_back), "{braces}");
        }
    }
}
