use super::*;

/// Records the intent of a change, as if its process had died right after.
fn begin(ground: &Ground, n: u32) {
    let step = ground.store.steps(&plan_id(), &[c(n)]).unwrap().remove(0);
    for effect in step.action.effects() {
        if let Some(digest) = effect.before.digest() {
            let content = snapshot(&effect.path).unwrap().content;
            ground.store.keep_before(&plan_id(), c(n), digest, &content).unwrap();
        }
    }
    let folders = files::MissingFolders::default().claim(&step.action).unwrap();
    let kept = files::kept(&step.action).unwrap();
    let intent = Intent { change: c(n), body: Some("{}".to_owned()), folders, kept };
    assert_eq!(ground.store.begin_changes(clock(), &plan_id(), &[intent]).unwrap(), []);
}

#[test]
fn neighbours_with_whom_the_same_happened_are_told_in_one_line() {
    let recovered = |n, outcome| Recovered { plan: plan_id(), change: c(n), outcome, notes: Vec::new() };
    let recovered = [
        recovered(1, RecoveredAs::Applied),
        recovered(2, RecoveredAs::Applied),
        recovered(3, RecoveredAs::Applied),
        recovered(5, RecoveredAs::Applied),
        recovered(6, RecoveredAs::Undone),
    ];
    let lines = Recovered::lines(&recovered);
    let beginnings: Vec<&str> = lines.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(beginnings, ["c1 to c3", "c5", "c6"]);
}

#[test]
fn nothing_in_flight_is_nothing_to_recover() {
    let mut ground = Ground::new();
    ground.add_write("a", "x");
    assert_eq!(ground.recover(), []);
    assert_eq!(ground.states(), [ChangeState::Approved]);
}

#[test]
fn a_file_change_that_had_only_been_announced_is_done_now() {
    let mut ground = Ground::new();
    ground.add_write("new/a", "x");
    begin(&ground, 1);
    assert_eq!(ground.recover(), [RecoveredAs::Applied]);
    assert_eq!(ground.read("new/a").unwrap(), "x");
    assert_eq!(ground.entries(1).pop().unwrap().0, "recovered");
    assert_eq!(ground.recover(), []);
    ground.check_order();
}

#[test]
fn a_file_change_that_was_done_is_only_recorded() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "x");
    begin(&ground, 1);
    ground.write("a", "x");
    assert_eq!(ground.recover(), [RecoveredAs::Applied]);
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    assert_eq!(ground.read("a").unwrap(), "base");
}

#[test]
fn a_file_that_somebody_changed_meanwhile_is_left_alone() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "mine");
    begin(&ground, 1);
    ground.write("a", "theirs");
    assert!(matches!(&ground.recover()[..], [RecoveredAs::Conflict(error)] if error.contains("has changed")));
    assert_eq!((ground.read("a").unwrap().as_str(), ground.state(1)), ("theirs", ChangeState::Conflict));
    ground.check_order();
}

#[test]
fn a_half_done_move_whose_rest_cannot_happen_is_taken_back() {
    let mut ground = Ground::new();
    ground.write("from/a", "a");
    ground.write("from/b", "b");
    ground.add_move("from", "to", &["a", "b"]);
    begin(&ground, 1);
    fs::create_dir(ground.root().join("to")).unwrap();
    fs::rename(ground.root().join("from/a"), ground.root().join("to/a")).unwrap();
    ground.write("from/b", "theirs");
    assert!(matches!(&ground.recover()[..], [RecoveredAs::Conflict(_)]));
    assert_eq!(ground.tree(), tree(&[("from/", ""), ("from/a", "a"), ("from/b", "theirs")]));
    ground.check_order();
}

#[test]
fn a_folder_that_became_a_link_while_plangate_was_down_is_a_conflict_and_not_a_dead_end() {
    let mut ground = Ground::new();
    ground.write("sub/a", "base");
    ground.add_write("sub/a", "mine");
    begin(&ground, 1);
    fs::rename(ground.root().join("sub"), ground.root().join("moved")).unwrap();
    std::os::unix::fs::symlink("moved", ground.root().join("sub")).unwrap();
    assert!(matches!(&ground.recover()[..], [RecoveredAs::Conflict(_)]));
    assert_eq!(ground.read("moved/a").unwrap(), "base");
}

#[test]
fn a_command_that_was_begun_is_interrupted_and_never_run_by_itself() {
    let mut ground = Ground::new();
    ground.add_command("touch ran", &[]);
    begin(&ground, 1);
    assert_eq!(ground.recover(), [RecoveredAs::Interrupted { runs_as: None }]);
    assert_eq!((ground.state(1), ground.tree()), (ChangeState::Interrupted, Vec::new()));
    assert_eq!(ground.apply(), []);
    ground.retry(1);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    ground.check_order();
}

#[test]
fn applying_settles_first_what_an_earlier_process_left() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_write("a", "two");
    begin(&ground, 1);
    let effect = FileEffect { path: ground.target("a"), before: file("two"), after: file("three") };
    ground.add(Action::EditFile { effect }, &[1], &["three"]);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(ground.read("a").unwrap(), "three");
    ground.check_order();
}

#[test]
fn an_undo_that_had_only_been_announced_is_done_now() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "x");
    ground.apply();
    ground.store.begin_undos(clock(), &plan_id(), &[(c(1), Some("{}".to_owned()))]).unwrap();
    assert_eq!(ground.recover(), [RecoveredAs::Undone]);
    assert_eq!((ground.read("a").unwrap().as_str(), ground.state(1)), ("base", ChangeState::Undone));
    ground.check_order();
}

#[test]
fn an_undo_whose_file_somebody_changed_meanwhile_is_given_up() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "x");
    ground.apply();
    ground.store.begin_undos(clock(), &plan_id(), &[(c(1), Some("{}".to_owned()))]).unwrap();
    ground.write("a", "theirs");
    assert!(matches!(&ground.recover()[..], [RecoveredAs::StaysApplied(_)]));
    assert_eq!((ground.read("a").unwrap().as_str(), ground.state(1)), ("theirs", ChangeState::Applied));
    ground.check_order();
}
