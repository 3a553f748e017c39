//! Many small files: plangate beside the least it could cost, and beside `git apply`, `patch` and `rsync`.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::helper::typed;
use super::samples::{Samples, milliseconds, times};
use super::scene::{Scene, new_content, sync};
use super::table::{Goal, Table};

/// As long ext4 avoids the numbers of files that were deleted.
const AFTER_DELETING: Duration = Duration::from_secs(6);

/// Whoever does the same change in its own way.
type Contestant = fn(&Scene, &mut Figures);

const FLOOR: Contestant = floor;
const PLANGATE: Contestant = plangate;
const PROGRAM: Contestant = as_typed;
const GIT: Contestant = |scene, figures| program(scene, "git", &["apply"], &mut figures.git);
const PATCH: Contestant = |scene, figures| program(scene, "patch", &["-s", "-p1", "-i"], &mut figures.patch);
const RSYNC: Contestant = |scene, figures| rsync(scene, &mut figures.rsync);

pub(crate) fn measure_3000() {
    measure(3_000, 5, &[FLOOR, PLANGATE, PROGRAM, GIT, PATCH, RSYNC]);
}

pub(crate) fn measure_10000() {
    measure(10_000, 3, &[FLOOR, PLANGATE, PROGRAM, GIT, PATCH, RSYNC]);
}

/// The two that need no waiting, so that there may be more rounds.
pub(crate) fn measure_floor() {
    measure(3_000, 9, &[FLOOR, PLANGATE]);
}

#[derive(Default)]
struct Figures {
    floor: Samples,
    approve: Samples,
    apply: Samples,
    undo: Samples,
    typed: Samples,
    typed_undo: Samples,
    git: Samples,
    patch: Samples,
    rsync: Samples,
}

fn measure(files: usize, rounds: usize, contestants: &[Contestant]) {
    let table = Table::new(
        &format!("{files} files of 2 KiB, {rounds} rounds in turn"),
        &["median", "shortest", "files a second", "durable", "to be undone"],
    );
    let mut figures = Figures::default();
    // They vanish in the end.
    let mut scenes = Vec::new();
    for round in 0..rounds {
        // Whoever comes first in a round finds the disk in another state, so the turns change.
        for turn in 0..contestants.len() {
            let scene = Scene::new(files);
            let start = Instant::now();
            contestants[(turn + round) % contestants.len()](&scene, &mut figures);
            eprintln!("round {}, turn {}: {:.0?} in all; {figures}", round + 1, turn + 1, start.elapsed());
            scenes.push(scene);
        }
    }
    print(&table, files, &figures);
    table.goals(&goals(files, &figures));
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            ("floor", &self.floor),
            ("approve", &self.approve),
            ("apply", &self.apply),
            ("undo", &self.undo),
            ("typed", &self.typed),
            ("undo typed", &self.typed_undo),
            ("git", &self.git),
            ("patch", &self.patch),
            ("rsync", &self.rsync),
        ];
        all.iter().try_for_each(|(name, samples)| write!(f, "{name} {:.0?}, ", samples.median()))
    }
}

fn print(table: &Table, files: usize, figures: &Figures) {
    let row = |name: &str, samples: &Samples, durable: &str, undo: &str| {
        if samples.median() > Duration::ZERO {
            let a_second = files as f64 / samples.median().as_secs_f64();
            let times = [milliseconds(samples.median()), milliseconds(samples.shortest()), format!("{a_second:.0}")];
            table.row(name, &[times.as_slice(), &[durable.to_owned(), undo.to_owned()]].concat());
        }
    };
    row("the floor: stage all, syncfs, exchange all, syncfs", &figures.floor, "yes", "no");
    row("plangate apply", &figures.apply, "yes", "yes");
    row("plangate undo", &figures.undo, "yes", "yes");
    row("(plangate approve: the decision, before it)", &figures.approve, "yes", "-");
    row("(`plangate approve --yes`, from start to end)", &figures.typed, "yes", "yes");
    row("(`plangate undo --yes`, from start to end)", &figures.typed_undo, "yes", "yes");
    row("`git apply`", &figures.git, "no", "no");
    row("`patch -p1`", &figures.patch, "no", "no");
    row("`rsync -a --fsync`", &figures.rsync, "each file", "no");
}

fn goals(files: usize, figures: &Figures) -> Vec<Goal> {
    let apply = figures.apply.median();
    let mut goals = Vec::new();
    let mut at_least = |name: &str, samples: &Samples, limit: f64| {
        if samples.median() > Duration::ZERO {
            let what = format!("{files} files: {limit} times as fast as {name}");
            goals.push(Goal::ratio_from(&what, times(samples.median(), apply), limit));
        }
    };
    at_least("the floor", &figures.floor, 0.8);
    at_least("`git apply`", &figures.git, 1.2);
    at_least("`patch`", &figures.patch, 1.2);
    at_least("`rsync --fsync`", &figures.rsync, 1.5);
    goals.push(Goal::ratio_below("undo takes at most as long as apply", times(figures.undo.median(), apply), 1.0));
    goals
}

/// Nothing but what durability takes. The old files stay beside the new ones.
fn floor(scene: &Scene, figures: &mut Figures) {
    let changes = scene.changes();
    let root = File::open(scene.tree()).expect("it is there");
    let start = Instant::now();
    for (path, content) in &changes {
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(stage_of(path)).expect("a file can be made");
        file.write_all(content.as_bytes()).expect("it can be written");
    }
    nix::unistd::syncfs(&root).expect("the disk takes it");
    for (path, _) in &changes {
        renameat_with(CWD, stage_of(path), CWD, path, RenameFlags::EXCHANGE).expect("the file system can exchange");
    }
    nix::unistd::syncfs(&root).expect("the disk takes it");
    figures.floor.push(start.elapsed());
    assert!(scene.is_changed());
}

fn stage_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".stage-");
    name.push(path.file_name().expect("it names a file"));
    path.with_file_name(name)
}

fn plangate(scene: &Scene, figures: &mut Figures) {
    let queued = scene.queue();
    sync(&scene.tree());
    let start = Instant::now();
    let approved = queued.approve();
    figures.approve.push(start.elapsed());
    let (plan, took) = queued.apply(approved);
    figures.apply.push(took);
    assert!(scene.is_changed());
    sync(&scene.tree());
    figures.undo.push(queued.undo(&plan));
}

/// The program as a person runs it, with the decision, the report, and the old files deleted.
fn as_typed(scene: &Scene, figures: &mut Figures) {
    let queued = scene.queue();
    let token = queued.new_token();
    drop(queued);
    for (command, samples) in [
        (["approve", "--yes", "--unseen"].as_slice(), &mut figures.typed),
        (&["undo", "--yes"], &mut figures.typed_undo),
    ] {
        sync(&scene.tree());
        let start = Instant::now();
        let status = typed(scene, token, command).status().expect("it can be started");
        samples.push(start.elapsed());
        assert!(status.success(), "{command:?} failed");
        thread::sleep(AFTER_DELETING);
    }
}

/// A program that takes the change as a unified diff.
fn program(scene: &Scene, name: &str, args: &[&str], samples: &mut Samples) {
    let patch = scene.beside("change.patch");
    fs::write(&patch, scene.patch()).expect("a file can be written");
    sync(&scene.tree());
    let mut command = Command::new(name);
    command.args(args).arg(&patch).current_dir(scene.tree());
    if let Some(took) = timed(&mut command) {
        samples.push(took);
        assert!(scene.is_changed(), "`{name}` did something else");
    }
}

fn rsync(scene: &Scene, samples: &mut Samples) {
    let source = scene.beside("source");
    scene.write_tree(&source, new_content);
    let mut command = Command::new("rsync");
    command.args(["-a", "--ignore-times", "--fsync"]).arg(source.join("")).arg(scene.tree().join(""));
    if let Some(took) = timed(&mut command) {
        samples.push(took);
        assert!(scene.is_changed(), "`rsync` did something else");
    }
}

/// How long the program ran; `None` when there is no such program.
fn timed(command: &mut Command) -> Option<Duration> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).status().ok()?;
    let took = start.elapsed();
    assert!(status.success(), "{command:?} failed");
    thread::sleep(AFTER_DELETING);
    Some(took)
}
