//! Many processes propose to one session at once.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::{Arc, Barrier};
use std::thread;

use serde_json::{Value, json};

use super::harness::Test;

const WRITERS: usize = 16;
const CHANGES: usize = 100;

/// One process that proposes `CHANGES` files of its own, one call after the other; returns the replies.
fn propose_all(test: &Test, writer: usize, start: &Barrier) -> Vec<Value> {
    let mut command = test.command();
    command.args(["--session", "shared", "intercept"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    start.wait();
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut replies = Vec::new();
    for n in 0..CHANGES {
        let call = json!({ "id": [writer, n], "tool": "write_file", "args": { "path": format!("{writer}/{n}.txt"), "content": "x" } });
        writeln!(stdin, "{call}").expect("the interceptor listens");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the interceptor answers");
        replies
            .push(serde_json::from_str(&line).unwrap_or_else(|e| panic!("writer {writer}, call {n}: {e} in `{line}`")));
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    replies
}

#[test]
fn sixteen_processes_number_their_changes_without_holes_and_lose_none() {
    // A data folder that nobody has opened yet: making the store is part of the race.
    let test = Arc::new(Test::new());
    let first = test.run_in_session("shared", ["mode", "plan"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let start = Barrier::new(WRITERS);
    let replies: Vec<Vec<Value>> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (test, start) = (&test, &start);
                scope.spawn(move || propose_all(test, writer, start))
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().expect("a writer ends")).collect()
    });

    let mut orders: Vec<u64> = Vec::new();
    for (writer, replies) in replies.iter().enumerate() {
        let own: Vec<u64> = replies.iter().map(|reply| reply["change"]["order"].as_u64().expect("queued")).collect();
        assert!(own.is_sorted(), "the calls of writer {writer} changed places");
        orders.extend(own);
    }
    orders.sort_unstable();
    assert!(
        orders.iter().copied().eq(1..=(WRITERS * CHANGES) as u64),
        "holes or duplicates among {} numbers",
        orders.len()
    );

    let plan = test.run(["show-plan", "--json"]).code(0).json()["plan"].clone();
    let kept = plan["changes"].as_array().expect("changes");
    assert_eq!(kept.len(), WRITERS * CHANGES);
    for replies in &replies {
        for (n, reply) in replies.iter().enumerate() {
            let order = usize::try_from(reply["change"]["order"].as_u64().expect("a number")).expect("small");
            let change = &kept[order - 1];
            assert_eq!((&change["id"], &change["digest"]), (&reply["change"]["id"], &reply["change"]["digest"]));
            assert_eq!(change["args"]["path"], format!("{}/{n}.txt", reply["id"][0]), "another call under its number");
        }
    }
    let _ = test.run(["log", "--verify"]).code(0);
}

#[test]
fn processes_that_meet_at_a_missing_store_make_one_together() {
    let test = Test::new();
    let start = Barrier::new(WRITERS);
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                start.wait();
                let _ = test.run(["mode", "plan"]).code(0);
            });
        }
    });
    assert_eq!(test.run(["mode", "--json"]).code(0).json()["format_version"], 1);
}
