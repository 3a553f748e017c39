use std::os::unix::fs::symlink;
use std::sync::mpsc;
use std::thread;

use super::*;

#[test]
fn approved_changes_happen_in_order_and_are_journalled_before_and_after() {
    let mut ground = Ground::new();
    ground.write("old.txt", "old");
    ground.add_write("new/deep/file.txt", "new");
    ground.add_write("old.txt", "changed");
    ground.add_command("cat old.txt new/deep/file.txt > seen.txt", &[1, 2]);
    assert_eq!(ground.apply(), [Outcome::Applied, Outcome::Applied, Outcome::Applied]);
    assert_eq!(ground.read("seen.txt").unwrap(), "changednew");
    for n in 1..=3 {
        let kinds: Vec<String> = ground.entries(n).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["intent", "outcome"], "c{n}");
    }
    ground.check_order();
}

#[test]
fn nothing_happens_twice_however_often_it_is_applied() {
    let mut ground = Ground::new();
    ground.add_command("echo once >> log", &[]);
    let twice = (ground.approved(), ground.approved());
    let applier = Applier::new(&ground.store, clock, Options::default());
    assert_eq!(outcomes(applier.apply(twice.0, &mut |_| {}).unwrap()), [Outcome::Applied]);
    let why = WhyNot::Is(ChangeState::Applied);
    assert_eq!(outcomes(applier.apply(twice.1, &mut |_| {}).unwrap()), [Outcome::NotBegun { why }]);
    assert_eq!(ground.read("log").unwrap(), "once\n");
}

#[test]
fn drift_is_a_conflict_and_stops_what_follows() {
    let mut ground = Ground::new();
    ground.write("a", "base");
    ground.add_write("a", "mine");
    ground.add_write("b", "mine");
    ground.write("a", "theirs");
    let outcomes = ground.apply();
    let Outcome::Conflict { error } = &outcomes[0] else { panic!("{outcomes:?}") };
    assert!(error.contains("a` has changed"), "{error}");
    assert_eq!(outcomes[1], Outcome::NotBegun { why: WhyNot::After(c(1)) });
    assert_eq!((ground.read("a").unwrap().as_str(), ground.read("b")), ("theirs", None));
    assert_eq!(ground.states(), [ChangeState::Conflict, ChangeState::Approved]);
    assert_eq!(&ground.change(1).error, error);
    ground.check_order();
}

#[test]
fn independent_files_go_on_past_a_failure_if_wished_but_dependants_and_commands_do_not() {
    let mut ground = Ground::new();
    ground.add_command("echo why; exit 7", &[]);
    ground.add_command("touch ran", &[]);
    let effect = ground.effect("dependant", "x");
    ground.add(Action::WriteFile { effect }, &[1], &["x"]);
    let effect = ground.effect("dependant-of-dependant", "x");
    ground.add(Action::WriteFile { effect }, &[3], &["x"]);
    ground.add_write("independent", "x");
    let options = Options { on_failure: OnFailure::KeepGoing, ..Options::default() };
    assert_eq!(
        outcomes(ground.try_apply(options).unwrap()),
        [
            Outcome::Failed { error: "exit code 7; its last output:\nwhy".to_owned() },
            Outcome::NotBegun { why: WhyNot::After(c(1)) },
            Outcome::NotBegun { why: WhyNot::Needs(c(1)) },
            Outcome::NotBegun { why: WhyNot::Needs(c(3)) },
            Outcome::Applied,
        ]
    );
    assert_eq!(ground.tree(), tree(&[("independent", "x")]));
    ground.check_order();
}

#[test]
fn a_failed_command_can_be_tried_again_and_what_waited_for_it_then_follows() {
    let mut ground = Ground::new();
    ground.add_command("test -e ready", &[]);
    let effect = ground.effect("b", "x");
    ground.add(Action::WriteFile { effect }, &[1], &["x"]);
    assert_eq!(ground.apply()[1], Outcome::NotBegun { why: WhyNot::Needs(c(1)) });
    ground.write("ready", "");
    ground.retry(1);
    assert_eq!(ground.apply(), [Outcome::Applied, Outcome::Applied]);
    ground.check_order();
}

#[test]
fn a_move_moves_all_files_and_takes_the_emptied_folders_away() {
    let mut ground = Ground::new();
    ground.write("from/a", "a");
    ground.write("from/sub/b", "b");
    ground.add_move("from", "to", &["a", "sub/b"]);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(ground.tree(), tree(&[("to/", ""), ("to/a", "a"), ("to/sub/", ""), ("to/sub/b", "b")]));
    ground.check_order();
}

#[test]
fn a_move_that_cannot_wholly_happen_does_not_happen_at_all() {
    let mut ground = Ground::new();
    for name in ["a", "b", "c"] {
        ground.write(&format!("from/{name}"), name);
    }
    ground.add_move("from", "to", &["a", "b", "c"]);
    let before = ground.tree();
    // In the last moment, when the first files have their new names already.
    let theirs = ground.root().join("from/c");
    fault::at("exchanged", move || fs::write(theirs, "theirs").unwrap());
    assert!(matches!(ground.apply()[0], Outcome::Conflict { .. }));
    let mut expected = before;
    expected.iter_mut().find(|(name, _)| name == "from/c").unwrap().1 = "theirs".to_owned();
    assert_eq!(ground.tree(), expected);
    ground.check_order();
}

#[test]
fn a_file_in_the_way_of_a_folder_is_a_conflict_that_leaves_no_folders_behind() {
    let mut ground = Ground::new();
    ground.add_write("x/y/file", "x");
    ground.write("x", "in the way");
    assert!(matches!(ground.apply()[0], Outcome::Conflict { .. }));
    assert_eq!(ground.tree(), tree(&[("x", "in the way")]));
    ground.check_order();
}

#[test]
fn a_folder_that_became_a_link_out_of_the_workspace_is_a_conflict() {
    let mut ground = Ground::new();
    fs::create_dir(ground.root().join("sub")).unwrap();
    ground.add_write("sub/file", "mine");
    let outside = ground.temp.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::remove_dir(ground.root().join("sub")).unwrap();
    symlink(&outside, ground.root().join("sub")).unwrap();
    assert!(matches!(ground.apply()[0], Outcome::Conflict { .. }));
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    ground.check_order();
}

#[test]
fn a_content_that_the_store_lost_fails_the_change_and_touches_nothing() {
    let mut ground = Ground::new();
    let effect = ground.effect("deep/file", "never kept");
    ground.add(Action::WriteFile { effect }, &[], &[]);
    let outcomes = ground.apply();
    assert!(matches!(&outcomes[0], Outcome::Failed { error } if error.contains("is not in the store")), "{outcomes:?}");
    assert_eq!(ground.tree(), []);
    ground.check_order();
}

#[test]
fn a_forwarded_call_is_granted_and_stays_approved_and_holds_up_only_what_needs_it() {
    let mut ground = Ground::new();
    ground.add(Action::Forward, &[], &[]);
    ground.add_write("a", "x");
    ground.add_command("true", &[1]);
    let outcomes = ground.apply();
    let why = WhyNot::Needs(c(1));
    assert_eq!(outcomes, [Outcome::Granted, Outcome::Applied, Outcome::NotBegun { why }]);
    assert_eq!(ground.state(1), ChangeState::Approved);
}

#[test]
fn a_forwarded_call_is_granted_only_when_what_stands_before_it_is_done() {
    for on_failure in [OnFailure::Stop, OnFailure::KeepGoing] {
        let mut ground = Ground::new();
        ground.add_command("exit 3", &[]);
        ground.add(Action::Forward, &[], &[]);
        let ended = outcomes(ground.try_apply(Options { on_failure, ..Options::default() }).unwrap());
        assert_eq!(ended[1], Outcome::NotBegun { why: WhyNot::After(c(1)) });
    }
}

#[test]
fn a_command_leaves_its_exit_its_output_and_its_time_in_the_journal() {
    let mut ground = Ground::new();
    ground.add_command("echo out; echo err >&2; exit 3", &[]);
    ground.apply();
    let (_, body) = ground.entries(1).pop().unwrap();
    let command = &body["command"];
    assert_eq!((&body["result"], &command["exit_code"]), (&json!("failed"), &json!(3)));
    let digest: Digest = command["output"].as_str().unwrap().parse().unwrap();
    assert_eq!(ground.store.content(digest).unwrap(), b"out\nerr\n");
    assert_eq!((&command["output_bytes"], &command["output_bytes_cut"]), (&json!(8), &json!(0)));
    assert!(command["duration_ms"].is_u64());
}

#[test]
fn a_command_sees_that_it_is_applied_and_no_other_variable_of_ours() {
    let mut ground = Ground::new();
    ground.add_command("env | grep PLANGATE", &[]);
    let mut said = Vec::new();
    let mut progress = |progress: Progress<'_>| {
        if let Progress::Output { piece, .. } = progress {
            said.extend_from_slice(piece);
        }
    };
    Applier::new(&ground.store, clock, Options::default()).apply(ground.approved(), &mut progress).unwrap();
    assert_eq!(String::from_utf8(said).unwrap(), "PLANGATE_APPLYING=1\n");
}

#[test]
fn progress_tells_what_begins_what_it_prints_and_how_it_ends() {
    let mut ground = Ground::new();
    ground.add_write("a", "x");
    ground.add_command("echo hello; touch made", &[]);
    let mut told = Vec::new();
    let mut progress = |progress: Progress<'_>| {
        told.push(match progress {
            Progress::Began { change, number, of } => format!("{} {number}/{of}", change.id),
            Progress::Output { piece, .. } => String::from_utf8(piece.to_vec()).unwrap(),
            Progress::Touched { change, files } => format!("{change} created {:?}", files.created),
            Progress::Ended { change, outcome } => format!("{change} {outcome:?}"),
            Progress::Waiting { error } => format!("{error}"),
        });
    };
    Applier::new(&ground.store, clock, Options::default()).apply(ground.approved(), &mut progress).unwrap();
    assert_eq!(told, ["c1 1/2", "c1 Applied", "c2 2/2", "hello\n", "c2 created [\"made\"]", "c2 Applied"]);
}

#[test]
fn a_second_approval_is_refused_at_once_while_one_is_being_applied() {
    let mut ground = Ground::new();
    ground.add_command("echo begun; while ! test -e go; do sleep 0.01; done", &[]);
    let (home, root) = (ground.store.home().to_owned(), ground.root());
    let approved = ground.approved();
    let (begun, wait) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let store = Store::open(&home).unwrap();
            let mut progress = |progress: Progress<'_>| {
                if let Progress::Output { .. } = progress {
                    begun.send(()).unwrap();
                }
            };
            Applier::new(&store, clock, Options::default()).apply(approved, &mut progress).unwrap();
        });
        wait.recv().unwrap();
        assert!(in_progress(&ground.store, &root).unwrap());
        let refused = ground.try_apply(Options::default());
        assert!(matches!(refused, Err(ApplyError::Busy { .. })), "{refused:?}");
        assert!(matches!(undo(&ground.store, clock, &plan_id(), &[c(1)]), Err(ApplyError::Busy { .. })));
        assert_eq!(ground.recover(), [], "a living apply was recovered");
        ground.write("go", "");
    });
    assert!(!in_progress(&ground.store, &root).unwrap());
    assert_eq!(ground.states(), [ChangeState::Applied]);
}

#[test]
fn a_wish_to_stop_ends_the_command_and_begins_nothing_more() {
    let mut ground = Ground::new();
    ground.add_command("echo begun; sleep 60", &[]);
    ground.add_write("a", "x");
    let options = Options::default();
    let cancel = options.cancel.clone();
    let mut progress = |progress: Progress<'_>| {
        if let Progress::Output { .. } = progress {
            cancel.ask();
        }
    };
    let report = Applier::new(&ground.store, clock, options).apply(ground.approved(), &mut progress).unwrap();
    let error = "cancelled; its last output:\nbegun".to_owned();
    assert_eq!(outcomes(report), [Outcome::Failed { error }, Outcome::NotBegun { why: WhyNot::Cancelled }]);
    assert_eq!(ground.states(), [ChangeState::Failed, ChangeState::Approved]);
}

#[test]
fn a_plan_that_nobody_knows_is_an_error() {
    let ground = Ground::new();
    let approved = ApprovedPlan::new(PlanId::from("other"), None, vec![c(1)], clock());
    let result = Applier::new(&ground.store, clock, Options::default()).apply(approved, &mut |_| {});
    assert!(matches!(result, Err(ApplyError::NoPlan(_))), "{result:?}");
}

#[test]
fn whatever_somebody_does_to_a_file_while_it_is_applied_has_the_last_word() {
    #[derive(Debug, Clone, Copy)]
    enum Act {
        Overwrite,
        Replace,
        Delete,
    }
    for round in 0..150 {
        for act in [Act::Overwrite, Act::Replace, Act::Delete] {
            let mut ground = Ground::new();
            ground.write("file", "base");
            ground.add_write("file", "mine");
            let path = ground.root().join("file");
            let apply = thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_micros(round * 40));
                    match act {
                        Act::Overwrite => fs::write(&path, "theirs").unwrap(),
                        Act::Replace => {
                            fs::write(path.with_extension("new"), "theirs").unwrap();
                            fs::rename(path.with_extension("new"), &path).unwrap();
                        }
                        Act::Delete => fs::remove_file(&path).unwrap(),
                    }
                });
                ground.apply()
            });
            let expected = if matches!(act, Act::Delete) { None } else { Some("theirs".to_owned()) };
            assert_eq!(ground.read("file"), expected, "round {round}, {act:?}, {apply:?}");
            ground.check_order();
        }
    }
}
