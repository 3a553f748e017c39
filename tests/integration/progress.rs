//! How far an apply is, told at a terminal below what happens.

use serde_json::json;

use super::harness::Test;

/// A file, and then a command that pauses within a line.
fn slow() -> Test {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("bash", json!({ "command": "touch x; echo one; printf tw; sleep 1.5; echo o; printf end" }));
    let _ = test.run(["show-plan"]).code(0);
    test
}

/// What a terminal shows in the end of what was written to it: a carriage return goes to the begin of the line, `ESC[2K`
/// clears it, `ESC[nA` goes up.
fn left_on_screen(written: &str) -> Vec<String> {
    let (mut lines, mut row, mut column) = (vec![String::new()], 0, 0);
    let mut rest = written;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            '\n' => (row, column) = (row + 1, 0),
            '\r' => column = 0,
            '\u{1b}' => {
                let end = rest.find(|c: char| c.is_ascii_alphabetic()).expect("an escape sequence ends");
                match &rest[..=end] {
                    "[2K" => lines[row].clear(),
                    up if up.ends_with('A') => row -= up[1..end].parse::<usize>().unwrap_or(1),
                    other => assert!(other.ends_with('m') || other.ends_with('l') || other.ends_with('h'), "{other}"),
                }
                rest = &rest[end + 1..];
            }
            letter => {
                let line = &mut lines[row];
                let kept: String = line.chars().take(column).chain([letter]).collect();
                *line = kept + &line.chars().skip(column + 1).collect::<String>();
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), String::new());
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn at_a_terminal_a_line_tells_how_far_it_is_and_leaves_nothing_behind() {
    let test = slow();
    let ran = test.at_terminal(["approve", "--yes"], "").code(0);
    for line in ["0/2 done, ", "1/2 done, 1s  c2 $ touch x; echo one"] {
        assert!(ran.stdout.contains(line), "{line}: {:?}", ran.stdout);
    }
    let command = "[2/2] c2 $ touch x; echo one; printf tw; sleep 1.5; echo o; printf end";
    let expected = ["[1/2] c1 + a.txt", command, "one", "two", "end", "      c2 created x", "Applied 2 of 2 changes."];
    assert_eq!(left_on_screen(&ran.stdout), expected, "{:?}", ran.stdout);
}

#[test]
fn into_a_pipe_or_as_json_or_at_a_simple_terminal_there_is_no_such_line() {
    let test = slow();
    let token = test.token();
    let piped = test.run_with_token(&token, ["approve", "--yes", "1"]).code(0);
    assert_eq!(piped.stdout, "Applied 1 of 1 change.\n1 remains pending.\n");
    let json = test.at_terminal(["approve", "--yes", "--json"], "").code(0).json();
    assert_eq!(json["applied"], json!(["c2"]));
    let test = slow();
    let simple = test.at_terminal_with(&[("TERM", "dumb")], ["approve", "--yes"], "").code(0);
    assert!(!simple.stdout.contains('\u{1b}') && !simple.stdout.contains(" done, "), "{:?}", simple.stdout);
}

#[test]
fn into_a_pipe_goes_what_failed_and_what_commands_print_and_nothing_of_what_went_well() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt"]);
    for command in ["touch -c none", "touch -c none; echo printed", "touch -c none; exit 3"] {
        let _ = test.queue("bash", json!({ "command": command }));
    }
    let names: Vec<String> = (0..12).map(|n| format!("{n}.txt")).collect();
    test.queue_files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let piped = test.run_with_token(&token, ["approve", "--yes"]).code(5).stdout;
    assert!(
        piped.starts_with("[4/17] c4 $ touch -c none; echo printed\nprinted\n[5/17] c5 $ touch -c none; exit 3\n"),
        "{piped}"
    );
    assert!(piped.contains("c5 failed: exit code 3") && piped.contains("      4 more were not begun\n"), "{piped}");
    assert!(!piped.contains("a.txt") && !piped.contains("c3"), "{piped}");
}

#[test]
fn a_change_that_was_not_begun_is_not_counted_as_done() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("bash", json!({ "command": "exit 3 > b.txt" }));
    test.queue_files(&["c.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let told = test.at_terminal(["approve", "--yes"], "").code(5).stdout;
    assert!(told.contains("2/3 done") && told.contains("c3 was not begun"), "{told:?}");
    assert!(!told.contains("3/3 done"), "{told:?}");
}
