//! An approved change becomes a file or a process, or says why not.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::harness::{Test, listing, ran, wait_for};

fn edit_queued() -> Test {
    let test = Test::planning().file("a.txt", "one\ntwo\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    test
}

/// True once no process of that number runs; one that ended and was not yet collected does not run.
fn is_gone(pid: &str) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')),
        Err(_) => true,
    }
}

#[test]
fn a_file_that_changed_since_the_proposal_is_left_alone() {
    let test = edit_queued();
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\ntwo\n");
    let ran = test.at_terminal(["approve", "--yes"], "").code(1);
    assert!(ran.stdout.contains("c1 is in conflict, nothing was written"), "{}", ran.stdout);
    assert_eq!(test.text("a.txt"), "mine\ntwo\n");
    assert_eq!(test.states(), ["conflict"]);
    assert!(test.change(1)["error"].as_str().is_some_and(|error| error.contains("a.txt")));
    assert!(test.run(["show-plan"]).stdout.contains("conflict"));
}

#[test]
fn where_nothing_is_pending_what_waits_to_be_settled_is_named() {
    let test = edit_queued();
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\ntwo\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let ran = test.at_terminal(["approve", "--yes"], "").code(0);
    assert!(ran.stdout.contains("to be settled with `plangate retry`"), "{}", ran.stdout);
    assert!(ran.stdout.contains("c1 (conflict)"), "{}", ran.stdout);
}

#[test]
fn a_file_that_appeared_or_vanished_since_the_proposal_is_a_conflict() {
    let test = Test::planning().file("old.txt", "old\n");
    test.queue_files(&["new.txt"]);
    let _ = test.queue("delete_file", json!({ "path": "old.txt" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("new.txt", "somebody else's\n");
    fs::remove_file(test.path("old.txt")).expect("it is there");
    let _ = test.at_terminal(["approve", "--yes", "--keep-going"], "").code(1);
    assert_eq!(
        (test.states().join(" "), test.text("new.txt")),
        ("conflict pending".into(), "somebody else's\n".into())
    );
}

#[test]
fn a_plan_of_which_a_part_cannot_be_applied_is_not_begun_until_that_is_wished() {
    let test = edit_queued();
    test.queue_files(&["b.txt"]);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "1" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\n");
    let ran = test.at_terminal(["approve", "--yes"], "").code(1);
    assert!(ran.stdout.contains("c2 was not begun: c1 failed before it"), "{}", ran.stdout);
    assert_eq!((test.content("b.txt"), test.states().join(" ")), (None, "conflict approved approved".to_owned()));
    let _ = test.at_terminal(["approve", "--yes", "--keep-going"], "").code(5);
    assert_eq!(
        (test.text("b.txt").as_str(), test.states().join(" ")),
        ("b.txt\n", "conflict applied approved".to_owned())
    );
}

#[test]
fn what_a_command_did_to_files_is_told_and_recorded() {
    let test = Test::planning()
        .file("old.txt", "old\n")
        .file("gone.txt", "x\n")
        .file("same.txt", "s\n")
        .file(".gitignore", "*.log\n");
    let _ = test
        .queue("bash", json!({ "command": "echo new > new.txt; echo more >> old.txt; rm gone.txt; echo 1 > a.log" }));
    let ran = test.decide(["approve", "--yes"]).code(0);
    for line in ["c1 created new.txt\n", "c1 changed old.txt\n", "c1 deleted gone.txt\n"] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("created a.log"), "{}", ran.stdout);
    let log = test.run(["log", "--json"]).code(0).stdout;
    let entries = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON"));
    let outcome = entries.into_iter().find(|entry| entry["kind"] == "outcome").expect("the command ended");
    let files = &outcome["body"]["command"]["files"];
    assert_eq!(files["created"], json!({ "count": 1, "first": ["new.txt"] }), "{log}");
    assert_eq!((&files["deleted"]["count"], &files["complete"]), (&json!(1), &json!(true)));
}

#[test]
fn a_conflict_beside_what_applied_is_told_as_partly_applied() {
    let test = edit_queued();
    test.queue_files(&["b.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\n");
    let _ = test.at_terminal(["approve", "--yes", "--keep-going"], "").code(5);
    assert_eq!(test.states(), ["conflict", "applied"]);
}

#[test]
fn a_conflict_can_be_tried_again_once_the_file_is_back() {
    let test = edit_queued();
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let _ = test.at_terminal(["retry", "c1"], "").code(1);
    assert_eq!(test.states(), ["conflict"]);
    test.write("a.txt", "one\ntwo\n");
    let _ = test.at_terminal(["retry", "c1"], "").code(0);
    assert_eq!((test.text("a.txt").as_str(), test.states()), ("one\n2\n", vec!["applied".to_owned()]));
    let _ = test.at_terminal(["retry", "c1"], "").code(2);
    let _ = test.at_terminal(["retry", "c9"], "").code(2);
}

#[test]
fn a_conflict_can_be_given_up_and_the_plan_closes() {
    let test = edit_queued();
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    assert!(test.run(["resume"]).stdout.contains("1 conflict"));
    let _ = test.at_terminal(["skip", "c1"], "").code(0);
    assert_eq!((test.text("a.txt").as_str(), test.states()), ("mine\n", vec!["rejected".to_owned()]));
    assert!(test.run(["resume"]).stdout.contains("no plan is pending"));
}

#[test]
fn a_change_that_never_failed_cannot_be_skipped_or_retried() {
    let test = edit_queued();
    let _ = test.at_terminal(["skip", "c1"], "").code(2);
    let _ = test.at_terminal(["retry", "c1"], "").code(2);
    assert_eq!(test.states(), ["pending"]);
}

#[test]
fn a_command_runs_in_its_folder_and_its_output_is_seen() {
    let test = Test::planning().file("sub/x.txt", "");
    let _ = test.queue("bash", json!({ "command": "pwd; echo made > made.txt", "cwd": "sub" }));
    let ran = test.decide(["approve", "--yes"]).code(0);
    assert!(ran.stdout.contains(&format!("{}/sub\n", test.root().display())), "{}", ran.stdout);
    assert_eq!(test.text("sub/made.txt"), "made\n");
}

#[test]
fn after_a_failed_command_nothing_more_begins_and_its_error_stays() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch tried; echo it broke >&2; exit 3" }));
    test.queue_files(&["after.txt"]);
    let ran = test.decide(["approve", "--yes"]).code(1);
    assert!(ran.stdout.contains("c1 failed: exit code 3; its last output:\n        it broke"), "{}", ran.stdout);
    assert!(ran.stdout.contains("c2 was not begun: c1 failed before it"), "{}", ran.stdout);
    assert_eq!(test.states(), ["failed", "approved"]);
    assert_eq!(test.content("after.txt"), None);
    assert!(test.change(1)["error"].as_str().is_some_and(|error| error.contains("it broke")));
    let told = test.call("write_file", json!({ "path": "more.txt", "content": "" }));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("c1 failed: exit code 3")), "{told}");

    let _ = test.at_terminal(["skip", "c1"], "").code(0);
    let _ = test.at_terminal(["approve", "--yes", "c3"], "").code(3);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(
        (test.states(), test.text("after.txt")),
        (["rejected", "applied", "applied"].map(str::to_owned).to_vec(), "after.txt\n".to_owned())
    );
}

#[test]
fn a_command_behind_a_change_that_fails_in_the_middle_does_not_run_in_that_approval() {
    for more in [&["--yes"][..], &["--yes", "--keep-going"]] {
        let test = Test::planning().file("a.txt", "one\n").file("b.txt", "");
        let _ = test.queue("bash", json!({ "command": "echo else > a.txt" }));
        let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
        test.queue_files(&["c.txt"]);
        let _ = test.queue("bash", json!({ "command": "touch ran" }));
        let _ = test.run(["show-plan"]).code(0);
        let ran = test.converse(&[], ["approve"].iter().chain(more), &[("", "")]).code(5);
        assert!(ran.stdout.contains("c4 was not begun: c2 failed before it"), "{}", ran.stdout);
        assert_eq!(test.content("ran"), None);
        let goes_on = more.len() == 2;
        assert_eq!((test.states()[2] == "applied", test.content("c.txt").is_some()), (goes_on, goes_on));
        assert_eq!((test.states()[3].as_str(), test.text("a.txt").as_str()), ("approved", "else\n"));
    }
}

#[test]
fn the_question_names_what_was_approved_before_and_goes_along() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch tried; exit 3" }));
    test.queue_files(&["b.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(1);
    let _ = test.at_terminal(["skip", "c1"], "").code(0);
    test.queue_files(&["c.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let ran = test.at_terminal(["approve"], "y\n").code(0);
    assert!(ran.stdout.contains("Apply 1 of 1 (c3; with c2, approved before)?"), "{}", ran.stdout);
    assert_eq!(test.states(), ["rejected", "applied", "applied"]);
}

#[test]
fn what_depends_on_a_failed_change_never_begins_and_the_rest_may_go_on() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "three" }));
    test.queue_files(&["b.txt"]);
    let _ = test.queue("bash", json!({ "command": "touch ran.txt" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "mine\n");
    let ran = test.at_terminal(["approve", "--yes", "--keep-going"], "").code(5);
    assert!(ran.stdout.contains("c2 was not begun: it needs c1, which is not applied"), "{}", ran.stdout);
    assert_eq!(test.states(), ["conflict", "approved", "applied", "approved"]);
    assert_eq!((test.text("a.txt").as_str(), test.content("ran.txt")), ("mine\n", None));
    test.write("a.txt", "one\n");
    let ran = test.at_terminal(["retry", "c1"], "n\n").code(4);
    let question = "Apply c1 again (in conflict; with c2 c4, approved before)? [y/N]";
    assert!(ran.stdout.contains(question), "{}", ran.stdout);
    let _ = test.at_terminal(["retry", "c1", "--yes"], "").code(0);
    assert_eq!((test.text("a.txt").as_str(), test.states()), ("three\n", vec!["applied".to_owned(); 4]));
}

#[test]
fn a_command_that_takes_too_long_is_ended_with_everything_it_started() {
    let test = Test::planning();
    let command = "sh -c 'echo $$ > pid; trap \"\" TERM; sleep 60; echo late > late.txt' & sleep 60";
    let _ = test.queue("bash", json!({ "command": command, "timeout_ms": 1000 }));
    let ran = test.decide(["approve", "--yes"]).code(1);
    assert!(ran.stdout.contains("timed out after 1 s"), "{}", ran.stdout);
    assert_eq!(test.states(), ["failed"]);
    let pid = test.text("pid");
    wait_for("the end of the grandchild", || is_gone(pid.trim()));
    assert_eq!(test.content("late.txt"), None);
}

#[test]
fn undoing_restores_what_was_there_and_retrying_applies_it_again() {
    let test = edit_queued().file("gone.txt", "keep me\n");
    test.queue_files(&["new/deep/b.txt"]);
    let _ = test.queue("delete_file", json!({ "path": "gone.txt" }));
    let _ = test.queue("move_file", json!({ "from": "a.txt", "to": "moved/a.txt" }));
    let before = listing(&test.root());
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), ["moved", "moved/a.txt", "new", "new/deep", "new/deep/b.txt"]);
    assert_eq!(test.text("moved/a.txt"), "one\n2\n");

    let ran = test.at_terminal(["undo", "--yes"], "").code(0);
    assert!(ran.stdout.contains("Undone 4 of 4."), "{}", ran.stdout);
    assert_eq!(listing(&test.root()), before);
    assert_eq!((test.text("a.txt").as_str(), test.text("gone.txt").as_str()), ("one\ntwo\n", "keep me\n"));
    assert_eq!(test.states(), ["undone"; 4]);

    for id in ["c1", "c2", "c3", "c4"] {
        let _ = test.at_terminal(["retry", id], "").code(0);
    }
    assert_eq!(listing(&test.root()), ["moved", "moved/a.txt", "new", "new/deep", "new/deep/b.txt"]);
    assert_eq!(test.text("moved/a.txt"), "one\n2\n");
}

#[test]
fn undoing_leaves_files_alone_that_changed_since_and_says_which() {
    let test = Test::planning().file("a.txt", "a\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "A\n" }));
    test.queue_files(&["b.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    test.write("a.txt", "edited since\n");
    let ran = test.at_terminal(["undo", "--yes"], "").code(5);
    assert!(ran.stdout.contains("c1 left alone, changed since") && ran.stdout.contains("a.txt"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Undone 1 of 2."), "{}", ran.stdout);
    assert_eq!((test.text("a.txt").as_str(), test.content("b.txt")), ("edited since\n", None));
    assert_eq!(test.states(), ["applied", "undone"]);
    let told = test.call("write_file", json!({ "path": "c.txt", "content": "" }));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("The person undid changes")), "{told}");
}

#[test]
fn a_command_says_that_it_cannot_be_undone() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch made" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let ran = test.at_terminal(["undo", "--yes"], "").code(1);
    assert!(ran.stdout.contains("c1 cannot be undone"), "{}", ran.stdout);
    assert_eq!(test.states(), ["applied"]);
}

#[test]
fn undo_asks_and_chooses_like_approve() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    let _ = test.decide(["approve", "2", "--yes"]).code(0);
    for word in ["0", "-1", "3abc", "99", "c99", "c3"] {
        let _ = test.at_terminal(["undo", "--yes", word], "").code(2);
    }
    let _ = test.at_terminal(["undo", "c1"], "n\n").code(4);
    assert_eq!(test.states(), ["applied", "applied", "pending"]);
    let _ = test.at_terminal(["undo", "c1"], "y\n").code(0);
    assert_eq!((test.states().join(" "), test.content("a.txt")), ("undone applied pending".to_owned(), None));
}

#[test]
fn a_second_approval_is_refused_while_one_is_being_applied() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch started; while [ ! -e go ]; do sleep 0.05; done" }));
    test.queue_files(&["b.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut first = test.start_with_token(&token, ["approve", "1", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    let second = test.run_with_token(&token, ["approve", "--yes"]).code(4);
    assert!(second.stderr.contains("changes are being applied or undone"), "{}", second.stderr);
    let queued = test.call("write_file", json!({ "path": "c.txt", "content": "c\n" }));
    assert_eq!(queued["decision"], "queued", "an agent waits for nobody's approval: {queued}");
    assert_eq!(test.states(), ["applying", "pending", "pending"]);
    test.write("go", "");
    assert!(first.wait().expect("it ends").success());
    assert_eq!(test.states(), ["applied", "pending", "pending"]);
}

#[test]
fn another_screen_sees_what_is_under_way_and_how_far_it_is() {
    let test = Test::planning();
    let names: Vec<String> = (0..40).map(|n| format!("{n:02}.txt")).collect();
    test.queue_files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let _ = test.queue("bash", json!({ "command": "touch started; while [ ! -e go ]; do sleep 0.05; done" }));
    test.queue_files(&["last.txt"]);
    let under_way = || test.run(["status", "--json"]).code(0).json()["under_way"].clone();
    assert_eq!(under_way(), json!(null));
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut child = test.start_with_token(&token, ["approve", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    let found = under_way();
    let facts = [&found["doing"], &found["change"], &found["done"], &found["of"], &found["written"]];
    assert_eq!(json!(facts), json!(["apply", "c41", 40, 42, 40]), "{found}");
    assert_eq!(found["plan_id"], test.plan()["id"]);
    assert!(found["elapsed_ms"].as_u64().is_some_and(|elapsed| elapsed < 60_000), "{found}");
    let told = test.run(["status"]).code(0).stdout;
    assert!(told.contains("applying: 40 of 42 done, now at c41, 40 files written, for "), "{told}");
    test.write("go", "");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(under_way(), json!(null));
}

#[test]
fn a_retry_while_something_is_being_applied_changes_nothing() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    let _ = test.queue("bash", json!({ "command": "touch started; while [ ! -e go ]; do sleep 0.05; done" }));
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut first = test.start_with_token(&token, ["approve", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    let _ = test.run_with_token(&token, ["retry", "c1"]).code(4);
    test.write("go", "");
    assert!(first.wait().expect("it ends").success());
}

#[test]
fn stopping_an_approval_stops_its_command_and_what_comes_after() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "echo $$ > pid; touch started; sleep 60; touch late" }));
    test.queue_files(&["b.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut child = test.start_with_token(&token, ["approve", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a number of a process"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert_eq!(test.states(), ["failed", "approved"]);
    wait_for("the end of the command", || is_gone(test.text("pid").trim()));
    assert_eq!((test.content("late"), test.content("b.txt")), (None, None));
}

#[test]
fn stopping_an_approval_before_anything_began_is_told_in_words() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    // Somebody else writes the store, so that the approval waits.
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    let mut command = test.command();
    command.env("PLANGATE_APPROVAL", token).args(["approve", "--yes"]).stdin(Stdio::null());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let listens = || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask").trim();
        u64::from_str_radix(caught, 16).expect("a number") & 2 != 0
    };
    wait_for("the approval", listens);
    std::thread::sleep(Duration::from_millis(300));
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a number of a process"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it runs");
    store.execute_batch("ROLLBACK").expect("it ends");
    let ended = ran(child.wait_with_output().expect("it ends")).code(1);
    let told = format!("{}{}", ended.stdout, ended.stderr);
    assert!(told.contains("nothing was changed") || told.contains("c1 stays approved"), "{told}");
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn applying_leaves_nothing_of_its_own_in_the_workspace() {
    let test = edit_queued();
    test.queue_files(&["x/y.txt", "z.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.at_terminal(["undo", "c1", "--yes"], "").code(0);
    assert_eq!(listing(&test.root()), ["a.txt", "x", "x/y.txt", "z.txt"]);
    assert!(Path::new(&test.home()).join("plangate.db").exists());
}

#[test]
fn the_journal_holds_together_after_all_kinds_of_decisions() {
    let test = edit_queued();
    test.queue_files(&["b.txt", "c.txt"]);
    let _ = test.decide(["approve", "2", "--yes"]).code(0);
    let _ = test.at_terminal(["undo", "c1", "--yes"], "").code(0);
    let _ = test.at_terminal(["reject", "c3"], "").code(0);
    let _ = test.run(["log", "--verify"]).code(0);
    let log = test.run(["log", "--json"]).code(0);
    let kinds: Vec<String> = log
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["kind"].as_str().expect("a kind").to_owned()
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "proposed", "proposed", "proposed", "approved", "intent", "intent", "outcome", "outcome", "intent",
            "undone", "rejected"
        ]
    );
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.execute("UPDATE journal SET body = '{}' WHERE seq = 5", []).expect("an entry can be altered");
    drop(store);
    let broken = test.run(["log", "--verify"]).code(1);
    assert!(broken.stderr.contains("broken from entry 5"), "{}", broken.stderr);
}

#[test]
fn what_an_earlier_plan_applied_can_be_undone_by_the_name_of_the_plan() {
    let test = Test::planning().file("a.txt", "old\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "new\n" }));
    let earlier = test.plan()["slug"].as_str().expect("a slug").to_owned();
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.queue("write_file", json!({ "path": "b.txt", "content": "b\n" }));
    assert_ne!(test.plan()["slug"], json!(earlier), "a plan that closed takes no more changes");

    let _ = test.at_terminal(["undo", "--yes", "--plan", "nobody-knows"], "").code(2);
    let shown = test.run(["show-plan", "--json", "--plan", &earlier]).code(0).json();
    assert_eq!(shown["plan"]["changes"][0]["state"], "applied");
    let _ = test.at_terminal(["undo", "--yes", "--plan", &earlier], "").code(0);
    assert_eq!(test.text("a.txt"), "old\n");
}

#[test]
fn what_waits_behind_a_failed_change_goes_on_only_after_a_question_that_names_it() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch tried; exit 3" }));
    let _ = test.queue("bash", json!({ "command": "rm -rf tried" }));
    let ran = test.decide(["approve", "--yes"]).code(1);
    assert!(ran.stdout.contains("c2 stays approved: `plangate approve` goes on with it."), "{}", ran.stdout);
    assert!(!ran.stdout.contains("Nothing was changed"), "the command ran: {}", ran.stdout);
    let ran = test.at_terminal(["approve"], "n\n").code(4);
    let question = "Go on with c2, approved before, without c1 (failed); 1 destructive?";
    assert!(ran.stdout.contains(question), "{}", ran.stdout);
    assert_eq!((test.states(), test.text("tried").as_str()), (vec!["failed".to_owned(), "approved".to_owned()], ""));
    let _ = test.at_terminal(["approve"], "y\n").code(0);
    assert_eq!((test.states()[1].as_str(), test.content("tried")), ("applied", None));
}

#[test]
fn a_change_below_another_one_of_its_file_says_which_to_undo_first() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "a", "new_string": "b" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let ran = test.at_terminal(["undo", "c1", "--yes"], "").code(1);
    assert!(ran.stdout.contains("c1 left alone: c2 was applied on top of it, undo that first"), "{}", ran.stdout);
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn a_command_is_tried_again_only_after_a_yes_and_only_if_it_was_shown() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "echo x >> count; false" }));
    let _ = test.at_terminal(["approve", "--unseen", "--yes"], "").code(1);
    let unseen = test.at_terminal(["retry", "c1", "--yes"], "").code(3).stdout;
    assert!(unseen.contains("$ echo x >> count; false") && unseen.contains("not shown to you before"), "{unseen}");
    let refused = test.at_terminal(["retry", "c1"], "n\n").code(4).stdout;
    assert!(refused.contains("Apply c1 again (failed; $ echo x >> count; false"), "{refused}");
    assert_eq!((test.text("count").as_str(), test.states()), ("x\n", vec!["failed".to_owned()]));
    let _ = test.at_terminal(["retry", "c1"], "y\n").code(1);
    let _ = test.at_terminal(["retry", "c1", "--yes"], "").code(1);
    assert_eq!(test.text("count"), "x\nx\nx\n");
}

/// The store, for a look behind the program's back.
fn store(test: &Test) -> rusqlite::Connection {
    rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens")
}

#[test]
fn log_verify_finds_a_cut_end_a_changed_state_a_changed_content_and_damaged_pages() {
    let plan = || {
        let test = Test::planning();
        test.queue_files(&["a.txt", "b.txt"]);
        let _ = test.decide(["approve", "--yes"]).code(0);
        let whole = test.run(["log", "--verify", "--json"]).code(0).json();
        assert_eq!((&whole["whole"], &whole["faults"]), (&json!(true), &json!([])));
        test
    };
    let check = |sql: &str, kind: &str| {
        let test = plan();
        store(&test).execute_batch(sql).expect("it is altered");
        let broken = test.run(["log", "--verify", "--json"]).code(1).json();
        assert_eq!((&broken["whole"], &broken["faults"][0]["kind"]), (&json!(false), &json!(kind)), "{sql}: {broken}");
        let told = test.run(["log", "--verify"]).code(1);
        assert!(told.stderr.starts_with("error: "), "{}", told.stderr);
        test
    };
    let cut = check("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", "entry");
    let _ = cut.queue("write_file", json!({ "path": "c.txt", "content": "" }));
    let _ = cut.run(["log", "--verify"]).code(1);
    let _ = check("DELETE FROM journal WHERE seq > 0", "entry");
    let _ = check("DELETE FROM journal", "entry");
    let _ = check("UPDATE change SET state = 'undone' WHERE n = 2", "state");
    let _ = check("UPDATE blob SET content = x'00' WHERE id = (SELECT max(id) FROM blob)", "content");
    // One index takes the pages of another.
    let _ = check(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'plan_by_session')
         WHERE name = 'session_by_workspace'",
        "page",
    );
}

#[test]
fn what_a_command_printed_and_did_can_be_looked_at_afterwards() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "seq 1 30; touch made" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let shown = test.run(["show-plan", "c1"]).code(0).stdout;
    assert!(shown.contains("ended with exit code 0, after ") && shown.contains("printed 81 bytes"), "{shown}");
    assert!(shown.contains("files   created made") && shown.contains("printed 21\n"), "{shown}");
    let all = (1..=30).map(|n| n.to_string()).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(test.run(["show-plan", "c1", "--output"]).code(0).stdout, all);
    assert_eq!(test.change(1)["ran"]["exit_code"], 0);
    let undone = test.at_terminal(["undo", "--yes"], "").code(1).stdout;
    assert!(undone.contains("c1 cannot be undone: it created made"), "{undone}");
    test.queue_files(&["a.txt"]);
    let _ = test.run(["show-plan", "--output", "a.txt"]).code(2);
}

#[test]
fn several_undone_changes_are_tried_again_at_once() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    let ran = test.decide(["retry", "c1-c2", "--yes"]).code(0);
    assert!(ran.stdout.contains("Applied 2 of 2 changes."), "{}", ran.stdout);
    assert_eq!(test.states(), ["applied", "applied", "undone"]);
    let _ = test.at_terminal(["retry"], "").code(2);
    let _ = test.at_terminal(["retry", "c1"], "").code(2);
}

#[test]
fn an_undo_that_leaves_a_file_alone_names_the_three_way_view_of_it() {
    let test = Test::planning().file("a.txt", "a\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "A\n" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    test.write("a.txt", "edited since\n");
    let ran = test.at_terminal(["undo", "--yes"], "").code(1);
    assert!(ran.stdout.contains("show-plan c1 --sides"), "{}", ran.stdout);
    let sides = test.run(["show-plan", "c1", "--sides"]).code(0).stdout;
    assert!(
        sides.contains("what the change did to the file") && sides.contains("what happened to the file since"),
        "{sides}"
    );
    assert!(!sides.contains("it would do"), "{sides}");
}

#[test]
fn a_change_that_cannot_be_settled_is_told_with_exit_1_and_a_way_out() {
    let immutable = |test: &Test, flag: &str| {
        std::process::Command::new("chattr").arg(flag).arg(test.path("d")).status().is_ok_and(|status| status.success())
    };
    let test = Test::planning().file("d/a", "old");
    if !immutable(&test, "+i") || !immutable(&test, "-i") {
        eprintln!("not tried: this needs root and a file system with immutable files");
        return;
    }
    let _ = test.queue("write_file", json!({ "path": "d/a", "content": "new" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let undoing = "INSERT INTO undoing SELECT plan_id, n FROM change;
        UPDATE journal SET kind = 'intent' WHERE seq = (SELECT max(seq) FROM journal)";
    store(&test).execute_batch(undoing).expect("it is recorded");
    assert!(immutable(&test, "+i"));
    let given_up = test.run(["status"]).code(0).stderr;
    let stage = regex::Regex::new(r"\.plangate-\S+?\.tmp").expect("a pattern");
    let stage = stage.find(&given_up).expect("the stage is named").as_str().to_owned();
    // As a process leaves it that dies when it has staged what it puts back.
    assert!(immutable(&test, "-i"));
    test.write(&format!("d/{stage}"), "old");
    store(&test).execute_batch(undoing).expect("it is recorded");
    assert!(immutable(&test, "+i"));
    let (status, shown) = (test.run(["status"]).code(1), test.run(["show-plan"]).code(1));
    let undo = test.at_terminal(["undo", "--yes"], "").code(1);
    let again = test.at_terminal(["undo", "--yes"], "").code(1);
    assert!(immutable(&test, "-i"));
    assert!(
        status.stderr.contains("c1: half done") && status.stderr.contains("any command of plangate"),
        "{}",
        status.stderr
    );
    assert!(shown.stdout.contains("half done"), "{}", shown.stdout);
    for undo in [undo, again] {
        assert!(undo.stdout.contains("c1 half done, and not settled"), "{}", undo.stdout);
    }
    let settled = test.run(["status"]).code(0);
    assert!(settled.stderr.contains("recovered: c1: its undoing was finished"), "{}", settled.stderr);
    assert_eq!((test.text("d/a").as_str(), test.states()), ("old", vec!["undone".to_owned()]));
}

#[test]
fn an_undo_names_what_waits_and_was_made_upon_it() {
    let test = Test::planning();
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "one\n" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let _ = test.decide(["approve", "1", "--yes"]).code(0);
    let undone = test.at_terminal(["undo", "--yes"], "").code(0).stdout;
    assert!(undone.contains("made upon what is undone: c2. `plangate retry` c1 before"), "{undone}");
    let _ = test.at_terminal(["retry", "c1", "--yes"], "").code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "two\n");
}
