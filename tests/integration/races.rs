//! Somebody else writes to the same files while a plan is applied; theirs is never lost, and nothing leaves the
//! workspace.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::harness::{Test, listing};

/// How many files a plan changes.
const FILES: usize = 24;

/// For how long each way of meddling goes on; `PLANGATE_RACES_SECONDS` is for longer.
fn patience() -> Duration {
    let seconds = std::env::var("PLANGATE_RACES_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(3))
}

/// What a file looks like to whoever wants to know whether it was replaced.
fn identity(path: &Path) -> Option<(u64, i64, i64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.ino(), found.ctime(), found.ctime_nsec()))
}

/// What is done to one file, once; the content tells whose it is.
type Meddle = fn(&Test, usize) -> std::io::Result<()>;

fn name(n: usize) -> String {
    format!("{n:02}/file.txt")
}

fn theirs(n: usize) -> String {
    format!("written by somebody else into {n}\n").repeat(3)
}

fn old(n: usize) -> String {
    format!("old {n}\n").repeat(400)
}

fn new(n: usize) -> String {
    format!("new {n}\n").repeat(500)
}

/// A plan that edits every file, approved while `meddle` is done to each at some moment of its apply.
///
/// Returns how many files were met between the first look at them and the end of their change.
fn raced(meddle: Meddle, survives: fn(&Test, usize, &str)) -> usize {
    let (mut met, mut round) = (0, 0);
    let start = Instant::now();
    while start.elapsed() < patience() {
        round += 1;
        met += race_once(meddle, survives, round);
    }
    met
}

fn race_once(meddle: Meddle, survives: fn(&Test, usize, &str), round: usize) -> usize {
    let test = Test::planning();
    let calls: Vec<_> = (0..FILES)
        .map(|n| {
            test.write(&name(n), old(n));
            json!({ "tool": "write_file", "args": { "path": name(n), "content": new(n) } })
        })
        .collect();
    assert!(test.intercept(&calls).iter().all(|reply| reply["decision"] == "queued"));
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let canary = test.home().with_file_name("outside");
    fs::create_dir(&canary).expect("a folder can be made");
    fs::write(canary.join("file.txt"), "canary\n").expect("a file can be written");

    let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        // Each file is met at another moment: when its stage appears, a little later, or whenever its turn comes.
        for hand in 0..2 {
            let (test, over, done) = (&test, &over, &done);
            scope.spawn(move || {
                for n in (hand..FILES).step_by(2) {
                    let folder = test.path(&format!("{n:02}"));
                    let before = identity(&folder);
                    while !over.load(Ordering::Relaxed) && (n + round) % 4 != 0 && identity(&folder) == before {
                        std::hint::spin_loop();
                    }
                    for _ in 0..(n * round * 7919) % 20_000 {
                        std::hint::spin_loop();
                    }
                    if !over.load(Ordering::Relaxed) && meddle(test, n).is_ok() {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let mut child = test.start_with_token(&token, ["approve", "--yes", "--keep-going"]);
        child.wait().expect("it ends");
        over.store(true, Ordering::Relaxed);
    });
    let states = test.states();
    for (n, state) in states.iter().enumerate() {
        survives(&test, n, state);
    }
    assert_eq!(fs::read_to_string(canary.join("file.txt")).expect("it is there"), "canary\n");
    assert_eq!(listing(&canary), ["file.txt"], "something was written outside");
    let left: Vec<_> = listing(&test.root()).into_iter().filter(|name| name.contains(".plangate")).collect();
    assert!(left.is_empty(), "{left:?} in {states:?}");
    let _ = test.run(["log", "--verify"]).code(0);
    done.into_inner()
}
