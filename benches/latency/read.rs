//! A read that passes, from the start of the hook's process to its answer.

use std::env;
use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::json;

use super::helper::OPEN_READ_ONLY;
use super::race::{Runner, race};
use super::samples::{Samples, times};
use super::stand::{Stand, propose, succeeded};
use super::table::{Goal, Table};

const RUNS: u32 = 200;
/// A plan of a usual size lies in the store meanwhile.
const QUEUED: u32 = 50;

/// Measures reads through the hook beside a process that does nothing and beside one that opens the store for reading.
pub(crate) fn measure() {
    let stand = Stand::new();
    fs::write(stand.project().join("a.txt"), "alpha\n").expect("a file can be written");
    for n in 0..QUEUED {
        // Each by a connection of its own, as hooks do it.
        stand.with_proposer(|proposer| propose(proposer, &stand.new_file(n)));
    }
    let read = stand.payload("pre-tool-use-read.json", &json!({ "file_path": stand.project().join("a.txt") }));
    let list = stand.payload("pre-tool-use-bash.json", &json!({ "command": "ls -la src | head -20" }));
    let this = env::current_exe().expect("the system tells");
    let mut runners = [
        Runner {
            name: "`plangate hook`, `Read` passes",
            start: Box::new(|_| (stand.hook(), read.clone())),
            worked: passed,
        },
        Runner {
            name: "`plangate hook`, `ls` passes",
            start: Box::new(|_| (stand.hook(), list.clone())),
            worked: allowed,
        },
        Runner { name: "`/bin/true`", start: Box::new(|_| (Command::new("/bin/true"), Vec::new())), worked: succeeded },
        Runner {
            name: "a process that opens the store for reading",
            start: Box::new(|_| {
                let mut command = Command::new(&this);
                command.arg(OPEN_READ_ONLY).arg(stand.database());
                (command, Vec::new())
            }),
            worked: succeeded,
        },
    ];
    let table = Table::new(
        &format!("A read that passes: hook process, start to answer, {RUNS} runs"),
        &["median", "p99", "shortest"],
    );
    let samples = race(RUNS, &mut runners);
    for (runner, samples) in runners.iter().zip(&samples) {
        table.times(runner.name, samples);
    }
    let opening = opening_alone(&stand);
    table.times("opening the store for reading, inside a process", &opening);
    let yardstick = samples[2].median() + opening.median();
    let what = |read| format!("{read} below 1.5 times `/bin/true` and opening the store");
    table.goals(&[
        Goal::ratio_below(&what("`Read`"), times(samples[0].median(), yardstick), 1.5),
        Goal::ratio_below(&what("`ls`"), times(samples[1].median(), yardstick), 1.5),
    ]);
}

/// A tool of the agent's own: its host decides as ever, which is said by saying nothing.
fn passed(output: &Output) -> bool {
    output.status.success() && output.stdout.is_empty()
}

fn allowed(output: &Output) -> bool {
    output.status.success() && String::from_utf8_lossy(&output.stdout).contains(r#""permissionDecision":"allow""#)
}

/// What a fresh process needs for opening the store, by its own clock.
fn opening_alone(stand: &Stand) -> Samples {
    let mut samples = Samples::default();
    let this = env::current_exe().expect("the system tells");
    for _ in 0..RUNS {
        let output =
            Command::new(&this).arg(OPEN_READ_ONLY).arg(stand.database()).output().expect("this program starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let nanoseconds = printed.split(' ').next().and_then(|word| word.parse().ok()).expect("it prints its time");
        samples.push(Duration::from_nanos(nanoseconds));
    }
    samples
}
