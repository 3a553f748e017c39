//! What the agent is told, and what is kept of commands, whatever dies.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread;

use super::crashing::helper_for;
use super::*;
use crate::apply::running::RunningFile;

/// How often the messages that wait tell each change to have ended as `how`, and takes them.
pub(super) fn told_as(ground: &Ground, how: &str) -> BTreeMap<u32, u32> {
    let messages = ground.store.take_messages(&SessionId::from("s"), clock()).unwrap().join("\n");
    let sentence = regex::Regex::new(&format!(r"\bc(\d+)(?: to c(\d+))?(?: \([^)]*\))?(?:{how})")).unwrap();
    let mut told = BTreeMap::new();
    for found in sentence.captures_iter(&messages) {
        let number = |place: usize| found.get(place).map(|n| n.as_str().parse::<u32>().unwrap());
        let first = number(1).unwrap();
        for n in first..=number(2).unwrap_or(first) {
            *told.entry(n).or_insert(0) += 1;
        }
    }
    told
}

/// Applied, by whichever process.
pub(super) const APPLIED: &str = " is applied| are applied|: finished after|: the command had ended well";
/// Undone, by whichever process.
pub(super) const UNDONE: &str = ": undone|: its undoing was finished";

fn running_files(ground: &Ground) -> usize {
    running::all(ground.store.home()).len()
}

/// Lets a helper apply until the file `sign` is there, and kills it then.
fn applied_until(ground: &Ground, sign: &str) {
    let mut helper = helper_for(ground, "apply").stderr(Stdio::null()).spawn().unwrap();
    while ground.read(sign).is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    // What was printed before the sign was made may be in the pipe still.
    thread::sleep(Duration::from_millis(300));
    helper.kill().unwrap();
    helper.wait().unwrap();
}

fn end_group(pid: i32) {
    let group = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
}

#[test]
fn a_command_whose_applier_was_killed_keeps_what_it_printed_and_the_process_as_which_it_runs() {
    let mut ground = Ground::new();
    ground.add_command("echo printed so far; touch side; echo $$ > pid; sleep 60", &[]);
    applied_until(&ground, "pid");
    let pid: i32 = ground.read("pid").unwrap().trim().parse().unwrap();
    assert_eq!(ground.recover(), [RecoveredAs::Interrupted { runs_as: Some(pid) }]);
    let error = ground.change(1).error;
    assert!(error.contains(&format!("still runs as process {pid}; it was started at 2026-03-04")), "{error}");
    assert!(error.ends_with("its last output:\nprinted so far"), "{error}");
    let facts = ground.entries(1).pop().unwrap().1["command"].clone();
    let kept: Digest = serde_json::from_value(facts["output"].clone()).unwrap();
    assert_eq!(ground.store.content(kept).unwrap(), b"printed so far\n");
    assert_eq!(still_running(&ground.store, &plan_id()).unwrap(), [(c(1), pid)]);
    assert_eq!(running_files(&ground), 0);
    assert_eq!(told_as(&ground, ": interrupted"), BTreeMap::from([(1, 1)]));
    end_group(pid);
    for _ in 0..100 {
        if still_running(&ground.store, &plan_id()).unwrap().is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(still_running(&ground.store, &plan_id()).unwrap(), []);
    ground.check_order();
}

#[test]
fn a_command_that_had_ended_is_recorded_as_it_ended_though_its_applier_was_killed() {
    for (command, expected) in [("echo done", RecoveredAs::Ended(None)), ("echo bad; exit 3", failed())] {
        let mut seen = false;
        for point in 1.. {
            let mut ground = Ground::new();
            ground.add_command(command, &[]);
            let status = helper_for(&ground, "apply").env("PLANGATE_TEST_DIE_AT_POINT", point.to_string()).status();
            let recovered = ground.recover();
            if recovered == [expected.clone()] {
                seen = true;
                let kept = ground.entries(1).pop().unwrap().1["command"]["output"].clone();
                let kept = ground.store.content(serde_json::from_value(kept).unwrap()).unwrap();
                assert!(command.contains(String::from_utf8(kept).unwrap().trim()), "the output is kept");
                let state =
                    if expected == RecoveredAs::Ended(None) { ChangeState::Applied } else { ChangeState::Failed };
                assert_eq!(ground.state(1), state);
            }
            assert_eq!(running_files(&ground), 0, "point {point}");
            if status.unwrap().success() {
                break;
            }
        }
        assert!(seen, "no point lies between the end of `{command}` and its record");
    }
}

fn failed() -> RecoveredAs {
    RecoveredAs::Ended(Some("exit code 3; its last output:\nbad".to_owned()))
}

#[test]
fn a_file_of_a_command_whose_outcome_is_recorded_is_removed_by_the_next_start() {
    let mut ground = Ground::new();
    ground.add_command("true", &[]);
    ground.apply();
    assert_eq!(running_files(&ground), 0);
    drop(RunningFile::create(ground.store.home(), &plan_id(), c(1), clock()).unwrap());
    assert_eq!(running_files(&ground), 1);
    ground.recover();
    assert_eq!(running_files(&ground), 0);
}

#[test]
fn how_a_command_ended_is_recorded_as_soon_as_the_store_has_room_again() {
    let mut ground = Ground::new();
    ground.add_command("head -c 300000 /dev/zero | tr '\\0' x", &[]);
    let store = &ground.store;
    let mut waited = 0;
    let mut progress = |progress: Progress<'_>| match progress {
        Progress::Output { .. } => ground.fill_store(),
        Progress::Waiting { error } => {
            assert_eq!(error.to_string(), "the disk that holds the store is full");
            waited += 1;
            ground.make_room_in_store();
        }
        _ => {}
    };
    let report = Applier::new(store, clock, Options::default()).apply(ground.approved(), &mut progress).unwrap();
    assert_eq!((outcomes(report), waited), (vec![Outcome::Applied], 1));
    assert_eq!(ground.entries(1).pop().unwrap().1["command"]["output_bytes"], 300_000);
    assert_eq!(running_files(&ground), 0);
    ground.check_order();
}

#[test]
fn how_a_command_ended_is_kept_until_the_next_start_when_the_store_stays_full() {
    let mut ground = Ground::new();
    ground.add_command("head -c 300000 /dev/zero | tr '\\0' x", &[]);
    let store = &ground.store;
    let options = Options::default();
    let cancel = options.cancel.clone();
    let mut progress = |progress: Progress<'_>| match progress {
        Progress::Output { .. } => ground.fill_store(),
        Progress::Waiting { .. } => cancel.ask(),
        _ => {}
    };
    let error = Applier::new(store, clock, options).apply(ground.approved(), &mut progress).unwrap_err();
    let told = "c1 ended with exit code 0; that is kept, and the next command of plangate records it";
    assert_eq!(error.to_string(), told);
    ground.make_room_in_store();
    assert_eq!(ground.recover(), [RecoveredAs::Ended(None)]);
    assert_eq!(ground.state(1), ChangeState::Applied);
    assert_eq!(ground.entries(1).pop().unwrap().1["command"]["output_bytes"], 300_000);
    assert_eq!(running_files(&ground), 0);
    ground.check_order();
}
