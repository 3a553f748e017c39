//! A change that says something else than when it was proposed: merged with its file, or rewritten by a person.

use std::fs;

use plangate::queue::PendingPlanManager;
use serde_json::json;

use super::harness::Test;

const BASE: &str = "one\ntwo\nthree\nfour\nfive\nsix\n";

/// `two` becomes `2` in the plan, and somebody has changed `six` on disk since it was shown.
fn drifted() -> Test {
    let test = Test::planning().file("a.txt", BASE);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", BASE.replace("six", "6"));
    test
}

#[test]
fn changes_apart_in_one_file_become_a_new_proposal_that_is_shown_before_it_is_approved() {
    let test = drifted();
    let ran = test.at_terminal(["approve", "--yes"], "").code(1);
    assert!(ran.stdout.contains("c1 and what happened to its file fit together"), "{}", ran.stdout);
    assert_eq!(test.text("a.txt"), BASE.replace("six", "6"));
    let shown_first = test.at_terminal(["approve", "--yes"], "").code(3);
    assert!(shown_first.stdout.contains("+2"), "{}", shown_first.stdout);
    assert!(!shown_first.stdout.contains("+6"), "what is on disk already is no part of it: {}", shown_first.stdout);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), BASE.replace("six", "6").replace("two", "2"));
    let _ = test.run(["log", "--verify"]).code(0);
}

#[test]
fn the_agent_is_told_of_a_merge_and_reads_it() {
    let test = drifted();
    let _ = test.at_terminal(["approve", "--yes", "--json"], "").code(1);
    let reply = test.call("read_file", json!({ "path": "a.txt" }));
    let copy = reply["rewrite"]["path"].as_str().expect("a read of a queued file is pointed at its copy");
    assert_eq!(fs::read_to_string(copy).expect("the copy is there"), BASE.replace("six", "6").replace("two", "2"));
    let told = test.call("write_file", json!({ "path": "b.txt", "content": "" }));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("fit together")), "{told}");
}

#[test]
fn what_was_queued_on_top_of_a_merged_change_follows_it() {
    let test = Test::planning().file("a.txt", BASE);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "four", "new_string": "4" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", BASE.replace("six", "6"));
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), "one\n2\nthree\n4\nfive\n6\n");
}

#[test]
fn changes_of_the_same_line_stay_a_conflict_with_all_sides_to_be_seen() {
    let test = drifted();
    test.write("a.txt", BASE.replace("two", "zwei"));
    let ran = test.at_terminal(["approve", "--yes"], "").code(1);
    assert!(ran.stdout.contains("--sides"), "{}", ran.stdout);
    assert_eq!(test.states(), ["conflict"]);
    let sides = test.run(["show-plan", "c1", "--sides"]).code(0).stdout;
    for (side, line) in [("since it was proposed", "+zwei"), ("proposed for", "+2"), ("as it is now", "-zwei")] {
        assert!(sides.contains(side) && sides.contains(line), "{side} {line}:\n{sides}");
    }
}

#[test]
fn a_person_settles_a_conflict_in_an_editor_that_shows_both_sides() {
    let test = drifted();
    test.write("a.txt", BASE.replace("two", "zwei"));
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let editor = test.path("../editor");
    fs::write(&editor, "#!/bin/sh\ngrep -q '^<<<<<<<' \"$1\" && printf 'settled\\n' > \"$1\"\n")
        .expect("it can be written");
    let ran = test.at_terminal_with(&[("EDITOR", &format!("sh {}", editor.display()))], ["edit", "c1"], "").code(0);
    assert!(ran.stdout.contains("c1 is as you wrote it"), "{}", ran.stdout);
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!(test.text("a.txt"), "settled\n");
}

#[test]
fn an_edited_change_is_approved_anew_and_the_agent_is_told() {
    let test = Test::planning();
    test.queue_files(&["new.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    test.write("mine.txt", "what I want\n");
    let _ = test.decide(["edit", "c1", "--from", "mine.txt"]).code(0);
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    let told = test.call("write_file", json!({ "path": "b.txt", "content": "" }));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("The person edited c1")), "{told}");
    let _ = test.at_terminal(["approve", "1", "--yes"], "").code(0);
    assert_eq!(test.text("new.txt"), "what I want\n");
}

/// Whether the digest of each change is that of all that it says, its call's arguments with it.
fn assert_bound_to_all(test: &Test) {
    let manager = PendingPlanManager::open(&test.home()).expect("the data folder opens");
    let session = &manager.store().sessions_of(&test.root()).expect("sessions")[0].id;
    let plan = manager.store().latest_plan(session).expect("readable").expect("a plan");
    for outlined in plan.proposed_changes {
        let change = manager.store().change(&plan.id, outlined.id).expect("readable").expect("it is in the plan");
        assert!(!change.args.is_null(), "{} has lost its arguments", change.id);
        assert_eq!((outlined.digest, change.digest), (change.digest, change.content_digest()), "{}", change.id);
    }
}

#[test]
fn a_digest_is_of_the_arguments_too_whoever_made_the_change_another() {
    let merged = drifted();
    let _ = merged.queue("edit_file", json!({ "path": "a.txt", "old_string": "four", "new_string": "4" }));
    let _ = merged.run(["show-plan"]).code(0);
    let _ = merged.at_terminal(["approve", "--yes"], "").code(1);
    assert_bound_to_all(&merged);

    let edited = Test::planning();
    edited.queue_files(&["new.txt"]);
    let _ = edited.queue("bash", json!({ "command": "touch agent" }));
    edited.write("mine", "touch person; true\n");
    let _ = edited.decide(["edit", "c1", "--from", "mine"]).code(0);
    let _ = edited.decide(["edit", "c2", "--from", "mine"]).code(0);
    assert_bound_to_all(&edited);

    let rebased = Test::planning().file("a.txt", BASE);
    let _ = rebased.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    let _ = rebased.queue("edit_file", json!({ "path": "a.txt", "old_string": "four", "new_string": "4" }));
    let _ = rebased.decide(["reject", "c1", "--rebase"]).code(0);
    assert_bound_to_all(&rebased);
}

#[test]
fn an_edited_command_is_what_runs_and_is_judged_anew() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "touch agent" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("mine.sh", "touch person; true\n");
    let _ = test.decide(["edit", "c1", "--from", "mine.sh"]).code(0);
    let shown = test.run(["show-plan"]).code(0).stdout;
    assert!(shown.contains("touch person") && !shown.contains("touch agent"), "{shown}");
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!((test.content("person").is_some(), test.content("agent").is_some()), (true, false));
}

#[test]
fn an_edit_on_which_something_queued_would_no_longer_fit_changes_nothing() {
    let test = Test::planning().file("a.txt", BASE);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "2", "new_string": "II" }));
    let before = test.plan();
    test.write("mine.txt", BASE.replace("two", "deux"));
    let ran = test.decide(["edit", "c1", "--from", "mine.txt"]).code(2);
    assert!(ran.stdout.contains("c2 does not fit"), "{}", ran.stdout);
    assert_eq!(test.plan()["revision"], before["revision"]);
}

#[test]
fn what_is_queued_upon_a_moved_file_follows_an_edit_made_before_the_move() {
    let test = Test::planning().file("a.txt", BASE);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    let _ = test.queue("move_file", json!({ "source": "a.txt", "destination": "b.txt" }));
    let _ = test.queue("edit_file", json!({ "path": "b.txt", "old_string": "four", "new_string": "4" }));
    test.write("mine", BASE.replace("two", "deux"));
    let _ = test.decide(["edit", "c1", "--from", "mine"]).code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("b.txt"), BASE.replace("two", "deux").replace("four", "4"));
}

#[test]
fn who_makes_a_folder_still_makes_it_when_its_file_was_edited() {
    let test = Test::planning();
    test.queue_files(&["new/a.txt"]);
    test.write("mine", "mine\n");
    let _ = test.decide(["edit", "c1", "--from", "mine"]).code(0);
    test.queue_files(&["new/b.txt"]);
    assert_eq!(test.change(2)["depends_on"], json!(["c1"]));
}

#[test]
fn what_cannot_be_edited_says_so_and_needs_a_person() {
    let test = Test::planning().file("old.txt", "old\n");
    let _ = test.queue("delete_file", json!({ "path": "old.txt" }));
    test.queue_files(&["new.txt"]);
    test.write("mine.txt", "x\n");
    let _ = test.decide(["edit", "c1", "--from", "mine.txt"]).code(2);
    let _ = test.decide(["edit", "c9", "--from", "mine.txt"]).code(2);
    let _ = test.decide(["edit", "c2", "--from", "absent.txt"]).code(2);
    let _ = test.run(["edit", "c2", "--from", "mine.txt"]).code(4);
    assert_eq!(test.states(), ["pending", "pending"]);
}

#[test]
fn what_a_person_wrote_is_kept_when_their_editor_fails() {
    let test = Test::planning();
    test.queue_files(&["new.txt"]);
    let editor = test.path("../editor");
    fs::write(&editor, "#!/bin/sh\nprintf 'half of it\\n' > \"$1\"; exit 1\n").expect("it can be written");
    let ran = test.at_terminal_with(&[("EDITOR", &format!("sh {}", editor.display()))], ["edit", "c1"], "").code(1);
    assert!(ran.stdout.contains("edits/c1-new.txt"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(test.home().join("edits/c1-new.txt")).expect("it is kept"), "half of it\n");
}

#[test]
fn a_conflict_that_still_holds_both_sides_is_not_settled() {
    let test = Test::planning().file("a.txt", BASE);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "two", "new_string": "2" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", BASE.replace("two", "zwei"));
    let _ = test.decide(["approve", "--yes"]).code(1);
    let ran = test.at_terminal_with(&[("EDITOR", "sed -i s/three/3/")], ["edit", "c1"], "").code(2);
    assert!(ran.stdout.contains("still holds both sides of the conflict"), "{}", ran.stdout);
    assert_eq!((test.states(), test.text("a.txt")), (vec!["conflict".to_owned()], BASE.replace("two", "zwei")));
}

#[test]
fn marks_of_a_conflict_are_never_applied_whichever_side_ends_without_a_newline() {
    for (base, proposed, on_disk) in [
        ("a\nb\nc", "a\nb\nAGENT", "a\nb\nMINE"),
        ("a\nc\n", "a\nAGENT", "a\nMINE\n"),
        ("a\nc\n", "a\nAGENT\n", "a\nMINE"),
    ] {
        let test = Test::planning().file("g", base);
        let _ = test.queue("write_file", json!({ "path": "g", "content": proposed }));
        let _ = test.run(["show-plan"]).code(0);
        test.write("g", on_disk);
        let _ = test.decide(["approve", "--yes"]).code(1);
        let ran = test.at_terminal_with(&[("EDITOR", "true")], ["edit", "c1"], "").code(2);
        assert!(ran.stdout.contains("still holds both sides of the conflict"), "{}", ran.stdout);
        assert_eq!((test.states(), test.text("g").as_str()), (vec!["conflict".to_owned()], on_disk));
    }
}

#[test]
fn the_sides_of_a_binary_file_are_not_put_into_one_text() {
    let test = Test::planning().file("bin", b"a\0b");
    let _ = test.queue("write_file", json!({ "path": "bin", "content": "a\0agent" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("bin", b"a\0mine");
    let _ = test.decide(["approve", "--yes"]).code(1);
    let ran = test.at_terminal_with(&[("EDITOR", "true")], ["edit", "c1"], "").code(2);
    assert!(ran.stdout.contains("--from FILE") && ran.stdout.contains("--take disk"), "{}", ran.stdout);
    test.write("mine.bin", b"a\0both");
    let _ = test.at_terminal(["edit", "c1", "--from", "mine.bin"], "").code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.content("bin").expect("it is there"), b"a\0both");
}

#[test]
fn what_somebody_saved_while_the_editor_was_open_is_drift_and_not_taken_back() {
    let test = drifted();
    test.write("a.txt", BASE.replace("two", "zwei"));
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let editor = test.path("../editor");
    let late = "#!/bin/sh\nprintf 'one\\nboth\\nthree\\nfour\\nfive\\nsix\\n' > \"$1\"\necho late >> a.txt\n";
    fs::write(&editor, late).expect("it can be written");
    let _ = test.at_terminal_with(&[("EDITOR", &format!("sh {}", editor.display()))], ["edit", "c1"], "").code(0);
    let _ = test.decide(["approve", "--yes"]);
    assert!(test.text("a.txt").ends_with("late\n"), "{}", test.text("a.txt"));
    // Both fit together, are shown, and are applied as one.
    let _ = test.decide(["approve", "--yes"]).code(0);
    let now = test.text("a.txt");
    assert!(now.contains("both\n") && now.ends_with("late\n"), "{now}");
}

#[test]
fn a_deletion_whose_file_changed_is_settled_by_either_side() {
    for side in ["proposed", "disk"] {
        let test = Test::planning().file("a.txt", BASE);
        let _ = test.queue("delete_file", json!({ "path": "a.txt" }));
        let _ = test.run(["show-plan"]).code(0);
        test.write("a.txt", "mine\n");
        let ran = test.decide(["approve", "--yes"]).code(1);
        assert!(ran.stdout.contains("`plangate edit c1 --take proposed`"), "{}", ran.stdout);
        let _ = test.at_terminal(["edit", "c1", "--take", side], "").code(0);
        if side == "disk" {
            assert_eq!((test.states(), test.text("a.txt").as_str()), (vec!["rejected".to_owned()], "mine\n"));
            continue;
        }
        let shown = test.at_terminal(["approve", "--yes"], "").code(3).stdout;
        assert!(shown.contains("-mine"), "what is deleted now is shown first: {shown}");
        let _ = test.at_terminal(["approve", "--yes"], "").code(0);
        assert_eq!(test.content("a.txt"), None);
        let _ = test.at_terminal(["undo", "--yes"], "").code(0);
        assert_eq!(test.text("a.txt"), "mine\n");
    }
}

#[test]
fn a_deletion_of_a_file_that_somebody_has_deleted_is_no_conflict_that_stays() {
    let test = Test::planning().file("a.txt", BASE).file("b.txt", BASE);
    let _ = test.queue("delete_file", json!({ "path": "a.txt" }));
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "new\n" }));
    let _ = test.run(["show-plan"]).code(0);
    fs::remove_file(test.path("a.txt")).expect("it is there");
    let ran = test.decide(["approve", "--yes"]).code(1);
    assert!(ran.stdout.contains("c1 and what happened to its file fit together"), "{}", ran.stdout);
    assert_eq!((test.states()[0].as_str(), test.content("a.txt")), ("pending", None));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!((test.states(), test.text("a.txt").as_str()), (vec!["applied".to_owned(); 2], "new\n"));
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!(test.content("a.txt"), None, "what somebody deleted stays so");
}

#[test]
fn a_move_of_a_file_that_was_edited_or_moved_meanwhile_waits_as_both_together() {
    let test = Test::planning().file("d/a.txt", BASE).file("d/b.txt", BASE);
    let _ = test.queue("move_file", json!({ "from": "d", "to": "e" }));
    let _ = test.run(["show-plan"]).code(0);
    test.write("d/a.txt", "mine\n");
    fs::create_dir(test.path("e")).expect("a folder");
    fs::rename(test.path("d/b.txt"), test.path("e/b.txt")).expect("it is there");
    let _ = test.decide(["approve", "--yes"]).code(1);
    assert_eq!((test.states()[0].as_str(), test.text("d/a.txt").as_str()), ("pending", "mine\n"));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!((test.text("e/a.txt").as_str(), test.text("e/b.txt").as_str()), ("mine\n", BASE));
    assert_eq!((test.content("d/a.txt"), test.content("d/b.txt")), (None, None));
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!((test.text("d/a.txt").as_str(), test.text("e/b.txt").as_str()), ("mine\n", BASE));
}

#[test]
fn a_move_in_whose_way_something_came_is_settled_by_either_side() {
    for side in ["proposed", "disk"] {
        let test = Test::planning().file("a.txt", BASE);
        let _ = test.queue("move_file", json!({ "from": "a.txt", "to": "b.txt" }));
        let _ = test.run(["show-plan"]).code(0);
        test.write("b.txt", "mine\n");
        let ran = test.decide(["approve", "--yes"]).code(1);
        assert!(ran.stdout.contains("`plangate edit c1 --take proposed`"), "{}", ran.stdout);
        let _ = test.at_terminal(["edit", "c1", "--take", side], "").code(0);
        if side == "disk" {
            let both = (test.text("a.txt"), test.text("b.txt"));
            assert_eq!((test.states(), both), (vec!["rejected".to_owned()], (BASE.to_owned(), "mine\n".to_owned())));
            continue;
        }
        let shown = test.at_terminal(["approve", "--yes"], "").code(3).stdout;
        assert!(shown.contains("-mine"), "what goes is shown first: {shown}");
        let _ = test.at_terminal(["approve", "--yes"], "").code(0);
        assert_eq!((test.content("a.txt"), test.text("b.txt").as_str()), (None, BASE));
        let _ = test.at_terminal(["undo", "--yes"], "").code(0);
        assert_eq!((test.text("a.txt").as_str(), test.text("b.txt").as_str()), (BASE, "mine\n"));
    }
}

#[test]
fn a_move_of_a_file_that_is_gone_is_settled_by_either_side() {
    for (side, left) in [("proposed", Some(BASE)), ("disk", None)] {
        let test = Test::planning().file("a.txt", BASE);
        let _ = test.queue("move_file", json!({ "from": "a.txt", "to": "b.txt" }));
        let _ = test.run(["show-plan"]).code(0);
        fs::remove_file(test.path("a.txt")).expect("it is there");
        let _ = test.decide(["approve", "--yes"]).code(1);
        assert_eq!(test.states(), ["conflict"], "nobody knows what is meant");
        let _ = test.at_terminal(["edit", "c1", "--take", side], "").code(0);
        let _ = test.decide(["approve", "--yes"]).code(0);
        assert_eq!(test.content("b.txt").map(|text| String::from_utf8(text).expect("text")).as_deref(), left);
    }
}

#[test]
fn a_new_file_that_somebody_has_made_the_same_is_no_conflict_that_stays() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "a.txt\n");
    let _ = test.decide(["approve", "--yes"]).code(1);
    assert_eq!(test.states(), ["pending"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!((test.states(), test.text("a.txt").as_str()), (vec!["applied".to_owned()], "a.txt\n"));
}

#[test]
fn each_change_that_did_not_happen_gets_its_advice_now_and_is_named_later() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    for name in ["a.txt", "b.txt"] {
        test.write(name, "mine\n");
    }
    let ran = test.decide(["approve", "--yes", "--keep-going"]).code(5);
    for id in ["c1", "c2"] {
        assert!(ran.stdout.contains(&format!("{id} stays in the plan: ")), "{}", ran.stdout);
    }
    test.queue_files(&["d.txt"]);
    let ran = test.decide(["approve", "--yes"]).code(0);
    assert!(ran.stdout.contains("From before") && ran.stdout.contains("c1 c2 (conflict)"), "{}", ran.stdout);
}

#[test]
fn who_leaves_the_editor_without_a_change_has_changed_nothing_and_is_told_so() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let told = test.at_terminal_with(&[("EDITOR", "true")], ["edit", "c1"], "").code(0).stdout;
    assert_eq!(told, "c1 stays as it is.\n");
    let json = test.at_terminal_with(&[("EDITOR", "true")], ["edit", "c1", "--json"], "").code(0).json();
    assert_eq!(json["edited"], json!(null));
    assert!(super::harness::listing(&test.home().join("edits")).is_empty(), "the draft is thrown away");
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    // Nor is an edit that is looked at made a writing of the whole file.
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "a", "new_string": "b" }));
    let _ = test.run(["show-plan"]).code(0);
    let digest = |test: &Test| test.run(["show-plan", "--json"]).code(0).json()["plan"]["changes"][0]["digest"].clone();
    let before = digest(&test);
    assert_eq!(test.at_terminal_with(&[("EDITOR", "true")], ["edit", "c1"], "").code(0).stdout, "c1 stays as it is.\n");
    assert!(before.is_string());
    assert_eq!(digest(&test), before);
}

#[test]
fn nobody_is_asked_about_a_selection_that_cannot_stand() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "a", "new_string": "b" }));
    let _ = test.run(["show-plan"]).code(0);
    let told = test.at_terminal(["approve", "c2"], "y\n").code(2).stdout;
    assert!(told.contains("`c2` needs c1") && !told.contains("[y/N]"), "{told}");
    assert!(test.at_terminal(["approve", "c1"], "y\n").code(0).stdout.contains("[y/N]"));
}

#[test]
fn a_side_of_what_is_in_no_conflict_cannot_be_taken() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    for side in ["disk", "proposed"] {
        let told = test.at_terminal(["edit", "c1", "--take", side], "").code(2).stdout;
        assert!(told.contains("`c1` is pending: sides are taken of what is in conflict"), "{told}");
    }
    let test = drifted();
    test.write("a.txt", "else\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let _ = test.at_terminal(["edit", "c1", "--take", "disk"], "").code(0);
    assert_eq!(test.states(), ["rejected"]);
}

#[test]
fn what_can_be_put_upon_nothing_on_disk_is_told_with_the_way_to_discard_it() {
    let test = Test::planning().file("folder/a.txt", "one\n");
    let _ = test.queue("write_file", json!({ "path": "folder/a.txt", "content": "two\n" }));
    let _ = test.run(["show-plan"]).code(0);
    fs::rename(test.path("folder"), test.path("elsewhere")).expect("it moves");
    std::os::unix::fs::symlink("elsewhere", test.path("folder")).expect("a link can be made");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let told = test.at_terminal(["edit", "c1", "--take", "proposed"], "").code(2).stdout;
    assert!(told.contains("`c1` cannot be computed anew: ") && told.contains("hint: `plangate reject c1`"), "{told}");
    let _ = test.at_terminal(["reject", "c1"], "").code(0);
}

#[test]
fn the_sides_of_a_change_upon_another_name_that_one_and_not_the_disk() {
    let test = Test::planning().file("a.txt", "a\nb\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "b", "new_string": "B" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "B", "new_string": "C" }));
    test.write("a.txt", "x\na\nb\n");
    let shown = test.run(["show-plan", "c2", "--sides"]).code(0).stdout;
    assert!(shown.contains("what it would do to the file as c1 would leave it"), "{shown}");
    assert!(!shown.contains("as it is now"), "{shown}");
    let shown = test.run(["show-plan", "c1", "--sides"]).code(0).stdout;
    assert!(shown.contains("what it would do to the file as it is now"), "{shown}");
}
