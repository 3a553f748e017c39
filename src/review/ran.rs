//! What is known of the last run of a command, in the words of a person. All texts are safe to print.

use std::time::Duration;

use serde_json::Value;

use super::file::Source;
use super::number::{grouped, span};
use super::view::bytes_of;
use super::visible;
use crate::model::{ChangeId, Digest, ProposedChange};

/// The most names of files in a sentence.
const MAX_TOLD: usize = 8;
/// How much of what a command printed last is shown.
const LAST_LINES: usize = 10;
const LAST_BYTES: usize = 2000;

/// The last run of a command.
#[derive(Debug)]
pub struct RanView {
    /// How it ended and how long it took.
    pub how: String,
    /// The files of the workspace that came, changed and went while it ran; empty where none is known.
    pub files: String,
    /// The last lines that it printed; empty where the change's error has them.
    pub printed: String,
}

impl RanView {
    pub(super) fn of(change: &ProposedChange, source: &Source<'_>) -> Option<Self> {
        let facts = facts_of(change.id, source)?;
        let printed = if change.error.is_empty() { last_lines(facts, source) } else { String::new() };
        Some(Self { how: told_run(facts), files: told_files(facts), printed })
    }
}

/// What is known of the run of a change's command.
pub(super) fn facts_of<'a>(change: ChangeId, source: &Source<'a>) -> Option<&'a Value> {
    source.runs.iter().find(|(id, _)| *id == change).map(|(_, facts)| facts)
}

/// How a command ended: `ended with exit code 0`.
pub fn told_end(facts: &Value) -> String {
    match (facts["stopped"].as_str(), facts["exit_code"].as_i64(), facts["signal"].as_i64()) {
        (Some(word), ..) => format!("was {word}"),
        (None, Some(code), _) => format!("ended with exit code {code}"),
        (None, None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None, None) if facts["started"] == false => "did not start".to_owned(),
        (None, None, None) => "was not seen to end".to_owned(),
    }
}

/// The files that a command touched: `created a, b; changed c`; empty where none is known.
pub fn told_files(facts: &Value) -> String {
    let told = ["created", "changed", "deleted"].into_iter().filter_map(|what| {
        let named = facts["files"][what]["first"].as_array().filter(|named| !named.is_empty())?;
        let count = usize::try_from(facts["files"][what]["count"].as_u64()?).ok()?;
        let first: Vec<String> =
            named.iter().take(MAX_TOLD).filter_map(Value::as_str).map(|name| visible::line(name.as_bytes())).collect();
        let more = if count > first.len() { format!(" and {} more", count - first.len()) } else { String::new() };
        Some(format!("{what} {}{more}", first.join(", ")))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn told_run(facts: &Value) -> String {
    let mut parts = vec![told_end(facts)];
    if let Some(length) = facts["duration_ms"].as_u64() {
        parts.push(format!("after {}", span(Duration::from_millis(length))));
    }
    if let Some(at) = facts["started_at"].as_str() {
        parts.push(format!("begun {}", visible::line(at.as_bytes())));
    }
    if let (Some(bytes @ 1..), cut) = (facts["output_bytes"].as_u64(), facts["output_bytes_cut"].as_u64()) {
        let cut = cut.filter(|cut| *cut > 0).map(|cut| format!(", {} of them not kept", grouped(cut)));
        parts.push(format!("printed {}{}", bytes_of(bytes), cut.unwrap_or_default()));
    }
    parts.join(", ")
}

fn last_lines(facts: &Value, source: &Source<'_>) -> String {
    let digest: Option<Digest> = serde_json::from_value(facts["output"].clone()).ok();
    let Some(Ok(output)) = digest.map(|digest| (source.contents)(digest)) else { return String::new() };
    let end = String::from_utf8_lossy(&output[output.len().saturating_sub(LAST_BYTES)..]).into_owned();
    let mut last: Vec<&str> = end.lines().rev().take(LAST_LINES).collect();
    last.reverse();
    visible::body(last.join("\n").trim_end().as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_run_is_told_in_words() {
        let facts = json!({
            "exit_code": 3, "signal": null, "stopped": null, "duration_ms": 1500, "output_bytes": 12, "output_bytes_cut": 0,
            "files": { "created": { "count": 9, "first": ["a\u{7}", "b", "c", "d", "e", "f", "g", "h", "i"] },
                       "changed": { "count": 0, "first": [] }, "deleted": { "count": 1, "first": ["z"] } },
        });
        assert_eq!(told_run(&facts), "ended with exit code 3, after 1 s 500 ms, printed 12 bytes");
        assert_eq!(told_files(&facts), "created a␇, b, c, d, e, f, g, h and 1 more; deleted z");
        assert_eq!(told_end(&json!({ "started": false })), "did not start");
        assert_eq!(told_end(&json!({ "signal": 9 })), "was killed by signal 9");
    }
}
