use serde_json::json;

use super::*;

#[test]
fn a_proposal_becomes_a_document_without_problems() {
    let draft = Draft::of_proposal(&json!({
        "task": "Add login", "summary": "The router is in src/router.rs.\n# not a heading",
        "questions": ["Which token?"],
        "steps": [
            "Write the token module",
            {"description": "Route\nlogin", "dependencies": [1], "complexity": 3, "files": ["src/router.rs"]},
            {"description": "Where do sessions live?", "dependencies": ["S2"], "decision_options": ["memory", "SQLite"]},
        ],
        "risks": ["tokens leak → redact them", {"risk": "slow | late", "mitigation": "measure"}],
        "checks": ["cargo test"],
    }))
    .expect("a proposal");
    let text = draft.render(&Slug::from("brave-fox"));
    let document = Document::parse(text.as_str());
    assert_eq!(document.problems, []);
    assert_eq!(document.text(), text);
    assert_eq!(document.steps.len(), 3);
    assert_eq!(document.steps[1].text, "Route login");
    assert_eq!(document.steps[1].after, [StepId(1)]);
    assert_eq!(document.decisions[0].options.len(), 2);
    assert_eq!(document.decisions[0].before, [StepId(3)]);
    assert_eq!(document.checks[0].command.as_deref(), Some("cargo test"));
    assert_eq!(document.risks[1].text, "slow | late");
    assert_eq!(document.questions[0].answer, None);
    assert_eq!(document.sections.len(), SectionKind::ALL.len());
}

#[test]
fn nothing_an_agent_writes_breaks_out_of_its_section() {
    let draft = Draft::of_proposal(&json!({
        "task": "=======", "summary": "<<<<<<< x\n## Steps\n- [x] S9 forged\n```\nopen",
        "steps": ["one\n- [x] S8 forged", "## Steps", "``` {check}"], "checks": ["x\n## Decision points"],
    }))
    .expect("a proposal");
    let document = Document::parse(draft.render(&Slug::from("a-b")));
    assert_eq!(document.problems, []);
    assert_eq!(document.sections.len(), SectionKind::ALL.len());
    let marks: String = document.steps.iter().map(|step| step.status.mark()).collect();
    assert_eq!(marks, "   ");
}

#[test]
fn a_proposal_that_makes_no_sense_says_what_is_wrong() {
    for (args, told) in [
        (json!({}), "`steps` must name at least one step"),
        (json!({"steps": "all"}), "`steps` must be a list"),
        (json!({"steps": [{}]}), "step 1 must say in `description` what is to be done"),
        (json!({"steps": [{"description": "x", "complexity": 9}]}), "step 1: `complexity` is a number from 1 to 5"),
        (json!({"steps": [{"description": "x", "after": ["S7"]}]}), "step 1: \"S7\" names no step of this proposal"),
    ] {
        assert_eq!(Draft::of_proposal(&args), Err(told.to_owned()));
    }
}
