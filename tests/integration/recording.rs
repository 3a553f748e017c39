//! The recorded terminals in README and docs are replayed and compared.

use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};

use super::harness::Test;

/// A line that stands for any number of lines, and the end of a line that stands for any end.
const CUT: &str = "...";

/// What happens in a recording, with the lines that it printed.
#[derive(Debug)]
enum Scene {
    /// A person's command.
    Typed { words: Vec<String>, printed: Vec<String> },
    /// An agent's call, and how its answer begins.
    Called { call: Value, answered: Option<String> },
}

/// The recordings of a file: its blocks of text that begin with a command of ours.
fn recordings(file: &str) -> Vec<Vec<Scene>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("the file is there");
    let blocks = text.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.starts_with("$ plangate")).map(scenes).collect()
}

fn scenes(block: &str) -> Vec<Scene> {
    let mut scenes = Vec::new();
    let mut json = String::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ plangate ") {
            let words = command.split(' ').map(str::to_owned).collect();
            scenes.push(Scene::Typed { words, printed: Vec::new() });
        } else if json.is_empty() && !line.starts_with("    {") {
            match (line.strip_prefix("    queued: "), scenes.last_mut().expect("a recording begins with a command")) {
                (Some(text), Scene::Called { answered, .. }) => *answered = Some(text.trim_end_matches(CUT).to_owned()),
                (_, Scene::Typed { printed, .. }) => printed.push(line.to_owned()),
                (None, called) => panic!("`{line}` follows {called:?}"),
            }
        } else {
            json += line;
            if let Ok(call) = serde_json::from_str(&json) {
                scenes.push(Scene::Called { call, answered: None });
                json.clear();
            }
        }
    }
    assert_eq!(json, "", "a call that never ends");
    scenes
}

/// What a person answers, each behind its question.
fn dialogue(printed: &[String]) -> Vec<(String, String)> {
    let question = Regex::new(r"(\[y/N\] |`\): )(.+)$").expect("a pattern");
    let answers = printed.iter().filter_map(|line| question.captures(line));
    answers.map(|found| (found[1].to_owned(), format!("{}\n", &found[2]))).collect()
}

/// Whether `line` is `expected`, up to a cut.
fn fits(line: &str, expected: &str) -> bool {
    expected.strip_suffix(CUT).map_or(line.trim_end() == expected, |start| line.starts_with(start))
}

/// Compares line by line; where lines were cut, goes on at the first that fits.
fn compare(lines: &[&str], printed: &[String]) -> Result<(), String> {
    let (mut at, mut cut) = (0, false);
    for expected in printed {
        if expected == CUT {
            cut = true;
            continue;
        }
        let found = lines[at..].iter().position(|line| fits(line, expected)).filter(|skipped| cut || *skipped == 0);
        at += found.ok_or_else(|| format!("`{expected}` is not what follows line {at}"))? + 1;
        cut = false;
    }
    if cut || at == lines.len() { Ok(()) } else { Err(format!("line {at} and what follows was not recorded")) }
}

/// Plays a recording, in which the plan is called `name`: names and ids of plans are drawn by lot.
fn replay(test: &Test, scenes: &[Scene], name: &str) {
    let id = Regex::new("p[0-9a-f]{8,}-[0-9a-f]{10}").expect("a pattern");
    let recorded_id = scenes.iter().find_map(|scene| match scene {
        Scene::Typed { printed, .. } => printed.iter().find_map(|line| id.find(line)).map(|found| found.as_str()),
        Scene::Called { .. } => None,
    });
    let as_recorded = |text: &str| {
        let shown = id.replace_all(text, recorded_id.unwrap_or_default());
        own_name(test).map_or(shown.to_string(), |own| shown.replace(&own, name))
    };
    for scene in scenes {
        match scene {
            Scene::Typed { words, printed } => {
                let said = dialogue(printed);
                let said: Vec<(&str, &str)> = said.iter().map(|(question, word)| (&**question, &**word)).collect();
                let screen = as_recorded(&test.converse(&[("TERM", "dumb")], words, &said).stdout);
                let lines: Vec<&str> = screen.lines().collect();
                compare(&lines, printed).unwrap_or_else(|why| panic!("{why} in `{}`:\n{screen}", words.join(" ")));
            }
            Scene::Called { call, answered } => {
                let reply = test.intercept(std::slice::from_ref(call)).remove(0);
                assert_eq!(reply["decision"], "queued", "{call}: {reply}");
                let told = as_recorded(reply["message"].as_str().expect("a message"));
                assert!(told.starts_with(answered.as_deref().unwrap_or_default()), "{call}: {told}");
            }
        }
    }
}

/// What the plan is called that the test has made.
fn own_name(test: &Test) -> Option<String> {
    let shown = test.run(["plan", "show", "--json"]);
    let plan = if shown.code == 0 { shown.json()["document"]["name"].clone() } else { test.plan()["slug"].clone() };
    plan.as_str().map(str::to_owned)
}

#[test]
fn what_the_readme_shows_first_happens_as_it_tells() {
    let test = Test::planning().file("README.md", "# notes\n\nKeep it short.\n").file("old.txt", "");
    let edit = json!({ "path": "README.md", "old_string": "short", "new_string": "short and true" });
    let _ = test.intercept(&[
        json!({ "tool": "edit_file", "args": edit, "reason": "the point of it" }),
        json!({ "tool": "bash", "args": { "command": "rm old.txt" }, "agent": "main/cleaner" }),
    ]);
    let recordings = recordings("README.md");
    replay(&test, recordings.first().expect("the README begins with a recording"), "happy-fox");
}

#[test]
fn planning_in_conversation_happens_as_the_readme_tells() {
    let recordings = recordings("README.md");
    let planned = recordings.iter().find(|scenes| format!("{scenes:?}").contains("propose_plan"));
    replay(&Test::new(), planned.expect("the README holds the recording"), "brave-fox");
}

#[test]
fn a_recording_that_tells_something_else_is_found_out() {
    let printed = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let lines = ["one", "two", "three"];
    for (recorded, fits) in [
        ("one\ntwo\nthree", true),
        ("one\n...\nthree", true),
        ("...\nthr...", true),
        ("...", true),
        ("one\nthree", false),
        ("one\ntwo", false),
        ("one\n...\nfour", false),
        ("two\n...", false),
    ] {
        assert_eq!(compare(&lines, &printed(recorded)).is_ok(), fits, "{recorded}");
    }
}
