//! Somebody else has their hands on the same files while a plan is applied; theirs is never lost, and nothing is
//! written outside the workspace.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::harness::{Test, listing};

/// How many files a plan changes; every third of them is new.
const FILES: usize = 24;
/// How many others are at it at the same time.
const HANDS: usize = 3;

/// For how long each way goes on; `PLANGATE_RACES_SECONDS` is for more.
fn patience() -> Duration {
    let seconds = std::env::var("PLANGATE_RACES_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(2))
}

/// A stage with a canary outside of the workspace.
struct Race {
    test: Test,
    outside: PathBuf,
}

/// What somebody else does to the `n`-th file, and what must hold in the end when they could.
struct Hand {
    act: fn(&Race, usize) -> io::Result<()>,
    stands: fn(&Race, usize) -> bool,
}

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

/// What changes when a name in the folder does.
fn moment(folder: &Path) -> Option<(i64, i64)> {
    fs::symlink_metadata(folder).ok().map(|found| (found.ctime(), found.ctime_nsec()))
}

impl Race {
    /// A plan for all files, shown and ready to be approved.
    fn new() -> Self {
        let test = Test::planning();
        let calls: Vec<_> = (0..FILES)
            .map(|n| {
                test.write(&format!("{n:02}/neighbour"), "");
                if n % 3 != 0 {
                    test.write(&name(n), old(n));
                }
                json!({ "tool": "write_file", "args": { "path": name(n), "content": new(n) } })
            })
            .collect();
        assert!(test.intercept(&calls).iter().all(|reply| reply["decision"] == "queued"));
        let _ = test.run(["show-plan"]).code(0);
        let outside = test.home().with_file_name("outside");
        fs::create_dir(&outside).expect("a folder can be made");
        fs::write(outside.join("file.txt"), "canary\n").expect("a file can be written");
        Self { test, outside }
    }

    fn path(&self, n: usize) -> PathBuf {
        self.test.path(&name(n))
    }

    fn content(&self, path: &str) -> Option<String> {
        self.test.content(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Puts `what` in the file's place in one step.
    fn put(&self, n: usize, make: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
        let beside = self.test.path(&format!("their-{n}"));
        make(&beside)?;
        fs::rename(beside, self.path(n))
    }

    /// Waits for a moment of the file's change that is another each time; false once all is over.
    fn wait(&self, n: usize, round: usize, over: &AtomicBool) -> bool {
        let folder = self.test.path(&format!("{n:02}"));
        let before = moment(&folder);
        let begun = || (n + round).is_multiple_of(5) || moment(&folder) != before;
        while !over.load(Ordering::Relaxed) && !begun() {
            thread::yield_now();
        }
        let later = Instant::now() + Duration::from_micros((n * 7919 + round * 104_729) as u64 % 3000);
        while Instant::now() < later {
            thread::yield_now();
        }
        !over.load(Ordering::Relaxed)
    }

    /// Approves the plan while `hand` is at every file; returns at how many it was before the end.
    fn run(&self, hand: &Hand, round: usize) -> usize {
        let token = self.test.token();
        let over = AtomicBool::new(false);
        let done: Vec<(usize, bool)> = thread::scope(|scope| {
            let others: Vec<_> = (0..HANDS)
                .map(|first| {
                    let over = &over;
                    let mine = (first..FILES).step_by(HANDS);
                    let act = move |n| self.wait(n, round, over).then(|| (n, (hand.act)(self, n).is_ok()));
                    scope.spawn(move || mine.filter_map(act).collect::<Vec<_>>())
                })
                .collect();
            let mut child = self.test.start_with_token(&token, ["approve", "--yes", "--keep-going"]);
            child.wait().expect("it ends");
            over.store(true, Ordering::Relaxed);
            others.into_iter().flat_map(|other| other.join().expect("it ends")).collect()
        });
        self.check(hand, &done);
        done.len()
    }

    fn check(&self, hand: &Hand, done: &[(usize, bool)]) {
        let told = self.test.run(["show-plan", "--stat"]).stdout;
        for (n, could) in done {
            assert!(!could || (hand.stands)(self, *n), "theirs is lost at {}: {told}", name(*n));
        }
        for n in (0..FILES).filter(|n| done.iter().all(|(met, _)| met != n)) {
            assert!(self.content(&name(n)) == Some(new(n)), "nobody touched {}: {told}", name(n));
        }
        assert_eq!(fs::read_to_string(self.outside.join("file.txt")).expect("it is there"), "canary\n");
        assert_eq!(listing(&self.outside), ["file.txt"], "something was written outside");
        let left: Vec<_> = listing(&self.test.root()).into_iter().filter(|name| name.contains(".plangate")).collect();
        assert!(left.is_empty(), "{left:?} is left: {told}");
        let _ = self.test.run(["log", "--verify"]).code(0);
    }
}

/// Applies plan after plan with `hand` at its files.
#[expect(clippy::needless_pass_by_value, reason = "each is made for this")]
fn race(hand: Hand) {
    let start = Instant::now();
    let (mut met, mut round) = (0, 0);
    while start.elapsed() < patience() || met < FILES {
        round += 1;
        met += Race::new().run(&hand, round);
        assert!(round < 50 || met > 0, "nobody came in time in {round} plans");
    }
    println!("{met} files met in {round} plans");
}

#[test]
fn a_file_that_is_replaced_while_a_plan_is_applied_keeps_what_came_last() {
    race(Hand {
        act: |race, n| race.put(n, |beside| fs::write(beside, theirs(n))),
        stands: |race, n| race.content(&name(n)) == Some(theirs(n)),
    });
}

#[test]
fn a_file_that_is_edited_while_a_plan_is_applied_keeps_the_edit() {
    race(Hand {
        act: |race, n| {
            let mut file = OpenOptions::new().append(true).open(race.path(n))?;
            file.write_all(theirs(n).as_bytes())
        },
        stands: |race, n| race.content(&name(n)).is_some_and(|content| content.ends_with(&theirs(n))),
    });
}

#[test]
fn a_file_that_is_deleted_while_a_plan_is_applied_stays_deleted() {
    race(Hand { act: |race, n| fs::remove_file(race.path(n)), stands: |race, n| !race.path(n).exists() });
}

#[test]
fn a_file_that_is_renamed_while_a_plan_is_applied_is_whole_under_its_new_name() {
    race(Hand {
        act: |race, n| fs::rename(race.path(n), race.test.path(&format!("{n:02}/renamed"))),
        stands: |race, n| {
            let renamed = race.content(&format!("{n:02}/renamed"));
            !race.path(n).exists() && (renamed == Some(old(n)) || renamed == Some(new(n)))
        },
    });
}

#[test]
fn a_file_that_becomes_a_link_while_a_plan_is_applied_leads_nothing_outside() {
    race(Hand {
        act: |race, n| race.put(n, |beside| symlink(race.outside.join("file.txt"), beside)),
        stands: |race, n| fs::read_link(race.path(n)).is_ok_and(|to| to == race.outside.join("file.txt")),
    });
}

#[test]
fn a_folder_that_becomes_a_link_while_a_plan_is_applied_leads_nothing_outside() {
    race(Hand {
        act: |race, n| {
            let folder = race.test.path(&format!("{n:02}"));
            fs::rename(&folder, race.test.path(&format!("{n:02}-moved")))?;
            symlink(&race.outside, folder)
        },
        stands: |race, n| {
            let moved = race.content(&format!("{n:02}-moved/file.txt"));
            let whole = moved == Some(old(n)) || moved == Some(new(n)) || moved.is_none() && n.is_multiple_of(3);
            whole && fs::read_link(race.test.path(&format!("{n:02}"))).is_ok_and(|to| to == race.outside)
        },
    });
}
