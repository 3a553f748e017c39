//! A large plan, from the start of `show-plan` to its last line.

use std::env;
use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plangate::model::ToolCall;
use serde_json::json;

use super::helper::PEAK_MEMORY;
use super::samples::{Samples, milliseconds, times};
use super::stand::{Stand, propose};
use super::table::{Goal, Table};

const RUNS: u32 = 5;
const FEW: u32 = 1_000;
const MANY: u32 = 10_000;
const LINES_IN_A_FILE: u32 = 60;
const TIME_TO_REACH: Duration = Duration::from_secs(1);
const KIB_TO_REACH: u64 = 200 * 1024;

/// Measures `show-plan` as a process, for a plan of a thousand changes and for one of ten thousand.
pub(crate) fn measure() {
    let few = Shown::measure(FEW);
    let many = Shown::measure(MANY);
    let table = Table::new(
        &format!("`plangate show-plan`, start to last line, {RUNS} runs"),
        &["first run", "median", "longest", "a change", "output", "peak memory"],
    );
    few.row(&table);
    many.row(&table);
    let growth = times(many.samples.median(), few.samples.median()) / f64::from(MANY / FEW);
    table.goals(&[
        Goal::fact(
            "10,000 changes below 1 s",
            milliseconds(many.samples.median()),
            many.samples.median() < TIME_TO_REACH,
        ),
        Goal::fact("in less than 200 MB", megabytes(many.peak_kib), many.peak_kib < KIB_TO_REACH),
        Goal::ratio_below("linear: a change of the larger plan takes less than 1.5 times as long", growth, 1.5),
    ]);
}

struct Shown {
    changes: u32,
    /// It also notes that a person has now seen every change.
    first: Duration,
    samples: Samples,
    output_bytes: usize,
    peak_kib: u64,
}

impl Shown {
    fn measure(changes: u32) -> Self {
        let stand = Stand::new();
        stand.with_proposer(|proposer| (0..changes).for_each(|n| propose(proposer, &mixed(&stand, n))));
        let (first, output_bytes) = show(&stand);
        let mut samples = Samples::default();
        for _ in 0..RUNS {
            samples.push(show(&stand).0);
        }
        Self { changes, first, samples, output_bytes, peak_kib: peak_kib(&stand) }
    }

    fn row(&self, table: &Table) {
        let a_change = self.samples.median().as_secs_f64() * 1e6 / f64::from(self.changes);
        table.row(
            &format!("{} changes", self.changes),
            &[
                milliseconds(self.first),
                milliseconds(self.samples.median()),
                milliseconds(self.samples.longest()),
                format!("{a_change:.1} µs"),
                megabytes(self.output_bytes as u64 / 1024),
                megabytes(self.peak_kib),
            ],
        );
    }
}

/// How long it takes, and how much it prints.
fn show(stand: &Stand) -> (Duration, usize) {
    let start = Instant::now();
    let output = stand.plangate().arg("show-plan").stdin(Stdio::null()).output().expect("plangate starts");
    let elapsed = start.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (elapsed, output.stdout.len())
}

fn peak_kib(stand: &Stand) -> u64 {
    let this = env::current_exe().expect("the system tells");
    let like = stand.plangate();
    let mut command = Command::new(this);
    command.arg(PEAK_MEMORY).arg(stand.program()).arg("show-plan").current_dir(stand.project());
    command.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().expect("this program starts");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("it prints a number")
}

fn megabytes(kib: u64) -> String {
    format!("{}.{} MB", kib / 1024, kib % 1024 * 10 / 1024)
}

/// Five edits, three new files, a deletion and a command in ten, as in a large refactoring.
fn mixed(stand: &Stand, n: u32) -> ToolCall {
    let path = stand.project().join(format!("old/part_{}/file_{n}.rs", n % 20));
    match n % 10 {
        0..5 => {
            keep(&path, n);
            let args = json!({ "file_path": path, "old_string": "question_7", "new_string": "answer_7" });
            stand.call("Edit", args, "questions become answers")
        }
        5 => {
            keep(&path, n);
            stand.call("delete_file", json!({ "path": path }), "nothing uses it")
        }
        6 => stand.call(
            "Bash",
            json!({ "command": format!("make part_{n} && ./install part_{n}") }),
            "the part is built",
        ),
        _ => stand.new_file(n),
    }
}

fn keep(path: &std::path::Path, n: u32) {
    let mut text = String::new();
    for line in 0..LINES_IN_A_FILE {
        writeln!(text, "    let question_{line} = file_{n}.ask({line}, \"of some length\");")
            .expect("a string takes all");
    }
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
    fs::write(path, text).expect("a file can be written");
}
