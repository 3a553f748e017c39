use super::*;

#[test]
fn every_kind_of_file_change_is_reversed_to_the_byte() {
    let mut ground = Ground::new();
    ground.write("replaced", "old\r\n");
    fs::set_permissions(ground.root().join("replaced"), Permissions::from_mode(0o600)).unwrap();
    ground.write("deleted", "gone");
    ground.write("from/sub/moved", "moved");
    let before = ground.tree();
    ground.add_write("replaced", "new");
    ground.add_delete("deleted");
    ground.add_move("from", "to", &["sub/moved"]);
    ground.add_write("made/deep/file", "made");
    assert_eq!(ground.apply(), vec![Outcome::Applied; 4]);
    assert_eq!(ground.undo(&[1, 2, 3, 4]), vec![UndoOutcome::Undone; 4]);
    assert_eq!(ground.tree(), before);
    assert_eq!(fs::metadata(ground.root().join("replaced")).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(ground.states(), [ChangeState::Undone; 4]);
    ground.check_order();
}

#[test]
fn changes_to_one_file_are_reversed_from_the_last_to_the_first() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_write("a", "two");
    let effect = FileEffect { path: ground.target("a"), before: file("two"), after: file("three") };
    ground.add(Action::EditFile { effect }, &[1], &["three"]);
    ground.apply();
    let on_top = Some(ChangeId(2));
    assert!(
        matches!(&ground.undo(&[1])[..], [UndoOutcome::Changed { by, .. }] if *by == on_top),
        "the second still stands on the first"
    );
    assert_eq!(ground.undo(&[1, 2]), [UndoOutcome::Undone, UndoOutcome::Undone]);
    assert_eq!(ground.read("a").unwrap(), "one");
}

#[test]
fn a_file_that_changed_since_is_reported_and_left_alone() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "mine");
    ground.add_write("b", "mine");
    ground.apply();
    ground.write("a", "theirs");
    let undone = ground.undo(&[1, 2]);
    assert_eq!(undone[0], UndoOutcome::Undone);
    assert!(
        matches!(&undone[1], UndoOutcome::Changed { error, by: None } if error.contains("has changed")),
        "{undone:?}"
    );
    assert_eq!(ground.tree(), tree(&[("a", "theirs")]));
    assert_eq!(ground.states(), [ChangeState::Applied, ChangeState::Undone]);
    ground.check_order();
}

#[test]
fn a_move_is_reversed_whole_or_not_at_all() {
    let mut ground = Ground::new();
    ground.write("from/a", "a");
    ground.write("from/b", "b");
    ground.add_move("from", "to", &["a", "b"]);
    ground.apply();
    ground.write("to/b", "theirs");
    let before = ground.tree();
    assert!(matches!(&ground.undo(&[1])[..], [UndoOutcome::Changed { .. }]));
    assert_eq!(ground.tree(), before);
    ground.check_order();
}

#[test]
fn an_edit_in_the_last_moment_stops_the_undo_and_is_kept() {
    let mut ground = Ground::new();
    ground.write("from/a", "a");
    ground.write("from/b", "b");
    ground.add_move("from", "to", &["a", "b"]);
    ground.apply();
    let theirs = ground.root().join("to/a");
    fault::at("exchanged", move || fs::write(theirs, "theirs").unwrap());
    assert!(matches!(&ground.undo(&[1])[..], [UndoOutcome::Changed { .. }]));
    assert_eq!(ground.tree(), tree(&[("to/", ""), ("to/a", "theirs"), ("to/b", "b")]));
    ground.check_order();
}

#[test]
fn what_was_undone_can_be_applied_again_and_undone_again() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "mine");
    for _ in 0..3 {
        assert_eq!(ground.apply(), [Outcome::Applied]);
        assert_eq!(ground.read("a").unwrap(), "mine");
        assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
        assert_eq!(ground.read("a").unwrap(), "base");
        ground.retry(1);
    }
}

#[test]
fn folders_that_were_made_go_with_the_last_file_in_them_and_stay_while_used() {
    let mut ground = Ground::new();
    ground.add_write("new/deep/a", "a");
    ground.add_write("new/deep/b", "b");
    ground.add_write("other/c", "c");
    ground.apply();
    ground.write("other/theirs", "t");
    ground.undo(&[1]);
    assert_eq!(ground.read("new/deep/b").unwrap(), "b");
    ground.undo(&[2, 3]);
    assert_eq!(ground.tree(), tree(&[("other/", ""), ("other/theirs", "t")]));
}

#[test]
fn commands_and_what_was_never_applied_are_said_not_to_be_undone() {
    let mut ground = Ground::new();
    ground.add_command("true", &[]);
    ground.apply();
    ground.add_write("a", "x");
    let why = "it changed no file of the workspace that git would track; what else it did is not known".to_owned();
    let expected = [UndoOutcome::NotApplied(ChangeState::Approved), UndoOutcome::CannotBeUndone { why }];
    assert_eq!(ground.undo(&[1, 2]), expected);
    let unknown = undo(&ground.store, clock, &plan_id(), &[c(9)]);
    assert!(matches!(unknown, Err(ApplyError::NoChange(_))), "{unknown:?}");
}

#[test]
fn undo_names_the_files_that_a_command_changed() {
    let mut ground = Ground::new();
    ground.write("old", "old");
    ground.add_command("touch made; rm old", &[]);
    ground.apply();
    let told = ground.undo(&[1]).remove(0).to_string();
    assert_eq!(told, "cannot be undone: it created made; deleted old; what was there before is not kept");
}

#[test]
fn an_undo_that_the_person_stops_leaves_the_rest_applied() {
    let mut ground = Ground::new();
    for name in ["a", "b"] {
        ground.add_write(name, name);
    }
    ground.apply();
    let effect = FileEffect { path: ground.target("b"), before: file("b"), after: file("later") };
    ground.add(Action::EditFile { effect }, &[2], &["later"]);
    ground.apply();
    let cancel = Cancel::default();
    let stop = cancel.clone();
    let mut told = Vec::new();
    let mut progress = |progress: UndoProgress<'_>| {
        told.push((progress.change, progress.of));
        stop.ask();
    };
    let report = undo_until(&ground.store, clock, &plan_id(), &[c(1), c(2), c(3)], &cancel, &mut progress).unwrap();
    let outcomes: Vec<_> = report.results.into_iter().collect();
    let expected = [(c(3), UndoOutcome::Undone), (c(1), UndoOutcome::Cancelled), (c(2), UndoOutcome::Cancelled)];
    assert_eq!(outcomes[0], expected[0]);
    assert!(expected[1..].iter().all(|left| outcomes[1..].contains(left)), "{outcomes:?}");
    assert_eq!(told.len(), 3);
    assert_eq!(ground.tree(), tree(&[("a", "a"), ("b", "b")]));
    ground.check_order();
}
