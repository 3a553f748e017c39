//! The kernel refuses, or kills the process at, every call of a kind in turn, while a plan is applied, undone, or recovered
//! after a kill; then everything must come right.
//! `strace` does it from outside, so nothing is compiled in and no call is overlooked.

use super::crashing::{Life, helper_for, live, mixed, tree_after, two_waves, two_waves_after};
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
/// About as many calls of a kind as a plan makes that is applied, and as it makes otherwise.
const CALLS: [usize; 2] = [240, 80];

/// How far apart the calls are that are met, where each `step`-th is meant.
fn step_of(step: usize, met: Met) -> usize {
    let points = std::env::var(POINTS).ok().and_then(|text| text.parse::<usize>().ok());
    let calls = CALLS[usize::from(!matches!(met, Met::Apply))];
    points.map_or(step, |points| step.max(calls / points.max(1)))
}

/// Lets `fault` happen to the `n`-th of `calls` while `what` is done to the ground; false when there are fewer.
fn inject(ground: &Ground, what: &str, calls: &str, fault: &str, n: usize) -> bool {
    let helper = helper_for(ground, what);
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
    text.contains("(INJECTED)") || text.contains("killed by SIGKILL")
}

/// The files alone: an empty folder that an error kept from being removed is no loss.
fn files(tree: Vec<(String, String)>) -> Vec<(String, String)> {
    tree.into_iter().filter(|(name, _)| !name.ends_with('/')).collect()
}

type TreeAfter = fn(&[bool]) -> Vec<(String, String)>;

/// Each file is old or new, as the record has it, and nothing is left over or in flight.
fn check(ground: &Ground, tree_after: TreeAfter, case: &str) {
    let states = ground.states();
    let applied: Vec<bool> = states.iter().map(|state| *state == ChangeState::Applied).collect();
    assert_eq!(files(ground.tree()), files(tree_after(&applied)), "{case}: {states:?}");
    ground.check_order();
}

/// The same, and settling it again changes nothing.
fn recover_and_check(ground: &Ground, tree_after: TreeAfter, case: &str) {
    ground.recover();
    check(ground, tree_after, case);
    assert_eq!(ground.recover(), [], "{case}");
}

/// Lets all of the plan happen that has not.
fn complete(ground: &Ground, tree_after: TreeAfter, case: &str) {
    let undone = |state| matches!(state, ChangeState::Failed | ChangeState::Conflict | ChangeState::Undone);
    let undone = (1..).zip(ground.states()).filter(|(_, state)| undone(*state));
    undone.for_each(|(n, _)| ground.retry(n));
    ground.apply();
    assert!(ground.states().iter().all(|state| *state == ChangeState::Applied), "{case}: {:?}", ground.states());
    check(ground, tree_after, case);
}

/// Lets all of the plan be undone that is not.
fn complete_undo(ground: &Ground, tree_after: TreeAfter, case: &str) {
    let applied = (1..).zip(ground.states()).filter(|(_, state)| *state == ChangeState::Applied);
    ground.undo(&applied.map(|(n, _)| n).collect::<Vec<_>>());
    assert!(ground.states().iter().all(|state| *state == ChangeState::Undone), "{case}: {:?}", ground.states());
    check(ground, tree_after, case);
}

/// What a fault meets.
#[derive(Debug, Clone, Copy)]
enum Met {
    Apply,
    Undo,
    /// The recovery of an apply that was killed at that point.
    RecoveryOfApply(u64),
    /// The recovery of an undo that was killed at that point.
    RecoveryOfUndo(u64),
}

impl Met {
    /// The ground on which the fault shall happen, and what is done then.
    fn prepare(self, ground: &Ground) -> &'static str {
        if matches!(self, Self::Undo | Self::RecoveryOfUndo(_)) {
            ground.apply();
        }
        match self {
            Self::Apply => "apply",
            Self::Undo => "undo",
            Self::RecoveryOfApply(point) => {
                assert_eq!(live(ground, "apply", point), Life::Killed, "there are fewer points");
                "recover"
            }
            Self::RecoveryOfUndo(point) => {
                assert_eq!(live(ground, "undo", point), Life::Killed, "there are fewer points");
                "recover"
            }
        }
    }
}

/// Lets `fault` happen at every `step`-th of `calls`; afterwards all must come right, and can be completed. How many there
/// were.
fn inject_everywhere(
    plan: impl Fn() -> Ground,
    tree_after: TreeAfter,
    met: Met,
    (calls, fault, step): (&str, &str, usize),
) -> usize {
    let mut points = 0;
    for n in (1..).step_by(step_of(step, met)) {
        let (ground, case) = (plan(), format!("{met:?}: {calls} {fault} {n}"));
        let what = met.prepare(&ground);
        if !inject(&ground, what, calls, fault, n) {
            break;
        }
        points += 1;
        recover_and_check(&ground, tree_after, &case);
        match met {
            Met::Apply | Met::RecoveryOfApply(_) => complete(&ground, tree_after, &case),
            Met::Undo | Met::RecoveryOfUndo(_) => complete_undo(&ground, tree_after, &case),
        }
    }
    eprintln!("{met:?}: {calls} {fault}: {points} points");
    points
}

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_is_refused_or_killed_the_record_agrees_with_the_disk_and_all_can_be_completed() {
    for (calls, fault) in FAULTS {
        let points = inject_everywhere(mixed, tree_after, Met::Apply, (calls, fault, 1));
        assert!(points > 0, "{calls} {fault}: nothing was injected");
    }
}

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_of_a_large_wave_is_refused_or_killed_all_comes_right_too() {
    for fault in FAULTS_OF_MANY {
        let points = inject_everywhere(|| two_waves(40), two_waves_after, Met::Apply, *fault);
        assert!(points > 0, "{fault:?}: nothing was injected");
    }
}

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_of_an_undo_is_refused_or_killed_each_file_is_old_or_new_and_all_can_be_undone() {
    let points = FAULTS.iter().map(|(calls, fault)| inject_everywhere(mixed, tree_after, Met::Undo, (calls, fault, 1)));
    let points: usize = points.sum();
    let of_many = FAULTS_OF_MANY.iter();
    let of_many = of_many.map(|fault| inject_everywhere(|| two_waves(40), two_waves_after, Met::Undo, *fault));
    let of_many: usize = of_many.sum();
    eprintln!("undo: {points} points, of many files {of_many}");
    assert!(points > FAULTS.len() / 2 && of_many > FAULTS_OF_MANY.len() / 2, "only {points} and {of_many} points");
}

/// Points at which an apply or undo dies so that all of its steps are met by a recovery: files are staged, exchanged, put away,
/// and the folders synced.
const DEATHS: [Met; 5] = [
    Met::RecoveryOfApply(6),
    Met::RecoveryOfApply(18),
    Met::RecoveryOfApply(30),
    Met::RecoveryOfUndo(14),
    Met::RecoveryOfUndo(26),
];

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_of_a_recovery_is_refused_or_killed_the_next_one_brings_it_right() {
    for met in DEATHS {
        let points = FAULTS.iter().map(|(calls, fault)| inject_everywhere(mixed, tree_after, met, (calls, fault, 1)));
        let points: usize = points.sum();
        eprintln!("{met:?}: {points} points");
        assert!(points > FAULTS.len() / 2, "{met:?}: only {points} points");
    }
}

#[test]
#[ignore = "needs strace and some minutes; .ci/run meets fewer calls"]
fn whatever_call_of_a_recovery_of_a_large_wave_is_refused_or_killed_the_next_one_brings_it_right() {
    for met in [Met::RecoveryOfApply(100), Met::RecoveryOfApply(250), Met::RecoveryOfUndo(120)] {
        let points = FAULTS_OF_MANY.iter();
        let points = points.map(|fault| inject_everywhere(|| two_waves(40), two_waves_after, met, *fault));
        let points: usize = points.sum();
        eprintln!("{met:?}: {points} points");
        assert!(points > FAULTS_OF_MANY.len() / 2, "{met:?}: only {points} points");
    }
}
