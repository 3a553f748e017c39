//! Proposing composes on what is queued, and says at once what makes no sense.

use std::fs;

use serde_json::{Value, json};

use super::harness::{Test, listing};

fn refused(test: &Test, tool: &str, args: Value, because: &str) {
    let changes = test.plan()["changes"].as_array().map_or(0, Vec::len);
    let reply = test.call(tool, args);
    assert_eq!(reply["decision"], "denied", "{reply}");
    let message = reply["message"].as_str().expect("text");
    assert!(message.contains(because), "`{because}` is not in `{message}`");
    assert_eq!(test.plan()["changes"].as_array().map_or(0, Vec::len), changes, "something was queued");
}

#[test]
fn a_write_is_answered_in_the_promised_words_and_changes_nothing() {
    let test = Test::planning();
    let reply = test.call("write_file", json!({ "path": "a.txt", "content": "a\n" }));
    let message = reply["message"].as_str().expect("text");
    assert!(
        message.starts_with("[PLAN MODE] Change queued for approval (c1, number 1 in the plan: write_file"),
        "{message}"
    );
    assert_eq!(reply["id"], 1);
    assert_eq!(listing(&test.root()), Vec::<String>::new());
}

#[test]
fn in_build_mode_everything_passes_and_nothing_is_queued() {
    let test = Test::new();
    let reply = test.call("write_file", json!({ "path": "a.txt", "content": "a\n" }));
    assert_eq!(reply["decision"], "allow");
    assert_eq!(test.plan(), Value::Null);
}

#[test]
fn review_mode_denies_what_plan_mode_would_queue() {
    let test = Test::planning();
    let _ = test.run(["mode", "review"]).code(0);
    refused(&test, "write_file", json!({ "path": "a.txt", "content": "" }), "[REVIEW MODE] Denied");
    assert_eq!(test.call("read_file", json!({ "path": "a.txt" }))["decision"], "allow");
}

#[test]
fn an_unknown_tool_is_queued_and_passes_once_after_approval() {
    let test = Test::planning();
    let args = json!({ "title": "it", "labels": ["a"] });
    let change = test.queue("mcp__tracker__create_issue", args.clone());
    assert_eq!(change["id"], "c1");
    let _ = test.decide(["approve", "--yes"]).code(0);
    let other = test.call("mcp__tracker__create_issue", json!({ "title": "another", "labels": ["a"] }));
    assert_eq!(other["decision"], "queued", "{other}");
    assert_eq!(test.call("mcp__tracker__create_issue", args.clone())["decision"], "allow");
    assert_eq!(test.call("mcp__tracker__create_issue", args)["decision"], "queued");
}

#[test]
fn an_edit_of_a_queued_file_edits_what_is_queued() {
    let test = Test::planning();
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "one two\n" }));
    let edit = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    assert_eq!((&edit["id"], &edit["depends_on"]), (&json!("c2"), &json!(["c1"])));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "one 2\n");
}

#[test]
fn an_old_string_is_searched_in_what_is_queued_and_not_on_disk() {
    let test = Test::planning().file("a.txt", "disk\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "queued queued\n" }));
    let edit = |old: &str| json!({ "path": "a.txt", "old_string": old, "new_string": "x" });
    refused(&test, "edit_file", edit("disk"), "`old_string` does not occur in");
    refused(&test, "edit_file", edit("disk"), "as the queued c1 leaves it");
    refused(&test, "edit_file", edit("queued"), "`old_string` occurs 2 times in");
    let mut every = edit("queued");
    every["replace_all"] = json!(true);
    let _ = test.queue("edit_file", every);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "x x\n");
}

#[test]
fn an_edit_that_makes_no_sense_is_an_error_at_once() {
    let test = Test::planning().file("a.txt", "text\n");
    refused(&test, "edit_file", json!({ "path": "none.txt", "old_string": "a", "new_string": "b" }), "does not exist");
    refused(&test, "edit_file", json!({ "path": "a.txt", "old_string": "text", "new_string": "text" }), "are the same");
    refused(&test, "edit_file", json!({ "path": "a.txt", "old_string": "", "new_string": "b" }), "exists already");
    refused(&test, "edit_file", json!({ "path": "", "old_string": "a", "new_string": "b" }), "a path is not empty");
    refused(&test, "edit_file", json!({ "path": "a.txt/b", "old_string": "a", "new_string": "b" }), "a.txt");
    fs::create_dir(test.path("folder")).expect("a folder can be made");
    refused(&test, "edit_file", json!({ "path": "folder", "old_string": "a", "new_string": "b" }), "folder");
    refused(&test, "write_file", json!({ "path": "folder", "content": "b" }), "folder");
}

#[test]
fn several_edits_of_one_call_see_each_other_and_fail_together() {
    let test = Test::planning().file("a.txt", "one\n");
    let edits = |last: &str| {
        json!({ "path": "a.txt", "edits": [
            { "old_string": "one", "new_string": "two" },
            { "old_string": last, "new_string": "three" },
        ] })
    };
    refused(&test, "MultiEdit", edits("one"), "`old_string` does not occur");
    let _ = test.queue("MultiEdit", edits("two"));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "three\n");
}

#[test]
fn the_same_call_again_adds_nothing() {
    let test = Test::planning();
    let write = json!({ "path": "a.txt", "content": "a\n" });
    let _ = test.queue("write_file", write.clone());
    test.queue_files(&["b.txt"]);
    let again = test.call("write_file", write.clone());
    assert_eq!((&again["decision"], &again["change"]["id"]), (&json!("queued"), &json!("c1")));
    assert!(again["message"].as_str().is_some_and(|text| text.contains("already queued as c1")), "{again}");
    assert_eq!(test.states().len(), 2);
    let _ = test.queue("bash", json!({ "command": "touch x" }));
    let command = test.call("bash", json!({ "command": "touch x" }));
    assert!(command["message"].as_str().is_some_and(|text| text.contains("already queued as c3")), "{command}");

    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "other\n" }));
    let back = test.call("write_file", write);
    assert_eq!(back["change"]["id"], "c5", "the first write is no longer the last word on the file: {back}");
}

#[test]
fn deleting_what_is_not_there_is_an_error() {
    let test = Test::planning().file("a.txt", "a\n");
    refused(&test, "delete_file", json!({ "path": "none.txt" }), "does not exist");
    let _ = test.queue("delete_file", json!({ "path": "a.txt" }));
    refused(
        &test,
        "edit_file",
        json!({ "path": "a.txt", "old_string": "a", "new_string": "b" }),
        "once the queued c1 is applied",
    );
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "new\n" }));
    let _ = test.queue("delete_file", json!({ "path": "a.txt" }));
    let _ = test.queue("write_file", json!({ "path": "b.txt", "content": "b\n" }));
    let _ = test.queue("delete_file", json!({ "path": "b.txt" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), Vec::<String>::new());
}

#[test]
fn a_file_in_a_new_folder_depends_on_the_change_that_makes_the_folder() {
    let test = Test::planning();
    test.queue_files(&["other.txt", "new/a.txt", "new/sub/b.txt"]);
    assert_eq!(
        (test.change(2)["depends_on"].clone(), test.change(3)["depends_on"].clone()),
        (json!([]), json!(["c2"]))
    );
    let _ = test.decide(["approve", "c3", "--yes"]).code(2);
    let _ = test.decide(["approve", "c2-c3", "--yes"]).code(0);
    assert_eq!(test.text("new/sub/b.txt"), "new/sub/b.txt\n");
}

#[test]
fn a_path_that_ends_in_a_slash_is_a_folder_and_no_file_is_written_for_it() {
    let test = Test::planning();
    let reply = test.call("write_file", json!({ "path": "made/", "content": "x\n" }));
    assert_eq!(reply["decision"], "denied", "{reply}");
    assert!(reply["message"].as_str().is_some_and(|text| text.contains("a folder by its name")), "{reply}");
    assert!(test.run(["show-plan", "--json"]).json()["plan"].is_null());
}

#[test]
fn a_queued_file_is_no_folder_and_a_queued_folder_is_no_file() {
    let test = Test::planning();
    test.queue_files(&["a", "b/c"]);
    let write = |path: &str| json!({ "path": path, "content": "x\n" });
    refused(&test, "write_file", write("a/d"), "is not a folder");
    refused(&test, "write_file", write("b"), "is a folder, not a file");
    let _ = test.queue("delete_file", json!({ "path": "a" }));
    let _ = test.queue("write_file", write("a/d"));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!((test.text("a/d").as_str(), test.text("b/c").as_str()), ("x\n", "b/c\n"));
}

#[test]
fn a_moved_file_is_edited_under_its_new_name() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.queue("move_file", json!({ "from": "a.txt", "to": "b/c.txt" }));
    refused(
        &test,
        "edit_file",
        json!({ "path": "a.txt", "old_string": "one", "new_string": "x" }),
        "once the queued c1 is applied",
    );
    let edit = test.queue("edit_file", json!({ "path": "b/c.txt", "old_string": "one", "new_string": "two" }));
    assert_eq!(edit["depends_on"], json!(["c1"]));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), ["b", "b/c.txt"]);
    assert_eq!(test.text("b/c.txt"), "two\n");
}

#[test]
fn a_folder_is_moved_with_what_is_queued_in_it() {
    let test = Test::planning().file("old/a.txt", "a\n").file("old/sub/b.txt", "b\n");
    let _ = test.queue("write_file", json!({ "path": "old/c.txt", "content": "c\n" }));
    let _ = test.queue("delete_file", json!({ "path": "old/a.txt" }));
    let _ = test.queue("move_file", json!({ "from": "old", "to": "new" }));
    refused(&test, "move_file", json!({ "from": "old", "to": "newer" }), "does not exist");
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), ["new", "new/c.txt", "new/sub", "new/sub/b.txt"]);
}

#[test]
fn moving_onto_something_is_an_error() {
    let test = Test::planning().file("a.txt", "a\n").file("b.txt", "b\n");
    refused(&test, "move_file", json!({ "from": "a.txt", "to": "b.txt" }), "exists already");
    test.queue_files(&["c.txt"]);
    refused(&test, "move_file", json!({ "from": "a.txt", "to": "c.txt" }), "exists already");
    refused(&test, "move_file", json!({ "from": "none.txt", "to": "d.txt" }), "does not exist");
    refused(&test, "move_file", json!({ "from": ".", "to": "below" }), "cannot be moved into itself");
}

#[test]
fn a_patch_changes_several_files_as_one_change() {
    let test = Test::planning().file("a.txt", "one\ntwo\nthree\n").file("gone.txt", "x\n").file("m.txt", "m\n");
    let patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n one\n-two\n+2\n three\n*** Add File: new/b.txt\n+b\n\
                 *** Delete File: gone.txt\n*** Update File: m.txt\n*** Move to: moved.txt\n@@\n-m\n+M\n*** End Patch\n";
    let change = test.queue("apply_patch", json!({ "input": patch }));
    assert_eq!(change["id"], "c1");
    let before = listing(&test.root());
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), ["a.txt", "moved.txt", "new", "new/b.txt"]);
    assert_eq!((test.text("a.txt").as_str(), test.text("moved.txt").as_str()), ("one\n2\nthree\n", "M\n"));
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!(listing(&test.root()), before);
    assert_eq!(test.text("m.txt"), "m\n");
}

#[test]
fn a_patch_with_one_file_in_conflict_changes_none() {
    let test = Test::planning().file("a.txt", "one\n").file("b.txt", "one\n");
    let patch =
        "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+1\n*** Update File: b.txt\n@@\n-one\n+1\n*** End Patch\n";
    let _ = test.queue("apply_patch", json!({ "input": patch }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("b.txt", "mine\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    assert_eq!((test.text("a.txt").as_str(), test.text("b.txt").as_str()), ("one\n", "mine\n"));
}

#[test]
fn a_patch_that_fits_nowhere_is_an_error_at_once() {
    let test = Test::planning().file("a.txt", "one\n");
    let patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-nine\n+9\n*** End Patch\n";
    refused(&test, "apply_patch", json!({ "input": patch }), "the patch does not fit");
    refused(&test, "apply_patch", json!({ "input": "no patch" }), "Nothing was queued");
}

#[test]
fn a_read_of_a_queued_file_is_led_to_what_is_queued() {
    let test = Test::planning().file("a.txt", "disk\n");
    let read = |path: &str| test.call("read_file", json!({ "path": path, "limit": 5 }));
    assert_eq!(read("a.txt").get("rewrite"), None);
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "queued\n" }));
    let reply = read("a.txt");
    assert_eq!((&reply["decision"], &reply["rewrite"]["limit"]), (&json!("allow"), &json!(5)));
    let copy = reply["rewrite"]["path"].as_str().expect("another path").to_owned();
    assert_eq!(fs::read_to_string(&copy).expect("the copy is there"), "queued\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "queued", "new_string": "edited" }));
    let reply = read(test.path("a.txt").to_str().expect("text"));
    assert_eq!(fs::read_to_string(reply["rewrite"]["path"].as_str().expect("a path")).expect("a copy"), "edited\n");
    let _ = test.queue("delete_file", json!({ "path": "a.txt" }));
    let gone = read("a.txt");
    assert!(gone["decision"] == "denied" && gone["message"].as_str().is_some_and(|text| text.contains("c3")), "{gone}");
    let _ = test.decide(["reject", "--yes"]).code(0);
    assert_eq!(read("a.txt").get("rewrite"), None);
}

#[test]
fn a_write_of_the_copy_of_a_queued_file_is_a_write_of_the_file() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let reply = test.call("read_file", json!({ "path": "a.txt" }));
    let copy = reply["rewrite"]["path"].clone();
    let change = test.queue("write_file", json!({ "path": copy, "content": "x" }));
    assert_eq!((&change["marks"], &change["depends_on"]), (&json!([]), &json!(["c1"])), "{change}");
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "x");
}

#[test]
fn what_the_caller_says_of_itself_is_kept() {
    let test = Test::planning();
    let call = json!({
        "id": { "any": ["json"] }, "tool": "write_file", "args": { "path": "a.txt", "content": "a\n" }, "agent": "main/coder",
        "tool_call_id": "call_7", "reason": "the test needs it", "session": "s1", "cwd": test.path("").to_str(),
    });
    let reply = test.intercept(&[call]).remove(0);
    assert_eq!((&reply["id"], &reply["decision"]), (&json!({ "any": ["json"] }), &json!("queued")), "{reply}");
    let change = test.change(1);
    assert_eq!(
        (&change["agent"], &change["tool_call_id"], &change["reason"]),
        (&json!("main/coder"), &json!("call_7"), &json!("the test needs it"))
    );
    assert_eq!(test.plan()["session_id"], "s1");
}

#[test]
fn a_tilde_in_a_path_is_refused_as_no_shell_expands_it() {
    let test = Test::planning();
    refused(&test, "write_file", json!({ "path": "~/x.txt", "content": "x" }), "a tilde means nothing here");
    test.write("~/y.txt", "y\n");
    let _ = test.queue("delete_file", json!({ "path": "~/y.txt" }));
}

#[test]
fn what_other_programs_run_by_themselves_is_marked() {
    let test = Test::planning();
    for path in [".git/hooks/pre-commit", ".github/workflows/ci.yml", "../.bashrc"] {
        let reply = test.queue("write_file", json!({ "path": path, "content": "x\n" }));
        let marks = reply["marks"].as_array().expect("marks").clone();
        assert!(marks.contains(&json!("runs_later")), "{path}: {reply}");
    }
    assert!(test.run(["show-plan"]).code(0).stdout.contains("changes what other programs run by themselves"));
}

/// Approves all that is queued.
fn approve_all(test: &Test) {
    let _ = test.decide(["approve", "--yes", "--unseen"]).code(0);
}

#[test]
fn below_a_file_that_a_queued_change_takes_away_there_may_be_a_folder() {
    let test = Test::planning().file("a", "old\n").file("b", "gone\n");
    let _ = test.queue("move_file", json!({ "from": "a", "to": "c" }));
    let below = test.queue("write_file", json!({ "path": "a/x", "content": "new\n" }));
    assert_eq!(below["depends_on"], json!(["c1"]));
    let _ = test.queue("delete_file", json!({ "path": "b" }));
    let _ = test.queue("write_file", json!({ "path": "b/deep/y", "content": "new\n" }));
    let _ = test.queue("edit_file", json!({ "path": "b/deep/y", "old_string": "new", "new_string": "newer" }));
    refused(&test, "edit_file", json!({ "path": "a/y", "old_string": "a", "new_string": "b" }), "does not exist");
    refused(&test, "write_file", json!({ "path": "c/x", "content": "" }), "is not a folder");
    approve_all(&test);
    assert_eq!(listing(&test.root()), ["a", "a/x", "b", "b/deep", "b/deep/y", "c"]);
    assert_eq!((test.text("c"), test.text("b/deep/y")), ("old\n".to_owned(), "newer\n".to_owned()));
    let _ = test.decide(["undo", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), ["a", "b"]);
}

#[test]
fn a_queued_change_of_a_link_changes_where_paths_through_it_lead() {
    let test = Test::planning().file("dir/x", "theirs\n");
    std::os::unix::fs::symlink("dir", test.path("gone")).expect("a link");
    std::os::unix::fs::symlink("dir", test.path("moved")).expect("a link");
    let _ = test.queue("delete_file", json!({ "path": "gone" }));
    let _ = test.queue("write_file", json!({ "path": "gone/sub/../x", "content": "ours\n" }));
    let _ = test.queue("move_file", json!({ "from": "moved", "to": "new" }));
    let _ = test.queue("write_file", json!({ "path": "new/y", "content": "through\n" }));
    let read = test.call("read_file", json!({ "path": "gone/x" }));
    let copy = read["rewrite"]["path"].as_str().unwrap_or_else(|| panic!("no copy: {read}"));
    assert_eq!(fs::read_to_string(copy).expect("a copy"), "ours\n");
    approve_all(&test);
    assert_eq!(listing(&test.root()), ["dir", "dir/x", "dir/y", "gone", "gone/x", "new"]);
    assert_eq!((test.text("dir/x"), test.text("gone/x")), ("theirs\n".to_owned(), "ours\n".to_owned()));
    assert_eq!(test.text("dir/y"), "through\n");
}

#[test]
fn the_name_of_a_folder_that_a_queued_change_moves_is_free() {
    let test = Test::planning().file("one/f", "1\n").file("two/f", "2\n").file("three/f", "3\n").file("file", "4\n");
    for (from, to) in [("one", "1st"), ("two", "2nd"), ("three", "3rd")] {
        let _ = test.queue("move_file", json!({ "from": from, "to": to }));
    }
    let _ = test.queue("write_file", json!({ "path": "one", "content": "a file now\n" }));
    let _ = test.queue("move_file", json!({ "from": "file", "to": "two" }));
    let _ = test.queue("write_file", json!({ "path": "three/g", "content": "another\n" }));
    let _ = test.queue("move_file", json!({ "from": "three", "to": "4th" }));
    refused(&test, "move_file", json!({ "from": "one/f", "to": "x" }), "is not a folder");
    refused(&test, "move_file", json!({ "from": "two", "to": "4th" }), "exists already");
    refused(&test, "write_file", json!({ "path": "1st", "content": "" }), "is a folder");
    approve_all(&test);
    let after = ["1st", "1st/f", "2nd", "2nd/f", "3rd", "3rd/f", "4th", "4th/g", "one", "two"];
    assert_eq!(listing(&test.root()), after);
    assert_eq!(test.text("two"), "4\n");
    let _ = test.decide(["undo", "--yes"]).code(0);
    assert_eq!(listing(&test.root()), ["file", "one", "one/f", "three", "three/f", "two", "two/f"]);
}

#[test]
fn a_file_too_large_to_be_kept_is_left_to_a_command_and_the_agent_is_told_so() {
    let test = Test::planning().file("big", "");
    let large = std::fs::OpenOptions::new().write(true).open(test.path("big")).expect("it is there");
    large.set_len((64 << 20) + 1).expect("it grows");
    for (tool, args) in [
        ("delete_file", json!({ "path": "big" })),
        ("move_file", json!({ "from": "big", "to": "moved" })),
        ("write_file", json!({ "path": "big", "content": "" })),
    ] {
        let reply = test.call(tool, args);
        assert_eq!(reply["decision"], "denied", "{reply}");
        let told =
            "has 67108865 bytes, more than the 67108864 that are kept to undo a change: propose a command instead";
        assert!(reply["message"].as_str().is_some_and(|text| text.contains(told)), "{reply}");
    }
    let _ = test.queue("bash", json!({ "command": "rm big" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.content("big"), None);
}

#[test]
fn why_a_file_cannot_be_read_is_told_to_the_agent() {
    let test = Test::planning();
    let reply = test.call("delete_file", json!({ "path": "/proc/self/mem" }));
    let told = reply["message"].as_str().expect("text");
    assert!(told.contains("Nothing was queued: cannot read `/proc/") && told.contains("/mem`: Input/output"), "{told}");
}
