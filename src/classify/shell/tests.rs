//! What all tests of the shell classifier share.

use super::assess;
use crate::model::Mark;

mod attacks;
mod decisions;
mod lists;
mod properties;
mod rows;
mod time;
mod words;

fn why(line: &str) -> String {
    let found = assess(line);
    let fact = found.deciding().map(|fact| format!("{}: {} {:?}", fact.rule, fact.reason, fact.span));
    format!("`{line}` is a {}: {}", found.verdict, fact.unwrap_or_default())
}

fn marks(line: &str) -> Vec<Mark> {
    assess(line).marks
}

fn corpus(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let fields: serde_json::Value = serde_json::from_str(line).expect("the corpus holds JSON");
        fields["cmd"].as_str().expect("every entry has a command").to_owned()
    };
    text.lines().map(line).collect()
}

/// The lines of a list of our own; a line that starts with `##` names a group.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("## "))
}
