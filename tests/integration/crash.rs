//! Processes die at any moment; what was answered stays, what was begun is finished or told.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread;

use serde_json::{Value, json};

use super::harness::{Test, listing, wait_for};

/// Streams proposals into an interceptor and kills it after `replies` answers; returns the answers that arrived whole.
fn killed_after(test: &Test, replies: usize, round: usize) -> Vec<Value> {
    let mut command = test.command();
    command.arg("intercept").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let writer = thread::spawn(move || {
        for n in 0..500 {
            let content = format!("{n}\n").repeat(200);
            let call = json!({ "id": n, "tool": "write_file", "args": { "path": format!("{round}/{n}.txt"), "content": content } });
            if writeln!(stdin, "{call}").is_err() {
                break;
            }
        }
    });
    let mut answered = Vec::new();
    let mut line = String::new();
    while stdout.read_line(&mut line).expect("the pipe can be read") > 0 {
        // The last line may have been cut by the kill; that answer never arrived.
        if let Ok(reply) = serde_json::from_str::<Value>(&line) {
            answered.push(reply);
        }
        line.clear();
        if answered.len() == replies {
            child.kill().expect("it can be killed");
        }
    }
    let _ = child.wait();
    writer.join().expect("the writer ends");
    answered
}

/// Makes of what is put down of proposals the intents to apply them.
const INTENDED: &str = "UPDATE journal SET kind = 'intent' WHERE kind = 'proposed'";

#[test]
fn every_change_that_was_answered_survives_a_kill() {
    let test = Test::planning();
    let mut answered: Vec<Value> = Vec::new();
    for (round, replies) in [1, 3, 10, 37, 60].into_iter().enumerate() {
        answered.extend(killed_after(&test, replies, round));
    }
    let kept = test.plan()["changes"].as_array().expect("changes").clone();
    assert!(answered.len() >= 111 && kept.len() >= answered.len(), "{} answered, {} kept", answered.len(), kept.len());
    for (n, change) in kept.iter().enumerate() {
        assert_eq!(change["order"], n + 1);
    }
    for reply in &answered {
        let order = usize::try_from(reply["change"]["order"].as_u64().expect("queued")).expect("small");
        assert_eq!(kept[order - 1]["digest"], reply["change"]["digest"], "{reply}");
    }
    let _ = test.run(["log", "--verify"]).code(0);
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.states(), vec!["applied"; kept.len()]);
}

#[test]
fn an_approval_killed_between_files_leaves_each_old_or_new_and_can_go_on() {
    for after in [0_usize, 7, 23] {
        let test = Test::planning();
        let names: Vec<String> = (0..40).map(|n| format!("{n:02}.txt")).collect();
        let old = "old\n".repeat(5000);
        let new = "new\n".repeat(5000);
        let calls: Vec<Value> = names
            .iter()
            .map(|name| {
                test.write(name, &old);
                json!({ "tool": "write_file", "args": { "path": name, "content": new } })
            })
            .collect();
        assert!(test.intercept(&calls).iter().all(|reply| reply["decision"] == "queued"));
        let _ = test.run(["show-plan"]).code(0);
        let token = test.token();
        let mut child = test.start_with_token(&token, ["approve", "--yes"]);
        wait_for("the file before the kill", || test.content(&names[after]).as_deref() == Some(new.as_bytes()));
        child.kill().expect("it can be killed");
        let _ = child.wait();

        let recovered = test.run(["status"]).code(0);
        assert!(
            recovered.stderr.lines().count() <= 1,
            "one wave at most was in flight, told in a line: {}",
            recovered.stderr
        );
        let states = test.states();
        let done = states.iter().take_while(|state| *state == "applied").count();
        assert!(done > after && states[done..].iter().all(|state| state == "approved"), "{states:?}");
        for (n, name) in names.iter().enumerate() {
            let expected = if n < done { &new } else { &old };
            assert!(test.text(name) == *expected, "{name} is neither old nor new, or not what its state says");
        }
        assert_eq!(listing(&test.root()), names, "something was left behind");
        if done < names.len() {
            assert!(test.run(["resume"]).code(0).stdout.contains(&format!("{} approved", names.len() - done)));
        }
        let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
        assert_eq!(test.states(), vec!["applied"; names.len()]);
        assert!(names.iter().all(|name| test.text(name) == new));
        let told = test.call("write_file", json!({ "path": "later.txt", "content": "" }));
        let told = told["message"].as_str().expect("text");
        for n in 1..=names.len() {
            let heard = told.matches(&format!("c{n} (")).count();
            assert!(heard <= 1, "c{n} is told {heard} times: {told}");
        }
        assert!(told.contains("applied"), "{told}");
        let _ = test.run(["show-plan"]).code(0);
        let _ = test.run_with_token(&token, ["reject", "--yes"]).code(0);
        assert!(test.run(["resume"]).code(0).stdout.contains("no plan is pending"), "a decided plan is announced");
        let _ = test.run(["log", "--verify"]).code(0);
    }
}

#[test]
fn a_conflict_that_recovery_finds_becomes_a_proposal_where_both_changes_fit() {
    let lines = |first: &str, last: &str| format!("{first}\na\nb\nc\n{last}\n");
    let test = Test::planning();
    let names: Vec<String> = (0..60).map(|n| format!("{n:02}.txt")).collect();
    for (n, name) in names.iter().enumerate() {
        // What is large is written slowly.
        let more = if n < 59 { "more\n".repeat(20_000) } else { String::new() };
        test.write(name, lines("one", "two") + &more);
        let _ = test.queue("edit_file", json!({ "path": name, "old_string": "one", "new_string": "ours" }));
    }
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut child = test.start_with_token(&token, ["approve", "--yes"]);
    // All are staged before the first is in its place.
    wait_for("the first stage", || listing(&test.root()).iter().any(|name| name.starts_with(".plangate-")));
    child.kill().expect("it can be killed");
    let _ = child.wait();
    // As if it had been killed when it had put down what would happen.
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.execute_batch(INTENDED).expect("it is recorded");
    let last = &names[59];
    assert_eq!(test.text(last), lines("one", "two"), "it was killed too late");
    test.write(last, lines("one", "theirs"));
    let told = test.run(["status"]).code(0).stderr;
    assert!(told.contains("c60: taken back") && told.contains("both changes fit together"), "{told}");
    assert_eq!(test.text(last), lines("one", "theirs"));
    let shown = test.run_with_token(&token, ["approve", "--yes"]);
    assert_eq!(shown.code, 3, "what nobody has seen was approved: {}", shown.stdout);
    let _ = test.run(["show-plan"]).code(0);
    assert_eq!(test.states()[59], "pending");
    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
    assert_eq!(test.text(last), lines("ours", "theirs"));
}

#[test]
fn a_command_whose_applier_was_killed_is_interrupted_and_never_run_again_by_itself() {
    let test = Test::planning();
    let command = "echo x >> runs; echo $$ > pid; touch started; exec sleep 300";
    let _ = test.queue("bash", json!({ "command": command }));
    test.queue_files(&["after.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut child = test.start_with_token(&token, ["approve", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    child.kill().expect("it can be killed");
    let _ = child.wait();
    let orphan = test.text("pid").trim().parse().expect("a number of a process");
    let refused = test.run_with_token(&token, ["retry", "c1", "--yes"]).code(4);
    assert!(refused.stderr.contains(&format!("`c1` still runs as process {orphan}")), "{}", refused.stderr);
    let told = test.run(["status"]).code(0);
    assert!(told.stdout.contains(&format!("c1 was interrupted and still runs as process {orphan}")), "{}", told.stdout);
    let behind = test.run_with_token(&token, ["approve", "--yes"]).code(4);
    assert!(behind.stderr.contains("nothing behind it begins"), "{}", behind.stderr);
    assert_eq!(test.content("after.txt"), None);
    // It is nobody's child now; what it may still do is why its outcome is unknown.
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(orphan), nix::sys::signal::Signal::SIGKILL);

    assert!(refused.stderr.contains("recovered: c1: interrupted"), "{}", refused.stderr);
    let recovered = test.run(["resume"]).code(0);
    assert!(recovered.stdout.contains("1 approved, 1 interrupted"), "{}", recovered.stdout);
    let again = test.run(["resume"]).code(0);
    assert_eq!(again.stderr, "", "what was settled is told once");
    assert_eq!(test.states(), ["interrupted", "approved"]);
    assert!(
        test.change(1)["error"].as_str().is_some_and(|error| error.contains("may have done nothing, a part or all"))
    );

    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
    assert_eq!(
        (test.text("runs").as_str(), test.states()),
        ("x\n", vec!["interrupted".to_owned(), "applied".to_owned()])
    );
    let _ = test.run_with_token(&token, ["skip", "c1", "--done"]).code(0);
    assert_eq!(test.states(), ["applied", "applied"]);
    assert!(test.run(["resume"]).code(0).stdout.contains("no plan is pending"));
}

/// An approval that was killed while its command ran.
fn killed_in_a_command() -> Test {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "echo $$ > pid; touch started; exec sleep 300" }));
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut child = test.start_with_token(&token, ["approve", "--yes"]);
    wait_for("the command's start", || test.content("started").is_some());
    child.kill().expect("it can be killed");
    let _ = child.wait();
    let orphan = test.text("pid").trim().parse().expect("a number of a process");
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(orphan), nix::sys::signal::Signal::SIGKILL);
    test
}

/// The state of the first change, as the store has it: every command that could be asked settles it first.
fn state_in_store(test: &Test) -> String {
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.query_row("SELECT state FROM change WHERE n = 1", [], |row| row.get(0)).expect("there is a change")
}

#[test]
fn what_a_crash_left_is_settled_by_whichever_door_comes_next() {
    let hook = |event: &str, more: Value| {
        let mut payload = json!({ "session_id": "s1", "hook_event_name": event });
        payload.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        payload
    };
    let call = hook("PreToolUse", json!({ "tool_name": "Read", "tool_input": { "file_path": "started" } }));
    let prompt = hook("UserPromptSubmit", json!({ "prompt": "Go on." }));
    for mut payload in [call, prompt] {
        let test = killed_in_a_command();
        assert_eq!(state_in_store(&test), "applying");
        payload["cwd"] = json!(test.root());
        let told = test.run_with(["hook", "claude-code"], payload.to_string().as_bytes()).code(0);
        assert!(told.stdout.contains("recovered: c1: interrupted"), "{told:?}");
        assert_eq!(state_in_store(&test), "interrupted");
    }
    let test = killed_in_a_command();
    let call = json!({ "id": 1, "tool": "read_file", "args": { "path": "started" } });
    let told = test.run_with(["intercept"], call.to_string().as_bytes()).code(0);
    assert!(told.stderr.contains("recovered: c1: interrupted"), "{}", told.stderr);
    assert_eq!(state_in_store(&test), "interrupted");
}

#[test]
fn an_undo_killed_in_the_middle_is_finished_by_the_next_command() {
    let test = Test::planning();
    let names: Vec<String> = (0..30).map(|n| format!("{n:02}.txt")).collect();
    test.queue_files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let token = test.token();
    let _ = test.run(["show-plan"]).code(0);
    let _ = test.run_with_token(&token, ["approve", "--yes"]).code(0);
    let mut child = test.start_with_token(&token, ["undo", "--yes"]);
    wait_for("the first file's end", || test.content(&names[29]).is_none());
    child.kill().expect("it can be killed");
    let _ = child.wait();
    let _ = test.run(["status"]).code(0);
    let states = test.states();
    for (name, state) in names.iter().zip(&states) {
        assert_eq!(test.content(name).is_some(), state == "applied", "{name} is {state}");
    }
    assert!(states.iter().all(|state| state == "applied" || state == "undone"), "{states:?}");
    assert!(!listing(&test.root()).iter().any(|name| name.contains(".plangate")), "something was left behind");
}

#[test]
fn a_killed_writer_does_not_keep_the_others_from_writing() {
    let test = Test::planning();
    for round in 0..5 {
        let _ = killed_after(&test, 2, round);
        let reply = test.call("write_file", json!({ "path": format!("after-{round}.txt"), "content": "" }));
        assert_eq!(reply["decision"], "queued", "{reply}");
    }
    assert!(fs::metadata(test.home().join("plangate.db")).is_ok());
}

#[test]
fn the_doors_of_agents_settle_what_an_applier_that_died_left() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    // As a process leaves it that dies when it has recorded that it begins.
    let store = rusqlite::Connection::open(test.home().join("plangate.db")).expect("the store opens");
    store.execute_batch("UPDATE change SET state = 'applying'").expect("it is recorded");
    store.execute_batch(INTENDED).expect("it is recorded");
    let told = test.call("write_file", json!({ "path": "b.txt", "content": "" }));
    assert!(test.content("a.txt").is_some(), "it was approved, so it is done");
    assert!(
        told["message"].as_str().is_some_and(|text| text.contains("c1 (") && text.contains("finished after")),
        "{told}"
    );
}
