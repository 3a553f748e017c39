//! Only a person decides: at a terminal, or with a token that a person made at one.

use std::process::Stdio;

use serde_json::json;

use super::harness::{Test, ran};

fn one_shown() -> Test {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    test
}

#[test]
fn without_a_terminal_nothing_can_be_decided() {
    let test = one_shown();
    let before = test.plan();
    let decisions: [&[&str]; 9] = [
        &["approve", "--yes"],
        &["approve", "--yes", "--unseen"],
        &["reject", "--yes"],
        &["undo", "--yes"],
        &["retry", "c1"],
        &["skip", "c1"],
        &["hold"],
        &["mode", "build"],
        &["token", "new", "--yes"],
    ];
    for args in decisions {
        let output = test.command().args(args).stdin(Stdio::null()).output().expect("the program starts");
        let refused = ran(output).code(4);
        assert!(refused.stderr.starts_with("error: "), "{args:?}: {}", refused.stderr);
        assert_eq!(refused.stdout, "", "{args:?}");
    }
    assert_eq!(test.plan(), before);
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn what_is_typed_into_a_pipe_is_not_a_person() {
    let test = one_shown();
    let _ = test.run_with(["approve"], b"y\ny\n").code(4);
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn a_token_stands_for_the_person_who_made_it() {
    let test = one_shown();
    let token = test.token();
    assert!(token.starts_with("pgt_") && token.len() > 40, "{token}");
    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "a.txt\n");
    let log = test.run(["log"]).code(0);
    assert!(log.stdout.contains("token 1"), "{}", log.stdout);
}

#[test]
fn a_token_is_kept_nowhere_in_the_data_folder() {
    let test = one_shown();
    let token = test.token();
    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
    for entry in std::fs::read_dir(test.home()).expect("the data folder is there").flatten() {
        let Ok(content) = std::fs::read(entry.path()) else { continue };
        let found = content.windows(token.len()).any(|window| window == token.as_bytes());
        assert!(!found, "the token stands in {}", entry.path().display());
    }
}

#[test]
fn an_unknown_or_revoked_token_is_refused() {
    let test = one_shown();
    let token = test.token();
    for wrong in ["", "pgt_", "pgt_0000", &token[..token.len() - 1]] {
        let _ = test.run_with_token(wrong, ["approve", "--yes"]).code(4);
    }
    let _ = test.run(["token", "revoke", "2"]).code(2);
    let _ = test.run(["token", "revoke", "1"]).code(0);
    let refused = test.run_with_token(&token, ["approve", "--yes"]).code(4);
    assert!(refused.stderr.contains("unknown, expired or revoked"), "{}", refused.stderr);
    assert_eq!(test.content("a.txt"), None);
    let _ = test.run(["token", "revoke", "1"]).code(2);
    let list = test.run(["token", "list"]).code(0);
    assert!(list.stdout.contains("revoked") && !list.stdout.contains("pgt_"), "{}", list.stdout);
}

#[test]
fn an_expired_token_is_refused() {
    let test = one_shown();
    let token = test.token();
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.execute("UPDATE token SET expires_at = '2001-01-01T00:00:00.000Z'", []).expect("the token can be aged");
    drop(store);
    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(4);
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn a_token_cannot_make_a_token() {
    let test = Test::planning();
    let token = test.token();
    let _ = test.run_with_token(&token, ["token", "new", "--yes"]).code(4);
}

#[test]
fn a_token_shows_what_is_unseen_before_it_approves() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let token = test.token();
    let first = test.run_with_token(&token, ["approve", "--yes"]).code(3);
    assert!(first.stdout.contains("+a.txt"), "{}", first.stdout);
    assert_eq!(test.content("a.txt"), None);
    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "a.txt\n");
}

#[test]
fn a_change_that_is_being_applied_can_neither_approve_nor_see_the_token() {
    let test = Test::planning();
    let plangate = super::harness::PLANGATE;
    let home = test.home();
    let command = format!(
        "env | grep -c PLANGATE_APPROVAL; export PLANGATE_HOME='{}'; '{plangate}' approve c2 --yes --unseen; echo code $?; \
         '{plangate}' mode build; echo code $?; '{plangate}' token new --yes; echo code $?",
        home.display()
    );
    let _ = test.queue("bash", json!({ "command": command }));
    test.queue_files(&["a.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let ran = test.run_with_token(&token, ["approve", "1", "--yes"]).code(0);
    assert!(ran.stdout.contains("\n0\n"), "the token is inherited:\n{}", ran.stdout);
    assert_eq!(ran.stdout.matches("code 4").count(), 3, "{}", ran.stdout);
    assert!(ran.stdout.contains("a change that is being applied cannot decide"), "{}", ran.stdout);
    assert_eq!(test.states(), ["applied", "pending"]);
    assert_eq!(test.content("a.txt"), None);
    assert_eq!(test.run(["mode", "--json"]).code(0).json()["mode"], "plan");
}

#[test]
fn loosening_the_mode_needs_a_person_and_tightening_does_not() {
    let test = Test::new();
    let mode = || test.run(["mode", "--json"]).code(0).json()["mode"].clone();
    assert_eq!(mode(), "build");
    let _ = test.run(["plan"]).code(0);
    assert_eq!(mode(), "plan");
    for looser in [["mode", "build"], ["mode", "debug"]] {
        let _ = test.run(looser).code(4);
    }
    let _ = test.run(["plan"]).code(4);
    assert_eq!(mode(), "plan");
    let _ = test.run(["mode", "review"]).code(0);
    assert_eq!(mode(), "review");
    let _ = test.at_terminal(["mode", "build"], "").code(0);
    assert_eq!(mode(), "build");
    let _ = test.run(["plan", "add", "a", "parser"]).code(0);
    assert_eq!(mode(), "plan");
    test.queue_files(&["a.txt"]);
    assert_eq!(test.plan()["task"], "add a parser");
    let _ = test.at_terminal(["plan"], "").code(0);
    assert_eq!(mode(), "build");
}

#[test]
fn an_unknown_mode_is_an_error_and_changes_nothing() {
    let test = Test::planning();
    for name in ["yolo", "", "builder", "plan2"] {
        let _ = test.at_terminal(["mode", name], "").code(2);
    }
    assert_eq!(test.run(["mode", "--json"]).code(0).json()["mode"], "plan");
    let _ = test.run(["mode", "explore"]).code(0);
    assert_eq!(test.run(["mode", "--json"]).code(0).json()["mode"], "plan");
}

#[test]
fn holding_keeps_the_plan_and_leaves_plan_mode() {
    let test = one_shown();
    let _ = test.at_terminal(["hold"], "").code(0);
    assert_eq!(test.run(["mode", "--json"]).code(0).json()["mode"], "build");
    assert_eq!(test.states(), ["pending"]);
    let resume = test.run(["resume", "--json"]).code(0).json();
    assert_eq!(resume["plans"][0]["counts"], json!({ "pending": 1 }));
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), "a.txt\n");
}

#[test]
fn a_queued_command_that_would_decide_is_marked_and_shown_as_a_risk() {
    let test = Test::planning();
    let commands =
        ["plangate approve --yes", "env PLANGATE_APPROVAL=x plangate token new", "bash -c 'plangate mode build'"];
    for command in commands {
        let change = test.queue("bash", json!({ "command": command }));
        assert!(change["marks"].as_array().is_some_and(|marks| marks.contains(&json!("decides"))), "{change}");
    }
    assert!(test.run(["show-plan"]).code(0).stdout.contains("decides"));
}
