//! Rows about tools, and the switches, which hold for both.

use serde_json::json;

use super::*;

#[test]
fn agents_own_writing_tools_and_what_brings_code_stay() {
    let names = [
        "Write",
        "write_file",
        "Edit",
        "Bash",
        "apply_patch",
        "NotebookEdit",
        "execute_code",
        "CronCreate",
        "delete_file",
        "use_mcp_tool",
    ];
    let text: String = names.map(|name| format!("[[allow]]\ntool = \"{name}\"\n")).concat();
    let policy = user(&format!("{text}[[allow]]\ntool = \"mcp__*\"\n[[allow]]\ntool = \"run_tests\"\n"));
    assert_eq!(policy.faults(), []);
    for name in names {
        assert_eq!(tool(&policy, name), Verdict::Write, "{name}");
    }
    assert_eq!(tool(&policy, "run_tests"), Verdict::Read);
    for args in [json!({"command": "rm a"}), json!({"code": "x"}), json!({"script": ["rm a"]})] {
        assert_eq!(
            classify_under(&call("mcp__box__frobnicate", args.clone()), &policy).verdict,
            Verdict::Write,
            "{args}"
        );
        assert_eq!(classify_under(&call("run_tests", args.clone()), &policy).verdict, Verdict::Write, "{args}");
    }
    assert_eq!(tool(&policy, "mcp__box__frobnicate"), Verdict::Read);
    let inner = json!({"server_name": "box", "tool_name": "frobnicate", "arguments": {"command": "rm a"}});
    assert_eq!(classify_under(&call("use_mcp_tool", inner), &policy).verdict, Verdict::Write);
}

#[test]
fn a_tool_that_confesses_to_write_has_to_be_named() {
    let hints = ServerHints { read_only_hint: Some(false), ..ServerHints::default() };
    let confessing = ToolCall { hints, ..call("mcp__linear__create_issue", json!({})) };
    let wild = user("[[allow]]\ntool = \"mcp__linear__*\"\n");
    assert_eq!(classify_under(&confessing, &wild).verdict, Verdict::Write);
    assert_eq!(tool(&wild, "mcp__linear__create_issue"), Verdict::Read);
    assert_eq!(tool(&wild, "mcp__other__create_issue"), Verdict::Write);
    let named = user("[[allow]]\ntool = \"mcp__linear__create_issue\"\n");
    assert_eq!(classify_under(&confessing, &named).verdict, Verdict::Read);
}

#[test]
fn a_queued_tool_is_queued_under_every_name() {
    let policy = repository(
        "[[queue]]\ntool = \"web_fetch\"\n[[queue]]\ntool = \"mcp__Linear__*\"\n[[queue]]\ntool = \"Read\"\noperands = [\"secrets/**\"]\n",
    );
    for name in ["WebFetch", "web_fetch", "mcp__acp__WebFetch", "mcp__linear__list_issues", "MCP__LINEAR__get"] {
        assert_eq!(tool(&policy, name), Verdict::Write, "{name}");
    }
    let fetch = json!({"server_name": "Linear", "tool_name": "list_issues"});
    assert_eq!(classify_under(&call("use_mcp_tool", fetch), &policy).verdict, Verdict::Write);
    let read = |path: &str| classify_under(&call("Read", json!({"file_path": path})), &policy).verdict;
    assert_eq!((read("/w/secrets/a"), read("/w/src/a")), (Verdict::Write, Verdict::Read));
}

#[test]
fn switches_hold_for_commands_and_tools() {
    let strict = repository("[reads]\nnetwork = \"queue\"\nsecrets = \"queue\"\n");
    writes(&strict, &["gh pr view 1", "cat .env", "timeout 5 kubectl get pods", "cat < ~/.ssh/id_rsa"]);
    reads(&strict, &["ls", "cat a.txt"]);
    assert_eq!(tool(&strict, "WebFetch"), Verdict::Write);
    assert_eq!(classify_under(&call("Read", json!({"file_path": "/w/.env"})), &strict).verdict, Verdict::Write);
    let http = user("[reads]\nplain_http = \"allow\"\n");
    let asks = ["curl -sS https://example.com/a.json", "wget -q -O - https://example.com"];
    reads(&http, &asks);
    writes(Policy::built_in(), &asks);
    writes(&http, &["curl -d x https://example.com", "curl -o f https://example.com", "wget https://example.com"]);
    assert!(http.judge_command("curl https://example.com").marks.contains(&Mark::Network));
}
