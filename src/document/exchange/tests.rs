use super::super::Document;
use super::*;
use crate::model::Slug;

const PLANS: &str = "\
# Plan: Add login

The shop has no accounts yet.

## Phases

### Phase 1: Write the token module ✅

- Files: `src/token.rs`, `src/lib.rs`
- Complexity: low
- Depends on: none
- Keep it small.

### Phase 2: Route login through it

- **Status:** in progress
- Complexity: 3/5
- Depends on: Phase 1

### Phase 3: Run the tests

- Status: pending
- Depends on: Phase 1, Phase 2
- Type: check

## Decisions

- Where do sessions live? A: memory; B: SQLite (chosen: B)

## Risks

| Risk | Likelihood | Mitigation |
|------|-----------|------------|
| Tokens leak | low | redact |

## Progress log

- 2026-03-01: token module written
- 2026-03-02: route begun
";

#[test]
fn a_repository_s_plan_is_read() {
    let draft = import(PLANS).expect("it has phases");
    assert_eq!(draft.task, "Add login");
    assert_eq!(draft.context, "The shop has no accounts yet.");
    let marks: String = draft.steps.iter().map(|step| step.status.mark()).collect();
    assert_eq!(marks, "x~ ");
    assert_eq!(draft.steps[0].files, ["src/token.rs", "src/lib.rs"]);
    assert_eq!(draft.steps[0].details, ["- Keep it small."]);
    assert_eq!(draft.steps[1].size, Size::new(3));
    assert_eq!(draft.steps[2].after, [StepId(1), StepId(2)]);
    assert!(draft.steps[2].check);
    assert_eq!(draft.decisions[0].chosen, Some(1));
    assert_eq!(draft.risks, [("Tokens leak (low)".to_owned(), "redact".to_owned())]);
    assert_eq!(draft.log.len(), 2);
}

#[test]
fn export_and_import_are_each_other_s_inverse() {
    let first = import(PLANS).expect("it has phases");
    let exported = export(&Document::parse(first.render(&Slug::from("brave-fox"))));
    let again = import(&exported).expect("it has phases");
    assert_eq!(again, first, "{exported}");
    assert_eq!(export(&Document::parse(again.render(&Slug::from("brave-fox")))), exported);
}

#[test]
fn what_cannot_be_a_plan_says_why() {
    assert!(import("# Notes\n").expect_err("no phases").contains("no phases"));
    let dangling = import("## Phase 1: a\n- Depends on: Phase 7\n").expect_err("phase 7 is not there");
    assert_eq!(dangling, "phase 1 depends on `Phase 7`, which is not there");
}

#[test]
fn a_bar_in_a_cell_is_escaped() {
    assert_eq!(cells("| a \\| b | c |"), ["a | b", "c"]);
    assert_eq!(cells("| a |"), ["a"]);
}
