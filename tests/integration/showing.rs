//! What a person and a script are shown.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::harness::{Test, ran};

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn without_a_plan_the_plan_is_null() {
    let test = Test::planning();
    let shown = test.run(["show-plan", "--json"]).code(0).json();
    assert_eq!(shown, json!({ "format_version": 1, "plan": null }));
    assert_eq!(test.run(["show-plan"]).code(0).stdout, "no plan is pending\n");
}

#[test]
fn a_plan_as_json_has_the_promised_shape() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.run(["plan", "tidy", "up"]).code(0);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let _ = test.queue("bash", json!({ "command": "touch x" }));
    let shown = test.run(["show-plan", "--json"]).code(0).json();
    assert_eq!(shown["format_version"], 1);
    let plan = &shown["plan"];
    let promised = [
        "id",
        "slug",
        "task",
        "status",
        "revision",
        "created_at",
        "updated_at",
        "session_id",
        "exploration_summary",
        "changes",
    ];
    assert_eq!(keys(plan), promised.into());
    let (task, status, summary) = (&plan["task"], &plan["status"], &plan["exploration_summary"]);
    assert_eq!((task, status, summary), (&json!("tidy up"), &json!("pending"), &json!("")));
    assert!(plan["revision"].is_u64() && plan["session_id"].is_string() && plan["id"].is_string(), "{plan}");
    let slug = plan["slug"].as_str().expect("text");
    assert_eq!(slug.split('-').count(), 2, "{slug}");
    for time in [&plan["created_at"], &plan["updated_at"], &plan["changes"][0]["proposed_at"]] {
        let time = time.as_str().expect("text");
        assert!(time.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
    }
    let edit = &plan["changes"][0];
    let promised = [
        "id",
        "order",
        "tool",
        "args",
        "reason",
        "proposed_at",
        "tool_call_id",
        "agent",
        "state",
        "depends_on",
        "phase",
        "digest",
    ];
    for change in plan["changes"].as_array().expect("a list") {
        assert!(keys(change).is_superset(&promised.into()), "{change}");
    }
    assert_eq!(
        (&edit["id"], &edit["order"], &edit["state"], &edit["phase"]),
        (&json!("c1"), &json!(1), &json!("pending"), &json!("change"))
    );
    assert_eq!(edit["args"], json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    assert_eq!((&edit["reason"], &edit["tool_call_id"], &edit["agent"]), (&json!(""), &json!(null), &json!("main")));
    assert_eq!(edit["diff"], "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n");
    assert_eq!(edit["digest"].as_str().map(str::len), Some(64), "{edit}");
    assert_eq!(plan["changes"][1].get("diff"), None);
}

#[test]
fn each_change_is_shown_with_everything_a_decision_needs() {
    let test = Test::planning().file("a.txt", "one\n");
    let call = json!({ "tool": "edit_file", "args": { "path": "a.txt", "old_string": "one", "new_string": "two" }, "reason": "one is wrong", "agent": "main/coder" });
    let _ = test.intercept(&[call]);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "three" }));
    let long = format!("touch {}", "name ".repeat(200));
    let _ = test.queue("bash", json!({ "command": format!("{long}\ntouch last-line") }));
    let shown = test.run(["show-plan"]).code(0).stdout;
    for part in [
        "c1",
        "c2",
        "c3",
        "~ a.txt",
        "one is wrong",
        "no reason given",
        "main/coder",
        "-one",
        "+two",
        "-two",
        "+three",
        "touch last-line",
        "pending",
        "after",
    ] {
        assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
    }
    assert_eq!(shown.matches("name").count(), 200, "the command is cut:\n{shown}");
    assert!(!shown.contains('\u{1b}'), "colour without a terminal");
}

#[test]
fn a_long_file_is_shown_to_its_last_line() {
    let test = Test::planning();
    let content: String = (1..=5000).flat_map(|n| ["line ".to_owned(), n.to_string(), "\n".to_owned()]).collect();
    let _ = test.queue("write_file", json!({ "path": "long.txt", "content": content }));
    let shown = test.run(["show-plan"]).code(0).stdout;
    assert_eq!(shown.lines().filter(|line| line.contains("+line ")).count(), 5000);
}

#[test]
fn controls_and_marks_that_reverse_text_are_made_visible_everywhere() {
    let test = Test::planning();
    let evil = "safe\u{1b}[2K\u{1b}[1A\r\u{202e}evil\u{200b}\u{7}";
    let call = json!({
        "tool": "write_file", "args": { "path": format!("{evil}.txt"), "content": format!("{evil}\n") },
        "reason": evil, "agent": evil,
    });
    assert_eq!(test.intercept(&[call])[0]["decision"], "queued");
    let _ = test.queue("bash", json!({ "command": format!("touch '{evil}'") }));
    let _ = test.run(["plan", evil]).code(0);
    let token = test.token();
    let outputs = [
        test.run(["show-plan"]).code(0).stdout,
        test.run(["show-plan", "--stat"]).code(0).stdout,
        test.run(["resume"]).code(0).stdout,
        test.run(["status"]).code(0).stdout,
        test.run(["log"]).code(0).stdout,
        test.run_with_token(&token, ["approve", "--yes"]).code(0).stdout,
        test.run_with_token(&token, ["undo", "--yes"]).code(5).stdout,
    ];
    for output in outputs {
        let bad = output.chars().find(|c| matches!(c, '\u{1b}' | '\r' | '\u{7}' | '\u{202e}' | '\u{200b}'));
        assert_eq!(bad, None, "{output:?}");
    }
    let shown = test.run(["show-plan"]).code(0).stdout;
    assert!(shown.contains("␛[2K") && shown.contains("<U+202E>"), "{shown}");
}

#[test]
fn what_a_command_prints_cannot_command_the_terminal() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch x; printf 'a\\033[2Jb\\r\\342\\200\\256c\\n'; exit 1" }));
    let ran = test.decide(["approve", "--yes"]).code(1);
    // The one sequence of our own takes the line back that tells how far it is.
    let theirs = ran.stdout.replace("\r\u{1b}[2K", "");
    assert!(!theirs.contains(['\u{1b}', '\r', '\u{202e}']), "{:?}", ran.stdout);
    assert!(ran.stdout.contains("a␛[2Jb␍<U+202E>c"), "{:?}", ran.stdout);
}

#[test]
fn part_of_a_plan_can_be_shown() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "src/b.txt", "src/c.txt"]);
    let shown = test.run(["show-plan", "src"]).code(0).stdout;
    assert!(!shown.contains("+a.txt") && shown.contains("+src/b.txt") && shown.contains("+src/c.txt"), "{shown}");
    let first = test.run(["show-plan", "1", "--json"]).code(0).json();
    assert_eq!(first["plan"]["changes"].as_array().map(Vec::len), Some(1));
    for word in ["0", "-1", "3abc", "99", "c99"] {
        let _ = test.run(["show-plan", word]).code(2);
    }
    let _ = test.at_terminal(["approve", "--yes", "c3", "c2"], "").code(0);
    let _ = test.at_terminal(["approve", "--yes", "c1"], "").code(0);
}

#[test]
fn the_first_that_are_shown_are_the_first_that_are_approved() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    let first = || {
        let shown = test.run(["show-plan", "1", "--json"]).code(0).json();
        shown["plan"]["changes"][0]["id"].as_str().expect("an id").to_owned()
    };
    let _ = test.run(["show-plan"]).code(0);
    assert_eq!(first(), "c1");
    let _ = test.at_terminal(["approve", "1", "--yes"], "").code(0);
    assert_eq!(first(), "c2");
    let _ = test.at_terminal(["approve", "1", "--yes"], "").code(0);
    assert_eq!(test.states(), ["applied", "applied", "pending"]);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(first(), "c1", "with nothing pending they are counted from the beginning");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    assert!(!test.at_terminal(["show-plan"], "").stdout.contains('\u{1b}'), "NO_COLOR is not respected");
    assert!(test.at_terminal_with(&[("NO_COLOR", "")], ["show-plan"], "").stdout.contains('\u{1b}'));
    assert!(!test.at_terminal_with(&[("NO_COLOR", ""), ("TERM", "dumb")], ["show-plan"], "").stdout.contains('\u{1b}'));
}

#[test]
fn the_status_tells_mode_counts_and_risks() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "../outside.txt"]);
    let status = test.run(["status", "--json"]).code(0).json();
    assert_eq!(
        (&status["format_version"], &status["mode"], &status["plan"]["pending"]),
        (&json!(1), &json!("plan"), &json!(2))
    );
    assert_eq!(status["marks"], json!(["outside"]));
    let told = test.run(["status"]).code(0).stdout;
    assert!(told.contains("2 pending") && told.contains("mode plan"), "{told}");
}

#[test]
fn a_content_that_the_store_keeps_can_be_had_again() {
    let test = Test::planning().file("a.txt", "old\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "new\n" }));
    let _ = test.queue("bash", json!({ "command": "rm a.txt" }));
    let content = |id: &str, when: &str| test.run(["show-plan", id, "--content", when]);
    assert_eq!(content("c1", "before").code(0).stdout, "old\n");
    assert_eq!(content("c1", "after").code(0).stdout, "new\n");
    let _ = content("c2", "after").code(2);
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    let _ = test.at_terminal(["undo", "--yes"], "").code(1);
    assert_eq!(test.content("a.txt"), None, "what the command removed is not written over it");
    assert_eq!(content("c1", "before").code(0).stdout, "old\n");
}

#[test]
fn on_a_narrow_screen_rows_go_on_below_and_hide_nothing() {
    let path = "src/a/rather/deep/folder/of/the/project/module.rs";
    let test = Test::planning().file(path, "one\n");
    let _ = test.queue("edit_file", json!({ "path": path, "old_string": "one", "new_string": "two" }));
    let _ = test.queue("bash", json!({ "command": "rm -rf build/output/of/the/last/run/and/all/that" }));
    for columns in [40, 20] {
        let screen = |args: &[&str]| {
            let output = test.command().env("COLUMNS", columns.to_string()).args(args).output();
            ran(output.expect("the program starts")).code(0).stdout
        };
        for args in [&["show-plan", "--stat"][..], &["show-plan"], &["mode"], &["status"], &["resume"], &["log"]] {
            let drawn = screen(args);
            // What a file holds stays whole: a person copies it.
            let is_head = |line: &&str| !line.starts_with("    --- ") && !line.starts_with("    +++ ");
            let longest = drawn.lines().filter(is_head).map(|line| line.chars().count()).max();
            assert!(longest.is_some_and(|longest| longest <= columns), "{args:?} at {columns}:\n{drawn}");
        }
        for args in [&["show-plan", "--stat"][..], &["show-plan"]] {
            let drawn = screen(args);
            let squeezed: String = drawn.chars().filter(|c| !c.is_whitespace()).collect();
            for part in
                ["1c1pending", "2c2pending", path, "$rm-rfbuild/output/of/the/last/run/and/all/that", "destructive"]
            {
                assert!(squeezed.contains(part), "{part} is not on the screen of {columns}:\n{drawn}");
            }
            let left = drawn.lines().filter(|line| !line.is_empty() && !line.starts_with("    "));
            assert_eq!(left.count(), 4, "{drawn}");
        }
    }
}

#[test]
fn of_a_folder_that_moves_each_file_is_named() {
    let test = Test::planning().file("old/a.txt", "a\n").file("old/b/c.txt", "c\n");
    std::os::unix::fs::symlink("a.txt", test.path("old/link")).expect("a link can be made");
    let reply = test.call("move_file", json!({ "from": "old", "to": "new" }));
    let root = test.root();
    let told = format!("move_file {} → {}", root.join("old").display(), root.join("new").display());
    assert!(reply["message"].as_str().is_some_and(|text| text.contains(&told)), "{reply}");
    let shown = test.run(["show-plan"]).code(0).stdout;
    for row in [
        "old/a.txt → new/a.txt: move of a file\n",
        "old/b/c.txt → new/b/c.txt: move of a file\n",
        "old/link → new/link: move of a symbolic link\n",
    ] {
        assert!(shown.contains(row), "{shown}");
    }
}

#[test]
fn what_was_approved_and_not_begun_is_named_with_the_way_to_go_on() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "exit 3 > x" }));
    test.queue_files(&["b.txt", "c.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(1);
    let way = |expected: &str| {
        for args in [&["show-plan"][..], &["show-plan", "--stat"]] {
            let shown = ran(test.command().args(args).output().expect("the program starts")).code(0).stdout;
            assert!(shown.contains(expected) && !shown.contains("nothing waits"), "{shown}");
        }
    };
    way("go on with c2-c3, approved before");
    let status = test.run(["status"]).code(0).stdout;
    assert!(status.contains("`plangate approve` goes on with c2 c3, approved before."), "{status}");
    let told = test.at_terminal(["skip", "c2"], "").code(2).stdout;
    assert!(told.contains("`c2` is approved: ") && told.contains("hint: `plangate reject c2` discards it"), "{told}");
    let _ = test.at_terminal(["skip", "c1"], "").code(0);
    way("go on with c2-c3, approved before");
    test.queue_files(&["d.txt"]);
    way("all that is pending, with c2-c3, approved before");
}

#[test]
fn a_call_that_is_granted_waits_for_its_agent_and_for_nobody_else() {
    let test = Test::planning();
    let _ = test.queue("mcp__srv__create_issue", json!({ "title": "x" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let shown = test.run(["show-plan", "--stat"]).code(0).stdout;
    assert!(shown.contains("nothing waits for a decision"), "{shown}");
    assert!(!test.run(["status"]).code(0).stdout.contains("goes on"));
}

#[test]
fn a_name_that_is_no_text_is_spelled_in_the_log_as_on_other_screens() {
    use std::os::unix::ffi::OsStrExt;
    let test = Test::planning().file("old/a.txt", "a\n");
    let name = std::ffi::OsStr::from_bytes(b"old/bad\xff");
    std::fs::write(test.root().join(name), "b\n").expect("a file can be written");
    let _ = test.queue("move_file", json!({ "from": "old", "to": "new" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    let log = test.run(["log"]).code(0).stdout;
    assert!(log.contains(r"/old/bad\xff") && log.contains(r"/new/bad\xff"), "{log}");
}
