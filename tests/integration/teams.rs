//! A lead lets its teammates stop planning; what is written is still the person's to approve.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Ran, Test};

/// A call of an agent of the session `lead` at Claude Code's hook; `agent` as Claude Code names one, empty for the lead.
fn call(test: &Test, agent: &str, tool: &str, input: &Value) -> Value {
    in_session(test, "lead", agent, tool, input)
}

fn in_session(test: &Test, session: &str, agent: &str, tool: &str, input: &Value) -> Value {
    let mut payload = json!({
        "session_id": session, "cwd": test.root(), "permission_mode": "default", "hook_event_name": "PreToolUse",
        "tool_name": tool, "tool_use_id": "t", "tool_input": input,
    });
    if !agent.is_empty() {
        payload["agent_id"] = json!(agent);
        payload["agent_type"] = json!("general-purpose");
    }
    let answer = test.run_with(["hook", "claude-code"], payload.to_string().as_bytes()).stdout;
    serde_json::from_str(&answer).unwrap_or(Value::Null)
}

fn reason(answer: &Value) -> String {
    answer["hookSpecificOutput"]["permissionDecisionReason"].as_str().unwrap_or_default().to_owned()
}

fn write(test: &Test, agent: &str, name: &str) -> Value {
    call(test, agent, "Write", &json!({ "file_path": test.root().join(name), "content": name }))
}

fn leave(test: &Test, agent: &str, plan: &str) -> Value {
    call(test, agent, "ExitPlanMode", &json!({ "plan": plan, "planFilePath": "/plans/a.md" }))
}

fn teams(test: &Test) -> Value {
    test.run(["--session", "lead", "team", "--json"]).code(0).json()
}

fn request(test: &Test, n: usize) -> String {
    teams(test)["requests"][n]["request_id"].as_str().expect("a request").to_owned()
}

fn answer(test: &Test, agent: &str, request: &str, approve: bool) -> Value {
    let message =
        json!({ "type": "plan_approval_response", "request_id": request, "approve": approve, "feedback": "be brief" });
    call(test, agent, "SendMessage", &json!({ "to": "coder", "message": message }))
}

fn pending(test: &Test) -> Value {
    test.run(["--session", "lead", "status", "--json"]).code(0).json()["plan"]["pending"].clone()
}

/// A lead in plan mode that has started `coder`, which must plan, and `reader`, which need not.
fn team() -> Test {
    let test = Test::planning();
    let coder = json!({ "name": "coder", "team_name": "red", "mode": "plan", "prompt": "x", "description": "x" });
    let _ = call(&test, "", "Agent", &coder);
    let _ =
        call(&test, "", "Agent", &json!({ "name": "reader", "team_name": "red", "prompt": "x", "description": "x" }));
    test
}

const CODER: &str = "coder@red";

#[test]
fn a_teammate_that_must_plan_writes_nothing_before_its_lead_has_approved_and_then_into_the_queue() {
    let test = team();
    assert!(reason(&write(&test, CODER, "a.txt")).contains("must plan before it writes"));
    assert_eq!(pending(&test), Value::Null);
    let asked = reason(&leave(&test, CODER, "# Write a.txt"));
    assert!(asked.contains("waits for your lead as plan_approval-"), "{asked}");
    assert!(reason(&write(&test, CODER, "a.txt")).contains("must plan"));

    let request = request(&test, 0);
    let said = reason(&answer(&test, "", &request, true));
    assert!(said.contains("approved"), "{said}");
    let told = reason(&write(&test, CODER, "a.txt"));
    assert!(told.contains("was approved by main of session lead") && told.contains("be brief"), "{told}");
    assert!(reason(&write(&test, CODER, "a.txt")).contains("[PLAN MODE] Change queued for approval"));
    // The lead has approved a plan, and nothing that writes.
    assert_eq!(pending(&test), 1);
    assert_eq!(test.content("a.txt"), None);
    assert_eq!(test.run(["--session", "lead", "status", "--json"]).json()["mode"], "plan");
    let log = test.run(["--session", "lead", "mode", "--log", "--json"]).code(0).stdout;
    assert!(!log.contains("agent_proposed"), "{log}");
}

#[test]
fn a_rejected_plan_comes_back_with_what_the_lead_says_and_another_may_be_sent() {
    let test = team();
    let _ = leave(&test, CODER, "# One");
    let first = request(&test, 0);
    let _ = answer(&test, "", &first, false);
    let told = reason(&leave(&test, CODER, "# Two"));
    assert!(
        told.contains("was rejected") && told.contains("be brief") && told.contains("waits for your lead"),
        "{told}"
    );
    assert!(reason(&write(&test, CODER, "a.txt")).contains("must plan"));
    // An answered request is answered once.
    assert!(reason(&answer(&test, "", &first, true)).contains("is rejected already"));
    let _ = answer(&test, "", &request(&test, 1), true);
    assert_eq!(teams(&test)["requests"][1]["state"], "approved");
}

#[test]
fn a_plan_on_hold_waits_and_can_still_be_approved() {
    let test = team();
    let _ = leave(&test, CODER, "# One");
    let request = request(&test, 0);
    let held = json!({ "request_id": request, "answer": "hold", "feedback": "after lunch" });
    let _ = call(&test, "", "plan_approval_response", &held);
    let told = reason(&write(&test, CODER, "a.txt"));
    assert!(told.contains("put on hold") && told.contains("after lunch") && told.contains("must plan"), "{told}");
    let _ = answer(&test, "", &request, true);
    assert_eq!(teams(&test)["requests"][0]["state"], "approved");
}

#[test]
fn only_the_lead_answers_and_nobody_a_plan_of_their_own() {
    let test = team();
    let _ = leave(&test, CODER, "# One");
    let request = request(&test, 0);
    let by_itself = reason(&answer(&test, CODER, &request, true));
    assert!(by_itself.contains("only the lead"), "{by_itself}");
    assert!(reason(&answer(&test, "reader@red", &request, true)).contains("only the lead"));
    assert!(reason(&answer(&test, "0123456789abcdef", &request, true)).contains("only the lead"));
    let stranger = json!({ "request_id": request, "approve": true });
    assert!(reason(&in_session(&test, "other", "", "plan_approval_response", &stranger)).contains("only the lead"));
    // To be started again as one that need not plan lifts nothing.
    let _ = call(&test, "", "Agent", &json!({ "name": "coder", "prompt": "x", "description": "x" }));
    assert!(reason(&write(&test, CODER, "a.txt")).contains("must plan"));
    assert_eq!(teams(&test)["requests"][0]["state"], "waiting");
}

#[test]
fn a_teammate_that_planned_by_choice_leaves_freely_and_still_writes_into_the_queue() {
    let test = team();
    let left = leave(&test, "reader@red", "# Read");
    assert!(left["hookSpecificOutput"]["permissionDecision"].is_null(), "{left}");
    assert!(left.to_string().contains("Your own planning ends"), "{left}");
    assert_eq!(teams(&test)["requests"], json!([]));
    assert!(reason(&write(&test, "reader@red", "b.txt")).contains("Change queued for approval"));
    assert_eq!(test.content("b.txt"), None);
}

#[test]
fn without_a_plan_nothing_is_asked_and_the_same_plan_once_more_is_the_same_request() {
    let test = team();
    assert!(reason(&leave(&test, CODER, " ")).contains("must plan first"));
    let _ = (leave(&test, CODER, "# One"), leave(&test, CODER, "# One"));
    assert_eq!(teams(&test)["requests"].as_array().map(Vec::len), Some(1));
    let _ = leave(&test, CODER, "# Two");
    assert_eq!(teams(&test)["requests"][0]["state"], "superseded");
}

#[test]
fn in_build_mode_too_a_teammate_that_must_plan_does_not_write() {
    let test = team();
    let _ = test.at_terminal(["--session", "lead", "mode", "build"], "").code(0);
    assert!(reason(&write(&test, CODER, "a.txt")).contains("must plan"));
    let read = call(&test, CODER, "Read", &json!({ "file_path": test.root().join("a.txt") }));
    assert!(read["hookSpecificOutput"]["permissionDecision"].is_null(), "{read}");
}

#[test]
fn a_person_makes_a_session_a_teammate_of_another_and_answers_in_the_leads_place() {
    let test = Test::planning();
    let _ = call(&test, "", "Read", &json!({ "file_path": "x" }));
    let _ = in_session(&test, "mate", "", "Read", &json!({ "file_path": "x" }));
    let add = ["--session", "mate", "team", "add", "main", "--must-plan", "--lead", "lead"];
    let _: Ran = test.run(add).code(4);
    let _ = test.at_terminal(add, "").code(0);
    let write = json!({ "file_path": test.root().join("a.txt"), "content": "a" });
    assert!(reason(&in_session(&test, "mate", "", "Write", &write)).contains("must plan"));
    let _ = in_session(&test, "mate", "", "ExitPlanMode", &json!({ "plan": "# One" }));
    let request = request(&test, 0);
    // Its lead is told with its own next answer.
    let news = call(&test, "", "Write", &write);
    assert!(reason(&news).contains(&request), "{news}");
    let _ = test.run(["--session", "mate", "team", "answer", &request, "approve"]).code(4);
    let _ = test.at_terminal(["--session", "mate", "team", "answer", &request, "approve"], "").code(0);
    let told = reason(&in_session(&test, "mate", "", "Write", &write));
    assert!(told.contains("Change queued for approval") && told.contains("was approved by terminal"), "{told}");
}

#[test]
fn the_request_stands_in_the_mailbox_where_claude_code_looks() {
    let test = team();
    let red = test.path("../.claude/teams/red");
    let other = test.path("../.claude/teams/blue");
    for (folder, lead) in [(&red, "lead"), (&other, "another")] {
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(folder.join("config.json"), json!({ "leadSessionId": lead }).to_string()).expect("it can be written");
    }
    // A team that another session leads gets nothing, whatever the call names.
    let boss = json!({ "name": "boss", "team_name": "blue", "mode": "plan", "prompt": "x", "description": "x" });
    let _ = call(&test, "", "Agent", &boss);
    let _ = leave(&test, "boss@blue", "# Obey");
    assert!(!other.join("inboxes").exists());
    let _ = leave(&test, CODER, "# One");
    let inbox = fs::read_to_string(red.join("inboxes/team-lead.json")).expect("an inbox");
    let inbox: Value = serde_json::from_str(&inbox).expect("JSON");
    assert_eq!(
        (&inbox[0]["from"], &inbox[1]["from"], &inbox[1]["read"]),
        (&json!("boss"), &json!("coder"), &json!(false))
    );
    let asked: Value = serde_json::from_str(inbox[1]["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(asked["requestId"], json!(request(&test, 1)));
    assert_eq!((&asked["planContent"], &asked["planFilePath"]), (&json!("# One"), &json!("/plans/a.md")));
}

/// A call of an agent as Claude Code names one of a running team: by its name, in its type and in its id.
fn of_team(test: &Test, name: &str, tool: &str, input: &Value) -> Value {
    let payload = json!({
        "session_id": "lead", "cwd": test.root(), "permission_mode": "default", "hook_event_name": "PreToolUse",
        "tool_name": tool, "tool_use_id": "t", "tool_input": input,
        "agent_id": format!("a{name}-b701359260b01a59"), "agent_type": name,
    });
    let answer = test.run_with(["hook", "claude-code"], payload.to_string().as_bytes()).stdout;
    serde_json::from_str(&answer).unwrap_or(Value::Null)
}

/// Makes Claude Code's own record of a team that is led by this process, or by one that is none of ours.
fn running_team(test: &Test, process: u32) {
    let folder = test.path("../.claude/teams/session-lead");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let member = |name: &str| json!({ "name": name, "backendType": "in-process" });
    let team = json!({ "leadSessionId": "lead", "leadProcess": { "pid": process }, "members": [member("team-lead"), member("coder")] });
    fs::write(folder.join("config.json"), team.to_string()).expect("the file can be written");
}

fn inbox(test: &Test, name: &str) -> Value {
    let inbox = test.path("../.claude/teams/session-lead/inboxes").join(format!("{name}.json"));
    fs::read(inbox).map_or(Value::Null, |text| serde_json::from_slice(&text).expect("JSON"))
}

fn message(to: &str, text: &str) -> Value {
    json!({ "to": to, "summary": "x", "message": text, "recipient": to, "recipient_kind": "name" })
}

#[test]
fn a_member_of_a_running_team_is_known_by_its_name_and_sends_its_plan_as_a_message() {
    let test = team();
    running_team(&test, std::process::id());
    let file = json!({ "file_path": test.root().join("a.txt"), "content": "a" });
    assert!(reason(&of_team(&test, "coder", "Write", &file)).contains("must plan before it writes"));
    let sent = reason(&of_team(&test, "coder", "SendMessage", &message("team-lead", "# Write a.txt")));
    assert!(sent.contains("waits for your lead as plan_approval-"), "{sent}");
    assert_eq!(teams(&test)["requests"][0]["plan_content"], "# Write a.txt");
    assert!(inbox(&test, "team-lead")[0]["text"].as_str().expect("text").contains("plan_approval_request"));

    // Who waits for nothing but mail is woken by the answer, and told it once.
    let said = reason(&answer(&test, "", &request(&test, 0), true));
    assert!(said.contains("coder is told. "), "{said}");
    let mail = inbox(&test, "coder");
    assert!(mail[0]["text"].as_str().expect("text").contains("was approved by main of session lead"), "{mail}");
    let queued = reason(&of_team(&test, "coder", "Write", &file));
    assert!(queued.starts_with("[PLAN MODE] Change queued for approval"), "{queued}");
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn a_message_passes_only_where_it_is_certain_to_stay_with_agents_of_the_session() {
    let test = team();
    let send = |agent: &str, to: &str| {
        let message = message(to, "go on");
        let answer = if agent.is_empty() {
            call(&test, "", "SendMessage", &message)
        } else {
            of_team(&test, agent, "SendMessage", &message)
        };
        answer["hookSpecificOutput"]["permissionDecision"].clone()
    };
    assert_eq!(send("", "coder"), "deny", "no team is running");
    // A process that is none of those above the hook: the record of a team that is gone.
    running_team(&test, 4_194_303);
    assert_eq!(send("", "coder"), "deny");
    running_team(&test, std::process::id());
    assert_eq!(send("", "coder"), "allow");
    assert_eq!(send("reader", "team-lead"), "allow");
    for other in ["stranger", "coder [3fa9c1]", "session-2", ""] {
        assert_eq!(send("", other), "deny", "{other}");
    }
}
