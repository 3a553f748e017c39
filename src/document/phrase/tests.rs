use serde::Deserialize;

use super::super::tests::FIVE;
use super::super::{Highest, edit};
use super::*;

#[derive(Deserialize)]
struct Table {
    phrase: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    said: String,
    means: Vec<String>,
}

/// What a line means for the plan that the table is about: edits, `undo 1`, `feedback`, or the error it meets.
fn meaning(said: &str, document: &Document) -> Vec<String> {
    let Some(read) = read(said) else { return vec!["feedback".to_owned()] };
    match resolve(&read, document) {
        Err(error @ EditError::Ambiguous { .. }) => vec![format!("question: {error}")],
        Err(error) => vec![format!("error: {error}")],
        Ok(Command::Undo(count)) => vec![format!("undo {count}")],
        Ok(Command::Redo(count)) => vec![format!("redo {count}")],
        Ok(Command::Edits(edits)) => match edit::apply(document, &edits, &mut Highest::default()) {
            Ok(_) => edits.iter().map(ToString::to_string).collect(),
            Err(error) => vec![format!("error: {error}")],
        },
    }
}

#[test]
fn every_phrase_of_the_table_means_what_it_says_there() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/discussion.toml");
    let text = std::fs::read_to_string(file).expect("the table is there");
    let table: Table = toml::from_str(&text).expect("the table is a table");
    assert!(table.phrase.len() >= 150, "{} phrases", table.phrase.len());
    let document = Document::parse(FIVE);
    let wrong: Vec<String> = table
        .phrase
        .iter()
        .map(|row| (row, meaning(&row.said, &document)))
        .filter(|(row, found)| row.means != *found)
        .map(|(row, found)| format!("{}\n  expected {:?}\n  found    {found:?}", row.said, row.means))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_edit_said_in_its_own_words_is_that_edit() {
    let document = Document::parse(FIVE);
    for said in [
        "add \"Write `x`\" after S3",
        "skip S4 because it is slow",
        "unskip S5",
        "remove S3",
        "move S5 before S2",
        "move S2 at the end",
        "change S2 to \"Use SHA-256\"",
        "split S2 into \"one\"; \"two\"",
        "merge S2, S3",
        "merge S2, S3 as \"both\"",
        "make S5 depend on S2",
        "make S4 independent",
        "make S4 independent of S2",
        "size S2 4",
        "choose D1 A",
        "choose D1 new: on disk",
        "add decision \"Which?\" options a | b before S2",
        "add question \"Why?\"",
        "answer Q2: an hour",
    ] {
        assert_eq!(meaning(said, &document), [said.to_owned()]);
    }
}

#[test]
fn after_a_move_a_number_that_is_another_step_s_name_is_asked_about() {
    let moved = edit::apply(
        &Document::parse(FIVE),
        &[Edit::Move { step: crate::model::StepId(5), spot: Spot::Before(crate::model::StepId(2)) }],
        &mut Highest::default(),
    )
    .expect("it can be moved")
    .document;
    let question = "question: which step is \"step 3\": S2 (Route login through it), S3 (Add rate limiting)?";
    assert_eq!(meaning("skip step 3", &moved), [question]);
    assert_eq!(meaning("skip S3", &moved), ["skip S3"]);
    assert_eq!(meaning("change step 1 to x", &moved), ["error: S1: `edit` cannot happen to what is `completed`"]);
}

proptest::proptest! {
    #[test]
    fn no_line_is_too_strange(said in proptest::prelude::any::<String>()) {
        let _ = meaning(&said, &Document::parse(FIVE));
    }

    #[test]
    fn no_line_of_the_grammar_s_words_is_too_strange(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "add", "skip", "move", "step", "S2", "3", "the", "testing", "before", "after", "and", ";", "to", "into", "\"", "`",
            "D1", "A", "choose", "not", "merge", "split", "size", "99", "end", "at", "first", "é",
        ]), 0..12)
    ) {
        let _ = meaning(&words.join(" "), &Document::parse(FIVE));
    }
}
