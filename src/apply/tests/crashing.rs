//! The process is killed at every point between two steps, then everything must come right.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use super::telling::{APPLIED, UNDONE, told_as};
use super::*;

/// The data folder that a helper works on.
const HOME: &str = "PLANGATE_TEST_HOME";
/// What a helper does: `apply`, `undo` or `recover`.
const DO: &str = "PLANGATE_TEST_DO";
/// See [`fault`].
const DIE_AT: &str = "PLANGATE_TEST_DIE_AT_POINT";

/// Not a test: what the tests below run in a process of its own and kill.
#[test]
#[ignore = "a helper process of the other tests"]
fn helper() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let store = Store::open(Path::new(&home)).unwrap();
    let plan = store.plan(&plan_id()).unwrap().unwrap();
    let in_state = |state| plan.proposed_changes.iter().filter(move |c| c.state == state).map(|c| c.id).collect();
    match std::env::var(DO).unwrap().as_str() {
        "apply" => {
            let approved = ApprovedPlan::new(plan_id(), None, in_state(ChangeState::Approved), clock());
            let options = Options { cancel: Cancel::by_signals(), ..Options::default() };
            Applier::new(&store, clock, options).apply(approved, &mut |_| {}).unwrap();
        }
        "undo" => {
            let applied: Vec<ChangeId> = in_state(ChangeState::Applied);
            undo(&store, clock, &plan_id(), &applied).unwrap();
        }
        _ => {
            recover(&store, clock).unwrap();
        }
    }
}

#[derive(Debug, PartialEq)]
pub(super) enum Life {
    Killed,
    Finished,
}

/// A helper that works on the ground's store.
pub(super) fn helper_for(ground: &Ground, what: &str) -> Command {
    let mut helper = Command::new(std::env::current_exe().unwrap());
    helper.args(["--exact", "apply::tests::crashing::helper", "--ignored", "--test-threads=1"]);
    helper.env(HOME, ground.store.home()).env(DO, what).stdout(Stdio::null());
    helper
}

/// Runs a helper that is killed at its `point`-th point, if it has as many.
pub(super) fn live(ground: &Ground, what: &str, point: u64) -> Life {
    let status = helper_for(ground, what).env(DIE_AT, point.to_string()).status().unwrap();
    match (status.signal(), status.success()) {
        (Some(9), _) => Life::Killed,
        (_, true) => Life::Finished,
        _ => panic!("the helper failed at point {point}: {status}"),
    }
}

/// One change of every kind.
pub(super) fn mixed() -> Ground {
    let mut ground = Ground::new();
    ground.write("replaced", "old");
    ground.write("deleted", "gone");
    ground.write("from/a", "a");
    ground.write("from/sub/b", "b");
    ground.add_write("replaced", "new");
    ground.add_write("made/deep/file", "made");
    ground.add_delete("deleted");
    ground.add_move("from", "to", &["a", "sub/b"]);
    let target = FileImage::Symlink { digest: Digest::of(b"replaced") };
    let effect = FileEffect { path: ground.target("link"), before: FileImage::Absent, after: target };
    ground.add(Action::WriteFile { effect }, &[], &["replaced"]);
    ground
}

/// The tree when exactly the changes in `applied` have happened.
pub(super) fn tree_after(applied: &[bool]) -> Vec<(String, String)> {
    let either =
        |n: usize, after: &[(&str, &str)], before: &[(&str, &str)]| tree(if applied[n] { after } else { before });
    let mut all = [
        either(0, &[("replaced", "new")], &[("replaced", "old")]),
        either(1, &[("made/", ""), ("made/deep/", ""), ("made/deep/file", "made")], &[]),
        either(2, &[], &[("deleted", "gone")]),
        either(
            3,
            &[("to/", ""), ("to/a", "a"), ("to/sub/", ""), ("to/sub/b", "b")],
            &[("from/", ""), ("from/a", "a"), ("from/sub/", ""), ("from/sub/b", "b")],
        ),
        either(4, &[("link", "→ replaced")], &[]),
    ]
    .concat();
    all.sort();
    all
}

/// Two waves: many files are replaced, then some of them are changed again beside new ones.
pub(super) fn two_waves(files: u32) -> Ground {
    let mut ground = Ground::new();
    for n in 0..files {
        ground.write(&format!("f{n:02}"), "old");
    }
    for n in 0..files {
        ground.add_write(&format!("f{n:02}"), "new");
    }
    let effect = FileEffect { path: ground.target("f00"), before: file("new"), after: file("newer") };
    ground.add(Action::EditFile { effect }, &[1], &["newer"]);
    let effect = FileEffect { path: ground.target("f01"), before: file("new"), after: FileImage::Absent };
    ground.add(Action::DeleteFile { effect }, &[2], &[]);
    ground.add_write("made/file", "made");
    ground
}

/// The tree of [`two_waves`] when exactly the changes in `applied` have happened.
pub(super) fn two_waves_after(applied: &[bool]) -> Vec<(String, String)> {
    let files = applied.len() - 3;
    let content = |n: usize| match n {
        0 if applied[files] => Some("newer"),
        1 if applied[files + 1] => None,
        n => Some(if applied[n] { "new" } else { "old" }),
    };
    let all = (0..files).filter_map(|n| Some((format!("f{n:02}"), content(n)?.to_owned())));
    let made = if applied[files + 2] { tree(&[("made/", ""), ("made/file", "made")]) } else { Vec::new() };
    all.chain(made).collect()
}

type TreeAfter = fn(&[bool]) -> Vec<(String, String)>;

/// The record and the disk agree on every change, and each is in one of the two `states`.
fn check_agreement(ground: &Ground, tree_after: TreeAfter, states: [ChangeState; 2], point: u64) {
    let now = ground.states();
    assert!(now.iter().all(|state| states.contains(state)), "point {point}: {now:?}");
    let applied: Vec<bool> = now.iter().map(|state| *state == ChangeState::Applied).collect();
    assert_eq!(ground.tree(), tree_after(&applied), "point {point}: {now:?}");
    ground.check_order();
}

/// The agent hears of each change once how it ended, whichever processes died.
fn check_told_once(ground: &Ground, how: &str, point: u64) {
    let once = (1..=ground.changes).map(|n| (n, 1)).collect();
    assert_eq!(told_as(ground, how), once, "point {point}");
}

/// Kills an apply at every `step`-th point, lets it be recovered and completed; how many points there are.
fn kill_applies(plan: impl Fn() -> Ground, tree_after: TreeAfter, step: usize) -> u64 {
    for point in (1..).step_by(step) {
        let ground = plan();
        let life = live(&ground, "apply", point);
        ground.recover();
        check_agreement(&ground, tree_after, [ChangeState::Applied, ChangeState::Approved], point);
        ground.apply();
        check_agreement(&ground, tree_after, [ChangeState::Applied; 2], point);
        check_told_once(&ground, APPLIED, point);
        if life == Life::Finished {
            return point;
        }
    }
    unreachable!("an apply comes to its end")
}

/// The same with an undo.
fn kill_undos(plan: impl Fn() -> Ground, tree_after: TreeAfter, step: usize) -> u64 {
    for point in (1..).step_by(step) {
        let ground = plan();
        ground.apply();
        check_told_once(&ground, APPLIED, point);
        let life = live(&ground, "undo", point);
        ground.recover();
        check_agreement(&ground, tree_after, [ChangeState::Applied, ChangeState::Undone], point);
        let rest: Vec<u32> = (1..=ground.changes).filter(|n| ground.state(*n) == ChangeState::Applied).collect();
        ground.undo(&rest);
        check_agreement(&ground, tree_after, [ChangeState::Undone; 2], point);
        check_told_once(&ground, UNDONE, point);
        if life == Life::Finished {
            return point;
        }
    }
    unreachable!("an undo comes to its end")
}

#[test]
fn an_apply_killed_at_any_point_is_recovered_and_then_completed() {
    let points = kill_applies(mixed, tree_after, 1);
    assert!(points > 40, "only {points} points: are they compiled in?");
}

#[test]
fn an_undo_killed_at_any_point_is_recovered_and_then_completed() {
    let points = kill_undos(mixed, tree_after, 1);
    assert!(points > 40, "only {points} points: are they compiled in?");
}

#[test]
fn a_plan_of_two_waves_killed_at_any_point_is_recovered_and_then_completed() {
    let points = kill_applies(|| two_waves(3), two_waves_after, 1);
    assert!(points > 40, "only {points} points: are they compiled in?");
    kill_undos(|| two_waves(3), two_waves_after, 3);
}

#[test]
fn a_wave_that_is_synced_together_and_killed_is_recovered_and_then_completed() {
    let points = kill_applies(|| two_waves(40), two_waves_after, 13);
    assert!(points > 200, "only {points} points: are they compiled in?");
    kill_undos(|| two_waves(40), two_waves_after, 29);
}

#[test]
fn a_recovery_that_is_killed_again_and_again_still_comes_to_its_end() {
    for what in ["apply", "undo"] {
        for point in (2..).step_by(4) {
            let ground = mixed();
            if what == "undo" {
                ground.apply();
            }
            if live(&ground, what, point) == Life::Finished {
                break;
            }
            let mut deaths = 1;
            while live(&ground, "recover", deaths) == Life::Killed {
                deaths += 1;
                assert!(deaths < 200, "recovery makes no progress");
            }
            let other = if what == "undo" { ChangeState::Undone } else { ChangeState::Approved };
            check_agreement(&ground, tree_after, [ChangeState::Applied, other], point);
        }
    }
}

#[test]
fn an_edit_after_the_crash_is_never_lost_and_never_leaves_a_half_done_move() {
    for point in 1.. {
        let mut ground = Ground::new();
        ground.write("from/a", "a");
        ground.write("from/b", "b");
        ground.add_move("from", "to", &["a", "b"]);
        if live(&ground, "apply", point) == Life::Finished {
            return;
        }
        let edited = if ground.read("to/b").is_some() { "to/b" } else { "from/b" };
        if ground.read(edited).is_some() {
            ground.write(edited, "theirs");
        } else {
            // It was killed while the file had only its second name; a person would find it missing and write it anew.
            ground.write("from/b", "theirs");
        }
        ground.recover();
        let theirs = ground.tree().iter().filter(|(_, content)| content == "theirs").count();
        assert_eq!(theirs, 1, "point {point}: {:?}", ground.tree());
        let names: Vec<String> = ground.tree().into_iter().map(|(name, _)| name).collect();
        let there = |name: &str| names.iter().any(|found| found == name);
        let moved = there("to/a") && there("to/b") && !there("from/a");
        let unmoved = there("from/a") && there("from/b") && !there("to/a");
        let expected = if ground.state(1) == ChangeState::Applied { moved } else { unmoved };
        assert!(expected, "point {point}: {:?} {:?}", ground.state(1), ground.tree());
        ground.check_order();
    }
}

#[test]
fn what_is_to_be_known_of_a_file_is_told_whichever_process_finishes_its_change() {
    for what in ["apply", "undo"] {
        for point in 1.. {
            let mut ground = Ground::new();
            for name in ["replaced", "deleted"] {
                ground.write(name, "old");
                fs::hard_link(ground.root().join(name), ground.root().join(format!("other-{name}"))).unwrap();
            }
            ground.add_write("replaced", "new");
            ground.add_delete("deleted");
            if what == "undo" {
                fs::remove_file(ground.root().join("other-replaced")).unwrap();
                fs::remove_file(ground.root().join("other-deleted")).unwrap();
                ground.apply();
                fs::hard_link(ground.root().join("replaced"), ground.root().join("other-replaced")).unwrap();
            }
            let life = live(&ground, what, point);
            let recovered = recover(&ground.store, clock).unwrap();
            for (n, name) in [(1, "replaced"), (2, "deleted")] {
                let found: Vec<_> = recovered.iter().filter(|found| found.change == c(n)).collect();
                let settled =
                    found.iter().any(|found| matches!(found.outcome, RecoveredAs::Applied | RecoveredAs::Undone));
                let expected = match (settled, what, n) {
                    (false, ..) | (_, "undo", 2) => vec![],
                    _ => vec![(ground.target(name), Note::HardLinks(1))],
                };
                let notes: Vec<_> = found.iter().flat_map(|found| found.notes.clone()).collect();
                assert_eq!(notes, expected, "{what} {point} c{n}");
            }
            if life == Life::Finished {
                break;
            }
        }
    }
}

#[test]
fn a_command_is_run_once_or_marked_as_interrupted() {
    for point in 1.. {
        let mut ground = Ground::new();
        ground.add_command("echo ran >> log", &[]);
        let life = live(&ground, "apply", point);
        ground.recover();
        let runs = ground.read("log").unwrap_or_default().lines().count();
        match ground.state(1) {
            ChangeState::Approved => assert_eq!(runs, 0, "point {point}"),
            ChangeState::Applied => assert_eq!(runs, 1, "point {point}"),
            ChangeState::Interrupted => assert!(runs <= 1, "point {point}"),
            other => panic!("point {point}: {other}"),
        }
        ground.check_order();
        if life == Life::Finished {
            assert_eq!(ground.state(1), ChangeState::Applied);
            return;
        }
    }
}

#[test]
fn ctrl_c_ends_the_command_is_recorded_and_leaves_the_process_to_say_so() {
    let mut ground = Ground::new();
    ground.add_command("echo begun > started; sleep 60", &[]);
    ground.add_write("a", "x");
    let mut helper = helper_for(&ground, "apply").spawn().unwrap();
    while ground.read("started").is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&helper), rustix::process::Signal::INT).unwrap();
    assert!(helper.wait().unwrap().success());
    assert_eq!((ground.state(1), ground.change(1).error), (ChangeState::Failed, "cancelled".to_owned()));
    assert_eq!(ground.state(2), ChangeState::Approved);
    ground.check_order();
}

#[test]
fn a_taking_back_that_is_killed_never_leaves_a_piece_of_a_file_in_its_place() {
    // More than is written at once.
    let large = "a".repeat(5 << 18);
    let killed_at = |point: u64| {
        let mut ground = Ground::new();
        ground.write("from/a", &large);
        ground.write("from/b", "b");
        ground.add_move("from", "to", &["a", "b"]);
        assert_eq!(live(&ground, "apply", point), Life::Killed);
        ground
    };
    let half_done = |ground: &Ground| ground.read("from/a").is_none() && ground.read("from/b").is_some();
    let half_way = (1..100).find(|point| half_done(&killed_at(*point))).unwrap();
    let killed = || {
        let ground = killed_at(half_way);
        ground.write("from/b", "theirs");
        ground
    };
    for deaths in 1.. {
        let ground = killed();
        let life = live(&ground, "recover", deaths);
        ground.recover();
        assert_eq!(ground.read("from/a").as_deref().map(str::len), Some(large.len()), "killed at point {deaths}");
        let mode = fs::metadata(ground.root().join("from/a")).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode, ground.read("from/b").unwrap().as_str()), (0o644, "theirs"), "killed at point {deaths}");
        ground.check_order();
        if life == Life::Finished {
            return;
        }
    }
}
