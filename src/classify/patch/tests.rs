//! Patches read and carried out.

use super::*;

fn update(text: &str) -> Vec<PatchHunk> {
    let patch = format!("*** Begin Patch\n*** Update File: a\n{text}*** End Patch\n");
    match parse(&patch).expect("the patch is well formed").remove(0) {
        PatchPart::Update { hunks, .. } => hunks,
        other => panic!("{other:?} is no update"),
    }
}

fn check(before: &str, hunks: &str, after: &str) {
    assert_eq!(apply(before, &update(hunks)).as_deref(), Ok(after), "{hunks}");
}

fn refused(before: &str, hunks: &str) -> String {
    apply(before, &update(hunks)).expect_err("the hunk fits nowhere").to_string()
}

#[test]
fn a_patch_names_its_files_in_order() {
    let parts = parse(
        "*** Begin Patch\n*** Add File: new/a.txt\n+one\n+\n*** Delete File: b\n*** Update File: c\n*** Move to: d\n\
         @@ fn main() {\n ctx\n-old\n+new\n*** End Patch",
    );
    assert_eq!(
        parts,
        Ok(vec![
            PatchPart::Add { path: "new/a.txt".into(), content: "one\n\n".into() },
            PatchPart::Delete { path: "b".into() },
            PatchPart::Update {
                path: "c".into(),
                move_to: Some("d".into()),
                hunks: vec![PatchHunk {
                    place: PatchPlace::Behind(vec!["fn main() {".into()]),
                    old: vec!["ctx".into(), "old".into()],
                    new: vec!["ctx".into(), "new".into()],
                }],
            },
        ])
    );
}

#[test]
fn hunks_replace_add_and_remove_lines() {
    check("a\nb\nc\n", " a\n-b\n+B\n", "a\nB\nc\n");
    check("a\nb\nc\n", "@@\n-a\n@@\n c\n+d\n", "b\nc\nd\n");
    check("a\nb\n", "+c\n", "a\nb\nc\n");
    check("a\nb\na\nb\n", "-b\n+X\n*** End of File\n", "a\nb\na\nX\n");
    check("f\nx\ng\nx\n", "@@ g\n-x\n+y\n", "f\nx\ng\ny\n");
    check("f\nx\ng\nx\n", "@@ g\n+y\n", "f\nx\ng\ny\nx\n");
    check("a\n\nb\n", " a\n\n-b\n+c\n", "a\n\nc\n");
}

#[test]
fn line_ends_and_kept_lines_stay_as_the_file_has_them() {
    check("a\r\nb\r\n", " a\n-b\n+c\n", "a\r\nc\r\n");
    check("a  \nb\n", " a\n-b\n+c\n", "a  \nc\n");
    check("a\nb", "-b\n+c\n", "a\nc\n");
    check("a\nb", " b\n+c\n", "a\nb\nc\n");
}

#[test]
fn a_hunk_that_fits_nowhere_or_twice_is_refused() {
    assert_eq!(
        refused("a\n", "-b\n+c\n"),
        "hunk 1 of the patch does not fit: the file has no lines `b` ... where it looks for them"
    );
    assert_eq!(
        refused("a\na\n", "-a\n+c\n"),
        "hunk 1 of the patch fits 2 places; put a line above them behind `@@ ` to tell which"
    );
    assert!(refused("a\nb\n", "@@ nowhere\n-b\n").contains("`nowhere`"));
    assert!(refused("b\na\n", "-a\n@@\n-b\n").starts_with("hunk 2"), "hunks stand in the order of the file");
    assert!(refused("a\nb\n", "-a\n*** End of File\n").starts_with("hunk 1"));
}

#[test]
fn a_malformed_patch_says_which_line_and_why() {
    for (patch, message) in [
        ("", "line 1 of the patch: expected `*** Begin Patch`"),
        ("*** Begin Patch\n*** Add File: a\n+b", "line 3 of the patch: expected `*** End Patch` as the last line"),
        ("*** Begin Patch\n*** End Patch", "line 1 of the patch: the patch changes no file"),
        (
            "*** Begin Patch\n*** Update File: a\n*** End Patch",
            "line 2 of the patch: an updated file needs at least one hunk",
        ),
        (
            "*** Begin Patch\n*** Update File: a\n@@\n!x\n*** End Patch",
            "line 4 of the patch: a line of a hunk starts with a blank, `+` or `-`",
        ),
        (
            "*** Begin Patch\n*** Update File: a\n@@\n*** End Patch",
            "line 3 of the patch: a hunk needs at least one line",
        ),
    ] {
        assert_eq!(parse(patch).expect_err("this is no patch").to_string(), message, "{patch}");
    }
}

#[test]
fn a_here_document_around_the_patch_is_taken_off() {
    let parts = parse("<<'EOF'\n*** Begin Patch\n*** Delete File: a\n*** End Patch\nEOF\n");
    assert_eq!(parts, Ok(vec![PatchPart::Delete { path: "a".into() }]));
}
