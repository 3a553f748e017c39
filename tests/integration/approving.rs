//! Approving all, a part, or nothing.

use plangate::queue::{Consent, DecideError, PendingPlanManager, Rejection, Selection};
use serde_json::json;

use super::harness::{Ran, Test, wait_for};

const FIVE: &[&str] = &["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"];

fn five_queued() -> Test {
    let test = Test::planning();
    test.queue_files(FIVE);
    test
}

/// How many of the five files are on disk.
fn on_disk(test: &Test) -> usize {
    FIVE.iter().filter(|name| test.content(name).is_some()).count()
}

fn says(ran: &Ran, text: &str) {
    assert!(
        ran.stdout.contains(text) || ran.stderr.contains(text),
        "`{text}` is not in:\n{}{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn approving_three_of_five_leaves_two_pending_and_the_next_approval_applies_those() {
    let test = five_queued();
    let first = test.decide(["approve", "3", "--yes"]).code(0);
    says(&first, "Applied 3 of 3 changes.");
    says(&first, "2 remain pending.");
    assert_eq!(test.states(), ["applied", "applied", "applied", "pending", "pending"]);
    assert_eq!(test.plan()["status"], "partially_approved");
    assert_eq!((test.text("3.txt").as_str(), test.content("4.txt")), ("3.txt\n", None));

    says(&test.decide(["approve", "--yes"]).code(0), "Applied 2 of 2 changes.");
    assert_eq!(test.states(), ["applied"; 5]);
    assert_eq!(test.plan()["status"], "approved");
    assert_eq!(on_disk(&test), 5);
}

#[test]
fn approving_at_a_terminal_asks_and_only_a_yes_applies() {
    let test = five_queued();
    let _ = test.run(["show-plan"]).code(0);
    let no = test.at_terminal(["approve", "2"], "n\n").code(4);
    says(&no, "Apply 2 of 5 (c1 c2; 3 stay pending)?");
    assert_eq!(on_disk(&test), 0);
    let _ = test.at_terminal(["approve", "2"], "\n").code(4);
    assert_eq!(on_disk(&test), 0);
    let _ = test.at_terminal(["approve", "2"], "y\n").code(0);
    assert_eq!(on_disk(&test), 2);
}

#[test]
fn a_selection_that_makes_no_sense_changes_nothing() {
    let test = five_queued();
    let _ = test.run(["show-plan"]).code(0);
    let before = test.plan();
    for words in [
        "0",
        "-1",
        "+1",
        "3abc",
        "99",
        "c99",
        "c0",
        "c",
        "c3-c1",
        "c1-c99",
        "no/such/file",
        "1 c2",
        "1 2",
        "",
        "/",
        "²",
    ] {
        let mut args = vec!["approve", "--yes"];
        args.extend(words.split(' '));
        let ran = match args.as_slice() {
            [a, b, c] => test.at_terminal([a, b, c], ""),
            [a, b, c, d] => test.at_terminal([a, b, c, d], ""),
            _ => unreachable!("one word or two"),
        };
        assert_eq!(ran.code, 2, "`approve {words}`:\n{}", ran.stdout);
        assert!(ran.stdout.contains("error: "), "`approve {words}`:\n{}", ran.stdout);
    }
    assert_eq!(test.plan(), before);
    assert_eq!(on_disk(&test), 0);
}

#[test]
fn ids_ranges_and_paths_choose_together() {
    let test = Test::planning();
    test.queue_files(&["src/a.rs", "src/deep/b.rs", "docs/c.md", "d.txt", "e.txt", "f.txt"]);
    let _ = test.decide(["approve", "--yes", "c4", "src/**"]).code(0);
    assert_eq!(test.states(), ["applied", "applied", "pending", "applied", "pending", "pending"]);
    let _ = test.decide(["approve", "--yes", "docs", "c5-c6"]).code(0);
    assert_eq!(test.states(), ["applied"; 6]);
}

#[test]
fn approving_with_nothing_pending_is_done_and_says_so() {
    let test = Test::planning();
    says(&test.at_terminal(["approve", "--yes"], "").code(0), "no plan is pending");
    test.queue_files(&["a.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    says(&test.at_terminal(["approve", "--yes"], "").code(0), "no plan is pending");
}

#[test]
fn what_was_never_shown_is_shown_instead_of_approved() {
    let test = five_queued();
    let first = test.at_terminal(["approve", "--yes"], "").code(3);
    says(&first, "+1.txt");
    says(&first, "run the command again");
    assert_eq!(on_disk(&test), 0);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(on_disk(&test), 5);
}

#[test]
fn an_unseen_plan_is_shown_and_asked_about_in_one_go_when_a_person_can_answer() {
    let test = five_queued();
    let ran = test.at_terminal(["approve"], "y\n").code(0);
    let (shown, asked) = (ran.stdout.find("+5.txt"), ran.stdout.find("Apply 5 of 5"));
    assert!(shown.is_some() && shown < asked, "{}", ran.stdout);
    assert_eq!(on_disk(&test), 5);
}

#[test]
fn a_line_a_change_does_not_count_as_shown() {
    let test = five_queued();
    let _ = test.run(["show-plan", "--stat"]).code(0);
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    assert_eq!(on_disk(&test), 0);
}

#[test]
fn what_joined_the_plan_since_it_was_shown_is_shown_alone_and_not_approved() {
    let test = five_queued();
    let _ = test.run(["show-plan"]).code(0);
    test.queue_files(&["late.txt"]);
    let ran = test.at_terminal(["approve", "--yes"], "").code(3);
    says(&ran, "1 new, 0 changed, 0 gone");
    says(&ran, "+late.txt");
    assert!(!ran.stdout.contains("+1.txt"), "what was seen is repeated:\n{}", ran.stdout);
    assert_eq!(on_disk(&test), 0);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.states(), ["applied"; 6]);
}

#[test]
fn what_was_shown_can_be_approved_while_something_unseen_waits_behind_it() {
    let test = five_queued();
    let _ = test.run(["show-plan"]).code(0);
    test.queue_files(&["late.txt"]);
    let _ = test.at_terminal(["approve", "--yes", "5"], "").code(0);
    assert_eq!(test.states(), ["applied", "applied", "applied", "applied", "applied", "pending"]);
}

#[test]
fn unseen_says_aloud_that_it_was_not_looked_at() {
    let test = five_queued();
    let _ = test.at_terminal(["approve", "--unseen", "--yes"], "").code(0);
    assert_eq!(on_disk(&test), 5);
}

#[test]
fn a_selection_without_what_it_needs_is_refused_and_the_whole_one_is_offered() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.queue("write_file", json!({ "path": "b.txt", "content": "b\n" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "three" }));
    let ran = test.decide(["approve", "c3", "--yes"]).code(2);
    says(&ran, "`c3` needs c2, which is not chosen");
    says(&ran, "`plangate approve c2 c3`");
    assert_eq!((test.text("a.txt").as_str(), test.states().concat()), ("one\n", "pendingpendingpending".to_owned()));
    let _ = test.decide(["approve", "c2", "c3", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "three\n");
    assert_eq!(test.states(), ["pending", "applied", "applied"]);
}

#[test]
fn what_was_approved_in_part_starts_no_new_plan_and_what_comes_after_it_does() {
    let test = five_queued();
    let first = test.plan()["id"].clone();
    let _ = test.decide(["approve", "1", "--yes"]).code(0);
    test.queue_files(&["6.txt"]);
    assert_eq!((test.plan()["id"].clone(), test.states().len()), (first.clone(), 6));
    let _ = test.decide(["approve", "--yes"]).code(0);
    test.queue_files(&["7.txt"]);
    assert_ne!(test.plan()["id"], first);
    assert_eq!((test.change(1)["id"].clone(), test.states()), (json!("c1"), vec!["pending".to_owned()]));
}

#[test]
fn a_script_is_told_each_outcome_as_json() {
    let test = five_queued();
    let token = test.token();
    let unseen = test.run_with_token(&token, ["approve", "2", "--yes", "--json"]).code(3);
    assert_eq!(unseen.stdout, "");
    let _ = test.plan();
    let told = test.run_with_token(&token, ["approve", "2", "--yes", "--json"]).code(0).json();
    assert_eq!(told["format_version"], 1);
    assert_eq!(
        (&told["applied"], &told["pending"], &told["status"]),
        (&json!(["c1", "c2"]), &json!(3), &json!("partially_approved"))
    );
    assert_eq!(told["results"][0], json!({ "id": "c1", "outcome": "applied", "detail": null }));
}

#[test]
fn an_answer_is_to_the_changes_that_the_question_named_and_to_no_later_ones() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let manager = PendingPlanManager::open(&test.home()).expect("the data folder opens");
    let id = manager.store().sessions_of(&test.root()).expect("sessions")[0].id.clone();
    let session = manager.open_session(&id, &test.root()).expect("the session is there");
    let named = |manager: &PendingPlanManager| {
        let plan = manager.open_plan(&id).expect("the store answers").expect("a plan");
        plan.proposed_changes.iter().map(|change| (change.id, change.digest)).collect::<Vec<_>>()
    };
    let consent = Consent::by_person("test").even_unseen().to(named(&manager));
    // The person reads the question; meanwhile the agent goes on.
    test.queue_files(&["b.txt"]);
    let refused = manager.approve(&session, &Selection::All, &consent).expect_err("b.txt was not asked about");
    assert_eq!(refused.to_string(), "c2 has not been shown to you in its present form");
    let refused = manager.reject(&session, &Selection::All, "", Rejection::Strict, &consent).expect_err("the same");
    assert!(matches!(refused, DecideError::NotShown { .. }), "{refused}");
    let asked_again = Consent::by_person("test").even_unseen().to(named(&manager));
    let _ = manager.approve(&session, &Selection::All, &asked_again).expect("both were named");
}

#[test]
fn who_comes_second_while_something_is_applied_has_approved_nothing() {
    for _ in 0..5 {
        let test = Test::planning();
        test.queue_files(&["a", "b", "c"]);
        let _ = test.run(["show-plan"]).code(0);
        let token = test.token();
        let started = ["c1", "c2", "c3"].map(|id| test.start_with_token(&token, ["approve", id, "--yes"]));
        let ended = started.map(|mut child| child.wait().expect("it ends").code().expect("by itself"));
        for (code, state) in ended.iter().zip(test.states()) {
            assert!(matches!((code, state.as_str()), (0, "applied") | (4, "pending")), "{ended:?} {:?}", test.states());
        }
    }
}

#[test]
fn what_passes_a_command_or_checks_what_is_not_done_is_refused_with_both_choices() {
    let test = Test::planning();
    test.queue_files(&["a"]);
    let _ = test.queue("bash", json!({ "command": "touch made" }));
    test.queue_files(&["b"]);
    let _ = test.queue("bash", json!({ "command": "make test" }));
    let ran = test.decide(["approve", "c3", "--yes"]).code(2);
    says(&ran, "`c3` comes after c2, which is not chosen");
    says(&ran, "`plangate approve c1 c2 c3`");
    says(&ran, "`plangate approve c3 --out-of-order`");
    says(&test.decide(["approve", "c4", "--yes"]).code(2), "`plangate approve c1 c2 c3 c4`");
    assert_eq!(test.states(), ["pending"; 4]);
    let _ = test.decide(["approve", "c3", "--yes", "--out-of-order"]).code(0);
    // The first ones, and files with nothing but files before them, pass nothing.
    let _ = test.decide(["approve", "1", "--yes"]).code(0);
    assert_eq!(test.states(), ["applied", "pending", "applied", "pending"]);
    let test = five_queued();
    let _ = test.decide(["approve", "c5", "--yes"]).code(0);
}

/// The decision about a call that a person approved, and what is said to it.
fn again(test: &Test, tool: &str) -> (String, String) {
    let reply = test.call(tool, json!({ "t": 1 }));
    let word = |name: &str| reply[name].as_str().unwrap_or_default().to_owned();
    (word("decision"), word("message"))
}

#[test]
fn an_approved_call_of_a_server_passes_only_after_what_stands_before_it() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch begun; while [ ! -e go ]; do sleep 0.02; done; exit 1" }));
    let _ = test.queue("mcp__db__drop_table", json!({ "t": 1 }));
    let token = test.token();
    let _ = test.run(["show-plan"]).code(0);
    let mut approve = test.start_with_token(&token, ["approve", "--yes"]);
    wait_for("the command", || test.states()[0] == "applying");
    let (decision, message) = again(&test, "mcp__db__drop_table");
    assert_eq!(decision, "denied");
    assert!(message.contains("its turn has not come: c1, which stands before it, is applying"), "{message}");
    test.write("go", "");
    assert!(!approve.wait().expect("it ends").success());
    // It failed, and nobody has said what is to become of it.
    let (decision, message) = again(&test, "mcp__db__drop_table");
    assert_eq!(decision, "denied");
    assert!(message.contains("c1, which stands before it, is failed"), "{message}");
    assert!(!message.contains("make the same call"), "{message}");
    assert_eq!(test.states(), ["failed", "approved"]);
    let status = test.run(["status"]).code(0).stdout;
    assert!(status.contains("goes on with c2"), "{status}");
    let _ = test.at_terminal(["skip", "c1"], "").code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    let (decision, message) = again(&test, "mcp__db__drop_table");
    assert_eq!(decision, "allow");
    assert!(message.contains("c2; it passes once"), "{message}");
}

#[test]
fn a_plan_that_cannot_wholly_go_grants_no_call_either() {
    let test = Test::planning();
    let _ = test.queue("mcp__db__drop_table", json!({ "t": 1 }));
    test.queue_files(&["a.txt"]);
    test.write("a.txt", "theirs");
    let _ = test.decide(["approve", "--yes"]).code(1);
    assert_eq!(again(&test, "mcp__db__drop_table").0, "denied");
    let _ = test.at_terminal(["skip", "c2"], "").code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(again(&test, "mcp__db__drop_table").0, "allow");
}

#[test]
fn an_agent_is_told_of_a_granted_call_once_and_not_after_it_has_made_it() {
    let test = Test::planning();
    let told = "c1 is approved: make the same call once more and it passes.";
    let _ = test.queue("mcp__mail__send", json!({ "t": 1 }));
    for _ in 0..3 {
        let _ = test.decide(["approve", "--yes"]);
    }
    let said = test.call("write_file", json!({ "path": "a.txt", "content": "a" })).to_string();
    assert_eq!(said.matches(told).count(), 1, "{said}");
    assert_eq!(again(&test, "mcp__mail__send").0, "allow");
    let _ = test.queue("mcp__mail__send", json!({ "t": 1 }));
    let _ = test.decide(["approve", "c3", "--yes", "--out-of-order"]).code(0);
    assert_eq!(again(&test, "mcp__mail__send").0, "allow");
    let said = test.call("write_file", json!({ "path": "b.txt", "content": "b" })).to_string();
    assert!(!said.contains("make the same call"), "{said}");
}

#[test]
fn ids_may_be_separated_by_commas() {
    let test = five_queued();
    let _ = test.decide(["approve", "c1,c3-c4", "--yes"]).code(0);
    assert_eq!(test.states(), ["applied", "pending", "applied", "applied", "pending"]);
    let _ = test.queue("write_file", json!({ "path": "a,b.txt", "content": "x\n" }));
    let _ = test.decide(["approve", "a,b.txt", "--yes"]).code(0);
    assert_eq!(test.text("a,b.txt"), "x\n");
}

#[test]
fn a_store_of_the_first_version_is_brought_to_the_present_one() {
    let test = Test::planning();
    let _ = test.queue("mcp__mail__send", json!({ "t": 1 }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    let first = "DROP TABLE granted; ALTER TABLE change DROP COLUMN place; PRAGMA user_version = 1";
    store.execute_batch(first).expect("ours");
    drop(store);
    // What was granted then is granted anew by the next approval.
    assert_eq!(again(&test, "mcp__mail__send").0, "denied");
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(again(&test, "mcp__mail__send").0, "allow");
    assert!(test.run(["log", "--verify"]).code(0).stdout.contains("whole"));
}

#[test]
fn a_granted_call_waits_again_when_what_stands_before_it_is_done_anew() {
    let after = |redo: &dyn Fn(&Test)| {
        let test = Test::planning();
        let _ = test.queue("bash", json!({ "command": "test -e ready && touch done" }));
        let _ = test.queue("mcp__db__drop_table", json!({ "t": 1 }));
        let _ = test.decide(["approve", "--yes"]).code(1);
        // The person goes past what failed.
        let _ = test.decide(["approve", "--yes"]).code(0);
        redo(&test);
        again(&test, "mcp__db__drop_table").0
    };
    assert_eq!(after(&|_| {}), "allow");
    assert_eq!(after(&|test| drop(test.at_terminal(["retry", "c1", "--yes"], "").code(1))), "denied");
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("mcp__db__drop_table", json!({ "t": 1 }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.at_terminal(["undo", "c1", "--yes"], "").code(0);
    let (decision, message) = again(&test, "mcp__db__drop_table");
    assert_eq!(decision, "denied");
    assert!(!message.contains("make the same call"), "{message}");
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(again(&test, "mcp__db__drop_table").0, "allow");
}

#[test]
fn a_granted_call_that_passes_in_build_mode_is_used_up() {
    let test = Test::planning();
    let _ = test.queue("mcp__mail__send", json!({ "t": 1 }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.at_terminal(["mode", "build"], "").code(0);
    let (decision, message) = again(&test, "mcp__mail__send");
    assert_eq!(decision, "allow");
    assert!(!message.contains("make the same call"), "{message}");
    let _ = test.at_terminal(["mode", "plan"], "").code(0);
    assert_eq!(again(&test, "mcp__mail__send").0, "queued");
}

#[test]
fn a_granted_call_is_the_same_whatever_the_order_of_its_words_and_the_folder_of_the_shell() {
    let test = Test::planning().file("sub/x", "");
    let _ = test.queue("mcp__mail__send", json!({ "a": 1, "b": { "c": 2, "d": 3 } }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let call =
        json!({ "tool": "mcp__mail__send", "args": { "b": { "d": 3, "c": 2 }, "a": 1 }, "cwd": test.path("sub") });
    assert_eq!(test.intercept(&[call])[0]["decision"], "allow");
}

#[test]
fn a_granted_call_that_is_rejected_is_spoken_of_no_more() {
    let test = Test::planning();
    let _ = test.queue("mcp__mail__send", json!({ "t": 1 }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.at_terminal(["reject", "c1"], "").code(0);
    let (decision, message) = again(&test, "mcp__mail__send");
    assert_eq!(decision, "queued");
    assert!(!message.contains("make the same call"), "{message}");
}
