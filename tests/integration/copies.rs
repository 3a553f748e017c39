//! What an agent sees of its own queued files, and how it edits them again.

use serde_json::json;

use crate::harness::Test;

#[test]
fn an_edit_of_the_copy_that_a_read_was_pointed_at_edits_the_queued_file() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "one", "new_string": "two" }));
    let read = test.call("Read", json!({ "file_path": "a.txt" }));
    let copy = read["rewrite"]["file_path"].as_str().expect("the read is pointed at a copy").to_owned();
    assert_eq!(std::fs::read_to_string(&copy).expect("the copy is there"), "two\n");

    let change = test.queue("Edit", json!({ "file_path": copy, "old_string": "two", "new_string": "three" }));
    assert_eq!(change["depends_on"], json!(["c1"]));
    assert_eq!(test.text("a.txt"), "one\n");
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("a.txt"), "three\n");
}

#[test]
fn a_command_that_reads_a_queued_file_is_told_that_the_disk_is_older() {
    let test = Test::planning().file("old.txt", "old\n");
    let _ = test.queue("write_file", json!({ "path": "new.txt", "content": "new\n" }));
    let told = |line: &str| {
        let reply = test.call("bash", json!({ "command": line }));
        assert_eq!(reply["decision"], "allow", "{line}");
        reply["message"].as_str().unwrap_or_default().to_owned()
    };
    assert!(told("cat new.txt | head -3").contains("Queued and not on disk yet: `new.txt` (c1)"));
    assert_eq!(told("cat old.txt"), "");
}
