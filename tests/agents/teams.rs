//! A running team of Claude Code: a lead and a teammate in its process, who write to each other.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::claude_code::{call, guarded, turn, write};
use crate::harness::{ClaudeTerminal, Stage};

const TEAMS: (&str, &str) = ("CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS", "1");

fn told(stage: &Stage, command: &str) -> Value {
    let output = stage.plangate(&[command, "--json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"))
}

/// Waits until `holds`, as long as an agent may take.
fn until(stage: &Stage, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(90), "{} {}", told(stage, "team"), told(stage, "status"));
        sleep(Duration::from_millis(300));
    }
}

#[test]
fn a_teammate_that_must_plan_sends_its_plan_and_is_woken_by_its_leads_answer() {
    let stage = guarded();
    assert!(stage.plangate(&["mode", "plan"]).status.success());
    let spawn = json!({ "description": "Writes", "prompt": "SUBTASK: plan a.txt", "name": "coder", "mode": "plan",
        "subagent_type": "general-purpose" });
    let plan = json!({ "to": "team-lead", "summary": "my plan", "message": "# Write a.txt" });
    let approval =
        json!({ "type": "plan_approval_response", "request_id": "FOUND:plan_approval-[^\"\\\\ ]+", "approve": true });
    let model = stage.model(&json!([
        { "prompt": "lead them", "turns": [turn("", &[call("Agent", &spawn)]), turn("I wait.", &[])] },
        { "prompt": "SUBTASK", "turns": [
            turn("", &[write(&stage, "a.txt", "a\n")]),
            turn("", &[call("SendMessage", &plan)]),
            turn("I wait for my lead.", &[]),
        ]},
        { "prompt": "plan_approval_request", "turns": [
            turn("", &[call("SendMessage", &json!({ "to": "coder", "summary": "approved", "message": approval }))]),
            turn("", &[call("SendMessage", &json!({ "to": "coder", "summary": "news", "message": "Be quick." }))]),
            turn("Approved.", &[]),
        ]},
        { "prompt": "was approved by", "turns": [turn("", &[write(&stage, "a.txt", "a\n")]), turn("It is queued.", &[])] },
    ]));
    let mut claude = ClaudeTerminal::start_in(&stage, &model, &["--permission-mode", "acceptEdits"], &[TEAMS]);
    claude.wait_for("❯");
    claude.type_line("lead them");
    until(&stage, || told(&stage, "status")["plan"]["pending"] == 1);

    let team = told(&stage, "team");
    assert_eq!(
        (&team["teammates"][0]["agent"], &team["requests"][0]["state"]),
        (&json!("main/coder"), &json!("approved"))
    );
    assert_eq!(team["requests"][0]["plan_content"], "# Write a.txt");
    let before = model.results("SUBTASK");
    assert!(before[0].contains("must plan before it writes"), "{before:?}");
    assert!(before[1].contains("waits for your lead as plan_approval-"), "{before:?}");
    let plan = stage.plan();
    assert!(plan.len() == 1 && plan[0].1.starts_with("main/coder@"), "{plan:?}");
    assert!(stage.files().is_empty(), "a lead's approval let something be written");
    until(&stage, || model.was_asked("Be quick."));
}
