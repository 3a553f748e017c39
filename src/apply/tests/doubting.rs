//! The disk reports an error at one of the syncs, and drops what it should have written.

use super::*;
use crate::workspace::simulated::{Dice, Ignored, Kind};

/// A plan of every kind of change, or of many files, on a disk of which those syncs fail.
fn ground_with(kind: Kind, many: usize) -> (Ground, Disk) {
    let mut ground = Ground::new();
    let disk = Disk::new(kind, Ignored::Nothing, ground.temp.path());
    disk.mount(&ground.root(), &ground.store.home().canonicalize().unwrap());
    ground.disk = Some(disk.clone());
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
