//! The line editor in which a person reads and decides.

use std::collections::BTreeSet;

use super::harness::{Test, listing};

#[test]
fn a_person_reads_and_decides_line_by_line_and_errors_end_nothing() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    // What the editor sends whenever it begins to read a line.
    let line = "\u{1b}[?2004h";
    let dialogue = [
        (line, "/approve 99\r"),
        (line, "/nonsense\r"),
        (line, "status\r"),
        (line, "/show-plan\r"),
        (line, "/approve 1\r"),
        ("[y/N] ", "y\n"),
        (line, "reject c3 because no\r"),
        (line, "/approve\r"),
        ("[y/N] ", "n\n"),
        (line, "/quit\r"),
    ];
    let ran = test.converse(&[], ["shell"], &dialogue).code(0);
    for part in [
        "99 changes were asked for, 3 are pending",
        "`/nonsense` is no command",
        "mode plan",
        "+b.txt",
        "Applied 1 of 1",
        "Rejected 1",
        "not approved",
    ] {
        assert!(ran.stdout.contains(part), "`{part}` is not in:\n{}", ran.stdout);
    }
    assert_eq!(test.states(), ["applied", "pending", "rejected"]);
    assert_eq!((test.text("a.txt").as_str(), test.content("b.txt")), ("a.txt\n", None));
}

#[test]
fn the_shell_needs_a_terminal() {
    let test = Test::planning();
    let ran = test.run_with(["shell"], b"/mode build\n");
    assert_ne!(ran.code, 0);
    assert_eq!(test.run(["mode", "--json"]).code(0).json()["mode"], "plan");
}

#[test]
fn a_pager_that_reads_nothing_showed_nothing_and_one_that_does_not_start_keeps_nothing_back() {
    for pager in ["true", "false", "head -c 0", "sleep 0.1", "exit 3"] {
        let test = Test::planning();
        test.queue_files(&["a.txt"]);
        let pager = [("PAGER", pager)];
        let _ = test.at_terminal_with(&pager, ["show-plan"], "").code(0);
        let _ = test.at_terminal_with(&pager, ["approve", "--yes"], "").code(3);
        assert_eq!(test.content("a.txt"), None);
    }
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let ran = test.at_terminal_with(&[("PAGER", "/no/such")], ["show-plan"], "").code(0);
    assert!(ran.stdout.contains("a.txt"), "{}", ran.stdout);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
}

#[test]
fn a_pager_that_was_left_early_showed_nothing() {
    let test = Test::planning();
    let long: String = "a line of a long file\n".repeat(20_000);
    let _ = test.queue("write_file", serde_json::json!({ "path": "long.txt", "content": long }));
    let pager = [("PAGER", "head -c 100 > /dev/null")];
    let _ = test.at_terminal_with(&pager, ["show-plan"], "").code(0);
    let _ = test.at_terminal_with(&pager, ["approve"], "yes\n").code(3);
    let _ = test.at_terminal_with(&pager, ["approve", "--yes", "--json"], "").code(3);
    let _ = test.at_terminal_with(&[("PAGER", "cat > /dev/null")], ["show-plan"], "").code(0);
    let _ = test.at_terminal_with(&pager, ["approve", "--yes"], "").code(0);
}

#[test]
fn an_approval_that_is_answered_before_opens_no_pager() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    let pager = [("PAGER", "cat > paged")];
    let ran = test.at_terminal_with(&pager, ["approve", "--yes"], "").code(3);
    assert!(ran.stdout.contains("+++ b/c.txt"), "{}", ran.stdout);
    assert!(ran.stdout.contains("not shown to you before in this form: c1-c3"), "{}", ran.stdout);
    assert_eq!(test.content("paged"), None);
    let _ = test.at_terminal_with(&pager, ["approve", "--yes"], "").code(0);
    assert!(test.content("c.txt").is_some());
}

#[test]
fn every_command_of_the_help_can_be_typed_into_claude_code_but_those_that_it_has_itself() {
    let test = Test::new();
    let _ = test.run(["init", "claude-code"]).code(0);
    let help = test.run(["help"]).code(0).stdout;
    let words = help.lines().flat_map(|line| line.split_whitespace().take_while(|word| !word.starts_with('[')));
    let named: BTreeSet<&str> = words.filter_map(|word| word.strip_prefix('/')).collect();
    let files = listing(&test.path(".claude/commands"));
    let installed: BTreeSet<&str> = files.iter().filter_map(|file| file.strip_suffix(".md")).collect();
    let missing: Vec<&str> = named.difference(&installed).copied().collect();
    assert_eq!(missing, ["help", "resume", "status"]);
    assert!(installed.is_subset(&named), "{installed:?}");
}

#[test]
fn every_help_is_there_where_it_is_asked_for() {
    let test = Test::new();
    let help = |args: &[&str]| {
        super::harness::ran(test.command().args(args).output().expect("the program starts")).code(0).stdout
    };
    assert!(help(&["plan", "--help"]).contains("rollback  Put back the files"));
    assert!(help(&["plan", "show", "--help"]).contains("--revision <N>"));
    assert!(help(&["help", "approve"]).contains("--keep-going"));
    let _ = test.run(["help", "nonsense"]).code(2);
    assert_eq!(test.run(["status", "--json"]).code(0).json()["mode"], "build", "a help is no task");
}
