//! The rules against examples and against real tools.

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::model::AgentPath;

fn call(tool: &str, args: Value, hints: ServerHints) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        args,
        cwd: "/".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints,
    }
}

/// One line of `fixtures/corpora/mcp-tools.jsonl`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    server: String,
    tool: String,
    read_only_hint: Option<bool>,
    destructive_hint: Option<bool>,
    label: Verdict,
}

impl Sample {
    fn judge(&self, spelled: &str, trusted: bool) -> Assessment {
        let hints = if trusted {
            ServerHints {
                read_only_hint: self.read_only_hint,
                destructive_hint: self.destructive_hint,
                trusted,
                ..ServerHints::default()
            }
        } else {
            ServerHints::default()
        };
        assess(&call(spelled, json!({}), hints))
    }
}

fn corpus() -> Vec<Sample> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/corpora/mcp-tools.jsonl"));
    let text = text.expect("the corpus is in the repository");
    text.lines().map(|line| serde_json::from_str(line).expect("every line of the corpus is a sample")).collect()
}

/// Judges the whole corpus, prints both error counts and holds them to the floors: at most five writes in a thousand
/// pass, at least `reads_floor` percent of the reads do.
fn measure(title: &str, trusted: bool, reads_floor: usize, spell: impl Fn(&Sample) -> String) {
    let corpus = corpus();
    let (mut writes, mut passed, mut reads, mut held) = (0, Vec::new(), 0, Vec::new());
    for sample in &corpus {
        let assessment = sample.judge(&spell(sample), trusted);
        match (sample.label, assessment.verdict) {
            (Verdict::Write, verdict) => {
                writes += 1;
                if verdict == Verdict::Read {
                    passed.push(spell(sample));
                }
            }
            (Verdict::Read, verdict) => {
                reads += 1;
                if verdict == Verdict::Write {
                    held.push(spell(sample));
                }
            }
        }
    }
    println!("{title}: {} of {writes} writes passed {passed:?}", passed.len());
    println!("{title}: {} of {reads} reads held {held:?}", held.len());
    assert!(passed.len() * 1000 <= writes * 5, "{title}: too many writes pass: {passed:?}");
    assert!((reads - held.len()) * 100 >= reads * reads_floor, "{title}: too many reads are held: {held:?}");
}

#[test]
fn the_corpus_by_name_alone() {
    measure("by name", false, 85, |s| format!("mcp__{}__{}", s.server, s.tool));
}

#[test]
fn the_corpus_with_the_hints_of_trusted_servers() {
    measure("trusted", true, 92, |s| format!("mcp__{}__{}", s.server, s.tool));
}

#[test]
fn the_corpus_by_bare_names() {
    measure("bare", false, 85, |s| s.tool.clone());
}
