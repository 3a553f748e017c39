//! The rules against examples and against real tools.

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::classify::folder::Unseen;
use crate::model::AgentPath;

mod shapes;

fn call(tool: &str, args: Value, hints: ServerHints) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        args,
        cwd: "/".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints,
    }
}

/// A call as one judges it who looks at no disk.
fn assess(call: &ToolCall) -> Assessment {
    super::assess(call, &Unseen::around(call))
}

/// One line of `fixtures/corpora/mcp-tools.jsonl`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    server: String,
    tool: String,
    read_only_hint: Option<bool>,
    destructive_hint: Option<bool>,
    label: Verdict,
}

impl Sample {
    fn judge(&self, spelled: &str, trusted: bool) -> Assessment {
        let hints = if trusted {
            ServerHints {
                read_only_hint: self.read_only_hint,
                destructive_hint: self.destructive_hint,
                trusted,
                ..ServerHints::default()
            }
        } else {
            ServerHints::default()
        };
        assess(&call(spelled, json!({}), hints))
    }
}

fn corpus() -> Vec<Sample> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/corpora/mcp-tools.jsonl"));
    let text = text.expect("the corpus is in the repository");
    text.lines().map(|line| serde_json::from_str(line).expect("every line of the corpus is a sample")).collect()
}

/// The part of `fixtures/corpora/mcp-recalled.txt` that `part` opens, with a reading hint for every reading tool.
fn recalled(part: &str) -> Vec<Sample> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/corpora/mcp-recalled.txt"));
    let text = text.expect("the lists are in the repository");
    let (mut samples, mut server, mut within) = (Vec::new(), "", false);
    for line in text.lines() {
        let (label, tools) = match line.split_once(' ') {
            Some(("#", title)) => {
                within = title.starts_with(part);
                continue;
            }
            Some(("r", tools)) => (Verdict::Read, tools),
            Some(("w", tools)) => (Verdict::Write, tools),
            _ => {
                server = line;
                continue;
            }
        };
        samples.extend(tools.split_whitespace().filter(|_| within).map(|tool| Sample {
            server: server.to_owned(),
            tool: tool.to_owned(),
            read_only_hint: (label == Verdict::Read).then_some(true),
            destructive_hint: None,
            label,
        }));
    }
    samples
}

/// What a sample shows: how many writes and reads it has, and which of them were judged wrongly.
#[derive(Default)]
struct Errors {
    writes: usize,
    passed: Vec<String>,
    reads: usize,
    held: Vec<String>,
}

impl Errors {
    /// At most five writes in a thousand pass, at least `reads_floor` percent of the reads do.
    fn stay_below(&self, reads_floor: usize) {
        let Self { writes, passed, reads, held } = self;
        assert!(passed.len() * 1000 <= writes * 5, "too many of {writes} writes pass: {passed:?}");
        assert!((reads - held.len()) * 100 >= reads * reads_floor, "too many of {reads} reads are held: {held:?}");
    }
}

/// Judges a whole sample and prints both errors.
fn measure(title: &str, samples: &[Sample], trusted: bool, spell: impl Fn(&Sample) -> String) -> Errors {
    let mut errors = Errors::default();
    for sample in samples {
        let name = spell(sample);
        let verdict = sample.judge(&name, trusted).verdict;
        let (count, wrong) = match sample.label {
            Verdict::Write => (&mut errors.writes, &mut errors.passed),
            Verdict::Read => (&mut errors.reads, &mut errors.held),
        };
        *count += 1;
        if verdict != sample.label {
            wrong.push(name);
        }
    }
    let Errors { writes, passed, reads, held } = &errors;
    println!("{title}: {} of {writes} writes passed {passed:?}", passed.len());
    println!("{title}: {} of {reads} reads held {held:?}", held.len());
    errors
}

fn with_server(sample: &Sample) -> String {
    format!("mcp__{}__{}", sample.server, sample.tool)
}

#[test]
fn the_corpus_by_name_alone() {
    measure("by name", &corpus(), false, with_server).stay_below(90);
}

#[test]
fn the_corpus_with_the_hints_of_trusted_servers() {
    measure("trusted", &corpus(), true, with_server).stay_below(94);
}

#[test]
fn the_corpus_by_bare_names() {
    measure("bare", &corpus(), false, |s| s.tool.clone()).stay_below(90);
}

#[test]
fn the_recalled_lists_by_name_and_with_hints() {
    for part in ["A", "B", "C", "D", "E", "F", ""] {
        let samples = recalled(part);
        let title = |how: &str| if part.is_empty() { format!("all {how}") } else { format!("{part} {how}") };
        let by_name = measure(&title("by name"), &samples, false, with_server);
        let trusted = measure(&title("trusted"), &samples, true, with_server);
        let bare = measure(&title("bare"), &samples, false, |s| s.tool.clone());
        if part == "D" {
            by_name.stay_below(85);
            trusted.stay_below(92);
        }
        if part == "E" {
            by_name.stay_below(84);
            trusted.stay_below(96);
        }
        if part.is_empty() {
            by_name.stay_below(88);
            trusted.stay_below(96);
            bare.stay_below(87);
        }
    }
}

fn named(examples: &str) -> Vec<(String, Verdict)> {
    let lines = examples.lines().filter_map(|line| line.split_once(' '));
    let names = lines.flat_map(|(server, tools)| tools.split(' ').map(move |tool| format!("mcp__{server}__{tool}")));
    names.map(|name| (name.clone(), assess(&call(&name, json!({}), ServerHints::default())).verdict)).collect()
}

#[test]
fn examples_of_servers_outside_the_corpus() {
    let passed: Vec<_> = named(examples::WRITES).into_iter().filter(|(_, verdict)| *verdict == Verdict::Read).collect();
    let reads = named(examples::READS);
    let held: Vec<_> = reads.iter().filter(|(_, verdict)| *verdict == Verdict::Write).map(|(name, _)| name).collect();
    println!("examples: {} of {} writes passed {passed:?}", passed.len(), named(examples::WRITES).len());
    println!("examples: {} of {} reads held {held:?}", held.len(), reads.len());
    assert!(passed.is_empty(), "writes pass: {passed:?}");
    assert!((reads.len() - held.len()) * 100 >= reads.len() * 90, "too many reads are held: {held:?}");
}

#[test]
fn a_hint_takes_no_writing_verb_back() {
    let trusted = ServerHints { read_only_hint: Some(true), trusted: true, ..ServerHints::default() };
    let judged = |name: &str| assess(&call(name, json!({}), trusted)).verdict;
    let passed: Vec<_> =
        named(examples::AGAINST_HINTS).into_iter().filter(|(name, _)| judged(name) == Verdict::Read).collect();
    assert!(passed.is_empty(), "{passed:?}");
}

#[expect(clippy::needless_pass_by_value, reason = "a test reads better with the value in place")]
fn check(tool: &str, args: Value, expected: Verdict, rule: &str) {
    let assessment = assess(&call(tool, args.clone(), ServerHints::default()));
    let deciding = assessment.deciding().expect("every verdict rests on a fact");
    assert_eq!((assessment.verdict, deciding.rule.as_str()), (expected, rule), "{tool} {args}: {}", deciding.reason);
    assert!(deciding.span.is_some(), "{tool} {args}");
}

fn reads(tool: &str, args: Value, rule: &str) {
    check(tool, args, Verdict::Read, rule);
}

fn writes(tool: &str, args: Value, rule: &str) {
    check(tool, args, Verdict::Write, rule);
}

#[test]
fn an_argument_turns_a_write_into_a_read_only_for_tools_of_the_table() {
    reads("mcp__db__execute_sql", json!({"sql": "SELECT 1"}), "mcp.argument.sql");
    reads("mcp__db__query", json!({"query": "SELECT 1"}), "mcp.argument.sql");
    writes("mcp__db__execute_sql", json!({"sql": "DELETE FROM t"}), "mcp.argument.sql");
    writes("mcp__db__execute_sql", json!({}), "mcp.override");
    writes("mcp__db__execute_sql", json!({"sql": ["SELECT 1", "DROP TABLE t"]}), "mcp.argument.sql");
    writes("mcp__db__execute_sql", json!({"sql": {"text": "SELECT 1"}}), "mcp.argument");
    writes("mcp__db__execute_sql", json!({"sql": "SELECT 1", "query": "DROP TABLE t"}), "mcp.argument.sql");
    writes("mcp__db__save_sql", json!({"sql": "SELECT 1"}), "mcp.verb");
    reads("mcp__mongo__aggregate", json!({"pipeline": [{"$match": {"a": 1}}]}), "mcp.argument.pipeline");
    writes("mcp__mongo__aggregate", json!({"pipeline": [{"$match": {}}, {"$out": "t"}]}), "mcp.argument.pipeline");
    writes("mcp__mongo__aggregate", json!({"pipeline": "[{\"$merge\": {\"into\": \"t\"}}]"}), "mcp.argument.pipeline");
    let facet = json!({"pipeline": [{"$lookup": {"pipeline": [{"$merge": "t"}]}}]});
    writes("mcp__mongo__aggregate", facet, "mcp.argument.pipeline");
    reads("mcp__grafana__grafana_api_request", json!({"method": "get", "path": "/api"}), "mcp.argument.method");
    writes("mcp__grafana__grafana_api_request", json!({"method": "POST"}), "mcp.argument.method");
    writes("mcp__grafana__grafana_api_request", json!({"path": "/api"}), "mcp.override");
    reads("mcp__gh__graphql", json!({"query": "{ viewer { login } }"}), "mcp.argument.graphql");
    writes("mcp__gh__graphql", json!({"query": "mutation { a }"}), "mcp.argument.graphql");
    reads("mcp__k8s__kubectl_rollout", json!({"subCommand": "history"}), "mcp.argument.operation");
    writes("mcp__k8s__kubectl_rollout", json!({"subCommand": "undo"}), "mcp.argument.operation");
    writes("mcp__k8s__kubectl_context", json!({"operation": "set"}), "mcp.argument.operation");
    reads("mcp__k8s__kubectl_context", json!({"operation": "list"}), "mcp.argument.operation");
    reads("mcp__azure__kusto_query", json!({"query": "Logs | take 3"}), "mcp.argument.kusto");
    writes("mcp__azure__kusto_query", json!({"query": " .drop table T"}), "mcp.argument.kusto");
}

#[test]
fn an_argument_turns_a_read_into_a_write_for_every_tool() {
    reads("mcp__x__get_rows", json!({"sql": "SELECT 1"}), "mcp.verb");
    writes("mcp__x__get_rows", json!({"sql": "DELETE FROM t"}), "mcp.argument.sql");
    writes("mcp__x__get_rows", json!({"query": "drop table users"}), "mcp.argument.sql");
    writes("mcp__x__search", json!({"query": "mutation M { deleteAll }"}), "mcp.argument.graphql");
    writes("mcp__x__get_thing", json!({"method": "DELETE"}), "mcp.argument.method");
    writes("mcp__x__get_thing", json!({"action": "delete_all"}), "mcp.argument.operation");
    writes("mcp__x__get_thing", json!({"operation": "merge"}), "mcp.argument.operation");
    writes("mcp__x__get_thing", json!({"command": "rm -rf /"}), "shell.write");
    writes("mcp__x__get_report", json!({"outputPath": "/tmp/x"}), "mcp.argument.output");
    writes("mcp__x__get_image", json!({"save_to": "/tmp/x"}), "mcp.argument.output");
    writes("mcp__x__find_docs", json!({"pipeline": [{"$out": "t"}]}), "mcp.argument.pipeline");
}

#[test]
fn words_that_are_no_language_leave_a_read_alone() {
    for args in [
        json!({"query": "update on the outage"}),
        json!({"query": "is:open label:bug"}),
        json!({"method": "get_comments"}),
        json!({"action": "list"}),
        json!({"operation": "comparison of merges"}),
        json!({"outputPath": ""}),
        json!({"path": "src/main.rs", "output_format": "json"}),
        json!(null),
        json!([1]),
        json!("text"),
    ] {
        reads("mcp__x__search_issues", args, "mcp.verb");
    }
}

#[test]
fn hints_tighten_always_and_loosen_only_when_trusted() {
    let judge = |tool: &str, read_only, destructive, trusted| {
        let hints =
            ServerHints { read_only_hint: read_only, destructive_hint: destructive, trusted, ..ServerHints::default() };
        assess(&call(tool, json!({}), hints)).verdict
    };
    assert_eq!(judge("mcp__x__get_y", Some(false), None, true), Verdict::Write);
    assert_eq!(judge("mcp__x__get_y", None, Some(true), true), Verdict::Write);
    assert_eq!(judge("mcp__x__get_y", Some(true), Some(false), false), Verdict::Read);
    assert_eq!(judge("mcp__x__frobnicate", Some(true), None, false), Verdict::Write);
    assert_eq!(judge("mcp__x__frobnicate", Some(true), None, true), Verdict::Read);
    assert_eq!(judge("mcp__x__send_mail", Some(true), None, true), Verdict::Write);
    assert_eq!(judge("mcp__x__get_session", None, None, false), Verdict::Write);
    assert_eq!(judge("mcp__x__get_session", Some(true), None, false), Verdict::Write);
    assert_eq!(judge("mcp__x__get_session", Some(true), None, true), Verdict::Read);
    assert_eq!(judge("mcp__x__get_access_token", Some(true), None, true), Verdict::Write);
    assert_eq!(judge("mcp__azure__communication_email_send", Some(true), Some(false), true), Verdict::Write);
    assert_eq!(judge("mcp__azure__extension_azqr", Some(true), Some(false), true), Verdict::Write);
}

#[test]
fn a_trusted_hint_decides_about_a_query_in_no_known_language() {
    let judge = |tool: &str, args: Value, trusted| {
        let hints = ServerHints { read_only_hint: Some(true), trusted, ..ServerHints::default() };
        assess(&call(tool, args, hints)).verdict
    };
    let table = || json!({"table": "t", "key": {"id": 1}});
    assert_eq!(judge("mcp__metrics__execute_query", json!({"query": "rate(up[5m])"}), true), Verdict::Read);
    assert_eq!(judge("mcp__dynamo__query", table(), true), Verdict::Read);
    assert_eq!(judge("mcp__dynamo__query", table(), false), Verdict::Write);
    for args in [
        json!({"query": "DELETE FROM t"}),
        json!({"query": "kill 5"}),
        json!({"query": "/* x */ kill 5"}),
        json!({"query": ["up", "shutdown"]}),
        json!({"query": "SELECT f()"}),
        json!({"query": "up", "sql": "begin"}),
        json!({"table": "t", "delete": true}),
        json!({"query": "up", "save_to": "/x"}),
    ] {
        assert_eq!(judge("mcp__x__query", args.clone(), true), Verdict::Write, "{args}");
    }
    assert_eq!(judge("mcp__x__execute_sql", json!({"sql": "frobnicate"}), true), Verdict::Write);
}

#[test]
fn names_that_hide_their_letters_are_writes() {
    let long = format!("mcp__x__get_{}", "a".repeat(600));
    for name in ["mcp__x__get_\u{430}", "mcp__x__list\u{200b}", "get x", "", "___", "123", &long] {
        writes(name, json!({}), "mcp.unknown");
    }
}

#[test]
fn arguments_that_ask_a_reading_tool_for_more_are_writes() {
    for (tool, args) in [
        ("git__git_diff", json!({"target": "--output=x"})),
        ("git__git_show", json!({"revision": "--output=x"})),
        ("git__git_log", json!({"args": "HEAD --output=x"})),
        ("git__git_log", json!({"paths": ["a", "--output=x"]})),
        ("x__grep", json!({"pattern": "--pre=./evil"})),
        ("x__list_things", json!({"flags": ["-x"]})),
        ("k8s__kubectl_get", json!({"flags": "--raw /x"})),
        ("x__list_files", json!({"command": ["rm", "-rf", "x"]})),
        ("x__list_files", json!({"commands": ["ls", "rm x"]})),
        ("x__list_files", json!({"shell": "rm -rf x"})),
        ("x__list_files", json!({"exec": "rm -rf x"})),
        ("x__list_files", json!({"code": "rm('x')"})),
        ("x__get_page", json!({"expression": "document.forms[0].submit()"})),
        ("neo4j__read_neo4j_cypher", json!({"query": "MATCH (n) DETACH DELETE n"})),
        ("x__search", json!({"query": "MATCH (n) DETACH DELETE n"})),
        ("x__get_rows", json!({"sparql": "DELETE WHERE { ?s ?p ?o }"})),
        ("db__search", json!({"input": "drop table t"})),
        ("mongo__find", json!({"filter": {"$where": "f()"}})),
        ("mongo__find", json!({"filter": "{\"$where\": \"f()\"}"})),
        ("mongo__count", json!({"query": {"$expr": {"$function": {}}}})),
        ("x__get_screenshot", json!({"filename": "/tmp/x"})),
        ("x__get_file", json!({"dest": "/tmp/x"})),
        ("x__get_file", json!({"output": "/tmp/x"})),
        ("x__search_files", json!({"query": "a", "replace": "b"})),
        ("x__read_mail", json!({"mark_as_read": true})),
        ("x__read_file", json!({"options": {"write": "true"}})),
        ("x__fetch", json!({"url": "https://example.com", "body": "x"})),
        ("x__fetch", json!({"headers": {"X-HTTP-Method-Override": "DELETE"}})),
        ("x__execute_sql", json!({"sql": "select U&\"!006eextval\" UESCAPE '!' ('s')"})),
        ("x__get_rows", json!({"query": "select u&'x' from t"})),
        ("x__fetch", json!({"url": "https://example.com", "options": {"method": "POST"}})),
        ("x__fetch", json!({"url": "https://example.com", "fetchOptions": {"init": {"method": "put"}}})),
        ("x__get_rows", json!({"requests": [{"sql": "SELECT 1"}, {"sql": "DROP TABLE t"}]})),
        ("x__search", json!({"input": {"query": "mutation { a }"}})),
        ("x__get_message", json!({"ack": true})),
        ("x__get_message", json!({"autoAck": true})),
        ("x__get_message", json!({"no_ack": true})),
        ("x__get_message", json!({"ack_mode": "ack_requeue_false"})),
        ("x__validate_code", json!({"fix": true})),
        ("x__get_counter", json!({"reset": true})),
        ("x__get_logs", json!({"clear": true})),
        ("x__get_logs", json!({"rotate": "yes"})),
        ("x__get_report", json!({"notify": true})),
        ("x__get_report", json!({"options": {"download": true}})),
        ("x__get_report", json!({"export": 1})),
        ("x__get_plan", json!({"dry_run": false})),
        ("x__get_plan", json!({"dryRun": "false"})),
        ("x__get_report", json!({"email_to": "a@example.com"})),
        ("x__get_report", json!({"send_to": ["a@example.com"]})),
        ("x__get_report", json!({"webhookUrl": "https://example.com"})),
        ("x__get_report", json!({"options": {"callback_url": "https://example.com"}})),
        ("x__execute_command", json!({"command": "git status", "cwd": "/evil"})),
        ("x__execute_command", json!({"commands": ["ls", "git diff"], "cwd": "/evil"})),
        ("x__get_status", json!({"command": ["git", "status"], "workdir": "/evil"})),
        ("x__graphql", json!({"query": "query { a }", "extensions": {"persistedQuery": {"sha256Hash": "x"}}})),
        ("x__get_thing", json!({"extensions": {"persistedQuery": {}}})),
        ("x__evaluate_get", json!({})),
        ("x__show_launch", json!({})),
        ("x__read_mail_mark_as_read", json!({})),
    ] {
        let assessment = assess(&call(&format!("mcp__{tool}"), args.clone(), ServerHints::default()));
        assert_eq!(assessment.verdict, Verdict::Write, "{tool} {args}: {:?}", assessment.evidence);
    }
}

#[test]
fn plain_arguments_leave_a_reading_tool_alone() {
    for (tool, args) in [
        ("git__git_log", json!({"max_count": 5, "paths": ["src/a-b"], "since": "2 weeks ago"})),
        ("x__search_issues", json!({"query": "-label:bug", "sort": "updated", "delete": false})),
        ("x__get_country", json!({"code": "DE"})),
        ("maps__maps_directions", json!({"origin": "Bonn", "destination": "Berlin"})),
        ("x__list_pods", json!({"output": "json", "options": {"limit": 3}})),
        ("neo4j__read_neo4j_cypher", json!({"query": "MATCH (n:Create) RETURN n", "params": {"a": 1}})),
        ("mongo__find", json!({"filter": {"age": {"$gt": 3}}})),
        ("x__fetch", json!({"url": "https://example.com", "method": "GET"})),
        ("x__search_requests", json!({"filter": {"method": "POST"}, "exclude_archive": true})),
        ("x__get_message", json!({"ack": false, "ack_mode": "none", "fix_version": "1.2", "dry_run": true})),
        ("x__get_webhook", json!({"webhook_id": 3, "notify": false, "callback_url": ""})),
        ("x__execute_command", json!({"command": "git status", "cwd": "."})),
        ("x__execute_command", json!({"command": "ls -l", "cwd": "/elsewhere"})),
        ("x__graphql", json!({"query": "query { a }", "variables": {"a": 1}, "operationName": "x"})),
        ("x__read_file", json!({"path": "a", "last_update": "2024", "write": false})),
    ] {
        let assessment = assess(&call(&format!("mcp__{tool}"), args.clone(), ServerHints::default()));
        assert_eq!(assessment.verdict, Verdict::Read, "{tool} {args}: {:?}", assessment.evidence);
    }
}
