//! Claude Code, from the first read to the last approval, and with the gate broken in every way we know.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use plangate::intercept::hook::install::install_claude_code;
use serde_json::{Value, json};

use crate::harness::{ClaudeCode, ClaudeTerminal, Model, Stage};

pub(crate) fn call(tool: &str, input: &Value) -> Value {
    json!({ "name": tool, "input": input })
}

pub(crate) fn turn(text: &str, tools: &[Value]) -> Value {
    json!({ "text": text, "tools": tools })
}

pub(crate) fn write(stage: &Stage, name: &str, content: &str) -> Value {
    call("Write", &json!({ "file_path": stage.file(name), "content": content }))
}

pub(crate) fn bash(command: &str) -> Value {
    call("Bash", &json!({ "command": command }))
}

/// A project with plangate installed by its own command.
pub(crate) fn guarded() -> Stage {
    let stage = Stage::new();
    let output = stage.plangate(&["init", "claude-code"]);
    assert!(output.status.success(), "{output:?}");
    stage
}

/// A guarded session in plan mode.
pub(crate) fn planning(stage: &Stage, model: &Model) -> ClaudeCode {
    let mut claude = ClaudeCode::start(stage, model);
    claude.say("/plan");
    claude
}

fn tour(stage: &Stage) -> Value {
    let edit = json!({ "file_path": stage.file("notes.txt"), "old_string": "two", "new_string": "TWO" });
    let spawn = json!({ "description": "Writes from below", "prompt": "SUBTASK: write your file",
        "subagent_type": "general-purpose", "run_in_background": false });
    json!([
        { "prompt": "take the tour", "turns": [
            turn("I read first.", &[call("Read", &json!({ "file_path": stage.file("notes.txt") }))]),
            turn("A new file.", &[write(stage, "new.txt", "new\n")]),
            turn("An edit.", &[call("Edit", &edit)]),
            turn("What is here?", &[bash("ls")]),
            turn("Away with the old.", &[bash("rm old.txt")]),
            turn("Somebody else may write.", &[call("Agent", &spawn)]),
            turn("And a folder.", &[bash("mkdir logs")]),
            turn("That was all.", &[]),
        ]},
        { "prompt": "SUBTASK", "turns": [turn("I write.", &[write(stage, "sub.txt", "from below\n")]), turn("Written.", &[])] },
        { "prompt": "how did it go", "turns": [turn("Well.", &[])] },
    ])
}

#[test]
fn a_session_writes_nothing_until_the_person_approves_and_goes_on_after_a_restart() {
    let stage = guarded();
    stage.write("notes.txt", "one\ntwo\n");
    stage.write("old.txt", "old\n");
    let before = stage.files();
    let model = stage.model(&tour(&stage));

    let mut claude = planning(&stage, &model);
    claude.say("take the tour");
    assert_eq!(stage.files(), before, "something was written unasked");
    let results = model.results("take the tour");
    assert_eq!(results[0], "1\tone\n2\ttwo\n3\t");
    assert!(results[3].contains("notes.txt"), "`ls` did not run: {}", results[3]);
    for queued in [1, 2, 4, 6] {
        assert!(results[queued].contains("[PLAN MODE] Change queued for approval"), "{}", results[queued]);
    }
    assert!(model.results("SUBTASK")[0].contains("[PLAN MODE] Change queued for approval"));

    let plan = stage.plan();
    let tools: Vec<&str> = plan.iter().map(|(tool, ..)| tool.as_str()).collect();
    assert_eq!(tools, ["Write", "Edit", "Bash", "Write", "Bash"]);
    for (at, (_, agent, state)) in plan.iter().enumerate() {
        assert_eq!(agent.starts_with("main/general-purpose-"), at == 3, "change {at} is of `{agent}`");
        assert_eq!(agent == "main", at != 3, "change {at} is of `{agent}`");
        assert_eq!(state, "pending");
    }

    let shown = claude.say("/show-plan");
    for part in ["new.txt", "TWO", "rm old.txt", "sub.txt", "mkdir logs"] {
        assert!(shown.contains(part), "`{part}` is not shown: {shown}");
    }
    claude.say("/approve 2");
    let mut expected = before.clone();
    expected.insert("new.txt".to_owned(), "new\n".to_owned());
    expected.insert("notes.txt".to_owned(), "one\nTWO\n".to_owned());
    assert_eq!(stage.files(), expected, "not exactly the first two were applied");

    let session = claude.session();
    claude.kill();
    let mut claude = ClaudeCode::resume(&stage, &model, &session);
    claude.say("how did it go");
    assert_eq!(model.times_told("is applied."), 2, "the model is told what became of c1 and c2");
    assert_eq!(model.times_told("queued and wait for the person"), 1, "the open plan is announced after the restart");
    claude.say("/show-plan");
    claude.say("/approve");
    expected.remove("old.txt");
    expected.insert("sub.txt".to_owned(), "from below\n".to_owned());
    expected.insert("logs/".to_owned(), String::new());
    assert_eq!(stage.files(), expected, "the rest was not applied");
    let states: Vec<String> = stage.plan().into_iter().map(|(.., state)| state).collect();
    assert_eq!(states, ["applied"; 5]);
    let shown = claude.say("/approve");
    assert!(shown.contains("no plan is pending"), "there is nothing left to approve: {shown}");

    claude.kill();
    ClaudeCode::resume(&stage, &model, &session).say("how did it go");
    assert_eq!(model.times_told("is applied."), 5, "each outcome is told once");
    assert_eq!(model.times_told("queued and wait for the person"), 1, "a plan that is done is announced again");
    for typed in ["/plan", "/show-plan", "/approve"] {
        assert!(!model.was_asked(typed), "`{typed}` reached the model");
    }
    assert!(model.was_asked("take the tour"));
}

#[test]
fn what_is_typed_in_the_terminal_reaches_plangate_and_not_the_model() {
    let stage = guarded();
    let model = stage.model(&one_write(&stage));
    let mut claude = ClaudeTerminal::start(&stage, &model);
    claude.wait_for("❯");
    // A name of Claude Code's own, and one that it does not know.
    claude.type_line("/plan");
    claude.wait_for("blocked");
    claude.type_line("begin");
    claude.wait_for("Done.");
    assert!(stage.files().is_empty(), "something was written unasked");
    claude.type_line("/show-plan");
    claude.wait_for("new.txt");
    claude.type_line("/approve 1");
    claude.wait_for("Applied");
    assert_eq!(stage.files().get("new.txt").map(String::as_str), Some("new\n"));
    for typed in ["/plan", "/show-plan", "/approve"] {
        assert!(!model.was_asked(typed), "`{typed}` reached the model");
    }
    assert!(model.was_asked("begin"));
}

#[test]
fn a_read_shows_what_is_queued() {
    let stage = guarded();
    let model = stage.model(&json!([{ "prompt": "begin", "turns": [
        turn("", &[write(&stage, "new.txt", "queued text\n")]),
        turn("", &[call("Read", &json!({ "file_path": stage.file("new.txt") }))]),
        turn("Done.", &[]),
    ]}]));
    planning(&stage, &model).say("begin");
    assert!(stage.files().is_empty());
    assert!(model.results("begin")[1].contains("queued text"), "{:?}", model.results("begin"));
}

#[test]
fn in_plan_mode_the_model_cannot_make_a_timer_that_types_for_the_person() {
    let stage = guarded();
    let model = stage.model(&timer(&stage, "begin"));
    planning(&stage, &model).say("begin");
    let answer = &model.results("begin")[1];
    assert!(!answer.contains("Scheduled"), "the timer was made: {answer}");
    assert!(answer.contains("PreToolUse:CronCreate hook error"), "{answer}");
}

#[test]
fn a_timer_that_was_made_before_plan_mode_cannot_approve() {
    let stage = guarded();
    let model = stage.model(&timer(&stage, "begin"));
    let mut claude = ClaudeCode::start(&stage, &model);
    claude.say("begin");
    assert!(model.results("begin")[1].contains("Scheduled"), "{:?}", model.results("begin"));
    // Typed here it might be the timer's word already.
    let output = stage.plangate(&["mode", "plan"]);
    assert!(output.status.success(), "{output:?}");
    claude.say("write it");
    claude.say("/show-plan");
    // Timers fire on the minute, with some seconds of grace.
    let shown = claude.answer(Duration::from_secs(100)).expect("the timer fires");
    assert!(shown.contains("refused"), "{shown}");
    assert!(stage.files().is_empty(), "the timer's `/approve` was obeyed");
}

/// The model makes a timer that types `/approve`, and on another prompt writes a file.
fn timer(stage: &Stage, prompt: &str) -> Value {
    let timer = json!({ "cron": "* * * * *", "prompt": "/approve", "recurring": false });
    json!([
        { "prompt": prompt, "turns": [
            turn("", &[call("ToolSearch", &json!({ "query": "select:CronCreate" }))]),
            turn("", &[call("CronCreate", &timer)]),
            turn("Done.", &[]),
        ]},
        { "prompt": "write it", "turns": [turn("", &[write(stage, "new.txt", "new\n")]), turn("Done.", &[])] },
    ])
}

#[test]
fn a_broken_store_denies_every_write() {
    let stage = guarded();
    let model = stage.model(&one_write(&stage));
    let mut claude = planning(&stage, &model);
    let data = stage.project().join("../data/plangate.db");
    for file in fs::read_dir(data.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            fs::write(&file, "this is no database").unwrap();
        }
    }
    claude.say("begin");
    assert!(stage.files().is_empty(), "a broken store let a write pass");
    assert!(model.results("begin")[0].contains("PreToolUse:Write hook error"), "{:?}", model.results("begin"));
}

fn one_write(stage: &Stage) -> Value {
    json!([{ "prompt": "begin", "turns": [turn("", &[write(stage, "new.txt", "new\n")]), turn("Done.", &[])] }])
}

/// Installs `program` (the text of a shell script, or none at all) in plangate's place and lets the model write.
/// Returns what the model was told of its write.
fn with_broken_gate(program: Option<&str>, change: impl Fn(&str) -> String) -> (Stage, String) {
    let stage = Stage::new();
    let place = stage.project().join("../plangate");
    if let Some(program) = program {
        fs::write(&place, format!("#!/bin/sh\n{program}\n")).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
    }
    install_claude_code(&stage.project().join(".claude/settings.json"), &place).unwrap();
    let settings = stage.project().join(".claude/settings.json");
    fs::write(&settings, change(&fs::read_to_string(&settings).unwrap())).unwrap();
    let model = stage.model(&one_write(&stage));
    ClaudeCode::start(&stage, &model).say("begin");
    let told = model.results("begin").remove(0);
    (stage, told)
}

fn unchanged(settings: &str) -> String {
    settings.to_owned()
}

fn without_on_failure(settings: &str) -> String {
    let changed = settings.replace("\"onFailure\": \"block\"", "\"once\": false");
    assert_ne!(changed, settings);
    changed
}

#[track_caller]
fn check_blocked(program: Option<&str>) {
    // The shell's `|| exit 2` and Claude Code's own `onFailure` each hold alone.
    for change in [unchanged, without_on_failure] {
        let (stage, told) = with_broken_gate(program, change);
        assert!(stage.files().is_empty(), "{program:?} let a write pass: {told}");
        assert!(told.starts_with("PreToolUse:Write hook error"), "{told}");
    }
}

#[test]
fn without_plangate_nothing_is_written() {
    check_blocked(None);
}

#[test]
fn a_plangate_that_fails_lets_nothing_pass() {
    check_blocked(Some("echo out of order >&2; exit 1"));
    check_blocked(Some("exit 101"));
}

#[test]
fn a_plangate_that_is_killed_lets_nothing_pass() {
    check_blocked(Some("kill -9 $$"));
    check_blocked(Some("kill -SEGV $$"));
}

#[test]
fn a_plangate_that_says_half_an_answer_and_dies_lets_nothing_pass() {
    check_blocked(Some(r#"printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDec'; kill -9 $$"#));
}

#[test]
fn a_plangate_that_does_not_answer_in_time_lets_nothing_pass() {
    let hasty = |settings: &str| settings.replace("\"timeout\": 60", "\"timeout\": 2");
    let (stage, told) = with_broken_gate(Some("sleep 20"), hasty);
    assert!(stage.files().is_empty(), "a time-out let a write pass");
    assert!(told.contains("timed out"), "{told}");
}

#[test]
fn a_gate_that_lets_pass_lets_pass() {
    // Without this, a project in which no write succeeds for another reason would pass the tests above.
    let (stage, told) = with_broken_gate(Some("cat >/dev/null"), unchanged);
    assert_eq!(stage.files().len(), 1, "{told}");
}

#[test]
fn settings_that_would_take_the_guard_away_do_not_take_effect_in_plan_mode() {
    let stage = guarded();
    let settings = stage.project().join(".claude/settings.json");
    let model = stage.model(&one_write(&stage));
    let mut claude = planning(&stage, &model);
    fs::write(&settings, "{}").unwrap();
    // Claude Code looks at its settings some seconds after they changed.
    std::thread::sleep(Duration::from_secs(5));
    claude.say("begin");
    assert!(stage.files().is_empty(), "without its hook plangate let a write pass");
}

#[test]
fn what_init_installs_it_removes_again() {
    let stage = guarded();
    assert!(Path::new(&stage.file(".claude/settings.json")).is_file());
    let output = stage.plangate(&["init", "claude-code", "--remove"]);
    assert!(output.status.success(), "{output:?}");
    assert!(!Path::new(&stage.file(".claude")).exists(), "something is left");
}
