//! The entry points, tool by tool.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{AgentPath, ServerHints};

fn call(tool: &str, args: Value) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        args,
        cwd: "/w".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a test reads better with the value in place")]
fn check(tool: &str, args: Value, expected: Verdict) {
    let assessment = classify(&call(tool, args.clone()));
    assert_eq!(assessment.verdict, expected, "{tool} {args}: {:?}", assessment.evidence);
    let deciding = assessment.deciding().expect("every verdict rests on a fact");
    assert!(
        !deciding.rule.is_empty() && !deciding.reason.is_empty() && deciding.span.is_some(),
        "{tool}: {deciding:?}"
    );
}

#[test]
fn known_tools_are_judged_by_their_rows() {
    for tool in [
        "Read",
        "Glob",
        "Grep",
        "LS",
        "list_files",
        "read_file",
        "view",
        "WebSearch",
        "web_fetch",
        "TodoWrite",
        "TaskCreate",
        "ToolSearch",
        "AskUserQuestion",
        "Task",
        "Agent",
        "BashOutput",
        "KillShell",
        "ExitPlanMode",
        "update_plan",
        "report_intent",
        "google_web_search",
        "codebase_search",
        "CronList",
    ] {
        check(tool, json!({}), Verdict::Read);
    }
    for tool in [
        "Write",
        "Edit",
        "MultiEdit",
        "NotebookEdit",
        "apply_patch",
        "delete_file",
        "move_file",
        "Bash",
        "shell",
        "write_stdin_now",
        "Skill",
        "CronCreate",
        "Workflow",
        "EnterWorktree",
        "RemoteTrigger",
        "save_memory",
        "execute_code",
        "run_tests",
        "unheard_of",
        "",
        "browser_action",
        "powershell",
        "use_mcp_tool",
    ] {
        check(tool, json!({}), Verdict::Write);
    }
}

#[test]
fn an_argument_decides_where_the_tool_leaves_it_open() {
    check("str_replace_editor", json!({"command": "view", "path": "a"}), Verdict::Read);
    check("str_replace_editor", json!({"command": "create", "path": "a"}), Verdict::Write);
    check("write_stdin", json!({"session_id": 1, "chars": ""}), Verdict::Read);
    check("write_stdin", json!({"session_id": 1, "chars": "rm -r .\n"}), Verdict::Write);
    check("Agent", json!({"prompt": "look"}), Verdict::Read);
    check("Agent", json!({"prompt": "look", "isolation": "worktree"}), Verdict::Write);
    check("attempt_completion", json!({"result": "done"}), Verdict::Read);
    check("attempt_completion", json!({"result": "done", "command": "rm -r ."}), Verdict::Write);
    check("use_mcp_tool", json!({"server_name": "gh", "tool_name": "list_issues", "arguments": "{}"}), Verdict::Read);
    check("use_mcp_tool", json!({"server_name": "gh", "tool_name": "create_issue", "arguments": {}}), Verdict::Write);
    check("use_mcp_tool", json!({"server_name": "db", "tool_name": "query", "arguments": "{\"sql\":"}), Verdict::Write);
}

#[test]
fn a_command_is_judged_alone_only_when_nothing_beside_it_changes_what_it_does() {
    for beside in [
        json!({"description": "look", "timeout": 5, "run_in_background": true}),
        json!({"timeout_ms": 5, "login": true, "yield_time_ms": 1, "max_output_tokens": 9, "justification": "look"}),
        json!({"explanation": "look", "isBackground": false, "Blocking": true, "SafeToAutoRun": true}),
        json!({"is_input": "false", "security_risk": "LOW", "requires_approval": false, "env": null}),
        json!({"workdir": "/w", "cwd": "/w", "cmd": "git status"}),
    ] {
        let mut args = beside;
        args["command"] = json!("git status");
        check("Bash", args, Verdict::Read);
    }
    for beside in [
        json!({"env": {"PATH": "."}}),
        json!({"env": {"GIT_DIR": "evil"}}),
        json!({"environment": ["PATH=."]}),
        json!({"shell": "./evil"}),
        json!({"is_input": "true"}),
        json!({"stdin": "x"}),
        json!({"args": ["-c", "core.pager=./evil"]}),
        json!({"unheard_of": 1}),
        json!({"cmd": "touch x"}),
        json!({"Command": "touch x"}),
        json!({"script": "touch x"}),
        json!({"cwd": "/w", "workdir": "/w/evil"}),
    ] {
        let mut args = beside;
        args["command"] = json!("git status");
        for tool in ["Bash", "shell", "Monitor", "attempt_completion"] {
            check(tool, args.clone(), Verdict::Write);
        }
    }
}

#[test]
fn a_language_server_reads_only_where_it_is_asked_a_question() {
    for operation in ["goToDefinition", "findReferences", "hover", "workspace/symbol", "textDocument/references"] {
        check("LSP", json!({"operation": operation, "filePath": "a.rs"}), Verdict::Read);
    }
    for operation in ["rename", "workspace/executeCommand", "formatting", "codeAction", "hover; rename"] {
        check("LSP", json!({"operation": operation}), Verdict::Write);
        check("lsp", json!({"operation": "hover", "method": operation}), Verdict::Write);
    }
    check("LSP", json!({"operation": ["rename"]}), Verdict::Write);
}

#[test]
fn a_known_reading_tool_that_is_asked_for_more_is_a_write() {
    check(
        "Grep",
        json!({"pattern": "--verbose", "path": "src", "-n": true, "-A": 3, "output_mode": "content"}),
        Verdict::Read,
    );
    check("view", json!({"path": "a", "forceReadLargeFiles": true}), Verdict::Read);
    check("WebFetch", json!({"url": "https://example.com", "prompt": "what is it?"}), Verdict::Read);
    check("Grep", json!({"pattern": "a", "args": "--pre=./evil"}), Verdict::Write);
    check("Grep", json!({"pattern": "a", "path": "--pre=./evil"}), Verdict::Write);
    check("search_files", json!({"query": "a", "replace": "b"}), Verdict::Write);
    check("read_file", json!({"path": "a", "write": true}), Verdict::Write);
    check("fetch", json!({"url": "https://example.com", "body": "x"}), Verdict::Write);
}

#[test]
fn configuration_is_trusted_in_the_agents_own_folder_alone() {
    for line in ["git status", "cd /w && git log -1", "cd . && git diff", "bash -c 'cd /w; git log'"] {
        check("Bash", json!({ "command": line }), Verdict::Read);
        check("shell", json!({ "command": line, "workdir": "/w" }), Verdict::Read);
        check("shell", json!({ "command": line, "workdir": "/w/evil" }), Verdict::Write);
    }
    for line in
        ["cd /w/evil && git status", "git -C /w/evil status", "git -C /w -C evil status", "cd /w; cd evil; git log"]
    {
        check("Bash", json!({ "command": line }), Verdict::Write);
    }
    for line in ["ls -la", "git -C /w status -s"] {
        check("Bash", json!({ "command": line }), Verdict::Read);
        check("shell", json!({ "command": line, "workdir": "/w/evil" }), Verdict::Read);
    }
}

#[test]
fn a_line_is_rewritten_only_where_overrides_are_all_that_it_lacks() {
    let rewritten = |args: Value| {
        let call = call("Bash", args);
        let found = classify(&call);
        overridden(&call, &found).and_then(|args| Some(args["command"].as_str()?.to_owned()))
    };
    for line in
        ["cd sub && git log --oneline -5", "git -C . log; cd sub; git branch -a", "(cd sub; git rev-parse HEAD)"]
    {
        let new = rewritten(json!({ "command": line, "timeout": 5 })).expect("the overrides suffice");
        assert!(new.starts_with("export GIT_OPTIONAL_LOCKS=0 ") && new.ends_with(&format!("; {line}")), "{new}");
    }
    for line in [
        "git log --oneline",
        "cd sub && git status",
        "cd sub && git log -p",
        "cd sub && git show",
        "cd sub && git diff --stat",
        "cd sub && git log --oneline; rm a",
        "cd sub && git log --oneline > a",
        "cd sub && git log --output=x",
        "cd sub && git ls-remote origin",
        "cd sub && cargo metadata --locked",
        "ls",
        "rm a",
    ] {
        assert_eq!(rewritten(json!({ "command": line })), None, "{line}");
    }
    assert!(rewritten(json!({ "command": "git log --oneline", "workdir": "sub" })).is_some());
    assert_eq!(rewritten(json!({ "command": ["bash", "-c", "cd sub; git log"] })), None);
}

#[test]
fn a_hint_that_says_write_is_heard_for_known_names_too() {
    let hints = ServerHints { read_only_hint: Some(false), ..ServerHints::default() };
    let assessment = classify(&ToolCall { hints, ..call("read_file", json!({})) });
    assert_eq!(assessment.verdict, Verdict::Write);
}

#[test]
fn reads_of_secrets_and_of_the_network_are_marked() {
    assert_eq!(classify(&call("Read", json!({"file_path": "/w/.env"}))).marks, [Mark::Secret]);
    assert_eq!(classify(&call("read_many_files", json!({"paths": ["a", "~/.ssh/id_rsa"]}))).marks, [Mark::Secret]);
    assert_eq!(classify(&call("mcp__fs__read_file", json!({"path": "k.pem"}))).marks, [Mark::Secret]);
    assert_eq!(classify(&call("WebFetch", json!({"url": "https://example.com"}))).marks, [Mark::Network]);
    assert_eq!(classify(&call("Read", json!({"file_path": "/w/a.rs"}))).marks, []);
}

#[test]
fn what_could_speak_as_the_person_is_refused_while_planning() {
    for tool in [
        "CronCreate",
        "ScheduleWakeup",
        "RemoteTrigger",
        "Workflow",
        "SendMessage",
        "cron_create",
        "mcp__scheduled-tasks__create_scheduled_task",
    ] {
        assert!(denied_in_plan_mode(tool).is_some(), "{tool} would be queued");
    }
    for tool in ["Write", "Bash", "CronList", "mcp__slack__send_message", "unheard_of"] {
        assert_eq!(denied_in_plan_mode(tool), None, "{tool}");
    }
}

#[test]
fn plan_transitions_are_known_and_change_nothing() {
    for tool in ["EnterPlanMode", "ExitPlanMode", "exit_plan_mode", "propose_mode", "switch_mode"] {
        assert!(is_plan_transition(tool), "{tool}");
        check(tool, json!({"plan": "x"}), Verdict::Read);
    }
    assert!(!is_plan_transition("Write") && !is_plan_transition("mcp__x__exit_plan_mode"));
}

#[test]
fn tests_belong_to_the_end_of_a_plan() {
    assert_eq!(phase(&call("run_tests", json!({}))), Phase::Validate);
    assert_eq!(phase(&call("write_file", json!({}))), Phase::Change);
    assert_eq!(phase(&call("bash", json!({"command": "rm a"}))), Phase::Change);
}

/// Texts near what the parsers look for, so that they are met from inside too.
fn fragments() -> impl Strategy<Value = String> {
    let parts = [
        "select ",
        "from t",
        "drop table t",
        ";",
        "'",
        "\"",
        "--",
        "/*",
        "*/",
        "[",
        "`",
        "$",
        "\\",
        "{",
        "}",
        "mutation ",
        "query ",
        "(",
        ")",
        "\n",
        "\r",
        "\0",
        "é",
        "日",
        "\u{202e}",
        "1",
        "2e",
        ".",
        "*** Begin Patch",
        "*** End Patch",
        "*** Update File: a",
        "*** Move to: b",
        "@@",
        "@@ x",
        "+",
        "-",
        " ",
        "*** End of File",
        "EOF",
        "get_",
        "Create",
        "mcp__",
        "__",
        "execute_sql",
        "list",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..12).prop_map(|parts| parts.concat())
}

const SPELLINGS: &[&str] = &[
    "Write",
    "Edit",
    "MultiEdit",
    "Bash",
    "shell",
    "run_commands",
    "apply_patch",
    "str_replace_editor",
    "use_mcp_tool",
    "mcp__db__execute_sql",
    "mcp__db__aggregate",
    "mcp__gh__graphql",
    "mcp__x__get_rows",
    "Read",
];

const KEYS: &[&str] = &[
    "path",
    "content",
    "old_string",
    "new_string",
    "edits",
    "command",
    "commands",
    "input",
    "sql",
    "query",
    "pipeline",
    "method",
    "action",
    "output_path",
    "tool_name",
    "arguments",
    "timeout",
    "insert_line",
    "cwd",
];

fn arguments_near() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        fragments().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(Value::Null),
        prop::sample::select(vec!["view", "create", "str_replace", "insert", "GET", "list", "SELECT 1"])
            .prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(3, 12, 4, |inner| {
        let keyed = (prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            prop::collection::vec(keyed, 0..3).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    let keyed = (prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned), tree);
    prop::collection::vec(keyed, 0..5).prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

proptest! {
    #[test]
    fn no_call_makes_the_classifier_panic(
        tool in prop_oneof![fragments(), prop::sample::select(SPELLINGS.to_vec()).prop_map(str::to_owned)],
        args in arguments_near(),
    ) {
        let call = call(&tool, args);
        let assessment = classify(&call);
        prop_assert!(assessment.deciding().is_some());
        let _ = (request(&call), phase(&call), denied_in_plan_mode(&tool), is_plan_transition(&tool));
        let drawing = wire::explain(&tool, &assessment);
        prop_assert!(!drawing.chars().any(|c| c.is_control() && c != '\n'), "{drawing:?}");
    }

    #[test]
    fn a_writing_argument_beside_others_never_makes_a_verdict_looser(args in arguments_near()) {
        let mut more = args.clone();
        more.as_object_mut().expect("arguments are an object").insert("sql_text".to_owned(), json!("DROP TABLE t"));
        for tool in ["mcp__db__execute_sql", "mcp__x__get_rows", "mcp__db__aggregate", "mcp__gh__graphql"] {
            prop_assert_eq!(classify(&call(tool, more.clone())).verdict, Verdict::Write);
        }
    }

    #[test]
    fn no_patch_makes_its_reader_panic(patch in fragments(), file in fragments()) {
        let framed = format!("*** Begin Patch\n*** Update File: a\n{patch}\n*** End Patch");
        for text in [patch, framed] {
            for part in patch::parse(&text).unwrap_or_default() {
                if let crate::model::PatchPart::Update { hunks, .. } = part {
                    let _ = patch::apply(&file, &hunks);
                }
            }
        }
    }

    #[test]
    fn no_line_makes_the_answer_anything_but_one_line(line in fragments()) {
        prop_assert!(!wire::answer_json(&line).contains('\n'));
    }
}
