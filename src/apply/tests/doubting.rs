//! The disk reports an error at one of the syncs, and drops what it should have written.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use super::*;
use crate::store::applying::Doing;
use crate::workspace::fault;
use crate::workspace::simulated::{Dice, Ignored, Kind};

fn ground_on(kind: Kind) -> (Ground, Disk) {
    let mut ground = Ground::new();
    let disk = Disk::new(kind, Ignored::Nothing, ground.temp.path());
    disk.mount(&ground.root(), &ground.store.home().canonicalize().unwrap());
    ground.disk = Some(disk.clone());
    (ground, disk)
}

/// A plan of one new file in folders that are new as well.
fn ground_with_one(kind: Kind) -> (Ground, Disk) {
    let (mut ground, disk) = ground_on(kind);
    ground.add_write("made/deep/new", "new");
    (ground, disk)
}

/// A plan of every kind of change, or of many files.
fn ground_with(kind: Kind, many: usize) -> (Ground, Disk) {
    let (mut ground, disk) = ground_on(kind);
    for name in ["edited", "deleted", "from/moved"] {
        disk.put(name, b"base", 0o644);
    }
    for n in 0..many {
        disk.put(&format!("many/{n}"), b"base", 0o644);
        ground.add_write(&format!("many/{n}"), "mine");
    }
    let contents = &["base"];
    let edit = FileEffect { path: ground.target("edited"), before: file("base"), after: file("mine") };
    ground.add(Action::WriteFile { effect: edit }, &[], &["base", "mine"]);
    let delete = FileEffect { path: ground.target("deleted"), before: file("base"), after: FileImage::Absent };
    ground.add(Action::DeleteFile { effect: delete }, &[], contents);
    ground.add_write("made/new", "new");
    let (from, to) = (ground.target("from/moved"), ground.target("to/moved"));
    let effects = vec![
        FileEffect { path: from.clone(), before: file("base"), after: FileImage::Absent },
        FileEffect { path: to.clone(), before: FileImage::Absent, after: file("base") },
    ];
    ground.add(Action::MoveFile { from, to, effects }, &[], contents);
    (ground, disk)
}

/// Whether everything that a change of these states leaves is on the medium.
fn check_durable(ground: &Ground, disk: &Disk, case: &str) {
    let tree = disk.cut(disk.happened(), &mut Dice::new(1));
    for found in [disk.durable(), tree] {
        let files: Vec<String> = found.listing().into_iter().map(|(name, ..)| name).collect();
        let contents: Vec<(String, Vec<u8>)> =
            found.listing().into_iter().map(|(name, _, content)| (name, content)).collect();
        let content = |name: &str| contents.iter().find(|(found, _)| found == name).map(|(_, content)| &content[..]);
        for n in 1..=ground.changes {
            let done = ground.state(n) == ChangeState::Applied;
            for effect in ground.change(n).action.effects() {
                let name = effect.path.as_path().strip_prefix(ground.root()).unwrap().to_str().unwrap();
                let image = if done { &effect.after } else { &effect.before };
                assert_eq!(content(name).map(Digest::of), image.digest(), "{case}: `{name}` of c{n} in {files:?}");
            }
        }
        assert!(!files.iter().any(|name| name.contains(".plangate-")), "{case}: {files:?}");
    }
}

#[test]
fn what_could_not_be_made_durable_is_never_told_as_applied() {
    for (kind, many) in [(Kind::Local, 0), (Kind::Remote, 0), (Kind::WithoutLinks, 0), (Kind::Local, 40)] {
        let (mut failures, mut unsettled) = (0, 0);
        for first in 1..14 {
            for length in [1, 2, 100] {
                let case = format!("{kind:?}, {many} files, {length} syncs from {first} on");
                let (ground, disk) = ground_with(kind, many);
                disk.fail(first..first + length);
                match ground.try_apply(Options::default()) {
                    Ok(report) if report.is_complete() => {}
                    Ok(_) => failures += 1,
                    Err(ApplyError::Unsettled { .. }) => unsettled += 1,
                    Err(error) => panic!("{case}: {error:?}"),
                }
                disk.fail(0..0);
                for recovered in ground.recover() {
                    assert!(!matches!(recovered, RecoveredAs::Unsettled(_)), "{case}: {recovered:?}");
                }
                check_durable(&ground, &disk, &case);
                ground.check_order();
            }
        }
        assert!(failures > 0 && unsettled > 0, "{kind:?}: {failures} failures, {unsettled} unsettled");
    }
}

#[test]
fn an_undo_that_could_not_be_made_durable_is_never_told_as_undone() {
    for first in 1..14 {
        let (ground, disk) = ground_with(Kind::Local, 0);
        assert!(ground.try_apply(Options::default()).unwrap().is_complete());
        disk.settle();
        disk.fail(first..first + 2);
        let all: Vec<ChangeId> = (1..=ground.changes).map(c).collect();
        let _ = undo(&ground.store, clock, &plan_id(), &all);
        disk.fail(0..0);
        ground.recover();
        check_durable(&ground, &disk, &format!("syncs {first}"));
        ground.check_order();
    }
}

struct Killed;

/// Lets `act` die at this point of those that it comes to; tells whether it did.
fn dies_at(point: usize, act: impl FnOnce()) -> bool {
    let left = Rc::new(Cell::new(point));
    fault::watch(Some(Box::new(move || {
        left.set(left.get() - 1);
        if left.get() == 0 {
            resume_unwind(Box::new(Killed));
        }
    })));
    let lived = catch_unwind(AssertUnwindSafe(act));
    fault::watch(None);
    match lived {
        Ok(()) => false,
        Err(death) if death.is::<Killed>() => true,
        Err(death) => resume_unwind(death),
    }
}

/// Lets the applying and the undoing of a plan die at each point.
fn die_everywhere(plan: impl Fn() -> (Ground, Disk)) {
    for doing in [Doing::Apply, Doing::Undo] {
        let points = (1..500).take_while(|point| {
            let (ground, disk) = plan();
            let all: Vec<ChangeId> = (1..=ground.changes).map(c).collect();
            if doing == Doing::Undo {
                assert!(ground.try_apply(Options::default()).unwrap().is_complete());
                disk.settle();
            }
            let died = dies_at(*point, || {
                let _ = match doing {
                    Doing::Apply => ground.try_apply(Options::default()).map(|_| ()),
                    Doing::Undo => undo(&ground.store, clock, &plan_id(), &all).map(|_| ()),
                };
            });
            ground.recover();
            check_durable(&ground, &disk, &format!("{doing:?}, died at {point}"));
            died
        });
        assert!((5..490).contains(&points.count()));
    }
}

#[test]
fn what_a_process_that_died_had_done_and_not_synced_is_durable_once_it_is_recorded() {
    for kind in [Kind::Local, Kind::Remote, Kind::WithoutExchange] {
        die_everywhere(|| ground_with_one(kind));
        die_everywhere(|| ground_with(kind, 0));
    }
}

/// Lets the undoing of changes die at the `n`-th point; `false` when it has fewer.
fn undo_killed_at(n: u32, ground: &Ground, changes: &[u32]) -> bool {
    struct Killed;
    let left = Cell::new(n);
    fault::watch(Some(Box::new(move || {
        left.set(left.get() - 1);
        if left.get() == 0 {
            resume_unwind(Box::new(Killed));
        }
    })));
    let lived = catch_unwind(AssertUnwindSafe(|| ground.undo(changes)));
    fault::watch(None);
    match lived {
        Ok(_) => false,
        Err(death) if death.is::<Killed>() => true,
        Err(death) => resume_unwind(death),
    }
}

#[test]
fn a_folder_that_goes_and_comes_again_while_changes_are_undone_is_as_durable_as_its_file() {
    let mut seen = BTreeSet::new();
    for n in 1.. {
        let (mut ground, disk) = ground_on(Kind::Local);
        let effect = |before, after| FileEffect { path: ground.target("made/a"), before, after };
        let [makes, deletes, makes_again] = [
            effect(FileImage::Absent, file("one")),
            effect(file("one"), FileImage::Absent),
            effect(FileImage::Absent, file("two")),
        ];
        ground.add(Action::WriteFile { effect: makes }, &[], &["one"]);
        ground.add(Action::DeleteFile { effect: deletes }, &[1], &["one"]);
        ground.add(Action::WriteFile { effect: makes_again }, &[2], &["two"]);
        assert_eq!(ground.apply(), vec![Outcome::Applied; 3]);
        disk.settle();
        if !undo_killed_at(n, &ground, &[2, 3]) {
            break;
        }
        ground.recover();
        assert_eq!(ground.state(3), ChangeState::Undone);
        let content: &[&[u8]] = if ground.state(2) == ChangeState::Undone { &[b"one"] } else { &[] };
        let files = disk.durable().listing().into_iter().filter(|(name, ..)| !name.ends_with('/'));
        let found: Vec<Vec<u8>> = files.map(|(_, _, content)| content).collect();
        assert_eq!(found, content, "killed at point {n}");
        seen.insert(content);
    }
    assert_eq!(seen.len(), 2, "the points are of every moment");
}
