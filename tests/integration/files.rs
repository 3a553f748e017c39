//! What a file is made of survives: bytes, line ends, permission bits, links, names.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

use serde_json::json;

use super::harness::{Test, ran};

/// Queues one edit of `a.txt`, approves it and returns the bytes it leaves.
fn edited(content: &[u8], old: &str, new: &str) -> Vec<u8> {
    let test = Test::planning().file("a.txt", content);
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": old, "new_string": new }));
    assert_eq!(test.content("a.txt").expect("it is there"), content, "it was changed before it was approved");
    let _ = test.decide(["approve", "--yes"]).code(0);
    let after = test.content("a.txt").expect("it is there");
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!(test.content("a.txt").expect("it is there"), content, "undo gave other bytes back");
    after
}

#[test]
fn no_byte_is_touched_that_was_not_proposed() {
    assert_eq!(edited(b"\x00\xff\xfe one \x80\n", " one ", " two "), b"\x00\xff\xfe two \x80\n");
    assert_eq!(edited(b"no newline at the end", "end", "END"), b"no newline at the END");
    assert_eq!(edited(b"\xef\xbb\xbfwith a mark\n", "with", "WITH"), b"\xef\xbb\xbfWITH a mark\n");
    assert_eq!(edited(b"a\r\nb\nc\rd\n", "c\rd", "C"), b"a\r\nb\nC\n");
    assert_eq!(edited(b"trailing  \n\n\n", "trailing", "x"), b"x  \n\n\n");
}

#[test]
fn an_old_string_with_line_feeds_fits_a_file_with_carriage_returns() {
    assert_eq!(edited(b"a\r\nb\r\nc\r\n", "a\nb\n", "A\nB\nnew\n"), b"A\r\nB\r\nnew\r\nc\r\n");
    assert_eq!(edited(b"a\r\nb\r\n", "b", "x\ny"), b"a\r\nx\r\ny\r\n");
}

#[test]
fn an_empty_file_is_written_shown_and_deleted() {
    let test = Test::planning().file("full.txt", "x").file("empty.txt", "");
    let _ = test.queue("write_file", json!({ "path": "new.txt", "content": "" }));
    let _ = test.queue("write_file", json!({ "path": "full.txt", "content": "" }));
    let _ = test.queue("edit_file", json!({ "path": "empty.txt", "old_string": "", "new_string": "now\n" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(
        (test.text("new.txt"), test.text("full.txt"), test.text("empty.txt")),
        (String::new(), String::new(), "now\n".into())
    );
    let _ = test.queue("delete_file", json!({ "path": "new.txt" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.content("new.txt"), None);
}

#[test]
fn a_large_binary_file_is_moved_deleted_and_brought_back() {
    let content: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let test = Test::planning().file("big.bin", &content);
    let _ = test.queue("move_file", json!({ "from": "big.bin", "to": "there.bin" }));
    let _ = test.queue("delete_file", json!({ "path": "there.bin" }));
    let shown = test.run(["show-plan"]).code(0);
    assert!(shown.stdout.contains("more not shown") && shown.stdout.contains("sha256"), "{}", shown.stdout);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!((test.content("big.bin"), test.content("there.bin")), (None, None));
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert!(test.content("big.bin").as_deref() == Some(&content), "other bytes came back");
}

#[test]
fn permission_bits_are_kept_and_new_files_get_the_usual_ones() {
    let test = Test::planning().file("run.sh", "old\n").file("secret", "old\n");
    let mode = |path: &str| fs::metadata(test.path(path)).expect("it is there").permissions().mode() & 0o7777;
    fs::set_permissions(test.path("run.sh"), fs::Permissions::from_mode(0o4755)).expect("ours");
    fs::set_permissions(test.path("secret"), fs::Permissions::from_mode(0o600)).expect("ours");
    let _ = test.queue("write_file", json!({ "path": "run.sh", "content": "new\n" }));
    let _ = test.queue("edit_file", json!({ "path": "secret", "old_string": "old", "new_string": "new" }));
    let _ = test.queue("move_file", json!({ "from": "run.sh", "to": "bin/run.sh" }));
    let _ = test.queue("write_file", json!({ "path": "plain", "content": "new\n" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    test.write("ordinary", "");
    assert_eq!((mode("bin/run.sh"), mode("secret"), mode("plain")), (0o4755, 0o600, mode("ordinary")));
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!((mode("run.sh"), mode("secret")), (0o4755, 0o600));
}

#[test]
fn a_change_of_permission_bits_alone_is_drift_and_the_new_proposal_keeps_them() {
    let test = Test::planning().file("a.txt", "a\n");
    let _ = test.queue("write_file", json!({ "path": "a.txt", "content": "b\n" }));
    let _ = test.run(["show-plan"]).code(0);
    fs::set_permissions(test.path("a.txt"), fs::Permissions::from_mode(0o600)).expect("ours");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    assert_eq!(test.text("a.txt"), "a\n");
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    let mode = fs::metadata(test.path("a.txt")).expect("it is there").permissions().mode() & 0o7777;
    assert_eq!((test.text("a.txt").as_str(), mode), ("b\n", 0o600));
}

#[test]
fn an_edit_goes_through_a_link_and_the_link_stays() {
    let test = Test::planning().file("real.txt", "one\n");
    symlink("real.txt", test.path("link.txt")).expect("a link can be made");
    let _ = test.queue("edit_file", json!({ "path": "link.txt", "old_string": "one", "new_string": "two" }));
    let again = test.queue("edit_file", json!({ "path": "real.txt", "old_string": "two", "new_string": "three" }));
    assert_eq!(again["depends_on"], json!(["c1"]), "both names mean one file");
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("real.txt"), "three\n");
    assert!(fs::symlink_metadata(test.path("link.txt")).expect("it is there").is_symlink());
}

#[test]
fn deleting_a_link_deletes_the_link() {
    let test = Test::planning().file("real.txt", "one\n");
    symlink("real.txt", test.path("link.txt")).expect("a link can be made");
    symlink("nowhere", test.path("broken.txt")).expect("a link can be made");
    let _ = test.queue("delete_file", json!({ "path": "link.txt" }));
    let _ = test.queue("delete_file", json!({ "path": "broken.txt" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(super::harness::listing(&test.root()), ["real.txt"]);
    let _ = test.at_terminal(["undo", "--yes"], "").code(0);
    assert_eq!(fs::read_link(test.path("link.txt")).expect("a link again").to_str(), Some("real.txt"));
}

#[test]
fn what_leaves_the_workspace_is_marked_however_it_leaves() {
    let test = Test::planning();
    let outside = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(outside.path().join("there.txt"), "there\n").expect("a file can be written");
    symlink(outside.path(), test.path("way-out")).expect("a link can be made");
    symlink(outside.path().join("there.txt"), test.path("link.txt")).expect("a link can be made");
    symlink(outside.path().join("not-yet.txt"), test.path("dangling.txt")).expect("a link can be made");
    let absolute = outside.path().join("absolute.txt");
    let calls = [
        ("write_file", json!({ "path": "way-out/new.txt", "content": "" })),
        ("write_file", json!({ "path": "../beside.txt", "content": "" })),
        ("write_file", json!({ "path": absolute, "content": "" })),
        ("write_file", json!({ "path": "dangling.txt", "content": "" })),
        ("edit_file", json!({ "path": "link.txt", "old_string": "there", "new_string": "x" })),
        ("bash", json!({ "command": "touch x", "cwd": "/" })),
    ];
    for (tool, args) in calls {
        let change = test.queue(tool, args);
        assert!(change["marks"].as_array().is_some_and(|marks| marks.contains(&json!("outside"))), "{change}");
    }
    let inside = test.queue("write_file", json!({ "path": "a/../b.txt", "content": "" }));
    assert_eq!(inside["marks"], json!([]));
    assert!(test.run(["show-plan"]).stdout.contains("(outside the workspace)"));
}

#[test]
fn a_folder_that_became_a_link_after_the_proposal_is_not_followed() {
    let test = Test::planning().file("dir/keep.txt", "");
    let outside = tempfile::tempdir().expect("a temporary folder can be made");
    let _ = test.queue("write_file", json!({ "path": "dir/new.txt", "content": "x" }));
    let _ = test.run(["show-plan"]).code(0);
    fs::rename(test.path("dir"), test.path("was-dir")).expect("ours");
    symlink(outside.path(), test.path("dir")).expect("a link can be made");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    assert_eq!(super::harness::listing(outside.path()), Vec::<String>::new());
    assert_eq!(test.states(), ["conflict"]);
}

#[test]
fn a_workspace_whose_name_is_no_text_works_from_end_to_end() {
    let test = Test::new();
    let root = test.path("").join(OsStr::from_bytes(b"caf\xe9 \xff"));
    fs::create_dir(&root).expect("any bytes name a folder");
    fs::write(root.join("a.txt"), "one\n").expect("a file can be written");
    let run = |args: &[&str]| {
        let mut command = test.command();
        command.args(args).current_dir(&root).stdin(Stdio::null());
        ran(command.output().expect("the program starts"))
    };
    let _ = run(&["mode", "plan"]).code(0);
    let token = test.token();
    let calls = "{\"tool\":\"edit_file\",\"args\":{\"path\":\"a.txt\",\"old_string\":\"one\",\"new_string\":\"two\"}}\n\
                 {\"tool\":\"write_file\",\"args\":{\"path\":\"b.txt\",\"content\":\"b\\n\"}}\n\
                 {\"tool\":\"bash\",\"args\":{\"command\":\"touch made-by-command\"}}\n";
    let mut command = test.command();
    command.arg("intercept").current_dir(&root).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), calls.as_bytes()).expect("it listens");
    let replies = ran(child.wait_with_output().expect("it ends")).code(0);
    assert_eq!(replies.stdout.matches("\"queued\"").count(), 3, "{}", replies.stdout);
    let shown = run(&["show-plan"]).code(0);
    assert!(shown.stdout.contains("+two"), "{}", shown.stdout);
    let _ = run(&["show-plan", "--json"]).code(0).json();
    let mut command = test.command();
    command.args(["approve", "--yes"]).current_dir(&root).stdin(Stdio::null()).env("PLANGATE_APPROVAL", &token);
    let _ = ran(command.output().expect("the program starts")).code(0);
    assert_eq!(fs::read_to_string(root.join("a.txt")).expect("it is there"), "two\n");
    assert!(root.join("b.txt").exists() && root.join("made-by-command").exists());
}

#[test]
fn names_with_odd_characters_are_files_like_others() {
    let test = Test::planning();
    let names = [
        "with space.txt",
        "-rf",
        "quo\"te'.txt",
        "new\nline.txt",
        "tab\t.txt",
        "ünï/日本.txt",
        "\u{202e}txt.exe",
        "c1",
        "*.rs",
    ];
    test.queue_files(&names);
    let shown = test.run(["show-plan"]).code(0);
    assert!(!shown.stdout.contains('\u{202e}'), "a mark that reverses text is printed as it is");
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    for name in names {
        assert_eq!(test.text(name), format!("{name}\n"));
    }
}
