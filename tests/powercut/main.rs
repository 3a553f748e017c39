//! Power cuts: the real program on real file systems, whose disk loses what it had not flushed.
//!
//! A file system of our own shows one file, a loop device makes a disk of it, and ext4, XFS or btrfs on it hold a
//! workspace and the data folder. While a plan is proposed, approved and undone, every write to the disk and every
//! flush is recorded. From the record follow the disks that a power cut may leave at any moment: all that was flushed,
//! and of the writes since any prefix, some in any order, some torn. Each is mounted, recovery runs, and what was
//! promised by then must hold. The usual ways to write files are held against the same cuts, so that the test is seen
//! to find what it looks for.
//!
//! Needs root and what `tests/powercut/setup.sh` installs: `cargo test --test powercut -- --nocapture`.
//!
//! `PLANGATE_POWERCUT_STATES` is how many states each row of the table has at most (80), `PLANGATE_POWERCUT_SECONDS` for
//! how long it is looked for in all (80), `PLANGATE_POWERCUT_ON` the one file system to try, `PLANGATE_POWERCUT_KEEP` a
//! folder for disks that show a fault, and `PLANGATE_UNDER_TEST` another build of the program.

mod cut;
mod gated;
mod image;
mod naive;
mod plan;
mod recorder;
mod replay;
mod stage;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cut::History;
use gated::Gated;
use image::Image;
use naive::{Discipline, Naive};
use plan::{Program, Scenario};
use recorder::{Recorder, Recording};
use replay::{Fault, Replay, Subject, Tally};
use stage::{FileSystem, alone};

/// Rows of the table for one file system: two plans and the naive ways.
const ROWS: u32 = 5;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// Folders in memory: for disks, for the recorded file, and for the file system on it.
struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        let room = Self { folder: tempfile::tempdir_in("/dev/shm").expect("there is room in memory") };
        for name in ["disks", "recorded", "at"] {
            fs::create_dir(room.path(name)).expect("a folder can be made");
        }
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Prepares a file system, then records all that `act` does to its disk.
    fn record<P: Send, S: Send>(
        &self,
        file_system: FileSystem,
        prepare: impl FnOnce(&Path) -> P + Send,
        act: impl FnOnce(&Path, P, &Recording) -> S + Send,
    ) -> (History, S) {
        alone(|| {
            let (disk, at) = (self.path("disks/start"), self.path("at"));
            file_system.make(&disk);
            let mounted = file_system.mount(&disk, &at).expect("a new file system can be mounted");
            let prepared = prepare(&at);
            drop(mounted);
            let start = Image::load(&disk).expect("the disk can be read");
            fs::remove_file(&disk).expect("it was just made");
            let recorder = Recorder::mount(start.clone(), &self.path("recorded")).expect("/dev/fuse is there");
            let recording = recorder.recording().clone();
            let mounted = file_system.mount(&recorder.disk(), &at).expect("it could be mounted before");
            let subject = act(&at, prepared, &recording);
            drop(mounted);
            recorder.unmount().expect("nobody else uses it");
            (History::new(start, recording.events()), subject)
        })
    }

    fn replay<S: Subject>(&self, file_system: FileSystem, name: &str, history: &History, subject: &S) -> Tally {
        let rows = ROWS * u32::try_from(FileSystem::ALL.len()).expect("few");
        let seconds = number("PLANGATE_POWERCUT_SECONDS", 80);
        let late = Instant::now() + Duration::from_secs(seconds as u64) / rows;
        let cuts = history.cuts(number("PLANGATE_POWERCUT_STATES", 80));
        let (mount_point, room) = (self.path("at"), self.path("disks"));
        let replay = Replay { name, file_system, history, subject, mount_point: &mount_point, room: &room };
        let tally = replay.run(&cuts, late);
        print_row(file_system, name, history, &tally);
        tally
    }
}

fn print_head() {
    print!("{:6} {:15} {:>7} {:>7} {:>7} {:>7}", "", "", "writes", "flushes", "states", "trees");
    for fault in Fault::ALL {
        print!(" {:>11}", format!("{fault:?}").to_lowercase());
    }
    println!();
}

fn print_row(file_system: FileSystem, name: &str, history: &History, tally: &Tally) {
    let (writes, flushes) = history.counts();
    print!("{:6} {name:15} {writes:>7} {flushes:>7} {:>7} {:>7}", file_system.to_string(), tally.states, tally.trees);
    for fault in Fault::ALL {
        print!(" {:>11}", tally.count(fault));
    }
    println!();
}

fn plangate(room: &Room, file_system: FileSystem, scenario: Scenario) -> Tally {
    let name = scenario.name;
    let (history, gated) = room.record(
        file_system,
        |at| {
            let program = Program::new(at);
            fs::create_dir(program.workspace()).expect("room on the disk");
            scenario.lay_out(&program.workspace());
            assert!(program.run(["mode", "plan"]).status.success());
            (program.token(), scenario)
        },
        |at, (token, scenario), disk| {
            let promises = scenario.run(&Program::new(at), &token, disk);
            Gated { scenario, promises }
        },
    );
    room.replay(file_system, name, &history, &gated)
}

fn naive(room: &Room, file_system: FileSystem, discipline: Discipline) -> Tally {
    let workspace = |at: &Path| at.join("ws");
    let (history, naive) = room.record(
        file_system,
        |at| naive::lay_out(&workspace(at)),
        |at, (), disk| Naive::run(discipline, &workspace(at), disk),
    );
    room.replay(file_system, &discipline.to_string(), &history, &naive)
}

#[test]
fn what_plangate_reports_survives_a_power_cut_at_any_moment_and_what_naive_writers_report_does_not() {
    assert!(nix::unistd::geteuid().is_root(), "only root may mount; run it by `sudo`");
    print_head();
    let (mut states, mut wrong) = (0, Vec::new());
    let only = std::env::var("PLANGATE_POWERCUT_ON").ok();
    for file_system in FileSystem::ALL {
        if only.as_ref().is_some_and(|only| *only != file_system.to_string()) {
            continue;
        }
        if !file_system.is_here() {
            println!("{file_system:6} not available here: the kernel does not have it");
            continue;
        }
        let room = Room::new();
        for scenario in [Scenario::mixed("plangate, few", 3, 0), Scenario::mixed("plangate, many", 8, 20)] {
            let tally = plangate(&room, file_system, scenario);
            states += tally.states;
            wrong.extend(tally.told.into_iter().map(|text| format!("{file_system}: {text}")));
        }
        for discipline in Discipline::ALL {
            let tally = naive(&room, file_system, discipline);
            let caught = tally.count(Fault::Torn) + tally.count(Fault::Lost);
            let promises_nothing = discipline != Discipline::SyncEach;
            assert!(!promises_nothing || caught > 0, "{file_system}: {discipline} was not caught");
            assert!(promises_nothing || caught == 0, "{file_system}: {discipline} keeps each file: {:?}", tally.told);
        }
    }
    println!("{states} states after a power cut, {} violations told", wrong.len());
    assert!(states > 0, "no file system is available here");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
