//! Every row is proved by its own examples.

use std::collections::BTreeSet;

use super::{listed, why};
use crate::classify::shell::table;
use crate::classify::shell::{Language, Row, assess};
use crate::model::Verdict;

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

/// The rows below `row`, itself included, whose rule none of `rules` is.
fn unproved(row: &'static Row<'static>, paths: &[String], rules: &BTreeSet<String>, wrong: &mut Vec<String>) {
    let names = row.name.split('|').map(|name| name.trim_end_matches('*'));
    let spelled = names.flat_map(|name| paths.iter().map(move |path| format!("{path} {name}").trim().to_owned()));
    let met = |path: &String| rules.range(path.clone()..).next().is_some_and(|rule| rule.starts_with(path.as_str()));
    let met: Vec<String> = spelled.filter(met).collect();
    match row.verdict {
        Verdict::Read if met.is_empty() => wrong.push(format!("{} {}", paths.join(", "), row.name)),
        // Below a name that stands for any, paths are not known.
        _ if row.name == "*" => {}
        _ => row.subcommands.iter().for_each(|sub| unproved(sub, &met, rules, wrong)),
    }
}

#[test]
fn every_row_and_every_subcommand_row_is_met_by_an_example_of_a_read() {
    let mut lines: Vec<&str> = listed(include_str!("../../../../fixtures/classify/harmless.txt")).collect();
    let mut rows: Vec<_> = table::rows().collect();
    while let Some(row) = rows.pop() {
        lines.extend(row.reads);
        rows.extend(row.subcommands);
    }
    let rules: BTreeSet<String> =
        lines.into_iter().flat_map(|line| assess(line).evidence).map(|fact| fact.rule).collect();
    let mut wrong = Vec::new();
    for row in table::rows().filter(|row| !matches!(row.language, Language::Wrapper(_) | Language::Builtin(_))) {
        unproved(row, &[String::new()], &rules, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}
