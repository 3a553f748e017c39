//! `plangate demo`, played and typed.

use std::path::Path;
use std::process::Command;

use super::harness::{Ran, Test};

/// The folder that the demo said it works in.
fn place(ran: &Ran) -> &str {
    let start = ran.stdout.find("/plangate-demo-").expect("the demo names its folder");
    let begin = ran.stdout[..start].rfind(char::is_whitespace).map_or(0, |space| space + 1);
    let length = ran.stdout[begin..].find([',', ' ', '\n']).expect("the name ends");
    &ran.stdout[begin..begin + length]
}

/// Asserts that these stand in the text, in this order.
fn assert_in_order(text: &str, expected: &[&str]) {
    let mut rest = text;
    for piece in expected {
        let at = rest.find(piece).unwrap_or_else(|| panic!("`{piece}` is not there in time in:\n{text}"));
        rest = &rest[at + piece.len()..];
    }
}

#[test]
fn the_demo_projects_own_check_passes() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo-project");
    let ran = Command::new("sh").arg("check.sh").current_dir(project).output().expect("sh is there");
    assert!(ran.status.success());
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "ok     march.txt\n");
}

#[test]
fn the_piped_demo_plays_the_whole_path_and_leaves_nothing_behind() {
    let test = Test::new();
    let ran = test.run(["demo"]).code(0);
    assert_in_order(
        &ran.stdout,
        &[
            "> /plan add a total option",
            "runs: 7 lines",
            "runs: 6 data/march.txt",
            "`old_string` does not occur",
            "queued as c1",
            "[PLAN MODE] Change queued for approval",
            "runs: 8 lines, as queued",
            "main/tester",
            "queued as c5",
            "7 of 7 files are byte for byte as they were",
            "> /show-plan",
            "5 changes: 5 pending",
            "> /approve 3",
            "Applied 3 of 3 changes.",
            "2 remain pending.",
            "queued as c6",
            "it died of signal 9",
            "no answer, so it does not run",
            "is c6 already",
            "queued as c7",
            "> /resume",
            "4 pending, 3 applied",
            "> /show-plan c6 c7",
            "> /approve",
            "ok     march.txt",
            "Applied 4 of 4 changes.",
            "> /undo c7",
            "Undone 1 of 1.",
        ],
    );
    assert_eq!(ran.stderr, "");
    assert!(!Path::new(place(&ran)).exists());
    assert!(!test.home().exists(), "the demo opened the person's own data folder");
}

#[test]
fn no_line_of_the_piped_demo_is_wider_than_a_hundred_columns() {
    let ran = Test::new().run(["demo"]).code(0);
    for line in ran.stdout.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert!(!line.contains('\x1b'), "{line:?}");
    }
}

#[test]
fn a_person_at_a_terminal_types_the_decisions_of_the_demo() {
    let test = Test::new();
    // Enter takes what is suggested, the questions want a yes, two decisions are others than suggested.
    let typed = "\n\n/approve c1\ny\n\n\n/reject c7 because the list stays\n\ny\n\x04";
    let ran = test.at_terminal(["demo"], typed).code(0);
    assert_in_order(
        &ran.stdout,
        &[
            "[/plan add a total option] >",
            "[/show-plan] >",
            "[/approve 3] >",
            "Apply 1 of 5 (c1; 4 stay pending)? [y/N]",
            "Applied 1 of 1 change.",
            "6 pending, 1 applied",
            "[/show-plan c6 c7] >",
            "[/approve] >",
            "Rejected 1 change.",
            "[/undo c1] >",
            "Undone 1 of 1.",
            "That was it.",
        ],
    );
    assert!(!Path::new(place(&ran)).exists());
}

#[test]
fn who_leaves_the_demo_leaves_nothing_behind() {
    let test = Test::new();
    for answers in ["quit\n", "\n\n/frobnicate\n/quit\n", "\n\x04"] {
        let ran = test.at_terminal(["demo"], answers).code(0);
        assert!(!ran.stdout.contains("> /approve"), "{}", ran.stdout);
        assert!(!Path::new(place(&ran)).exists());
    }
    assert!(!test.home().exists());
}
