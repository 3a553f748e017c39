//! Two versions that grew from one, brought together by name.

use std::collections::{HashMap, HashSet};

use super::Document;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The text; where both sides changed the same item, both stand in it between marks.
    pub text: String,
    /// The names of those items.
    pub conflicts: Vec<String>,
}

/// Brings together what a person wrote (`theirs`) and what became of the plan meanwhile (`ours`), both from `base`.
///
/// Items are matched by name, the text around them by the section in which it stands. The front matter and the section of
/// changes, which are generated, are ours; lines of the log are kept from both sides. If both sides moved items, the
/// person's order holds.
pub fn merge(base: &Document, ours: &Document, theirs: &Document) -> Merged {
    let (base_blocks, our_blocks, their_blocks) = (blocks(base), blocks(ours), blocks(theirs));
    let (in_base, in_ours, in_theirs) = (index(&base_blocks), index(&our_blocks), index(&their_blocks));
    let order = order(&base_blocks, &our_blocks, &their_blocks);
    let end = ours.line_end();
    let (mut text, mut conflicts) = (String::new(), Vec::new());
    for key in order {
        let (base, ours, theirs) = (in_base.get(key), in_ours.get(key), in_theirs.get(key));
        let side = |side: Option<&&str>| side.copied().unwrap_or_default().to_owned();
        let same = |left: Option<&&str>, right: Option<&&str>| match (left, right) {
            (Some(left), Some(right)) => left.lines().eq(right.lines()),
            (left, right) => left.is_none() && right.is_none(),
        };
        let chosen = if generated(key) || same(theirs, base) || same(ours, theirs) {
            side(ours)
        } else if same(ours, base) {
            side(theirs)
        } else if key.as_str() == LOG {
            both_logs(&side(base), &side(ours), &side(theirs), end)
        } else {
            conflicts.push(key.clone());
            let closed =
                |side: String| if side.is_empty() || side.ends_with('\n') { side } else { format!("{side}{end}") };
            let (ours, theirs) = (closed(side(ours)), closed(side(theirs)));
            format!("<<<<<<< yours{end}{theirs}======={end}{ours}>>>>>>> the plan's{end}")
        };
        if !text.is_empty() && !text.ends_with('\n') && !chosen.is_empty() {
            text.push_str(end);
        }
        text.push_str(&chosen);
    }
    Merged { text, conflicts }
}

const LOG: &str = "tail of Progress log";

fn generated(key: &str) -> bool {
    key == "front" || key == "tail of Changes"
}

type Block<'d> = (String, &'d str);

/// The document cut into named pieces, which together are all of it.
fn blocks(document: &Document) -> Vec<Block<'_>> {
    let text = document.text();
    let mut items: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    let mut take = |name: Option<String>, words: &str, place: &super::Place| {
        items.push((name.unwrap_or_else(|| format!("new \"{words}\"")), place.whole.clone()));
    };
    for step in &document.steps {
        take(step.id.map(|id| id.to_string()), &step.text, &step.place);
    }
    for decision in &document.decisions {
        take(decision.id.map(|id| id.to_string()), &decision.text, &decision.place);
    }
    for question in &document.questions {
        take(question.id.map(|id| id.to_string()), &question.text, &question.place);
    }
    items.sort_by_key(|(_, place)| place.start);
    let mut blocks = Vec::new();
    let front = document.front.as_ref().map_or(0, |front| front.whole.end);
    let begin = document.sections.first().map_or(text.len(), |section| section.heading.start);
    blocks.push(("front".to_owned(), &text[..front]));
    blocks.push(("text before the sections".to_owned(), &text[front..begin]));
    let mut items = items.into_iter().peekable();
    for section in &document.sections {
        let title = section.kind.map_or(section.title.as_str(), |kind| kind.title());
        blocks.push((format!("heading of {title}"), &text[section.heading.clone()]));
        let (mut at, mut last) = (section.body.start, format!("text in {title}"));
        while let Some((name, place)) = items.next_if(|(_, place)| place.start < section.body.end) {
            blocks.push((last, &text[at..place.start]));
            last = format!("text behind {name}");
            at = place.end;
            blocks.push((name, &text[place]));
        }
        blocks.push((format!("tail of {title}"), &text[at..section.body.end]));
    }
    blocks.retain(|(_, text)| !text.is_empty());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (key, _) in &mut blocks {
        let count = seen.entry(key.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            *key = format!("{key} ({count})");
        }
    }
    blocks
}

fn index<'b, 'd>(blocks: &'b [Block<'d>]) -> HashMap<&'b String, &'d str> {
    blocks.iter().map(|(key, text)| (key, *text)).collect()
}

/// The order of both sides: ours, unless only they moved something or both did; what only the other side has stands
/// behind what it stands behind there.
fn order<'b>(base: &'b [Block<'_>], ours: &'b [Block<'_>], theirs: &'b [Block<'_>]) -> Vec<&'b String> {
    let keys = |blocks: &'b [Block<'_>]| blocks.iter().map(|(key, _)| key).collect::<Vec<_>>();
    let (base, ours, theirs) = (keys(base), keys(ours), keys(theirs));
    let moved = {
        let (in_base, in_theirs): (HashSet<_>, HashSet<_>) = (base.iter().collect(), theirs.iter().collect());
        let was: Vec<_> = base.iter().filter(|key| in_theirs.contains(key)).collect();
        let is: Vec<_> = theirs.iter().filter(|key| in_base.contains(key)).collect();
        was != is
    };
    let (skeleton, other) = if moved { (&theirs, &ours) } else { (&ours, &theirs) };
    let known: HashSet<_> = skeleton.iter().collect();
    let mut behind: HashMap<Option<&String>, Vec<&String>> = HashMap::new();
    let mut previous = None;
    for key in other {
        if known.contains(key) {
            previous = Some(*key);
        } else {
            behind.entry(previous).or_default().push(key);
        }
    }
    let mut order: Vec<&String> = behind.remove(&None).unwrap_or_default();
    for key in skeleton {
        order.push(key);
        order.extend(behind.remove(&Some(*key)).unwrap_or_default());
    }
    order
}

/// Our log and the lines that they added to it.
fn both_logs(base: &str, ours: &str, theirs: &str, end: &str) -> String {
    let known: HashSet<&str> = base.lines().chain(ours.lines()).collect();
    let added: Vec<&str> = theirs.lines().filter(|line| !line.trim().is_empty() && !known.contains(line)).collect();
    let at = ours.trim_end().len();
    let added = added.into_iter().flat_map(|line| [end, line]).collect::<String>();
    format!("{}{added}{}", &ours[..at], &ours[at..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::FIVE;
    use super::super::{Highest, edit};
    use super::*;
    use crate::model::StepId;

    fn merged(ours: &str, theirs: &str) -> Merged {
        merge(&Document::parse(FIVE), &Document::parse(ours), &Document::parse(theirs))
    }

    #[test]
    fn what_only_one_side_changed_is_taken() {
        let ours = FIVE.replace("- [ ] S2 Route login", "- [ ] S2 Lead logins");
        let line = "- [ ] S3 Add rate limiting {after S2}\n";
        let theirs = FIVE.replace(line, "").replace("* [-] S5", &format!("- Tell everyone\n{line}* [-] S5"));
        let found = merged(&ours, &theirs);
        assert_eq!(found.conflicts, Vec::<String>::new());
        assert_eq!(found.text, theirs.replace("- [ ] S2 Route login", "- [ ] S2 Lead logins"));
        assert_eq!(merged(FIVE, FIVE).text, FIVE);
        assert_eq!(merged(&ours, FIVE).text, ours);
        assert_eq!(merged(FIVE, &theirs).text, theirs);
        assert_eq!(merged(&theirs, &ours).text, found.text);
    }

    #[test]
    fn what_both_changed_differently_is_marked_and_both_are_there() {
        let ours = FIVE.replace("Add rate limiting", "Add limits");
        let theirs = FIVE.replace("Add rate limiting", "Add quotas");
        let found = merged(&ours, &theirs);
        assert_eq!(found.conflicts, ["S3"]);
        assert!(found.text.contains("<<<<<<< yours\n- [ ] S3 Add quotas {after S2}\n=======\n- [ ] S3 Add limits"));
        assert!(!Document::parse(found.text).problems.is_empty(), "nobody takes a marked text over");
        assert_eq!(merged(&ours, &ours).conflicts, Vec::<String>::new());
    }

    #[test]
    fn a_step_that_one_side_dropped_and_the_other_changed_is_a_conflict() {
        let line = "- [ ] S3 Add rate limiting {after S2}\n";
        let found = merged(&FIVE.replace(line, ""), &FIVE.replace("Add rate limiting", "Add quotas"));
        assert_eq!(found.conflicts, ["S3"]);
        assert!(!merged(FIVE, &FIVE.replace(line, "")).text.contains("rate limiting"));
    }

    #[test]
    fn lines_of_the_log_are_kept_from_both_sides() {
        let log = |line: &str| edit::with_log(&Document::parse(FIVE), line).text().to_owned();
        let base = Document::parse(log("begun"));
        let ours = edit::with_log(&base, "ours");
        let theirs = edit::with_log(&base, "theirs");
        let found = merge(&base, &ours, &theirs);
        assert_eq!(found.conflicts, Vec::<String>::new());
        assert!(found.text.ends_with("- begun\n- ours\n- theirs\n"), "{}", found.text);
    }

    proptest! {
        #[test]
        fn edits_of_different_steps_never_conflict(ours in 2u32..4, text in "[a-z]{1,9}") {
            let base = Document::parse(FIVE);
            let change = |step| edit::Edit::Change { step: StepId(step), text: text.clone() };
            let at = |step| edit::apply(&base, &[change(step)], &mut Highest::default()).expect("it is there").document;
            let (one, other) = (at(ours), at(ours + 1));
            let found = merge(&base, &one, &other);
            prop_assert_eq!(&found.conflicts, &Vec::<String>::new());
            let both = edit::apply(&one, &[change(ours + 1)], &mut Highest::default()).expect("it is there").document;
            prop_assert_eq!(found.text, both.text());
        }
    }
}
