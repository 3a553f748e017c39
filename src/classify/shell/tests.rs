//! The rows' examples, the corpora, and what must hold for every line.

use super::table;
use super::{Row, assess, is_validation};
use crate::model::{Mark, Verdict};

fn why(line: &str) -> String {
    let found = assess(line);
    let fact = found.deciding().map(|fact| format!("{}: {} {:?}", fact.rule, fact.reason, fact.span));
    format!("`{line}` is a {}: {}", found.verdict, fact.unwrap_or_default())
}

fn examples(row: &'static Row<'static>, wrong: &mut Vec<String>) {
    for line in row.reads {
        if assess(line).verdict != Verdict::Read {
            wrong.push(why(line));
        }
    }
    for line in row.writes {
        let found = assess(line);
        if found.verdict != Verdict::Write {
            wrong.push(why(line));
        }
    }
    row.subcommands.iter().for_each(|row| examples(row, wrong));
}

#[test]
fn every_row_judges_its_own_examples_as_it_says() {
    let mut wrong = Vec::new();
    for row in table::rows() {
        assert!(!row.reads.is_empty() || row.verdict == Verdict::Write, "`{}` has no example of a read", row.name);
        assert!(!row.writes.is_empty(), "`{}` has no example of a write", row.name);
        examples(row, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}

fn corpus(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let fields: serde_json::Value = serde_json::from_str(line).expect("the corpus holds JSON");
        fields["cmd"].as_str().expect("every entry has a command").to_owned()
    };
    text.lines().map(line).collect()
}

#[test]
fn no_hostile_line_of_the_corpus_is_a_read() {
    let lines = corpus(include_str!("../../../fixtures/corpora/bash-bypass.jsonl"));
    let passed: Vec<_> = lines.iter().filter(|line| assess(line).verdict == Verdict::Read).collect();
    println!("hostile lines judged reads: {} of {}", passed.len(), lines.len());
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn almost_every_harmless_line_of_the_corpus_is_a_read() {
    let lines = corpus(include_str!("../../../fixtures/corpora/bash-readonly.jsonl"));
    let queued: Vec<_> = lines.iter().filter(|line| assess(line).verdict == Verdict::Write).collect();
    println!("harmless lines judged writes: {} of {}", queued.len(), lines.len());
    for line in &queued {
        println!("  {}", why(line));
    }
    assert!(queued.len() * 20 <= lines.len(), "more than one in twenty is queued");
}

#[test]
fn every_write_names_a_rule_and_a_place() {
    for line in corpus(include_str!("../../../fixtures/corpora/bash-bypass.jsonl")) {
        let found = assess(&line);
        let fact = found.deciding().expect("a verdict has a reason");
        let span = fact.span.expect("a verdict on text has a place");
        assert!(!fact.rule.is_empty() && span.start < span.end && line.get(span.start..span.end).is_some(), "{line}: {fact:?}");
    }
}
