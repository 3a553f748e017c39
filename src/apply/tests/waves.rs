use super::*;

/// The changes of each kind of journal entry, in the order of the journal.
fn journalled(ground: &Ground) -> Vec<(String, u32)> {
    let entries = ground.store.entries(Some(&plan_id())).unwrap();
    entries.into_iter().filter_map(|entry| Some((entry.kind, entry.change?.0))).collect()
}

fn kinds(entries: &[(&str, u32)]) -> Vec<(String, u32)> {
    entries.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect()
}

#[test]
fn neighbours_that_have_nothing_to_do_with_each_other_share_a_wave_and_the_order_is_the_one_shown() {
    let mut ground = Ground::new();
    ground.write("a", "one");
    ground.add_write("a", "two");
    ground.add_write("b", "b");
    let effect = FileEffect { path: ground.target("a"), before: file("two"), after: file("three") };
    ground.add(Action::EditFile { effect }, &[1], &["three"]);
    ground.add_write("c", "c");
    ground.add_command("cat a b c > seen", &[]);
    ground.add_write("d", "d");
    assert_eq!(ground.apply(), vec![Outcome::Applied; 6]);
    assert_eq!(ground.read("seen").unwrap(), "threebc");
    let expected = [
        ("intent", 1),
        ("intent", 2),
        ("outcome", 1),
        ("outcome", 2),
        ("intent", 3),
        ("intent", 4),
        ("outcome", 3),
        ("outcome", 4),
        ("intent", 5),
        ("outcome", 5),
        ("intent", 6),
        ("outcome", 6),
    ];
    assert_eq!(journalled(&ground), kinds(&expected));
    let shown: Vec<u32> =
        ground.store.plan(&plan_id()).unwrap().unwrap().proposed_changes.iter().map(|c| c.order).collect();
    let began: Vec<u32> =
        journalled(&ground).into_iter().filter(|(kind, _)| kind == "intent").map(|(_, n)| n).collect();
    assert_eq!(began, shown);
    ground.check_order();
}

#[test]
fn the_first_n_of_a_plan_are_what_applying_all_of_it_does_first() {
    for first in 1..=5 {
        let plan = || {
            let mut ground = Ground::new();
            ground.write("a", "one");
            ground.add_write("a", "two");
            ground.add_write("b", "b");
            ground.add_command("cp a c", &[]);
            let effect = FileEffect { path: ground.target("a"), before: file("two"), after: file("three") };
            ground.add(Action::EditFile { effect }, &[1], &["three"]);
            ground.add_command("exit 1", &[]);
            ground
        };
        let part = plan();
        let approved = ApprovedPlan::new(plan_id(), None, (1..=first).map(c).collect(), clock());
        Applier::new(&part.store, clock, Options::default()).apply(approved, &mut |_| {}).unwrap();
        let whole = plan();
        let options = Options::default();
        let cancel = options.cancel.clone();
        let mut ended = 0;
        let mut progress = |progress: Progress<'_>| {
            ended += u32::from(matches!(progress, Progress::Ended { .. }));
            if ended == first {
                cancel.ask();
            }
        };
        Applier::new(&whole.store, clock, options).apply(whole.approved(), &mut progress).unwrap();
        // A wave is finished before a wish to stop is heard.
        if first != 1 {
            assert_eq!(whole.tree(), part.tree(), "the first {first}");
        }
    }
}

#[test]
fn a_wave_of_many_files_syncs_them_together_and_keeps_contents_modes_and_attributes() {
    let mut ground = Ground::new();
    for n in 0..200 {
        ground.write(&format!("old/{}/{n}", n % 7), &format!("old {n}"));
        fs::set_permissions(ground.root().join(format!("old/{}/{n}", n % 7)), Permissions::from_mode(0o640)).unwrap();
    }
    for n in 0..200 {
        let effect = ground.effect(&format!("old/{}/{n}", n % 7), &format!("new {n}"));
        let FileImage::File { digest, size, .. } = effect.after else { panic!("a file") };
        let effect = FileEffect { after: FileImage::File { digest, size, mode: 0o600 }, ..effect };
        ground.add(Action::WriteFile { effect }, &[], &[&format!("new {n}")]);
        ground.add_write(&format!("made/{}/{n}", n % 11), &format!("made {n}"));
    }
    let before = ground.tree();
    assert_eq!(ground.apply(), vec![Outcome::Applied; 400]);
    for n in 0..200 {
        assert_eq!(ground.read(&format!("old/{}/{n}", n % 7)).unwrap(), format!("new {n}"));
        assert_eq!(ground.read(&format!("made/{}/{n}", n % 11)).unwrap(), format!("made {n}"));
        let mode = fs::metadata(ground.root().join(format!("old/{}/{n}", n % 7))).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
    }
    ground.check_order();
    assert_eq!(ground.undo(&(1..=400).collect::<Vec<_>>()), vec![UndoOutcome::Undone; 400]);
    assert_eq!(ground.tree(), before);
    ground.check_order();
}

#[test]
fn files_of_one_new_folder_go_together_although_the_first_makes_the_folder() {
    let mut ground = Ground::new();
    ground.add_write("new/deep/a", "a");
    for name in ["new/deep/b", "new/c"] {
        let effect = ground.effect(name, name);
        ground.add(Action::WriteFile { effect }, &[1], &[name]);
    }
    assert_eq!(ground.apply(), vec![Outcome::Applied; 3]);
    let intents = [("intent", 1), ("intent", 2), ("intent", 3)];
    assert_eq!(journalled(&ground)[..3], kinds(&intents));
    ground.undo(&[1, 2, 3]);
    assert_eq!(ground.tree(), []);
}

#[test]
fn a_change_in_the_last_moment_stops_what_comes_after_it_in_the_wave_and_leaves_what_came_before() {
    let mut ground = Ground::new();
    ground.write("b", "base");
    ground.add_write("a", "mine");
    ground.add_write("b", "mine");
    ground.add_write("c", "mine");
    let theirs = ground.root().join("b");
    fault::at("before exchange", move || fs::write(theirs, "theirs").unwrap());
    let outcomes = ground.apply();
    assert_eq!(outcomes[0], Outcome::Applied);
    assert!(matches!(outcomes[1], Outcome::Conflict { .. }), "{outcomes:?}");
    assert_eq!(outcomes[2], Outcome::NotBegun { why: WhyNot::After(c(2)) });
    assert_eq!(ground.tree(), tree(&[("a", "mine"), ("b", "theirs")]));
    assert_eq!(ground.states(), [ChangeState::Applied, ChangeState::Conflict, ChangeState::Approved]);
    ground.check_order();
}

#[test]
fn with_the_wish_to_go_on_a_change_in_the_last_moment_stops_only_what_needs_the_changed_file() {
    let mut ground = Ground::new();
    ground.write("b", "base");
    ground.add_write("b", "mine");
    ground.add_write("c", "mine");
    let effect = ground.effect("d", "mine");
    ground.add(Action::WriteFile { effect }, &[1], &["mine"]);
    let theirs = ground.root().join("b");
    fault::at("before exchange", move || fs::write(theirs, "theirs").unwrap());
    let options = Options { on_failure: OnFailure::KeepGoing, ..Options::default() };
    let outcomes = outcomes(ground.try_apply(options).unwrap());
    assert!(matches!(outcomes[0], Outcome::Conflict { .. }), "{outcomes:?}");
    assert_eq!(outcomes[1..], [Outcome::Applied, Outcome::NotBegun { why: WhyNot::Needs(c(1)) }]);
    assert_eq!(ground.tree(), tree(&[("b", "theirs"), ("c", "mine")]));
    assert_eq!(ground.states(), [ChangeState::Conflict, ChangeState::Applied, ChangeState::Approved]);
    ground.check_order();
}

#[test]
fn old_files_leave_the_workspace_at_once_and_are_deleted_later() {
    let mut ground = Ground::new();
    for n in 0..40 {
        ground.write(&n.to_string(), "old");
        ground.add_write(&n.to_string(), "new");
    }
    ground.apply();
    ground.check_order();
    let attic = ground.store.home().join("attic");
    let lying = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let trays = lying(&attic);
    assert_eq!(trays.len(), 1, "they went together");
    assert_eq!(lying(&trays[0]).len(), 40);
    sweep(&ground.store, Duration::from_secs(60));
    assert_eq!(lying(&attic).len(), 0);
}

#[test]
fn every_content_of_a_wave_is_counted_while_it_is_written() {
    let mut ground = Ground::new();
    for name in ["a", "b", "c"] {
        ground.add_write(name, "x");
    }
    let options = Options::default();
    let tally = options.tally.clone();
    assert_eq!(tally.written(), 0);
    let _ = ground.try_apply(options).unwrap();
    assert_eq!(tally.written(), 3);
}

#[test]
fn a_folder_that_is_moved_away_while_its_files_are_changed_takes_nothing_along() {
    for (n, point) in ["staged", "before exchange", "exchanged"].into_iter().enumerate() {
        let mut ground = Ground::new();
        ground.write("d/a", "base");
        ground.write("e/b", "base");
        ground.add_write("d/a", "mine");
        ground.add_write("d/new", "new");
        ground.add_write("e/b", "mine");
        let (root, outside) = (ground.root(), ground.temp.path().join(format!("outside-{n}")));
        let away = outside.clone();
        fault::at(point, move || {
            fs::rename(root.join("d"), &away).unwrap();
            fs::create_dir(root.join("d")).unwrap();
            fs::write(root.join("d/a"), "base").unwrap();
        });
        let outcomes = ground.apply();
        assert!(matches!(&outcomes[0], Outcome::Conflict { error } if error.contains("moved away")), "{outcomes:?}");
        assert!(outcomes[1..].iter().all(|outcome| matches!(outcome, Outcome::NotBegun { .. })), "{outcomes:?}");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "{point}");
        assert_eq!(fs::read(outside.join("a")).unwrap(), b"base", "{point}");
        assert_eq!(ground.tree(), tree(&[("d/", ""), ("d/a", "base"), ("e/", ""), ("e/b", "base")]), "{point}");
        ground.check_order();
    }
}
