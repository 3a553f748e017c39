//! The kernel refuses, or kills the process at, every call of a kind in turn; then everything must come right.
//! `strace` does it from outside, so nothing is compiled in and no call is overlooked.

use super::crashing::{helper_for, mixed, tree_after, two_waves, two_waves_after};
use super::*;

/// Calls, and what happens to the n-th of them.
const FAULTS: &[(&str, &str)] = &[
    ("renameat2", "signal=KILL"),
    ("fsync", "signal=KILL"),
    ("unlinkat", "signal=KILL"),
    ("mkdirat", "signal=KILL"),
    ("pwrite64", "signal=KILL"),
    ("write", "signal=KILL"),
    ("fchmod", "signal=KILL"),
    ("symlinkat", "signal=KILL"),
    ("openat", "signal=KILL"),
    ("openat2", "signal=KILL"),
    ("newfstatat", "signal=KILL"),
    ("close", "signal=KILL"),
    ("fsync", "error=EIO"),
    ("fsync", "error=ENOSPC"),
    ("renameat2", "error=EROFS"),
    ("renameat2", "error=ENOSPC"),
    ("unlinkat", "error=EROFS"),
    ("mkdirat", "error=EROFS"),
    ("openat", "error=EROFS"),
    ("openat", "error=EACCES"),
    ("openat", "error=EINTR"),
    // Nothing was taken, as on a disk that is full.
    ("write", "retval=0"),
    ("pwrite64", "retval=0"),
    ("renameat2", "error=EIO"),
    ("renameat2", "error=EACCES"),
    ("renameat2", "error=EINVAL"),
    ("unlinkat", "error=EIO"),
    ("mkdirat", "error=ENOSPC"),
    ("fchmod", "error=EPERM"),
    ("write", "error=ENOSPC"),
    ("write", "error=EINTR"),
    ("pwrite64", "error=ENOSPC"),
    ("symlinkat", "error=ENOSPC"),
    ("openat", "error=EMFILE"),
    ("openat2", "error=EMFILE"),
    ("openat2", "error=ENOSYS"),
    ("newfstatat", "error=EIO"),
    ("read", "error=EIO"),
];

/// The same for a plan whose first wave is synced as a whole, at every so many of the calls.
const FAULTS_OF_MANY: &[(&str, &str, usize)] = &[
    ("renameat2", "signal=KILL", 3),
    ("renameat", "signal=KILL", 3),
    ("fsync", "signal=KILL", 1),
    ("pwrite64", "signal=KILL", 7),
    ("write", "signal=KILL", 3),
    ("fchmod", "signal=KILL", 3),
    ("openat2", "signal=KILL", 1),
    ("syncfs", "error=EIO", 1),
    ("syncfs", "error=ENOSYS", 1),
    ("syncfs", "signal=KILL", 1),
    ("renameat2", "error=EIO", 5),
    ("renameat2", "error=EINVAL", 9),
    ("renameat", "error=EXDEV", 9),
    ("fchmod", "error=EPERM", 9),
    ("write", "error=ENOSPC", 9),
    ("write", "error=EINTR", 9),
    ("pwrite64", "error=ENOSPC", 9),
    ("openat", "error=EMFILE", 23),
];

/// Takes only so many of the calls, evenly; for a check that has little time.
const POINTS: &str = "PLANGATE_INJECT_POINTS";
/// More calls of a kind than a plan makes.
const CALLS: usize = 240;

/// How far apart the calls are that are met, where each `step`-th is meant.
fn step_of(step: usize) -> usize {
    let points = std::env::var(POINTS).ok().and_then(|text| text.parse::<usize>().ok());
    points.map_or(step, |points| step.max(CALLS / points.max(1)))
}

/// Lets `fault` happen to the `n`-th of `calls` while the plan is applied; `None` when there are fewer.
fn inject(ground: Ground, calls: &str, fault: &str, n: usize) -> Option<Ground> {
    let helper = helper_for(&ground, "apply");
    let log = ground.temp.path().join("strace");
    let mut strace = std::process::Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-e",
        &format!("trace={calls}"),
        "-e",
        &format!("inject={calls}:{fault}:when={n}"),
        "-o",
    ]);
    strace.arg(&log).arg(helper.get_program()).args(helper.get_args());
    strace.envs(helper.get_envs().filter_map(|(name, value)| Some((name, value?))));
    strace.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    strace.status().expect("`strace` is installed");
    let text = fs::read_to_string(log).unwrap_or_default();
    (text.contains("(INJECTED)") || text.contains("killed by SIGKILL")).then_some(ground)
}

/// The files alone: an empty folder that an error kept from being removed is no loss.
fn files(tree: Vec<(String, String)>) -> Vec<(String, String)> {
    tree.into_iter().filter(|(name, _)| !name.ends_with('/')).collect()
}

/// Lets `fault` happen at every `step`-th of `calls`; afterwards all must come right, and can be completed.
fn inject_everywhere(
    plan: impl Fn() -> Ground,
    tree_after: fn(&[bool]) -> Vec<(String, String)>,
    (calls, fault, step): (&str, &str, usize),
) {
    let mut points = 0;
    for n in (1..).step_by(step_of(step)) {
        let Some(ground) = inject(plan(), calls, fault, n) else { break };
        points += 1;
        ground.recover();
        let states = ground.states();
        let applied: Vec<bool> = states.iter().map(|state| *state == ChangeState::Applied).collect();
        assert_eq!(files(ground.tree()), files(tree_after(&applied)), "{calls} {fault} {n}: {states:?}");
        ground.check_order();
        let failed = (1..).zip(states).filter(|(_, s)| matches!(s, ChangeState::Failed | ChangeState::Conflict));
        failed.for_each(|(n, _)| ground.retry(n));
        ground.apply();
        assert!(ground.states().iter().all(|state| *state == ChangeState::Applied), "{calls} {fault} {n}");
        assert_eq!(files(ground.tree()), files(tree_after(&vec![true; ground.states().len()])), "{calls} {fault} {n}");
        ground.check_order();
    }
    eprintln!("{calls} {fault}: {points} points");
    assert!(points > 0, "{calls} {fault}: nothing was injected");
}

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_is_refused_or_killed_the_record_agrees_with_the_disk_and_all_can_be_completed() {
    for (calls, fault) in FAULTS {
        inject_everywhere(mixed, tree_after, (calls, fault, 1));
    }
}

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_of_a_large_wave_is_refused_or_killed_all_comes_right_too() {
    for fault in FAULTS_OF_MANY {
        inject_everywhere(|| two_waves(40), two_waves_after, *fault);
    }
}
