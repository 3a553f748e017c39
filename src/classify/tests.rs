//! The entry points, tool by tool.

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
