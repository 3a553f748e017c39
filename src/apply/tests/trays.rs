//! Many files of one folder are staged on a tray.

use std::cell::RefCell;
use std::os::unix::fs::symlink;
use std::rc::Rc;

use super::crashing::{Life, live};
use super::*;
use crate::workspace::StageName;

const FILES: usize = 40;

/// A plan that replaces many files of one folder.
fn crowd() -> Ground {
    let mut ground = Ground::new();
    for n in 0..FILES {
        ground.write(&format!("d/{n:02}"), "old");
        ground.add_write(&format!("d/{n:02}"), "new");
    }
    ground
}

/// The folder `d` when all of its files are like this, with what else is in it.
fn crowd_of(content: &str, besides: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = (0..FILES).map(|n| (format!("d/{n:02}"), content.to_owned()));
    let mut all: Vec<_> = files.chain(tree(besides)).chain(tree(&[("d/", "")])).collect();
    all.sort();
    all
}

/// The name of the plan's trays.
fn tray() -> String {
    let stage = StageName::new(&plan_id(), c(1), 0).as_os_str().to_str().unwrap().to_owned();
    stage.strip_suffix("-1-0.tmp").unwrap().to_owned()
}

/// How many things lie in the attic.
fn in_attic(ground: &Ground) -> usize {
    fs::read_dir(ground.store.home().join("attic")).unwrap().count()
}

#[test]
fn files_are_staged_on_a_tray_that_nobody_else_may_enter_and_that_is_gone_afterwards() {
    let ground = crowd();
    let tray = ground.root().join("d").join(tray());
    let seen = Rc::new(RefCell::new(None));
    let look = Rc::clone(&seen);
    fault::at("file system synced", move || {
        let mode = fs::metadata(&tray).unwrap().permissions().mode() & 0o777;
        *look.borrow_mut() = Some((mode, fs::read_dir(&tray).unwrap().count()));
    });
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    assert_eq!(*seen.borrow(), Some((0o700, FILES)));
    assert_eq!(ground.tree(), crowd_of("new", &[]));
    ground.check_order();
    assert_eq!(ground.undo(&(1..=40).collect::<Vec<_>>()), vec![UndoOutcome::Undone; FILES]);
    assert_eq!(ground.tree(), crowd_of("old", &[]));
    assert_eq!(in_attic(&ground), 2);
    ground.check_order();
}

#[test]
fn what_somebody_puts_on_a_tray_stays_there() {
    for point in ["file system synced", "tray listed"] {
        let ground = crowd();
        let theirs = ground.root().join("d").join(tray()).join("theirs");
        fault::at_also_elsewhere(point, move || fs::write(theirs, "theirs").unwrap());
        assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
        let left = format!("d/{}", tray());
        let besides = [(&*format!("{left}/"), ""), (&format!("{left}/theirs"), "theirs")];
        assert_eq!(ground.tree(), crowd_of("new", &besides), "at the point `{point}`");
    }
}

#[test]
fn whoever_writes_to_the_store_does_not_wait_for_the_last_names_to_be_synced() {
    let ground = crowd();
    let home = ground.store.home().to_owned();
    // The outcomes are written by now, or are being, and wait for this.
    fault::at_also_elsewhere("tray listed", move || Store::open(&home).unwrap().write(|_| Ok(())).unwrap());
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    assert_eq!(ground.states(), vec![ChangeState::Applied; FILES]);
    ground.check_order();
}

#[test]
fn files_that_are_only_deleted_are_on_no_tray_as_it_would_have_to_grow() {
    let mut ground = Ground::new();
    for n in 0..FILES {
        ground.write(&format!("d/{n:02}"), "old");
        ground.add_delete(&format!("d/{n:02}"));
    }
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    assert_eq!((ground.tree(), in_attic(&ground)), (tree(&[("d/", "")]), FILES));
}

#[test]
fn what_has_the_name_of_a_tray_stays_and_files_are_staged_beside_their_targets() {
    type Put = fn(&Path);
    let file: Put = |at| fs::write(at, "theirs").unwrap();
    let link: Put = |at| symlink("/nowhere", at).unwrap();
    let folder: Put = |at| fs::create_dir(at).unwrap();
    for put in [file, link, folder] {
        let ground = crowd();
        let tray = ground.root().join("d").join(tray());
        put(&tray);
        if !tray.is_symlink() {
            fs::set_permissions(&tray, Permissions::from_mode(0o755)).unwrap();
        }
        let before = ground.tree();
        assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
        let is_ours = |(name, _): &(String, String)| !name.contains(".plangate-");
        let (after, before): (Vec<_>, Vec<_>) = (
            ground.tree().into_iter().filter(|e| !is_ours(e)).collect(),
            before.into_iter().filter(|e| !is_ours(e)).collect(),
        );
        assert_eq!(after, before, "what stood there still stands");
        assert_eq!(ground.read("d/39").unwrap(), "new");
        assert_eq!(in_attic(&ground), FILES, "they went one by one");
    }
}

#[test]
fn a_tray_that_is_carried_off_in_the_middle_takes_no_file_with_it_that_was_not_old() {
    let ground = crowd();
    let (from, to) = (ground.root().join("d").join(tray()), ground.root().join("elsewhere"));
    fault::at("exchanged", move || fs::rename(from, to).unwrap());
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    let left: Vec<_> = ground.tree().into_iter().filter(|(name, _)| name.starts_with("elsewhere")).collect();
    assert_eq!(left, tree(&[("elsewhere/", "")]));
    assert_eq!(ground.read("d/00").unwrap(), "new");
    ground.check_order();
}

#[test]
fn without_an_attic_the_files_of_a_tray_are_deleted_one_by_one() {
    let ground = crowd();
    let attic = ground.store.home().join("attic");
    let _ = fs::remove_dir(&attic);
    fs::write(attic, "in the way").unwrap();
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    assert_eq!(ground.tree(), crowd_of("new", &[]));
    ground.check_order();
}

#[test]
fn nothing_changes_while_it_cannot_be_put_down_what_will_happen() {
    let ground = Rc::new(crowd());
    let full = Rc::clone(&ground);
    fault::at("begun", move || full.fill_store());
    let options = Options::default();
    let cancel = options.cancel.clone();
    let mut progress = |progress: Progress<'_>| {
        if matches!(progress, Progress::Waiting { .. }) {
            cancel.ask();
        }
    };
    let error = Applier::new(&ground.store, clock, options).apply(ground.approved(), &mut progress).unwrap_err();
    assert!(error.to_string().starts_with("nothing was changed"), "{error}");
    assert_eq!(ground.tree(), crowd_of("old", &[]));
    ground.make_room_in_store();
    ground.recover();
    assert_eq!(ground.tree(), crowd_of("old", &[]), "they are approved, as they were");
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    assert_eq!(ground.tree(), crowd_of("new", &[]));
    ground.check_order();
}

#[test]
fn what_is_done_and_cannot_be_put_down_beside_clearing_up_is_put_down_once_when_it_can() {
    let ground = Rc::new(crowd());
    let full = Rc::clone(&ground);
    // What was about to happen is in the store by then.
    fault::at("file system synced", move || full.fill_store());
    let mut waited = false;
    let mut progress = |progress: Progress<'_>| {
        if matches!(progress, Progress::Waiting { .. }) {
            waited = true;
            ground.make_room_in_store();
        }
    };
    let applier = Applier::new(&ground.store, clock, Options::default());
    let report = applier.apply(ground.approved(), &mut progress).unwrap();
    assert_eq!(outcomes(report), vec![Outcome::Applied; FILES]);
    assert!(waited);
    let once = (1..=40).all(|n| ground.entries(n).iter().filter(|(kind, _)| kind == "outcome").count() == 1);
    assert!(once && ground.tree() == crowd_of("new", &[]));
    ground.check_order();

    let full = Rc::clone(&ground);
    fault::at("file system synced", move || full.fill_store());
    let all: Vec<ChangeId> = (1..=40).map(c).collect();
    undo(&ground.store, clock, &plan_id(), &all).unwrap_err();
    ground.make_room_in_store();
    assert_eq!(ground.recover(), vec![RecoveredAs::Undone; FILES]);
    assert_eq!(ground.states(), [ChangeState::Undone; FILES]);
    assert_eq!(ground.tree(), crowd_of("old", &[]));
    ground.check_order();
}

#[test]
fn an_undo_that_cannot_be_put_down_leaves_all_applied() {
    let ground = Rc::new(crowd());
    ground.apply();
    let full = Rc::clone(&ground);
    fault::at("begun", move || full.fill_store());
    let all: Vec<ChangeId> = (1..=40).map(c).collect();
    undo(&ground.store, clock, &plan_id(), &all).unwrap_err();
    assert_eq!(ground.tree(), crowd_of("new", &[]));
    ground.make_room_in_store();
    ground.recover();
    assert_eq!(ground.states(), [ChangeState::Applied; FILES]);
    assert_eq!(ground.undo(&(1..=40).collect::<Vec<_>>()), vec![UndoOutcome::Undone; FILES]);
    ground.check_order();
}

#[test]
fn what_was_killed_before_it_was_put_down_what_would_happen_is_taken_back_not_finished() {
    for point in [1, 20, 100] {
        let ground = crowd();
        assert_eq!(live(&ground, "apply", point), Life::Killed);
        assert_eq!(ground.recover(), []);
        assert_eq!(ground.tree(), crowd_of("old", &[]), "point {point}");
        assert_eq!(ground.states(), [ChangeState::Approved; FILES], "point {point}");
        ground.check_order();
        ground.apply();
        assert_eq!(live(&ground, "undo", point), Life::Killed);
        assert_eq!(ground.recover(), []);
        assert_eq!(ground.tree(), crowd_of("new", &[]), "point {point}");
        assert_eq!(ground.states(), [ChangeState::Applied; FILES], "point {point}");
        ground.check_order();
    }
}

#[test]
fn a_tray_that_is_of_no_use_is_not_left_behind() {
    let ground = crowd();
    // Whatever is made in the folder has no right to be written to by its owner.
    let acl = [(1u16, 5u16, u32::MAX), (4, 5, u32::MAX), (32, 5, u32::MAX)];
    let entry =
        |(tag, may, id): (u16, u16, u32)| [&tag.to_le_bytes()[..], &may.to_le_bytes(), &id.to_le_bytes()].concat();
    let acl: Vec<u8> = std::iter::once(2u32.to_le_bytes().to_vec()).chain(acl.map(entry)).flatten().collect();
    let folder = ground.root().join("d");
    let flags = rustix::fs::XattrFlags::empty();
    if rustix::fs::setxattr(&folder, "system.posix_acl_default", &acl, flags).is_err() {
        return;
    }
    assert_eq!(ground.apply(), vec![Outcome::Applied; FILES]);
    assert_eq!(ground.tree(), crowd_of("new", &[]));
}

#[test]
fn what_is_stopped_while_files_are_staged_has_not_begun() {
    let ground = crowd();
    let options = Options::default();
    let cancel = options.cancel.clone();
    fault::at("begun", move || cancel.ask());
    let outcomes = outcomes(ground.try_apply(options).unwrap());
    assert_eq!(outcomes, vec![Outcome::NotBegun { why: WhyNot::Cancelled }; FILES]);
    assert_eq!((ground.tree(), ground.states()), (crowd_of("old", &[]), vec![ChangeState::Approved; FILES]));
    ground.check_order();
}
