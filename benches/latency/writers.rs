//! Many processes that propose to one session at once.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use plangate::model::SessionId;
use serde_json::{Value, json};

use super::samples::{Samples, milliseconds};
use super::stand::{SESSION, Stand};
use super::table::{Goal, Table};

const WRITERS: u32 = 16;
const PROPOSALS: u32 = 100;
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Measures how long each of many `plangate intercept` processes waits for each of its answers.
pub(crate) fn measure() {
    let stand = Stand::new();
    let table = Table::new(
        &format!("{WRITERS} processes propose {PROPOSALS} changes each to one session"),
        &["all done in", "changes a second", "median wait", "p99", "longest wait"],
    );
    let barrier = Barrier::new(WRITERS as usize + 1);
    let (total, waits) = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn({
                    let (stand, barrier) = (&stand, &barrier);
                    move || propose_all(stand, writer, barrier)
                })
            })
            .collect();
        barrier.wait();
        let start = Instant::now();
        let mut waits = Samples::default();
        for writer in writers {
            writer.join().expect("a writer ends").into_iter().for_each(|wait| waits.push(wait));
        }
        (start.elapsed(), waits)
    });
    let rate = f64::from(WRITERS * PROPOSALS) / total.as_secs_f64();
    table.row(
        "`plangate intercept`",
        &[
            format!("{:.2} s", total.as_secs_f64()),
            format!("{rate:.0}"),
            milliseconds(waits.median()),
            milliseconds(waits.p99()),
            milliseconds(waits.longest()),
        ],
    );
    let plan =
        stand.manager().open_plan(&SessionId::from(SESSION)).expect("the store can be read").expect("a plan is open");
    let numbered = plan.proposed_changes.iter().map(|change| change.order).eq(1..=WRITERS * PROPOSALS);
    table.goals(&[
        Goal::fact("no wait of 2 s", milliseconds(waits.longest()), waits.longest() < LONGEST_WAIT),
        Goal::fact("numbered from 1 without holes", format!("{} changes", plan.proposed_changes.len()), numbered),
    ]);
}

/// Starts a process, waits until all have started, and proposes; returns how long each answer took.
fn propose_all(stand: &Stand, writer: u32, barrier: &Barrier) -> Vec<Duration> {
    let mut child = stand
        .plangate()
        .arg("intercept")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("plangate starts");
    let mut door = Door::of(&mut child);
    // A read is answered once the process stands ready.
    let ready = door.ask(
        &json!({ "id": 0, "tool": "bash", "args": { "command": "ls" }, "session": SESSION, "cwd": stand.project() }),
    );
    assert_eq!(ready["decision"], "allow", "{ready}");
    barrier.wait();
    let mut waits = Vec::new();
    for n in 0..PROPOSALS {
        let call = stand.new_file(writer * PROPOSALS + n);
        let line = json!({ "id": n, "tool": call.tool, "args": call.args, "session": SESSION, "cwd": call.cwd });
        let start = Instant::now();
        let reply = door.ask(&line);
        waits.push(start.elapsed());
        assert_eq!(reply["decision"], "queued", "{reply}");
    }
    drop(door);
    child.wait().expect("a child can be waited for");
    waits
}

/// Both ends of a process that answers line by line.
struct Door {
    input: std::process::ChildStdin,
    output: BufReader<std::process::ChildStdout>,
}

impl Door {
    fn of(child: &mut Child) -> Self {
        let input = child.stdin.take().expect("it is piped");
        Self { input, output: BufReader::new(child.stdout.take().expect("it is piped")) }
    }

    fn ask(&mut self, line: &Value) -> Value {
        let mut reply = String::new();
        self.input.write_all(format!("{line}\n").as_bytes()).expect("the process reads");
        self.output.read_line(&mut reply).expect("the process answers");
        serde_json::from_str(&reply).expect("its answers are JSON")
    }
}
