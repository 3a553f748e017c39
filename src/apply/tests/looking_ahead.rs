use super::*;
use crate::workspace::{Bond, Site};

const PLENTY: Site = Site {
    read_only: false,
    writable: true,
    readable: true,
    bond: None,
    folds_case: false,
    device: 1,
    block_bytes: 4096,
    free_bytes: Some(1 << 40),
    free_files: Some(1 << 20),
};

/// What is refused when every folder is `site`.
fn refused_on(ground: &Ground, site: Site) -> Vec<(u32, String)> {
    let ids: Vec<ChangeId> = (1..=ground.changes).map(c).collect();
    let steps = ground.store.steps(&plan_id(), &ids).unwrap();
    let refused = preflight::sites(&steps.iter().map(preflight::Item::of).collect::<Vec<_>>(), &|_| Ok(site));
    let failed = refused.into_iter().map(|(id, end)| match end {
        files::End::Failed(why) => (id.0, why),
        other => panic!("{other:?}"),
    });
    failed.collect()
}

#[test]
fn a_plan_of_which_one_file_has_drifted_does_not_begin_and_says_which() {
    let mut ground = Ground::new();
    for name in ["a", "b", "c", "d"] {
        ground.write(name, "base");
        ground.add_write(name, "mine");
    }
    ground.write("b", "theirs");
    ground.write("d", "theirs");
    let before = ground.tree();
    let outcomes = ground.apply();
    assert_eq!(outcomes[0], Outcome::NotBegun { why: WhyNot::Whole(c(2)) });
    assert!(matches!(&outcomes[1], Outcome::Conflict { error } if error.contains("has changed")), "{outcomes:?}");
    assert_eq!(outcomes[2], Outcome::NotBegun { why: WhyNot::After(c(2)) });
    assert!(matches!(&outcomes[3], Outcome::Conflict { .. }), "{outcomes:?}");
    assert_eq!(ground.tree(), before);
    let (waits, drifted) = (ChangeState::Approved, ChangeState::Conflict);
    assert_eq!(ground.states(), [waits, drifted, waits, drifted]);
    ground.check_order();
}

#[test]
fn what_can_go_goes_when_that_is_wished_or_when_only_that_was_chosen() {
    let plan = || {
        let mut ground = Ground::new();
        for name in ["a", "b", "c"] {
            ground.write(name, "base");
            ground.add_write(name, "mine");
        }
        ground.write("b", "theirs");
        ground
    };
    let ground = plan();
    let options = Options { on_failure: OnFailure::KeepGoing, ..Options::default() };
    let all = outcomes(ground.try_apply(options).unwrap());
    assert!(matches!(all[..], [Outcome::Applied, Outcome::Conflict { .. }, Outcome::Applied]), "{all:?}");
    let ground = plan();
    let chosen = ApprovedPlan::new(plan_id(), None, vec![c(1), c(3)], clock());
    let report = Applier::new(&ground.store, clock, Options::default()).apply(chosen, &mut |_| {}).unwrap();
    assert_eq!(outcomes(report), [Outcome::Applied, Outcome::Applied]);
    assert_eq!(ground.tree(), tree(&[("a", "mine"), ("b", "theirs"), ("c", "mine")]));
}

#[test]
fn later_changes_are_measured_by_what_earlier_ones_leave() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.write("x", "in the way");
    ground.add_write("a", "two");
    let effect = FileEffect { path: ground.target("a"), before: file("two"), after: FileImage::Absent };
    ground.add(Action::DeleteFile { effect }, &[1], &[]);
    let effect = FileEffect { path: ground.target("a"), before: FileImage::Absent, after: file("three") };
    ground.add(Action::WriteFile { effect }, &[2], &["three"]);
    ground.add_delete("x");
    let effect = FileEffect { path: ground.target("x/y"), before: FileImage::Absent, after: file("below") };
    ground.add(Action::WriteFile { effect }, &[4], &["below"]);
    assert_eq!(ground.apply(), vec![Outcome::Applied; 5]);
    assert_eq!(ground.tree(), tree(&[("a", "three"), ("x/", ""), ("x/y", "below")]));
    ground.check_order();
}

#[test]
fn a_base_that_no_earlier_change_leaves_is_a_conflict_before_anything_begins() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_write("a", "two");
    let effect = FileEffect { path: ground.target("a"), before: file("else"), after: file("three") };
    ground.add(Action::EditFile { effect }, &[1], &["three"]);
    let outcomes = ground.apply();
    assert!(matches!(&outcomes[..], [Outcome::NotBegun { .. }, Outcome::Conflict { .. }]), "{outcomes:?}");
    assert_eq!(ground.read("a").unwrap(), "one");
}

#[test]
fn files_after_a_command_are_looked_at_when_it_has_run() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_command("printf two > a", &[]);
    let effect = FileEffect { path: ground.target("a"), before: file("two"), after: file("three") };
    ground.add(Action::EditFile { effect }, &[], &["three"]);
    ground.add_command("printf drifted > a", &[]);
    let effect = FileEffect { path: ground.target("a"), before: file("three"), after: file("four") };
    ground.add(Action::EditFile { effect }, &[2], &["four"]);
    ground.add_write("b", "b");
    let options = Options { on_failure: OnFailure::KeepGoing, ..Options::default() };
    let outcomes = outcomes(ground.try_apply(options).unwrap());
    assert_eq!(outcomes[..3], vec![Outcome::Applied; 3]);
    assert!(matches!(outcomes[3], Outcome::Conflict { .. }), "{outcomes:?}");
    assert_eq!(outcomes[4], Outcome::Applied);
    assert_eq!(ground.read("a").unwrap(), "drifted");
    ground.check_order();
}

#[test]
fn a_file_that_has_drifted_keeps_the_commands_before_it_from_running() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_command("touch ran", &[]);
    ground.add_write("a", "two");
    ground.write("a", "drifted");
    let outcomes = ground.apply();
    assert_eq!(outcomes[0], Outcome::NotBegun { why: WhyNot::Whole(c(2)) });
    assert!(matches!(outcomes[1], Outcome::Conflict { .. }), "{outcomes:?}");
    assert_eq!(ground.tree(), tree(&[("a", "drifted")]));
    ground.check_order();
}

#[test]
fn what_a_command_changes_under_a_later_change_is_found_when_it_has_run() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_command("printf drifted > a", &[]);
    ground.add_write("a", "two");
    let outcomes = ground.apply();
    assert_eq!(outcomes[0], Outcome::Applied);
    assert!(matches!(outcomes[1], Outcome::Conflict { .. }), "{outcomes:?}");
    assert_eq!(ground.read("a").unwrap(), "drifted");
    ground.check_order();
}

#[test]
fn a_read_only_file_system_and_a_folder_without_permission_refuse_each_change_in_them() {
    let mut ground = Ground::new();
    ground.add_write("a", "x");
    ground.add_write("b", "x");
    assert_eq!(refused_on(&ground, PLENTY), []);
    let refused = refused_on(&ground, Site { read_only: true, ..PLENTY });
    assert_eq!(refused.len(), 2);
    assert!(refused[0].1.ends_with("a` is on a file system that is mounted read-only"), "{refused:?}");
    let refused = refused_on(&ground, Site { readable: false, ..PLENTY });
    assert!(refused[0].1.starts_with("no permission to read"), "{refused:?}");
    let refused = refused_on(&ground, Site { bond: Some(Bond::Immutable), ..PLENTY });
    assert!(refused[0].1.contains("is marked as immutable"), "{refused:?}");
    let refused = refused_on(&ground, Site { writable: false, ..PLENTY });
    assert!(refused[1].1.starts_with("no permission to change files in"), "{refused:?}");
}

#[test]
fn the_change_at_which_space_or_files_run_out_is_refused() {
    let mut ground = Ground::new();
    ground.add_write("a", &"x".repeat(5000));
    ground.add_delete("a");
    ground.add_write("b", "x");
    let refused = refused_on(&ground, Site { free_bytes: Some(8192), ..PLENTY });
    assert_eq!(refused, [(3, "no space left: with this 12288 bytes are needed, and 8192 are free".to_owned())]);
    let refused = refused_on(&ground, Site { free_files: Some(1), ..PLENTY });
    assert_eq!(
        refused,
        [(3, "no space left: with this 2 new files are needed, and the file system takes 1 more".to_owned())]
    );
    assert_eq!(refused_on(&ground, Site { free_bytes: None, free_files: None, ..PLENTY }), []);
}

#[test]
fn what_there_is_no_room_for_takes_none_from_smaller_changes_behind_it() {
    let mut ground = Ground::new();
    ground.add_write("large", &"x".repeat(9000));
    ground.add_write("small", "x");
    let refused = refused_on(&ground, Site { free_bytes: Some(8192), ..PLENTY });
    assert_eq!(refused, [(1, "no space left: with this 12288 bytes are needed, and 8192 are free".to_owned())]);
}

#[test]
fn two_new_names_that_differ_in_case_only_are_refused_where_case_is_ignored() {
    let mut ground = Ground::new();
    ground.add_write("Makefile", "x");
    ground.add_write("sub/makefile", "x");
    ground.add_write("makefile", "x");
    assert_eq!(refused_on(&ground, PLENTY), []);
    let refused = refused_on(&ground, Site { folds_case: true, ..PLENTY });
    assert!(matches!(&refused[..], [(3, why)] if why.contains("are one name on this file system")), "{refused:?}");
}

#[test]
fn a_link_that_appeared_on_the_way_and_a_folder_in_a_files_place_keep_the_plan_from_beginning() {
    let mut ground = Ground::new();
    fs::create_dir(ground.root().join("sub")).unwrap();
    ground.add_write("first", "x");
    ground.add_write("sub/file", "x");
    ground.add_write("folder", "x");
    fs::rename(ground.root().join("sub"), ground.root().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", ground.root().join("sub")).unwrap();
    fs::create_dir(ground.root().join("folder")).unwrap();
    let outcomes = ground.apply();
    assert_eq!(outcomes[0], Outcome::NotBegun { why: WhyNot::Whole(c(2)) });
    assert!(matches!(&outcomes[1], Outcome::Conflict { error } if error.contains("symbolic link")), "{outcomes:?}");
    assert!(matches!(&outcomes[2], Outcome::Conflict { error } if error.contains("a folder")), "{outcomes:?}");
    assert_eq!((ground.read("first"), ground.read("elsewhere/file")), (None, None));
    ground.check_order();
}

/// Marks a file or folder for the time of a test, where the file system and this user's rights permit it.
struct Marked(fs::File);

impl Marked {
    fn new(path: &Path, mark: rustix::fs::IFlags) -> Option<Self> {
        let file = fs::File::open(path).unwrap();
        rustix::fs::ioctl_setflags(&file, rustix::fs::ioctl_getflags(&file).ok()? | mark).ok()?;
        Some(Self(file))
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        let marks = rustix::fs::IFlags::IMMUTABLE | rustix::fs::IFlags::APPEND;
        rustix::fs::ioctl_setflags(&self.0, rustix::fs::ioctl_getflags(&self.0).unwrap() - marks).unwrap();
    }
}

/// A plan of two waves whose last change is to `name`.
fn plan_ending_at(ground: &mut Ground, name: &str) {
    ground.write("first", "base");
    ground.add_write("first", "one");
    let effect = FileEffect { path: ground.target("first"), before: file("one"), after: file("two") };
    ground.add(Action::WriteFile { effect }, &[1], &["two"]);
    ground.add_write(name, "mine");
}

/// Applies it and makes sure that nothing began, for a reason with these words.
fn check_not_begun(ground: &Ground, words: &str) {
    let outcomes = ground.apply();
    assert_eq!(outcomes[0], Outcome::NotBegun { why: WhyNot::Whole(c(3)) });
    assert_eq!(outcomes[1], Outcome::NotBegun { why: WhyNot::Needs(c(1)) });
    assert!(matches!(&outcomes[2], Outcome::Failed { error } if error.contains(words)), "{outcomes:?}");
    assert_eq!(ground.read("first").unwrap(), "base");
    ground.check_order();
}

#[test]
fn a_file_or_folder_that_is_marked_keeps_the_plan_from_beginning() {
    use rustix::fs::IFlags;
    for (marked, mark, words) in [
        ("a/f", IFlags::IMMUTABLE, "a/f` is marked as immutable"),
        ("a/f", IFlags::APPEND, "a/f` is marked to be appended to only"),
        ("a", IFlags::IMMUTABLE, "a` is marked as immutable"),
        ("a", IFlags::APPEND, "a` is marked to be appended to only"),
    ] {
        let mut ground = Ground::new();
        ground.write("a/f", "base");
        plan_ending_at(&mut ground, "a/f");
        if let Some(_marked) = Marked::new(&ground.root().join(marked), mark) {
            check_not_begun(&ground, words);
        }
        assert_eq!(ground.read("a/f").unwrap(), "base");
    }
}

#[test]
fn a_file_that_is_a_mount_point_keeps_the_plan_from_beginning() {
    use nix::mount::{MsFlags, mount};
    use nix::sched::{CloneFlags, unshare};
    // A mount is this thread's own and goes with it; whoever may not mount has no such file either.
    std::thread::spawn(|| {
        let nothing = None::<&str>;
        let alone = unshare(CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_FS).is_ok()
            && mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing).is_ok();
        let mut ground = Ground::new();
        ground.write("b/f", "base");
        ground.write("other", "base");
        let (from, to) = (ground.root().join("other"), ground.root().join("b/f"));
        plan_ending_at(&mut ground, "b/f");
        if alone && mount(Some(&from), &to, nothing, MsFlags::MS_BIND, nothing).is_ok() {
            check_not_begun(&ground, "b/f` is a mount point");
        }
    })
    .join()
    .unwrap();
}

#[test]
fn what_another_user_owns_keeps_the_plan_from_beginning_where_it_could_not_be_replaced() {
    use super::besides::{as_nobody, planted};
    let name = "apply::tests::looking_ahead::\
                what_another_user_owns_keeps_the_plan_from_beginning_where_it_could_not_be_replaced";
    let plant = |folder: &Path| {
        for (name, mode) in [("sticky", 0o1777), ("closed", 0o333), ("bits", 0o777)] {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("f"), "base").unwrap();
            fs::set_permissions(folder.join(name), Permissions::from_mode(mode)).unwrap();
            fs::set_permissions(folder.join(name).join("f"), Permissions::from_mode(0o644)).unwrap();
        }
        fs::set_permissions(folder.join("bits/f"), Permissions::from_mode(0o4755)).unwrap();
    };
    if as_nobody(name, plant).is_some() {
        return;
    }
    let Some(theirs) = planted() else { return };
    for (folder, words) in [
        ("sticky", "lets only the owner replace"),
        ("closed", "no permission to read"),
        ("bits", "cannot keep the owner of"),
    ] {
        let mut ground = Ground::new();
        let path = theirs.join(folder).join("f").canonicalize().unwrap_or_else(|_| theirs.join(folder).join("f"));
        plan_ending_at(&mut ground, "unused");
        // The last change is to a file outside.
        ground
            .store
            .write(|tx| transition::transition(tx, clock(), &plan_id(), c(3), ChangeEvent::Reject, ""))
            .unwrap();
        let before = snapshot(&TargetPath::new(path.clone())).unwrap().image;
        let FileImage::File { mode, .. } = before else { panic!("{before:?}") };
        let FileImage::File { digest, size, .. } = file("mine") else { panic!("a file") };
        let effect = FileEffect { path: TargetPath::new(path), before, after: FileImage::File { digest, size, mode } };
        ground.add(Action::WriteFile { effect }, &[], &["base", "mine"]);
        let outcomes = ground.apply();
        assert_eq!(outcomes[0], Outcome::NotBegun { why: WhyNot::Whole(c(4)) }, "{folder}");
        assert!(matches!(&outcomes[2], Outcome::Failed { error } if error.contains(words)), "{folder}: {outcomes:?}");
        assert_eq!(ground.read("first").unwrap(), "base");
    }
}

#[test]
fn an_undo_finds_all_that_cannot_be_reversed_before_its_first_byte_and_reverses_the_rest() {
    let mut ground = Ground::new();
    for name in ["a/f", "b/f", "c/f"] {
        ground.write(name, "base");
        ground.add_write(name, "mine");
    }
    // The same file once more, so that what is below what stays is not touched either.
    let effect = FileEffect { path: ground.target("a/f"), before: file("mine"), after: file("more") };
    ground.add(Action::WriteFile { effect }, &[1], &["more"]);
    ground.apply();
    let Some(_marked) = Marked::new(&ground.root().join("a"), rustix::fs::IFlags::IMMUTABLE) else { return };
    let entries = ground.entries(4).len();
    let outcomes = ground.undo(&[1, 2, 3, 4]);
    let immutable = |outcome: &UndoOutcome| matches!(outcome, UndoOutcome::Failed { error } if error.contains("a` is marked as immutable"));
    assert!(immutable(&outcomes[0]), "{outcomes:?}");
    assert_eq!(outcomes[1..3], [UndoOutcome::Undone, UndoOutcome::Undone]);
    assert!(immutable(&outcomes[3]), "{outcomes:?}");
    assert_eq!((ground.read("a/f").unwrap(), ground.read("b/f").unwrap()), ("more".to_owned(), "base".to_owned()));
    assert_eq!(ground.entries(4).len(), entries, "it was not even begun");
    ground.check_order();
}

#[test]
fn an_undo_leaves_what_lies_below_a_file_that_was_changed_since() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "mine");
    let effect = FileEffect { path: ground.target("a"), before: file("mine"), after: file("more") };
    ground.add(Action::WriteFile { effect }, &[1], &["more"]);
    ground.apply();
    ground.write("a", "theirs");
    let outcomes = ground.undo(&[1, 2]);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, UndoOutcome::Changed { .. })), "{outcomes:?}");
    assert_eq!(ground.read("a").unwrap(), "theirs");
    assert_eq!(ground.states(), [ChangeState::Applied; 2]);
    ground.check_order();
}
