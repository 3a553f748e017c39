//! What Claude Code really sent, understood; and replies as it was seen to take them.

use std::path::Path;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        parse(include_bytes!(concat!("../../../../fixtures/hooks/claude-code/", $name, ".json")))
            .expect("Claude Code sent this payload")
    };
}

fn call(message: HookMessage) -> ToolCall {
    match message.event {
        HookEvent::ToolCall(call) => call,
        other => panic!("not a tool call: {other:?}"),
    }
}

fn prompt(message: HookMessage) -> (String, PromptAuthor) {
    match message.event {
        HookEvent::Prompt { text, author } => (text, author),
        other => panic!("not a prompt: {other:?}"),
    }
}

#[test]
fn a_write_is_a_call_with_its_arguments_as_received() {
    let message = fixture!("pre-tool-use-write");
    assert_eq!(message.origin.session.as_str(), "ae00fe2b-a724-4f10-bfd6-efd242e9a783");
    assert_eq!(message.origin.permission_mode.as_deref(), Some("acceptEdits"));
    let call = call(message);
    assert_eq!(call.tool, "Write");
    assert_eq!(call.args, json!({ "file_path": "/home/person/proj/new.txt", "content": "brand new\n" }));
    assert_eq!(call.cwd, Path::new("/home/person/proj"));
    assert_eq!(call.agent, AgentPath::main());
    assert_eq!(call.tool_call_id.as_deref(), Some("toolu_00000003"));
    assert_eq!(call.reason, "");
}

#[test]
fn a_command_says_why_it_is_run() {
    let call = call(fixture!("pre-tool-use-bash"));
    assert_eq!(call.args["command"], "rm new.txt");
    assert_eq!(call.reason, "Remove the new file");
}

#[test]
fn a_description_that_an_mcp_tool_is_given_is_not_a_reason() {
    let args = json!({ "title": "x", "description": "the issue's text" });
    assert_eq!(stated_reason("mcp__github__create_issue", &args), "");
}

#[test]
fn every_tool_of_the_recorded_session_is_a_call() {
    for (message, tool) in [
        (fixture!("pre-tool-use-read"), "Read"),
        (fixture!("pre-tool-use-edit"), "Edit"),
        (fixture!("pre-tool-use-agent"), "Agent"),
    ] {
        assert_eq!(call(message).tool, tool);
    }
}

#[test]
fn a_spawned_agent_speaks_under_its_own_path_and_has_its_own_transcript() {
    let message = fixture!("pre-tool-use-write-in-subagent");
    assert_eq!(message.origin.agent.as_str(), "main/general-purpose-a934f447");
    let folder = "/home/person/.claude/projects/-home-person-proj/ae00fe2b-a724-4f10-bfd6-efd242e9a783";
    let expected = format!("{folder}/subagents/agent-a934f4475921ccbe1.jsonl");
    assert_eq!(message.origin.transcript.as_deref(), Some(Path::new(&expected)));
    assert_eq!(call(message).agent.as_str(), "main/general-purpose-a934f447");
}

#[test]
fn a_path_stays_one_path_whatever_an_agent_is_called() {
    let payload = br#"{"hook_event_name":"PreToolUse","session_id":"s","cwd":"/w","tool_name":"Write","tool_input":{},
        "agent_id":"../../x","agent_type":"a/b\u001b[31m"}"#;
    let message = parse(payload).expect("the payload is whole");
    assert_eq!(message.origin.agent.as_str(), "main/a-b--31m-..-..-x");
}

#[test]
fn a_typed_prompt_is_a_persons_as_far_as_can_be_told() {
    assert_eq!(prompt(fixture!("user-prompt-submit")), ("do the tour".to_owned(), PromptAuthor::Person));
    assert_eq!(prompt(fixture!("user-prompt-submit-slash")), ("/approve 2".to_owned(), PromptAuthor::Person));
}

#[test]
fn news_of_a_finished_agent_is_not_a_persons_prompt() {
    assert_eq!(prompt(fixture!("user-prompt-submit-task-notification")).1, PromptAuthor::Host);
}

#[test]
fn a_prompt_that_names_another_source_than_a_person_is_not_a_persons() {
    let check = |source: &str, expected: PromptAuthor| {
        let payload = json!({ "hook_event_name": "UserPromptSubmit", "session_id": "s", "cwd": "/w",
            "prompt": "/approve", "source": source });
        let message = parse(payload.to_string().as_bytes()).expect("the payload is whole");
        assert_eq!(prompt(message).1, expected, "{source}");
    };
    check("user", PromptAuthor::Person);
    check("sdk", PromptAuthor::Person);
    check("schedule_wakeup", PromptAuthor::Agent);
    check("loop_wakeup", PromptAuthor::Agent);
    check("system", PromptAuthor::Host);
    check("a source of tomorrow", PromptAuthor::Host);
}

#[test]
fn a_prompt_with_an_agent_id_is_an_agents() {
    let payload =
        br#"{"hook_event_name":"UserPromptSubmit","session_id":"s","cwd":"/w","prompt":"/approve","agent_id":"a1"}"#;
    assert_eq!(prompt(parse(payload).expect("the payload is whole")).1, PromptAuthor::Agent);
}

#[test]
fn a_session_tells_why_it_starts() {
    let source = |message: HookMessage| match message.event {
        HookEvent::SessionStart { source } => source,
        other => panic!("not a session start: {other:?}"),
    };
    assert_eq!(source(fixture!("session-start-startup")), SessionSource::Startup);
    assert_eq!(source(fixture!("session-start-resume")), SessionSource::Resume);
    assert_eq!(source(fixture!("session-start-clear")), SessionSource::Clear);
    assert_eq!(source(fixture!("session-start-compact")), SessionSource::Compact);
}

#[test]
fn the_end_of_an_answer_tells_of_prompts_that_the_model_scheduled() {
    let said = |scheduled_prompts, words: &str| HookEvent::Stop {
        continued_by_hook: false,
        scheduled_prompts,
        last_words: words.to_owned(),
    };
    let stop = said(0, "All done.");
    assert_eq!(fixture!("stop").event, stop);
    let stop = said(1, "timer set");
    assert_eq!(fixture!("stop-with-cron").event, stop);
    assert_eq!(fixture!("subagent-stop").event, HookEvent::SubagentStop);
}

#[test]
fn a_spawned_agent_is_announced_under_its_own_path() {
    let message = fixture!("subagent-start");
    assert_eq!(message.event, HookEvent::SubagentStart);
    assert_eq!(message.origin.agent.as_str(), "main/general-purpose-a934f447");
}

#[test]
fn a_question_to_the_person_is_asked_by_the_agents_host() {
    let reply = HookReply::Ask { text: "a write".to_owned() };
    let stdout = json!({ "hookSpecificOutput": { "hookEventName": "PreToolUse", "permissionDecision": "ask",
        "permissionDecisionReason": "a write" }});
    check("PreToolUse", &reply, &stdout, "", 0);
}

#[test]
fn a_change_of_settings_names_the_file() {
    let expected = HookEvent::ConfigChange {
        source: "project_settings".to_owned(),
        file: Some(PathBuf::from("/home/person/proj/.claude/settings.json")),
    };
    assert_eq!(fixture!("config-change").event, expected);
}

#[test]
fn what_plangate_has_no_part_in_is_passed_on_by_name() {
    for (message, name) in [(fixture!("post-tool-use-write"), "PostToolUse"), (fixture!("session-end"), "SessionEnd")] {
        assert_eq!(message.event, HookEvent::Other { name: name.to_owned() });
    }
}

#[test]
fn what_may_be_a_tool_call_but_is_not_understood_is_blocked() {
    for payload in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"hook_event_name":7,"session_id":"s","cwd":"/w"}"#,
        r#"{"hook_event_name":"PreToolUse","session_id":"s","cwd":"/w"}"#,
        r#"{"hook_event_name":"PreToolUse","session_id":"s","cwd":"/w","tool_name":"Write"}"#,
        r#"{"hook_event_name":"PreToolUse","session_id":"s","cwd":"/w","tool_name":["Write"],"tool_input":{}}"#,
        r#"{"hook_event_name":"PreToolUse","session_id":"","cwd":"/w","tool_name":"Write","tool_input":{}}"#,
        r#"{"hook_event_name":"PreToolUse","session_id":"s","tool_name":"Write","tool_input":{}}"#,
        r#"{"hook_event_name":"BeforeTool","session_id":"s","cwd":"/w","tool_name":"Write","tool_input":{}}"#,
        r#"{"hook_event_name":"BeforeTool","cwd":"/w"}"#,
    ] {
        let reply = parse(payload.as_bytes()).expect_err(payload).reply();
        assert_eq!(reply.exit_code, 2, "{payload}");
        assert!(reply.stderr.starts_with("plangate: "), "{payload}: {}", reply.stderr);
        assert!(reply.stdout.contains(r#""permissionDecision":"deny""#), "{payload}");
    }
}

#[test]
fn a_payload_that_is_not_utf_8_is_blocked() {
    assert_eq!(
        parse(b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"\xff\"}").expect_err("no text").reply().exit_code,
        2
    );
}

#[test]
fn a_broken_payload_of_a_harmless_event_blocks_nothing() {
    let reply = parse(br#"{"hook_event_name":"SessionStart","cwd":"/w"}"#).expect_err("no session").reply();
    assert_eq!(reply.exit_code, 1);
    assert_eq!(reply.stderr, "plangate: a `SessionStart` payload without `session_id`\n");
    assert_eq!(reply.stdout, "");
}

fn check(event: &str, reply: &HookReply, stdout: &Value, stderr: &str, exit_code: u8) {
    let rendered = render(event, reply);
    let said = if rendered.stdout.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&rendered.stdout).expect("replies are JSON")
    };
    assert_eq!(&said, stdout);
    assert_eq!(rendered.stderr, stderr);
    assert_eq!(rendered.exit_code, exit_code);
}

#[test]
fn to_pass_is_to_say_nothing() {
    check("PreToolUse", &HookReply::Pass, &Value::Null, "", 0);
    check("Stop", &HookReply::Tell { context: None, notice: None }, &Value::Null, "", 0);
}

#[test]
fn a_denial_is_said_in_every_way_at_once() {
    let reply = HookReply::Deny { text: "[PLAN MODE] no".to_owned(), context: None };
    let stdout = json!({ "decision": "block", "reason": "[PLAN MODE] no", "hookSpecificOutput": {
        "hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "[PLAN MODE] no" }});
    check("PreToolUse", &reply, &stdout, "[PLAN MODE] no\n", 2);
}

#[test]
fn a_read_may_be_pointed_elsewhere() {
    let input = json!({ "file_path": "/view/a.txt" });
    let reply = HookReply::Allow { updated_input: Some(input.clone()), context: Some("seen".to_owned()) };
    let stdout = json!({ "hookSpecificOutput": { "hookEventName": "PreToolUse", "additionalContext": "seen",
        "permissionDecision": "allow", "updatedInput": input }});
    check("PreToolUse", &reply, &stdout, "", 0);
}

#[test]
fn a_blocked_prompt_leaves_only_its_answer_on_the_screen() {
    let reply = HookReply::BlockPrompt { text: "applied 2".to_owned() };
    let stdout = json!({ "decision": "block", "reason": "applied 2", "hookSpecificOutput": {
        "hookEventName": "UserPromptSubmit", "suppressOriginalPrompt": true }});
    check("UserPromptSubmit", &reply, &stdout, "applied 2\n", 2);
}

#[test]
fn news_go_to_the_model_or_the_person_or_both() {
    let reply = HookReply::Tell { context: Some("a plan is open".to_owned()), notice: Some("2 pending".to_owned()) };
    let stdout = json!({ "systemMessage": "2 pending", "hookSpecificOutput": {
        "hookEventName": "SessionStart", "additionalContext": "a plan is open" }});
    check("SessionStart", &reply, &stdout, "", 0);
    let reply = HookReply::Tell { context: None, notice: Some("2 pending".to_owned()) };
    check("Stop", &reply, &json!({ "systemMessage": "2 pending" }), "", 0);
}

#[test]
fn a_change_of_settings_can_be_refused() {
    let reply = HookReply::RefuseConfigChange { text: "not now".to_owned() };
    check("ConfigChange", &reply, &json!({ "decision": "block", "reason": "not now" }), "not now\n", 2);
}
