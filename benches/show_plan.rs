//! How long it takes to draw a large plan, and in how much memory; and whether both grow with the plan and no faster.
//!
//! `cargo bench --bench show_plan` prints a table. Contents are made anew whenever they are asked for, as a store
//! would read them; the row `diff alone` is the bare comparison by the same library, without anything around it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use plangate::model::{
    Action, AgentPath, ChangeId, ChangeState, Digest, FileEffect, FileImage, PendingPlan, Phase, PlanId, PlanStatus,
    ProposedChange, Revision, SessionId, Slug, TargetPath,
};
use plangate::review::{Scope, Screen, Source, Style, json, own_arguments, stat, text};
use serde_json::json;

const ROOT: &str = "/work";
const LINES_IN_A_FILE: u32 = 60;
const RUNS: usize = 5;
/// What is to be reached with ten thousand changes.
const TIME_TO_REACH: Duration = Duration::from_secs(1);
const MEMORY_TO_REACH: u64 = 200 * 1024 * 1024;

/// Which file a content belongs to, and whether it is the one before or after.
#[derive(Clone, Copy)]
struct Origin {
    file: u32,
    edited: bool,
}

fn main() {
    println!("{:<14}{:>9}{:>12}{:>14}{:>12}{:>14}", "view", "changes", "median", "per change", "output", "peak memory");
    let mut reached = true;
    for changes in [1_000, 10_000] {
        let (plan, origins) = plan_of(changes);
        let contents = |digest: Digest| Ok(content_of(origins[&digest]));
        let (root, arguments) = (Path::new(ROOT), &own_arguments);
        let source = Source { root, contents: &contents, arguments, notes: &[], runs: &[], clock: Instant::now };
        let screen = |style| Screen { style, width: 100, prefix: "/", max_lines: None };
        let mut row = |name: &str, draw: &dyn Fn(&mut dyn Write)| reached &= measure(name, changes, draw);
        row("diff alone", &|out| diff_alone(&plan, &origins, out));
        row("plain", &|out| {
            text::render(&plan, &source, Scope::All, &screen(Style::Plain), out).expect("a counter takes all");
        });
        row("colour", &|out| {
            text::render(&plan, &source, Scope::All, &screen(Style::Colour), out).expect("a counter takes all");
        });
        row("stat", &|out| {
            stat::render(&plan, &source, Scope::All, &screen(Style::Plain), out).expect("a counter takes all");
        });
        row("json", &|out| {
            json::render(Some(&plan), &source, Scope::All, out).expect("a counter takes all");
        });
    }
    println!(
        "to reach with 10,000 changes: below {TIME_TO_REACH:?} and 200 MB: {}",
        if reached { "reached" } else { "missed" }
    );
}

/// Draws several times, prints the row, and tells whether what is to be reached is reached.
fn measure(name: &str, changes: u32, draw: &dyn Fn(&mut dyn Write)) -> bool {
    forget_peak();
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..RUNS {
        let mut counter = Counter(0);
        let start = Instant::now();
        draw(&mut counter);
        times.push(start.elapsed());
        bytes = counter.0;
    }
    times.sort_unstable();
    let median = times[RUNS / 2];
    let peak = peak_memory();
    println!(
        "{name:<14}{changes:>9}{:>9.1} ms{:>11.1} µs{:>9.1} MB{:>11.1} MB",
        median.as_secs_f64() * 1e3,
        median.as_secs_f64() * 1e6 / f64::from(changes),
        megabytes(bytes),
        megabytes(peak),
    );
    median < TIME_TO_REACH && peak < MEMORY_TO_REACH
}

#[expect(clippy::cast_precision_loss, reason = "printed with one digit after the point")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// Lets the kernel count the peak from now on (`proc(5)`, `clear_refs`); where it may not, the peak is of the whole run.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The largest resident memory of this process in bytes; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// A writer that only counts.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn diff_alone(plan: &PendingPlan, origins: &HashMap<Digest, Origin>, out: &mut dyn Write) {
    let content = |image: &FileImage| image.digest().map_or_else(Vec::new, |digest| content_of(origins[&digest]));
    for effect in plan.proposed_changes.iter().flat_map(|change| change.action.effects()) {
        let (before, after) = (content(&effect.before), content(&effect.after));
        let diff = similar::TextDiff::from_lines(before.as_slice(), after.as_slice());
        diff.unified_diff().to_writer(&mut *out).expect("a counter takes all");
    }
}

fn content_of(origin: Origin) -> Vec<u8> {
    let mut text = String::new();
    for line in 0..LINES_IN_A_FILE {
        let word = if origin.edited && line % 20 == 7 { "answer" } else { "question" };
        writeln!(text, "    let {word}_{line} = file_{}.ask({line}, \"of some length\");", origin.file)
            .expect("a string takes all text");
    }
    text.into_bytes()
}

/// Edits, new files, deletions and commands, mixed as in a large refactoring.
fn plan_of(changes: u32) -> (PendingPlan, HashMap<Digest, Origin>) {
    let mut origins = HashMap::new();
    let proposed_changes = (1..=changes).map(|order| change_of(order, &mut origins)).collect();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let plan = PendingPlan {
        id: PlanId::from("bench"),
        slug: Slug::from("steady-ox"),
        task: "rename every question".to_owned(),
        created_at: now,
        updated_at: now,
        proposed_changes,
        expired_at: None,
        exploration_summary: String::new(),
        status: PlanStatus::Pending,
        session_id: Some(SessionId::from("bench")),
        revision: Revision(changes),
    };
    (plan, origins)
}

fn change_of(order: u32, origins: &mut HashMap<Digest, Origin>) -> ProposedChange {
    let path = format!("{ROOT}/src/part_{}/file_{order}.rs", order % 100);
    let mut image = |edited| {
        let content = content_of(Origin { file: order, edited });
        let digest = Digest::of(&content);
        origins.insert(digest, Origin { file: order, edited });
        FileImage::File { digest, size: content.len() as u64, mode: 0o644 }
    };
    let target = TargetPath::new(PathBuf::from(&path));
    let (tool, args, action) = match order % 20 {
        0 | 1 => (
            "bash",
            json!({"command": format!("cargo test file_{order}")}),
            Action::Command {
                command: format!("cargo test file_{order}"),
                cwd: TargetPath::new(PathBuf::from(ROOT)),
                timeout_ms: 120_000,
            },
        ),
        2 => {
            let effect = FileEffect { path: target, before: image(false), after: FileImage::Absent };
            ("delete_file", json!({"path": path}), Action::DeleteFile { effect })
        }
        3..=5 => {
            let content = String::from_utf8(content_of(Origin { file: order, edited: false })).expect("it is text");
            let effect = FileEffect { path: target, before: FileImage::Absent, after: image(false) };
            ("write_file", json!({"path": path, "content": content}), Action::WriteFile { effect })
        }
        _ => {
            let effect = FileEffect { path: target, before: image(false), after: image(true) };
            (
                "edit_file",
                json!({"path": path, "old_string": "question", "new_string": "answer"}),
                Action::EditFile { effect },
            )
        }
    };
    let mut change = ProposedChange {
        id: ChangeId(order),
        order,
        tool: tool.to_owned(),
        args,
        reason: "an answer is what it gives, so that is what it is called from now on, here and in every caller"
            .to_owned(),
        proposed_at: DateTime::<Utc>::UNIX_EPOCH,
        tool_call_id: None,
        agent: AgentPath::main(),
        cwd: PathBuf::from(ROOT),
        action,
        depends_on: Vec::new(),
        phase: Phase::Change,
        state: ChangeState::Pending,
        digest: Digest::of(b""),
        marks: Vec::new(),
        evidence: String::new(),
        error: String::new(),
    };
    change.digest = change.content_digest();
    change
}
