//! Calls as real agents send them, and what they ask for.

use serde_json::json;

use super::*;
use crate::model::{AgentPath, ServerHints};

fn ask(tool: &str, args: Value) -> Result<Request, ArgumentError> {
    request(&ToolCall {
        tool: tool.to_owned(),
        args,
        cwd: "/w".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    })
}

fn edit(old: &str, new: &str, every: bool) -> FileEdit {
    FileEdit { old: old.into(), new: new.into(), every }
}

fn refused(tool: &str, args: Value, message: &str) {
    assert_eq!(ask(tool, args).expect_err(message).to_string(), message);
}

#[test]
fn every_agents_spelling_of_a_write_is_one_request() {
    let expected = Ok(Request::WriteFile { path: "a".into(), content: "x".into() });
    for (tool, args) in [
        ("Write", json!({"file_path": "a", "content": "x"})),
        ("write", json!({"filePath": "a", "content": "x"})),
        ("write_file", json!({"path": "a", "content": "x", "reason": "tidy"})),
        ("write_to_file", json!({"path": "a", "content": "x"})),
        ("create", json!({"path": "a", "file_text": "x"})),
        ("create_file", json!({"filePath": "a", "content": "x"})),
        ("mcp__acp__Write", json!({"file_path": "a", "content": "x"})),
        ("str_replace_based_edit_tool", json!({"command": "create", "path": "a", "file_text": "x"})),
        ("fs_write", json!({"command": "create", "path": "a", "file_text": "x"})),
        ("editor", json!({"path": "a", "new_text": "x"})),
        ("Write", json!({"file_path": "a", "path": "a", "content": "x"})),
    ] {
        assert_eq!(ask(tool, args.clone()), expected, "{tool} {args}");
    }
}

#[test]
fn every_agents_spelling_of_an_edit_is_one_request() {
    for (tool, args, every) in [
        ("Edit", json!({"file_path": "a", "old_string": "o", "new_string": "n", "replace_all": false}), false),
        ("edit", json!({"filePath": "a", "oldString": "o", "newString": "n", "replaceAll": true}), true),
        ("edit_file", json!({"path": "a", "old_string": "o", "new_string": "n"}), false),
        ("edit_file", json!({"path": "a", "edits": [{"oldText": "o", "newText": "n"}], "dryRun": false}), false),
        ("replace", json!({"file_path": "a", "instruction": "i", "old_string": "o", "new_string": "n"}), false),
        ("replace", json!({"file_path": "a", "old_string": "o", "new_string": "n", "expected_replacements": 3}), true),
        ("str_replace_editor", json!({"command": "str_replace", "path": "a", "old_str": "o", "new_str": "n"}), false),
        ("editor", json!({"path": "a", "old_text": "o", "new_text": "n"}), false),
        ("replace_string_in_file", json!({"filePath": "a", "oldString": "o", "newString": "n"}), false),
        ("search_replace", json!({"file_path": "a", "old_string": "o", "new_string": "n"}), false),
    ] {
        let expected = Ok(Request::EditFile { path: "a".into(), edits: vec![edit("o", "n", every)] });
        assert_eq!(ask(tool, args.clone()), expected, "{tool} {args}");
    }
    let several = json!({"file_path": "a", "edits": [
        {"old_string": "1", "new_string": "2"}, {"old_string": "3", "new_string": "", "replace_all": true},
    ]});
    let edits = vec![edit("1", "2", false), edit("3", "", true)];
    assert_eq!(ask("MultiEdit", several), Ok(Request::EditFile { path: "a".into(), edits }));
}

#[test]
fn files_are_deleted_and_moved_by_any_spelling() {
    assert_eq!(ask("delete_file", json!({"target_file": "a"})), Ok(Request::DeleteFile { path: "a".into() }));
    for args in [
        json!({"from": "a", "to": "b"}),
        json!({"source": "a", "destination": "b"}),
        json!({"path": "a", "newPath": "b"}),
    ] {
        assert_eq!(ask("move_file", args), Ok(Request::MoveFile { from: "a".into(), to: "b".into() }));
    }
}

#[test]
fn every_agents_spelling_of_a_command_is_one_request() {
    for (tool, args, cwd, timeout_ms) in [
        ("Bash", json!({"command": "make", "description": "d", "timeout": 120_000}), None, Some(120_000)),
        ("bash", json!({"command": "make", "cwd": "s", "timeout_ms": 5}), Some("s"), Some(5)),
        ("shell", json!({"command": ["bash", "-lc", "make"], "workdir": "/x"}), Some("/x"), None),
        ("exec_command", json!({"cmd": "make", "workdir": "/x", "tty": false}), Some("/x"), None),
        ("run_shell_command", json!({"command": "make", "dir_path": "s", "is_background": false}), Some("s"), None),
        ("run_shell_command", json!({"command": "make", "directory": "s"}), Some("s"), None),
        ("run_commands", json!({"commands": ["make"]}), None, None),
        ("execute_command", json!({"command": "make", "timeout": "30"}), None, Some(30_000)),
        ("run_in_terminal", json!({"command": "make", "timeoutSeconds": 2}), None, Some(2_000)),
    ] {
        let expected = Ok(Request::Command { command: "make".into(), cwd: cwd.map(str::to_owned), timeout_ms });
        assert_eq!(ask(tool, args.clone()), expected, "{tool} {args}");
    }
}

#[test]
fn a_patch_is_one_request_however_it_is_sent() {
    let patch = "*** Begin Patch\n*** Delete File: a\n*** End Patch";
    let expected = Ok(Request::Patch { parts: vec![PatchPart::Delete { path: "a".into() }] });
    for (tool, args) in [
        ("apply_patch", json!({"input": patch})),
        ("apply_patch", json!({"command": patch})),
        ("apply_patch", json!({"patchText": patch})),
        ("apply_patch", json!({"command": ["apply_patch", patch]})),
        ("shell", json!({"command": ["apply_patch", patch]})),
        ("Bash", json!({"command": format!("apply_patch <<'EOF'\n{patch}\nEOF\n")})),
    ] {
        assert_eq!(ask(tool, args.clone()), expected, "{tool} {args}");
    }
    let more = format!("apply_patch <<'EOF'\n{patch}\nEOF\nrm -rf b");
    assert!(matches!(ask("Bash", json!({"command": more})), Ok(Request::Command { .. })), "more than a patch");
}

#[test]
fn a_text_editor_inserts_and_appends_lines() {
    let hunk =
        |place, new: &[&str]| PatchHunk { place, old: vec![], new: new.iter().map(ToString::to_string).collect() };
    let expected = |hunk| {
        Ok(Request::Patch { parts: vec![PatchPart::Update { path: "a".into(), move_to: None, hunks: vec![hunk] }] })
    };
    let insert = json!({"command": "insert", "path": "a", "insert_line": 2, "new_str": "x\ny\n"});
    assert_eq!(ask("str_replace_editor", insert), expected(hunk(PatchPlace::AfterLine(2), &["x", "y"])));
    let append = json!({"command": "append", "path": "a", "new_str": "x"});
    assert_eq!(ask("fs_write", append), expected(hunk(PatchPlace::End, &["x"])));
}

#[test]
fn what_only_the_host_can_do_is_forwarded() {
    for (tool, args) in [
        ("mcp__files__write_file", json!({"path": "a", "content": "x"})),
        ("Bash", json!({"command": "npm run dev", "run_in_background": true})),
        ("bash", json!({"restart": true})),
        ("exec_command", json!({"cmd": "python", "tty": true})),
        ("NotebookEdit", json!({"notebook_path": "a", "new_source": "x"})),
        ("edit_file", json!({"target_file": "a", "instructions": "i", "code_edit": "// ..."})),
        ("str_replace_editor", json!({"command": "undo_edit", "path": "a"})),
        ("run_tests", json!({})),
        ("unheard_of", json!(null)),
    ] {
        assert_eq!(ask(tool, args.clone()), Ok(Request::Forward), "{tool} {args}");
    }
}

#[test]
fn a_missing_or_wrong_argument_is_explained_to_the_agent() {
    refused("write_file", json!({"content": "x"}), "`write_file` needs a string `path`");
    refused("write_file", json!({"path": 3, "content": "x"}), "`write_file` needs a string `path`");
    refused("write_file", json!(null), "`write_file` needs a string `path`");
    refused("Write", json!({"file_path": "a"}), "`Write` needs a string `content`");
    refused(
        "Write",
        json!({"path": "", "content": ""}),
        "`Write` cannot use `path`: a path is not empty and holds no NUL",
    );
    refused("Edit", json!({"file_path": "a", "old_string": "o"}), "`Edit` needs a string `new_string`");
    refused(
        "MultiEdit",
        json!({"file_path": "a", "edits": []}),
        "`MultiEdit` needs a list of edits, not empty, `edits`",
    );
    refused("Bash", json!({"command": ["ls", 3]}), "`Bash` needs a string `command`");
    refused("Bash", json!({"command": "ls\u{0}"}), "`Bash` cannot use `command`: a command holds no NUL");
    refused("Bash", json!({"command": "ls", "timeout": "soon"}), "`Bash` needs a number as `timeout`");
    refused("move_file", json!({"from": "a"}), "`move_file` needs a string `to`");
    refused(
        "Write",
        json!({"file_path": "a", "filePath": "b", "content": "x"}),
        "`Write` got `path` twice with different values",
    );
    refused(
        "apply_patch",
        json!({"input": "x"}),
        "`apply_patch` cannot use `input`: line 1 of the patch: expected `*** Begin Patch`",
    );
}
