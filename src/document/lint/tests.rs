use super::super::sample::{Queue, root};
use super::*;
use crate::model::Mark;

/// A plan at which there is nothing to find.
const SOUND: &str = "\
## Task

Add login.

## Questions

- Q1 Which token?
  - answer: JWT

## Steps

- [ ] S1 Write the token module {files src/token.rs}
- [ ] S2 Route login through it {after S1; files src/router.rs}
- [ ] S3 Run `cargo test` {after S1, S2; check}

## Checks

- `cargo test`
";

fn queue() -> Queue {
    Queue::new().create("src/token.rs").edit("src/router.rs").check("cargo test")
}

fn found(text: &str, plan: Option<&PendingPlan>) -> Vec<Finding> {
    let lines = |_: &FileEffect| Some(Lines { before: vec![0..1, 3..4], after: vec![3..5, 9..10] });
    let resolves = |command: &str| !command.starts_with("nosuch");
    lint(&Document::parse(text), &Facts { plan, root: root(), resolves: &resolves, lines: &lines })
}

/// The sound plan with one passage replaced has one kind of finding, with these words in it.
fn check(from: &str, to: &str, queue: &Queue, rule: Rule, told: &str) {
    assert!(SOUND.contains(from), "{from}");
    let findings = found(&SOUND.replacen(from, to, 1), Some(&queue.0));
    let rules: BTreeSet<Rule> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, BTreeSet::from([rule]), "{findings:?}");
    assert!(findings[0].message.contains(told), "{}", findings[0]);
}

#[test]
fn a_sound_plan_has_no_findings() {
    assert_eq!(found(SOUND, Some(&queue().0)), []);
    assert_eq!(found(SOUND, None), []);
}

#[test]
fn steps_that_wait_for_each_other_block() {
    let from = "token module {files";
    check(from, "token module {after S2; files", &queue(), Rule::Cycle, "S1, S2, S3 wait for each other");
    assert!(Rule::Cycle.blocks());
}

#[test]
fn a_name_that_nothing_bears_blocks() {
    check("{after S1; files", "{after S9; files", &queue(), Rule::UnknownId, "S2 comes after S9, which is not there");
    check("- `cargo test`\n", "- `cargo test` {after S7}\n", &queue(), Rule::UnknownId, "a check covers S7");
    assert!(Rule::UnknownId.blocks());
}

#[test]
fn an_open_decision_blocks_unless_nothing_waits_for_it() {
    let decision = |attributes: &str| {
        format!("## Decision points\n\n- D1 Where? {attributes}\n  - A: here\n  - B: there\n\n## Checks")
    };
    check(
        "## Checks",
        &decision("{before S2}"),
        &queue(),
        Rule::OpenDecision,
        "D1 is not decided, and S2 waits for it: Where?",
    );
    check("## Checks", &decision(""), &queue(), Rule::OpenDecision, "everything waits");
    assert_eq!(found(&SOUND.replace("## Checks", &decision("{optional}")), Some(&queue().0)), []);
    let decided = decision("{before S2}").replace("  - B: there\n", "  - B: there\n  - chosen: A\n");
    assert_eq!(found(&SOUND.replace("## Checks", &decided), Some(&queue().0)), []);
}

#[test]
fn an_open_question_is_told() {
    check("  - answer: JWT\n", "", &queue(), Rule::OpenQuestion, "Q1 has no answer: Which token?");
}

#[test]
fn a_step_without_change_and_a_change_without_step_are_told() {
    let short = Queue::new().create("src/token.rs").check("cargo test");
    check("Add login.", "Add login.", &short, Rule::NoChange, "nothing is queued for S2");
    let more = queue().edit("README.md");
    check("Add login.", "Add login.", &more, Rule::NoStep, "c4 belongs to no step: README.md");
}

#[test]
fn a_check_before_what_it_covers_is_told() {
    let step = "- [ ] S3 Run `cargo test` {after S1, S2; check}\n";
    let early = SOUND.replace(step, "").replace("- [ ] S1", &format!("{step}- [ ] S1"));
    let findings = found(&early, Some(&queue().0));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].message, "S3 checks S1, S2 and stands before it");
    let bare = early.replace("{after S1, S2; check}", "{check}");
    assert!(found(&bare, Some(&queue().0))[0].message.starts_with("S3 runs before S1 and 1 more"));
}

#[test]
fn words_that_put_the_deciding_off_are_told() {
    for word in ["TBD", "todo: errors", "handle edge cases", "similar to step 2", "as needed", "and so on", "???"] {
        check("Route login through it", &format!("Route login, {word}"), &queue(), Rule::Placeholder, "S2 says");
    }
}

#[test]
fn a_plan_that_nothing_checks_is_told() {
    let text = SOUND
        .replace("## Checks\n\n- `cargo test`\n", "")
        .replace("- [ ] S3 Run `cargo test` {after S1, S2; check}\n", "");
    let unchecked = Queue::new().create("src/token.rs").edit("src/router.rs");
    let findings = found(&text, Some(&unchecked.0));
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::NoCheck]);
}

#[test]
fn a_check_whose_program_is_not_there_is_told() {
    check("- `cargo test`\n", "- `nosuch run`\n", &queue(), Rule::UnresolvedCheck, "`nosuch run` cannot be run here");
}

#[test]
fn deleting_without_a_way_back_is_told() {
    let deleting = Queue::new().create("src/token.rs").delete("src/router.rs").check("cargo test");
    check("Add login.", "Add login.", &deleting, Rule::NoRollback, "c2 (src/router.rs) deletes");
    let rolled = SOUND.replace("{after S1; files", "{after S1; rollback git restore src/router.rs; files");
    assert_eq!(found(&rolled, Some(&deleting.0)), []);
    let risky = SOUND.replace("## Checks", "## Risks\n\n- it may be needed → restore it from git\n\n## Checks");
    assert_eq!(found(&risky, Some(&deleting.0)), []);
    let wild = Queue::new().create("src/token.rs").edit("src/router.rs").run("rm -r old").marked(Mark::Destructive);
    assert!(found(SOUND, Some(&wild.0)).iter().any(|f| f.rule == Rule::NoRollback));
}

#[test]
fn two_steps_that_edit_the_same_lines_are_told() {
    let twice = SOUND
        .replace("files src/token.rs}", "files src/token.rs; changes c2}")
        .replace("files src/router.rs}", "files src/x.rs; changes c3}");
    let queue = Queue::new().create("src/token.rs").edit("src/router.rs").edit("src/router.rs").check("cargo test");
    let findings = found(&twice, Some(&queue.0));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].message, "S1 and S2 edit the same lines of `src/router.rs` (c2, c3)");
}

#[test]
fn a_write_outside_the_workspace_is_told() {
    let outside = Queue::new().create("src/token.rs").edit("src/router.rs").marked(Mark::Outside).check("cargo test");
    check("Add login.", "Add login.", &outside, Rule::Outside, "c2 writes outside the workspace");
}

#[test]
fn what_is_longer_than_people_read_is_told_with_the_figure() {
    let long = "word ".repeat(400);
    check("Add login.", &long, &queue(), Rule::TooLong, "one in five");
    check("Add login.", &"x\n".repeat(40), &queue(), Rule::TooLong, "more than 40 or 2000");
}

#[test]
fn several_files_and_nothing_asked_is_told() {
    let none = SOUND.replace("## Questions\n\n- Q1 Which token?\n  - answer: JWT\n", "");
    let three = SOUND.replace("files src/router.rs", "files src/router.rs, src/lib.rs");
    assert_eq!(found(&none, Some(&queue().0)), []);
    let findings = found(&three.replace("## Questions\n\n- Q1 Which token?\n  - answer: JWT\n", ""), Some(&queue().0));
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::NoQuestions]);
}

#[test]
fn what_is_out_of_scope_or_not_spoken_of_is_told() {
    check("## Checks", "## Out of scope\n\n- `src/router.rs`\n\n## Checks", &queue(), Rule::ScopeDrift, "out of scope");
    let spoken = SOUND.replace("Add login.", "Add login in src/token.rs and src/router.rs.");
    assert_eq!(found(&spoken, Some(&queue().0)), []);
    let drifting = spoken.replace("Write the token module {files src/token.rs}", "Write docs/a.md {changes c1, c4}");
    let findings = found(&drifting, Some(&queue().edit("docs/a.md").0));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].message.starts_with("c4 touches `docs/a.md`"), "{findings:?}");
}

#[test]
fn every_rule_is_explained() {
    let docs = include_str!("../../../docs/plans.md");
    for rule in Rule::ALL {
        let heading =
            if rule.blocks() { format!("`{}` (blocks approval)", rule.word()) } else { format!("`{}`", rule.word()) };
        assert!(docs.lines().any(|line| line.starts_with("### ") && line.ends_with(&heading)), "{heading}");
    }
}
