//! A plan document run step by step, with checkpoints.

use serde_json::{Value, json};

use super::harness::{Ran, Test, wait_for};

/// Three steps in a row, each with a file; the second waits for a decision if `decision` says so.
fn planned(decision: bool) -> Test {
    let test = Test::planning();
    let decisions =
        if decision { json!([{ "question": "How?", "options": ["so", "else"], "before": [2] }]) } else { json!([]) };
    let args = json!({
        "task": "Write three files",
        "steps": [
            { "description": "One", "files": ["one.txt"] },
            { "description": "Two", "files": ["two.txt"], "dependencies": [1] },
            { "description": "Three", "files": ["three.txt"], "dependencies": [2] },
        ],
        "decisions": decisions,
    });
    assert_eq!(test.call("propose_plan", args)["decision"], "queued");
    test.queue_files(&["one.txt", "two.txt", "three.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    test
}

fn run<const N: usize>(test: &Test, args: [&str; N]) -> Ran {
    test.at_terminal(args, "")
}

fn statuses(test: &Test) -> Vec<String> {
    let shown: Value = test.run(["plan", "show", "--json"]).code(0).json();
    let steps = shown["document"]["steps"].as_array().expect("steps").clone();
    steps.iter().map(|step| step["status"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn a_plan_is_run_step_by_step_in_order() {
    let test = planned(false);
    let ran = run(&test, ["plan", "run", "--yes"]).code(0);
    assert!(ran.stdout.contains("S1 is completed.") && ran.stdout.contains("S3 is completed."), "{}", ran.stdout);
    assert_eq!(statuses(&test), ["completed", "completed", "completed"]);
    assert_eq!(test.text("three.txt"), "three.txt\n");
    let shown = test.run(["plan", "show"]).code(0).stdout;
    assert!(shown.contains("S2 completed: c2 (host)"), "{shown}");
    let again = run(&test, ["plan", "run", "S1", "--yes"]).code(0);
    assert!(again.stdout.contains("S1 is completed"), "{}", again.stdout);
}

#[test]
fn a_step_that_waits_for_another_is_not_begun() {
    let test = planned(false);
    let ran = run(&test, ["plan", "run", "S2", "--yes"]).code(1);
    assert!(ran.stdout.contains("S2 was not begun: it waits for S1, which is pending"), "{}", ran.stdout);
    assert_eq!(test.content("two.txt"), None);
    let _ = test.run(["plan", "run", "S1", "--yes"]).code(4);
    assert_eq!(test.content("one.txt"), None);
}

#[test]
fn a_failed_step_stops_what_waits_for_it_and_can_be_run_again() {
    let test = planned(false);
    test.write("two.txt", "mine\n");
    let ran = run(&test, ["plan", "run", "--yes"]).code(5);
    assert!(ran.stdout.contains("S3 was not begun: it waits for S2, which is failed"), "{}", ran.stdout);
    assert_eq!(statuses(&test), ["completed", "failed", "pending"]);
    assert_eq!(test.text("two.txt"), "mine\n");
    std::fs::remove_file(test.path("two.txt")).expect("it is there");
    let _ = run(&test, ["plan", "run", "--yes"]).code(0);
    assert_eq!(statuses(&test), ["completed", "completed", "completed"]);
}

#[test]
fn a_failed_step_that_is_skipped_no_longer_holds_anything_up() {
    let test = planned(false);
    test.write("two.txt", "mine\n");
    let _ = run(&test, ["plan", "run", "--yes"]).code(5);
    let _ = run(&test, ["discuss", "skip", "S2"]).code(0);
    let _ = run(&test, ["plan", "run", "--yes"]).code(0);
    assert_eq!(statuses(&test), ["completed", "skipped", "completed"]);
    assert_eq!(test.text("two.txt"), "mine\n");
}

#[test]
fn a_step_is_rolled_back_to_its_checkpoint_and_run_again() {
    let test = planned(false);
    let _ = run(&test, ["plan", "rollback", "S1", "--yes"]).code(2);
    let _ = run(&test, ["plan", "run", "--yes"]).code(0);
    let rolled = run(&test, ["plan", "rollback", "S3", "--yes"]).code(0);
    assert!(rolled.stdout.contains("S3 is rolled back"), "{}", rolled.stdout);
    assert_eq!(test.content("three.txt"), None);
    assert_eq!(statuses(&test), ["completed", "completed", "pending"]);
    let _ = run(&test, ["plan", "run", "S3", "--yes"]).code(0);
    assert_eq!(test.text("three.txt"), "three.txt\n");
    test.write("three.txt", "mine\n");
    let _ = run(&test, ["plan", "rollback", "S3", "--yes"]).code(1);
    assert_eq!(test.text("three.txt"), "mine\n");
    let told = test.call("write_file", json!({ "path": "next.txt", "content": "" }));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("rolled S3 back in part")), "{told}");
}

#[test]
fn undo_of_a_step_goes_back_to_its_checkpoint_and_can_be_undone_by_running_it_again() {
    let test = planned(false);
    let _ = run(&test, ["plan", "run", "--yes"]).code(0);
    let undone = run(&test, ["undo", "S3", "--yes"]).code(0);
    assert!(undone.stdout.contains("S3 is rolled back"), "{}", undone.stdout);
    assert_eq!(test.content("three.txt"), None);
    assert_eq!(test.text("two.txt"), "two.txt\n");
    let _ = run(&test, ["plan", "run", "S3", "--yes"]).code(0);
    assert_eq!(test.text("three.txt"), "three.txt\n");
    let told = test.call("write_file", json!({ "path": "next.txt", "content": "" }));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("rolled S3 back")), "{told}");
}

#[test]
fn a_run_pauses_at_a_decision_and_goes_on_where_it_stopped() {
    let test = planned(true);
    let token = test.token();
    let paused = test.run_with_token(&token, ["plan", "run", "--yes"]).code(4);
    assert!(paused.stdout.contains("S1 is completed.") && paused.stderr.contains("S2 waits for D1"), "{paused:?}");
    assert_eq!(statuses(&test), ["completed", "pending", "pending"]);
    let wrong = test.converse(&[], ["plan", "run", "--yes"], &[("Choose for D1", "Z\n")]).code(2);
    assert!(wrong.stdout.contains("D1 has no option"), "{}", wrong.stdout);
    assert_eq!(statuses(&test), ["completed", "pending", "pending"]);
    let ran = test.converse(&[], ["plan", "run", "--yes"], &[("Choose for D1", "B\n")]).code(0);
    assert!(ran.stdout.contains("chosen nothing → B"), "{}", ran.stdout);
    assert_eq!(statuses(&test), ["completed", "completed", "completed"]);
}

#[test]
fn what_was_never_shown_is_not_run_by_a_yes_given_before() {
    let test = Test::planning();
    let args = json!({ "steps": [{ "description": "One", "files": ["one.txt"] }] });
    let _ = test.call("propose_plan", args);
    test.queue_files(&["one.txt"]);
    let ran = run(&test, ["plan", "run", "--yes"]).code(3);
    assert!(ran.stdout.contains("not shown to you before"), "{}", ran.stdout);
    assert_eq!(test.content("one.txt"), None);
    assert_eq!(statuses(&test), ["pending"]);
    assert!(!test.run(["plan", "show"]).stdout.contains("S1 begun"), "what is not run is not begun");
    let _ = run(&test, ["plan", "run", "--yes"]).code(0);
    assert_eq!(test.text("one.txt"), "one.txt\n");
}

#[test]
fn a_run_that_was_killed_is_settled_by_what_became_of_its_changes() {
    let test = planned(false);
    let token = test.token();
    let _ = test.run_with_token(&token, ["plan", "run", "S1", "--yes"]).code(0);
    // A step that was begun, and whose process died before anything was approved.
    let database = test.home().join("plangate.db");
    let begin = "UPDATE document_revision SET text = replace(text, '- [ ] S2', '- [~] S2')";
    let changed = rusqlite::Connection::open(database).and_then(|store| store.execute(begin, []));
    assert!(changed.is_ok_and(|rows| rows > 0));
    assert_eq!(statuses(&test), ["completed", "pending", "pending"]);
    assert!(test.run(["plan", "show"]).stdout.contains("S2 not run (host)"));
    let _ = test.run_with_token(&token, ["plan", "run", "--yes"]).code(0);
    assert_eq!(statuses(&test), ["completed", "completed", "completed"]);
}

#[test]
fn a_run_without_a_person_is_refused_and_leaves_no_trace() {
    let test = planned(false);
    let before = test.run(["plan", "show"]).code(0).stdout;
    for args in [["plan", "run"], ["plan", "open"]] {
        let _ = test.run(args).code(4);
    }
    let _ = test.run(["plan", "rollback", "S1"]).code(4);
    let _ = test.run(["ask", "c1", "why?"]).code(4);
    assert_eq!(test.run(["plan", "show"]).code(0).stdout, before);
}

#[test]
fn steps_whose_changes_are_approved_otherwise_are_completed_and_the_next_task_has_a_document_of_its_own() {
    let test = planned(false);
    let _ = test.decide(["approve", "2", "--yes"]).code(0);
    assert_eq!(statuses(&test), ["completed", "completed", "pending"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(statuses(&test), ["completed", "completed", "completed"]);
    let name = |test: &Test| test.run(["plan", "show", "--json"]).json()["document"]["name"].clone();
    let first = name(&test);
    let again = test.call("propose_plan", json!({ "task": "Something else", "steps": ["Look around"] }));
    assert_eq!(again["decision"], "queued");
    assert_ne!(name(&test), first);
    assert_eq!(statuses(&test), ["pending"]);
}

#[test]
fn a_run_that_is_stopped_begins_no_further_step() {
    let test = Test::planning();
    let command = "touch started; sleep 60";
    let steps =
        json!([{ "description": format!("Run `{command}`") }, { "description": "Write", "files": ["one.txt"] }]);
    assert_eq!(test.call("propose_plan", json!({ "task": "Two things", "steps": steps }))["decision"], "queued");
    let _ = test.queue("bash", json!({ "command": command }));
    test.queue_files(&["one.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut child = test.start_with_token(&token, ["plan", "run", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a number of a process"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert_eq!((statuses(&test), test.content("one.txt")), (vec!["failed".to_owned(), "pending".to_owned()], None));
}
