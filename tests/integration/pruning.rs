//! The contents of old plans expire.

use std::process::Stdio;

use serde_json::{Value, json};

use super::harness::{Ran, Test, ran};

/// What `config.toml` says when all that may go shall go.
const NOTHING: &str = "[keep]\nmegabytes = 0\n";

/// With these settings in the person's own file.
fn keeping(test: Test, settings: &str) -> Test {
    let folder = test.home().with_file_name(".config/plangate");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    std::fs::write(folder.join("config.toml"), settings).expect("a file can be written");
    test
}

/// Lets the agent write a file, and approves it: a plan of its own, which is closed then. Returns its name.
fn applied(test: &Test, path: &str, content: &str) -> String {
    let _ = test.queue("write_file", json!({ "path": path, "content": content }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    test.plan()["slug"].as_str().expect("a plan has a name").to_owned()
}

/// Makes the last change of a plan so many days older.
fn age(test: &Test, plan: &str, days: u32) {
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    let then = chrono::Utc::now() - chrono::TimeDelta::days(days.into());
    let stamp = then.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let aged = store.execute("UPDATE plan SET updated_at = ?2 WHERE slug = ?1", [plan, &stamp]);
    assert_eq!(aged.expect("a plan is made older"), 1);
}

fn blobs(test: &Test) -> u32 {
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.query_row("SELECT count(*) FROM blob", [], |row| row.get(0)).expect("blobs can be counted")
}

fn prune(test: &Test) -> Value {
    test.at_terminal(["prune", "--yes", "--json"], "").code(0).json()
}

fn names(pruned: &Value) -> Vec<(&str, &str)> {
    let plans = pruned["plans"].as_array().expect("a list");
    plans.iter().map(|plan| (plan["slug"].as_str().expect("a name"), plan["why"].as_str().expect("why"))).collect()
}

fn is_verified(test: &Test) -> bool {
    test.run(["log", "--verify"]).code(0).stdout.starts_with("The journal is whole")
}

#[test]
fn where_the_person_asks_for_it_old_contents_go_whenever_changes_were_applied() {
    let test = keeping(Test::planning().file("a.txt", "a\n"), "[keep]\ndays = 7\nautomatic = true\n");
    let old = applied(&test, "a.txt", "after\n");
    age(&test, &old, 8);
    let _ = test.queue("write_file", json!({ "path": "b.txt", "content": "b\n" }));
    let told = test.decide(["approve", "--yes"]).code(0).stdout;
    assert!(told.contains("Expired: 8 bytes of 1 closed plan, as `[keep]` says."), "{told}");
    assert_eq!(names(&prune(&test)), []);
    assert!(is_verified(&test));
}

#[test]
fn settings_that_are_not_understood_are_said_and_let_nothing_expire() {
    let test = keeping(Test::planning().file("a.txt", "a\n"), "[keep]\nmegabytes = 0\nautomatic = 1\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "b\n" }));
    let told = test.decide(["approve", "--yes"]).code(0).stdout;
    assert!(told.contains("no old contents were removed"), "{told}");
    assert_eq!(blobs(&test), 2);
}

#[test]
fn a_plan_that_is_older_than_the_person_keeps_them_loses_its_contents_and_a_younger_one_does_not() {
    let test = keeping(Test::planning().file("a.txt", "before\n").file("b.txt", "b\n"), "[keep]\ndays = 7\n");
    let (old, young) = (applied(&test, "a.txt", "after\n"), applied(&test, "b.txt", "b2\n"));
    age(&test, &old, 8);
    age(&test, &young, 6);
    let pruned = prune(&test);
    assert_eq!(names(&pruned), [(old.as_str(), "age")]);
    assert_eq!((&pruned["contents"], &pruned["bytes"]), (&json!(2), &json!("before\nafter\n".len())));
    assert!(is_verified(&test));
    let ran = test.at_terminal(["undo", "--yes", "--plan", &old], "").code(1);
    assert!(ran.stdout.contains(&format!("the before-images of plan `{old}` have expired")), "{}", ran.stdout);
    assert_eq!(test.text("a.txt"), "after\n");
    let _ = test.at_terminal(["undo", "--yes", "--plan", &young], "").code(0);
    assert_eq!(test.text("b.txt"), "b\n");
    assert!(is_verified(&test));
}

#[test]
fn beyond_the_size_the_oldest_plans_go_until_the_rest_fits() {
    let test = keeping(Test::planning(), "[keep]\nmegabytes = 1\n");
    let plans = ["x", "y", "z"].map(|name| applied(&test, name, &name.repeat(400 << 10)));
    let pruned = prune(&test);
    assert_eq!(names(&pruned), [(plans[0].as_str(), "size")]);
    assert_eq!(pruned["bytes"], json!(400 << 10));
    assert_eq!(names(&prune(&test)), []);
    let _ = test.at_terminal(["undo", "--yes", "--plan", &plans[1]], "").code(0);
    assert_eq!(test.content("y"), None);
}

#[test]
fn an_open_plan_keeps_all_that_it_needs_also_what_it_shares_with_closed_ones() {
    let test = keeping(Test::planning().file("a.txt", "one\n"), NOTHING);
    let closed = applied(&test, "a.txt", "two\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "three\n" }));
    let pruned = prune(&test);
    assert_eq!(names(&pruned), [(closed.as_str(), "size")]);
    // "two" is what the open plan starts from.
    assert_eq!((&pruned["contents"], &pruned["bytes"]), (&json!(1), &json!("one\n".len())));
    assert_eq!(blobs(&test), 2);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "three\n");
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), "two\n");
}

#[test]
fn a_plan_that_failed_in_part_is_open_and_keeps_its_contents() {
    let test = keeping(Test::planning().file("a.txt", "one\n"), NOTHING);
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "two\n" }));
    test.write("a.txt", "somebody else's\n");
    let _ = test.decide(["approve", "--yes"]);
    assert_eq!(test.states(), ["conflict"]);
    assert_eq!((names(&prune(&test)), blobs(&test)), (vec![], 2));
}

#[test]
fn a_dry_run_tells_the_same_and_removes_nothing() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let plan = applied(&test, "a.txt", "after\n");
    let told = test.run(["prune", "--dry-run"]).code(0).stdout;
    assert!(told.contains(&plan) && told.ends_with("Would remove 2 contents of 1 plan, 13 bytes.\n"), "{told}");
    assert_eq!(blobs(&test), 2);
    let told = test.at_terminal(["prune", "--yes"], "").code(0).stdout;
    assert!(told.ends_with("Removed 2 contents of 1 plan, 13 bytes.\n"), "{told}");
    assert_eq!(
        (blobs(&test), test.at_terminal(["prune", "--yes"], "").code(0).stdout.as_str()),
        (0, "Nothing has expired.\n")
    );
    let log = test.run(["log"]).code(0).stdout;
    assert!(log.contains("expired") && log.contains("why size"), "{log}");
}

#[test]
fn what_an_expired_plan_did_is_still_shown_and_that_it_expired() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let _ = applied(&test, "a.txt", "after\n");
    let _ = prune(&test);
    let shown = test.run(["show-plan"]).code(0).stdout;
    assert!(shown.contains("its contents were removed on ") && shown.contains("a.txt"), "{shown}");
    assert!(shown.contains("the content cannot be shown: it has expired"), "{shown}");
    let plan = test.plan();
    assert!(plan["expired_at"].is_string(), "{plan}");
    assert_eq!(plan["changes"][0]["diff_omitted"], "the content cannot be read: it has expired");
    let _ = test.run(["show-plan", "--stat"]).code(0);
    let _ = test.run(["show-plan", "--sides"]).code(0);
}

#[test]
fn what_was_undone_cannot_be_tried_again_once_it_has_expired() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let _ = applied(&test, "a.txt", "after\n");
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    let _ = prune(&test);
    let ran = test.at_terminal(["retry", "c1"], "").code(1);
    assert!(ran.stdout.contains("have expired"), "{}", ran.stdout);
    assert_eq!((test.states(), test.text("a.txt").as_str()), (vec!["undone".to_owned()], "before\n"));
}

#[test]
fn an_agent_cannot_prune_and_its_wish_is_queued_as_a_decision() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let _ = applied(&test, "a.txt", "after\n");
    let change = test.queue("bash", json!({ "command": "plangate prune" }));
    let marks = test.change(1)["marks"].clone();
    assert!(marks.as_array().expect("a list").contains(&json!("decides")), "{change} {marks}");
    let mut command = test.command();
    command.env("PLANGATE_APPLYING", "1").arg("prune").stdin(Stdio::null());
    let refused: Ran = ran(command.output().expect("the program starts")).code(4);
    assert!(refused.stderr.contains("cannot decide"), "{}", refused.stderr);
    assert!(blobs(&test) >= 2);
}

#[test]
fn settings_that_make_no_sense_remove_nothing() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), "[keep]\ndays = -1\n");
    let _ = applied(&test, "a.txt", "after\n");
    let refused = test.at_terminal(["prune", "--yes"], "").code(2);
    assert!(refused.stdout.contains("`days` in `[keep]` must be a number"), "{}", refused.stdout);
    let test = keeping(test, "[keeep]\nmegabytes = 0\n");
    let refused = test.at_terminal(["prune", "--yes"], "").code(2);
    assert!(refused.stdout.contains("`keeep` means nothing there"), "{}", refused.stdout);
    assert_eq!(blobs(&test), 2);
}

#[test]
fn contents_go_when_a_person_says_yes_to_what_is_named_and_not_without() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let plan = applied(&test, "a.txt", "after\n");
    let refused = test.run(["prune"]).code(4);
    assert!(refused.stderr.contains("only a person at a terminal"), "{}", refused.stderr);
    let _ = test.run(["prune", "--yes"]).code(4);
    let question = "Remove 2 contents of 1 plan, 13 bytes? It cannot be undone then. [y/N]";
    let refused = test.converse(&[], ["prune"], &[(question, "n\n")]).code(4);
    assert!(refused.stdout.contains(&plan), "{}", refused.stdout);
    assert_eq!(blobs(&test), 2);
    let token = test.token();
    let _ = test.run_with_token(&token, ["prune"]).code(4);
    assert_eq!(blobs(&test), 2);
    let _ = test.run_with_token(&token, ["prune", "--yes"]).code(0);
    assert_eq!(blobs(&test), 0);
}

#[test]
fn of_each_plan_that_goes_the_workspace_is_told() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let here = applied(&test, "a.txt", "after\n");
    let elsewhere = test.root().with_file_name("elsewhere");
    std::fs::create_dir_all(elsewhere.join(".git")).expect("folders can be made");
    let there = |args: &[&str]| ran(test.command().current_dir(&elsewhere).args(args).output().expect("it starts"));
    let told = there(&["prune", "--dry-run"]).code(0).stdout;
    let row = told.lines().find(|line| line.contains(&here)).expect("the plan is named");
    assert!(row.ends_with(&format!("  in {}", test.root().display())), "{told}");
    let json = there(&["prune", "--dry-run", "--json"]).code(0).json();
    assert_eq!(json["plans"][0]["workspace"], json!(test.root()));
}

#[test]
fn of_what_was_applied_and_has_expired_nothing_is_said_to_wait_for_an_approval() {
    let test = keeping(Test::planning().file("a.txt", "before\n"), NOTHING);
    let _ = applied(&test, "a.txt", "after\n");
    let _ = prune(&test);
    let shown = test.run(["show-plan"]).code(0).stdout;
    assert!(shown.contains("cut     c1: not shown in full\n"), "{shown}");
}
