//! Rejecting, and what the agent is told of it.

use serde_json::json;

use super::harness::Test;

/// `c1` and `c2` edit one file, the second what the first wrote; `c3` stands alone.
fn chained() -> Test {
    let test = Test::planning().file("a.txt", "one\nother\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "other", "new_string": "rest" }));
    let _ = test.queue("write_file", json!({ "path": "b.txt", "content": "b\n" }));
    let _ = test.run(["show-plan"]).code(0);
    test
}

#[test]
fn rejecting_what_others_depend_on_is_refused_and_both_ways_out_are_offered() {
    let test = chained();
    let ran = test.at_terminal(["reject", "c1"], "").code(2);
    assert!(ran.stdout.contains("c2 depends on `c1`"), "{}", ran.stdout);
    assert!(ran.stdout.contains("`plangate reject c1 c2`, or add `--rebase`"), "{}", ran.stdout);
    assert_eq!(test.states(), ["pending"; 3]);
}

#[test]
fn rejecting_with_dependants_rejects_them_and_nothing_else() {
    let test = chained();
    let _ = test.at_terminal(["reject", "c1", "--with-dependants"], "").code(0);
    assert_eq!(test.states(), ["rejected", "rejected", "pending"]);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!((test.text("a.txt").as_str(), test.text("b.txt").as_str()), ("one\nother\n", "b\n"));
}

#[test]
fn rebasing_computes_what_depends_anew_and_asks_to_look_again() {
    let test = chained();
    let before = test.change(2)["digest"].clone();
    let _ = test.at_terminal(["reject", "c1", "--rebase"], "").code(0);
    let ran = test.at_terminal(["approve", "--yes"], "").code(3);
    assert!(ran.stdout.contains("changed since you looked"), "{}", ran.stdout);
    assert_ne!(test.change(2)["digest"], before);
    assert_eq!(test.states(), ["rejected", "pending", "pending"]);
    assert_eq!(test.change(2)["depends_on"], json!([]));
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), "one\nrest\n");
}

#[test]
fn an_approval_does_not_outlive_the_form_that_it_was_given_to() {
    let test = chained();
    test.write("a.txt", "other\n");
    // c1 finds another file; c2 was approved with it and waits for it.
    let _ = test.at_terminal(["approve", "c1-c2", "--yes"], "").code(1);
    assert_eq!(test.states(), ["conflict", "approved", "pending"]);
    let _ = test.at_terminal(["reject", "c1", "--rebase"], "").code(0);
    let ran = test.at_terminal(["approve", "c2", "--yes"], "").code(3);
    assert!(ran.stdout.contains("changed since you looked"), "{}", ran.stdout);
    assert_eq!(test.states(), ["rejected", "pending", "pending"]);
    assert_eq!(test.text("a.txt"), "other\n");
}

#[test]
fn what_a_person_wrote_into_a_change_is_kept_when_the_one_before_it_is_rejected() {
    let test = Test::planning().file("a.txt", "one\ntwo\nthree\nfour\nfive\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "1" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "three", "new_string": "3" }));
    test.write("mine", "1\ntwo\nIII\nfour\nfive\n");
    let _ = test.decide(["edit", "c2", "--from", "mine"]).code(0);
    let _ = test.decide(["reject", "c1", "--rebase"]).code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "one\ntwo\nIII\nfour\nfive\n");
}

#[test]
fn what_a_person_wrote_is_kept_by_a_whole_file_that_was_queued_upon_it_too() {
    let lines = |first: &str, second: &str, last: &str| format!("{first}\n2\n{second}\n4\n5\n6\n7\n8\n{last}\n");
    let test = Test::planning().file("a.txt", lines("1", "3", "9"));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "9", "new_string": "nine" }));
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": lines("one", "3", "nine") }));
    let _ =
        test.queue("write_file", json!({ "path": "a.txt", "content": lines("one", "3", "nine").replace('6', "six") }));
    test.write("mine", lines("one", "PERSON", "nine"));
    let _ = test.decide(["edit", "c2", "--from", "mine"]).code(0);
    let _ = test.decide(["reject", "c1", "--rebase"]).code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), lines("one", "PERSON", "9").replace('6', "six"));
}

#[test]
fn what_a_person_wrote_into_a_file_that_would_not_be_there_is_a_new_file() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "a", "new_string": "b" }));
    test.write("mine", "mine\n");
    let _ = test.decide(["edit", "c2", "--from", "mine"]).code(0);
    let _ = test.decide(["reject", "c1", "--rebase"]).code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "mine\n");
}

#[test]
fn what_a_person_wrote_upon_the_rejected_lines_is_not_given_up_for_what_the_agent_asked() {
    let test = Test::planning().file("a.txt", "one\ntwo\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "1" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    test.write("mine", "I\n2\n");
    let _ = test.decide(["edit", "c2", "--from", "mine"]).code(0);
    let before = test.plan();
    let ran = test.decide(["reject", "c1", "--rebase"]).code(2);
    assert!(ran.stdout.contains("`c2` was rewritten upon what is rejected"), "{}", ran.stdout);
    assert_eq!(test.plan()["changes"], before["changes"]);
}

#[test]
fn what_cannot_stand_without_the_rejected_change_cannot_be_rebased() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "three" }));
    let ran = test.decide(["reject", "c1", "--rebase"]).code(2);
    assert!(ran.stdout.contains("`c2` cannot be computed anew: `old_string` does not occur"), "{}", ran.stdout);
    assert_eq!(test.states(), ["pending"; 2]);
}

#[test]
fn rejecting_all_closes_the_plan() {
    let test = chained();
    let _ = test.at_terminal(["reject"], "n\n").code(4);
    assert_eq!(test.states(), ["pending"; 3]);
    let _ = test.at_terminal(["reject"], "y\n").code(0);
    assert_eq!((test.states(), &test.plan()["status"]), (vec!["rejected".to_owned(); 3], &json!("rejected")));
    assert_eq!(test.text("a.txt"), "one\nother\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), "one\nother\n");
}

#[test]
fn a_selection_that_makes_no_sense_rejects_nothing() {
    let test = chained();
    for word in ["0", "-1", "3abc", "99", "c99", "c0"] {
        let _ = test.at_terminal(["reject", "--yes", word], "").code(2);
    }
    assert_eq!(test.states(), ["pending"; 3]);
}

#[test]
fn the_reason_of_a_rejection_reaches_the_agent_exactly_once() {
    let test = chained();
    let _ = test.at_terminal(["reject", "c3", "because", "b", "is", "generated"], "").code(0);
    let first = test.call("write_file", json!({ "path": "c.txt", "content": "c\n" }));
    let message = first["message"].as_str().expect("text");
    assert!(message.contains("The person rejected c3. Their reason: b is generated"), "{message}");
    let second = test.call("write_file", json!({ "path": "d.txt", "content": "d\n" }));
    assert!(!second["message"].as_str().expect("text").contains("rejected"), "{second}");
}

#[test]
fn a_reason_may_speak_of_flags() {
    let test = chained();
    let _ =
        test.at_terminal(["reject", "c3", "because", "use", "--no-verify", "or", "-n,", "-", "not", "-1"], "").code(0);
    let reply = test.call("write_file", json!({ "path": "c.txt", "content": "c\n" }));
    let message = reply["message"].as_str().expect("text");
    assert!(message.contains("Their reason: use --no-verify or -n, - not -1"), "{message}");
    let _ = test.at_terminal(["reject", "--bogus"], "").code(2);
    let _ = test.at_terminal(["reject", "-1"], "").code(2);
}

#[test]
fn the_reason_reaches_an_agent_whose_process_runs_on_while_the_person_decides() {
    let test = chained();
    let mut agent = test.talk();
    let reply = agent.say(&json!({ "tool": "write_file", "args": { "path": "c.txt", "content": "c\n" } }));
    assert_eq!(reply["decision"], "queued");
    let _ = test.at_terminal(["reject", "c3", "because", "no"], "").code(0);
    let reply = agent.say(&json!({ "tool": "write_file", "args": { "path": "d.txt", "content": "d\n" } }));
    assert!(reply["message"].as_str().expect("text").contains("Their reason: no"), "{reply}");
    let reply = agent.say(&json!({ "tool": "write_file", "args": { "path": "e.txt", "content": "e\n" } }));
    assert!(!reply["message"].as_str().expect("text").contains("rejected"), "{reply}");
}

#[test]
fn a_rejected_file_is_no_longer_part_of_what_the_agent_sees() {
    let test = chained();
    let _ = test.at_terminal(["reject", "c3"], "").code(0);
    let read = test.call("read_file", json!({ "path": "b.txt" }));
    assert_eq!((&read["decision"], read.get("rewrite")), (&json!("allow"), None), "{read}");
    let again = test.queue("write_file", json!({ "path": "b.txt", "content": "b\n" }));
    assert_eq!(again["id"], "c4");
}
