//! Arguments in every shape that servers and agents give them.

use super::*;

/// A line of `fixtures/classify/mcp-arguments.jsonl`: arguments in every shape, and what they make of reading tools.
#[derive(Deserialize)]
struct Shaped {
    /// Without it, tools of several names are called.
    tool: Option<String>,
    args: Value,
    verdict: Verdict,
}

#[test]
fn arguments_speak_in_whatever_shape_they_come() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/classify/mcp-arguments.jsonl"));
    let mut wrong = Vec::new();
    for line in text.expect("the cases are in the repository").lines() {
        let case: Shaped = serde_json::from_str(line).expect("every line is a case");
        let tools =
            case.tool.map_or(vec!["get_data".to_owned(), "get_thing".to_owned(), "search".to_owned()], |t| vec![t]);
        for tool in tools {
            let found = assess(&call(&format!("mcp__x__{tool}"), case.args.clone(), ServerHints::default()));
            if found.verdict != case.verdict {
                wrong.push(format!("{tool} {}: {:?}", case.args, found.deciding()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_trusted_hint_covers_a_statement_under_another_name() {
    let hints = ServerHints { read_only_hint: Some(true), trusted: true, ..ServerHints::default() };
    for args in [
        json!({"text": "drop table t"}),
        json!({"query": {"sql": "drop table t"}}),
        json!({"stmt": "drop table t"}),
        json!({"queryText": "delete t"}),
        json!({"query_sql": "frobnicate t"}),
        json!({"query": "x; drop table t"}),
        json!({"query": "1; drop table t"}),
        json!({"query": "print 1 drop table t"}),
        json!({"query": "xp_cmdshell 'x'"}),
        json!({"query": "sp_rename 'a', 'b'"}),
        json!({"query": "FOR u IN users REMOVE u IN users"}),
        json!({"query": "DEL key"}),
        json!({"query": "flushall"}),
        json!({"query": "flashback table t to before drop"}),
        json!({"params": {"inner": ["{\"text\": \"kill 5\"}"]}}),
    ] {
        for tool in ["mcp__x__query", "mcp__x__run_query", "mcp__x__execute_query"] {
            assert_eq!(assess(&call(tool, args.clone(), hints)).verdict, Verdict::Write, "{tool} {args}");
        }
    }
    for args in [json!({"query": "sum(rate(up[5m])) by (job)"}), json!({"vector": [0.1, 0.2], "top_k": 3})] {
        assert_eq!(assess(&call("mcp__x__run_query", args.clone(), hints)).verdict, Verdict::Read, "{args}");
    }
}

#[test]
fn a_git_tool_reads_only_in_the_repository_of_the_agent() {
    let judge = |tool: &str, args: Value, hints| {
        let call = ToolCall { cwd: "/home/dev/project".into(), ..call(tool, args, hints) };
        assess(&call).verdict
    };
    let trusted = ServerHints { read_only_hint: Some(true), trusted: true, ..ServerHints::default() };
    for (tool, args) in [
        ("mcp__git__git_status", json!({"repo_path": "/elsewhere"})),
        ("mcp__git__git_log", json!({"repo_path": "/home/dev/project/vendored"})),
        ("mcp__git__git_diff", json!({"repoPath": "../other", "target": "main"})),
        ("mcp__git__status", json!({"options": {"cwd": "/elsewhere"}})),
        ("mcp__x__git_show", json!({"path": "/elsewhere", "revision": "HEAD"})),
        ("mcp__x__git_show", json!({"path": "/home/dev/project/../other"})),
        ("mcp__x__git_log", json!({"repo": "~/other"})),
    ] {
        for hints in [ServerHints::default(), trusted] {
            assert_eq!(judge(tool, args.clone(), hints), Verdict::Write, "{tool} {args}");
        }
    }
    for (tool, args) in [
        ("mcp__git__git_status", json!({"repo_path": "/home/dev/project"})),
        ("mcp__git__git_status", json!({"repo_path": "/home/dev/project/"})),
        ("mcp__git__git_log", json!({"repo_path": ".", "path": "src/main.rs"})),
        ("mcp__git__git_show", json!({"repo_path": "/home/dev/project", "path": "/home/dev/project/src/main.rs"})),
        ("mcp__github__get_commit", json!({"repo": "owner/name", "path": "/src"})),
        ("mcp__x__read_file", json!({"path": "/elsewhere/a"})),
    ] {
        assert_eq!(judge(tool, args.clone(), ServerHints::default()), Verdict::Read, "{tool} {args}");
    }
}
