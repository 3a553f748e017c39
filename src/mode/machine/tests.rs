//! Every regime with every event, and what the table alone does not show.

use std::fmt::Write;

use super::*;

const LIMIT: u32 = 3;

fn in_plan(before: Mode) -> Regime {
    Regime { mode: Mode::Plan, before: Some(before), ..Regime::new(Mode::Plan) }
}

/// One regime of each kind, by name.
fn kinds() -> Vec<(&'static str, Regime)> {
    let reported = |before: &str, now: &str| Regime {
        permission_before: Some(before.to_owned()),
        permission: Some(now.to_owned()),
        ..in_plan(Mode::Build)
    };
    vec![
        ("build", Regime::new(Mode::Build)),
        ("build, asked", Regime { writes: Writes::Asked, ..Regime::new(Mode::Build) }),
        ("build, automatic", Regime { permission: Some("acceptEdits".to_owned()), ..Regime::new(Mode::Build) }),
        ("review", Regime::new(Mode::Review)),
        ("debug", Regime::new(Mode::Debug)),
        ("plan, build before", in_plan(Mode::Build)),
        ("plan, review before", in_plan(Mode::Review)),
        ("plan, debug before", in_plan(Mode::Debug)),
        ("plan, asked before", Regime { writes: Writes::Asked, ..in_plan(Mode::Build) }),
        ("plan, rejected twice", Regime { rejections: LIMIT - 1, ..in_plan(Mode::Build) }),
        ("plan, rejected often", Regime { rejections: LIMIT, ..in_plan(Mode::Build) }),
        ("plan, still automatic", reported("acceptEdits", "bypassPermissions")),
        ("plan, no more automatic", reported("acceptEdits", "default")),
        ("plan, automatic since", reported("default", "auto")),
        ("plan, from the start", Regime::new(Mode::Plan)),
    ]
}

fn events() -> Vec<(String, Event<'static>)> {
    let mut events = vec![
        ("enter".to_owned(), Event::Enter),
        ("leave".to_owned(), Event::Leave),
        ("toggle".to_owned(), Event::Toggle),
        ("next".to_owned(), Event::Next),
    ];
    events.extend(Mode::ALL.map(|mode| (format!("switch {mode}"), Event::Switch(mode))));
    events.push(("reject".to_owned(), Event::Reject));
    events.push(("approve".to_owned(), Event::Approve));
    for permission in ["acceptEdits", "default"] {
        events.push((format!("report {permission}"), Event::Report(permission)));
    }
    events
}

fn told(step: &Step) -> String {
    let Step { regime, asking } = step;
    let mut text = regime.mode.to_string();
    if let Some(before) = regime.before {
        write!(text, " before {before}").expect("a string takes all text");
    }
    if regime.writes == Writes::Asked {
        text.push_str(" asked");
    }
    if regime.rejections > 0 {
        write!(text, " rejections {}", regime.rejections).expect("a string takes all text");
    }
    for (name, permission) in [("saved", &regime.permission_before), ("reported", &regime.permission)] {
        if let Some(permission) = permission {
            write!(text, " {name} {permission}").expect("a string takes all text");
        }
    }
    if let Some(asking) = asking {
        write!(text, "  ! {}", asking.notice()).expect("a string takes all text");
    }
    text
}

#[test]
fn every_regime_meets_every_event_as_the_golden_table_says() {
    let mut table =
        String::from("# Written by the test beside `mode::after`; one line a pair. Three rejections trip.\n");
    for (name, regime) in kinds() {
        writeln!(table, "\n## {name}").expect("a string takes all text");
        for (word, event) in events() {
            let step = after(&regime, event, LIMIT);
            let outcome = if step.regime == regime { "-".to_owned() } else { told(&step) };
            writeln!(table, "{word:<20}{outcome}").expect("a string takes all text");
        }
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/golden/modes.txt");
    if std::env::var_os("PLANGATE_BLESS").is_some() {
        std::fs::write(golden, &table).expect("the golden file can be written");
    }
    assert_eq!(table, std::fs::read_to_string(golden).expect("the golden file is there"));
}

fn run(events: &[Event<'_>]) -> Step {
    let start = Step { regime: Regime::new(Mode::Build), asking: None };
    events.iter().fold(start, |step, event| after(&step.regime, *event, LIMIT))
}

#[test]
fn leaving_plan_mode_restores_what_was_before_from_every_mode() {
    for mode in [Mode::Build, Mode::Review, Mode::Debug] {
        let step = run(&[Event::Switch(mode), Event::Enter, Event::Leave]);
        assert_eq!((step.regime.mode, step.regime.before, step.asking), (mode, None, None), "{mode}");
    }
}

#[test]
fn entering_twice_keeps_what_was_before_the_first_time() {
    let step = run(&[Event::Switch(Mode::Debug), Event::Enter, Event::Enter, Event::Switch(Mode::Plan), Event::Toggle]);
    assert_eq!(step.regime.mode, Mode::Debug);
}

#[test]
fn a_breaker_that_trips_during_plan_mode_counts_at_its_exit() {
    let rejected = run(&[Event::Enter, Event::Reject, Event::Reject, Event::Reject, Event::Leave]);
    assert_eq!((rejected.regime.mode, rejected.regime.writes), (Mode::Build, Writes::Asked));
    assert_eq!(rejected.asking, Some(Asking::Rejections(3)));
    let notice = rejected.asking.expect("it is asked").notice();
    assert!(notice.starts_with("plan exit → build · automatic approval unavailable"), "{notice}");

    let report = Event::Report;
    let gone = run(&[report("auto"), Event::Enter, report("default"), Event::Toggle]);
    assert_eq!(gone.regime.writes, Writes::Asked);
    assert!(gone.asking.expect("it is asked").notice().contains("automatic approval unavailable"));
}

#[test]
fn an_approval_between_rejections_keeps_the_breaker_closed() {
    let events =
        [Event::Enter, Event::Reject, Event::Reject, Event::Approve, Event::Reject, Event::Reject, Event::Leave];
    assert_eq!(run(&events).regime.writes, Writes::Pass);
}

#[test]
fn automatic_approval_that_came_back_during_plan_mode_is_restored() {
    let report = Event::Report;
    let step = run(&[report("auto"), Event::Enter, report("default"), report("auto"), Event::Leave]);
    assert_eq!((step.regime.writes, step.asking), (Writes::Pass, None));
}

#[test]
fn an_agent_that_asked_before_plan_mode_does_not_come_out_of_it_approving_by_itself() {
    let step = run(&[Event::Report("default"), Event::Enter, Event::Report("bypassPermissions"), Event::Leave]);
    assert_eq!(step.regime.writes, Writes::Asked);
}

#[test]
fn asking_lasts_through_other_modes_until_the_person_wants_build_again() {
    let tripped = [Event::Enter, Event::Reject, Event::Reject, Event::Reject, Event::Leave];
    let around: Vec<_> = tripped.into_iter().chain([Event::Switch(Mode::Review), Event::Enter, Event::Leave]).collect();
    assert_eq!(run(&around).regime.writes, Writes::Asked);
    let back: Vec<_> = around.into_iter().chain([Event::Switch(Mode::Build)]).collect();
    assert_eq!(run(&back).regime.writes, Writes::Asked);
    let wanted: Vec<_> = back.into_iter().chain([Event::Switch(Mode::Build)]).collect();
    assert_eq!((run(&wanted).regime.writes, run(&wanted).regime.rejections), (Writes::Pass, 0));
}

#[test]
fn without_a_limit_rejections_never_trip() {
    let mut regime = in_plan(Mode::Build);
    regime.rejections = u32::MAX;
    assert_eq!(after(&regime, Event::Reject, 0).regime.rejections, u32::MAX);
    assert_eq!(after(&regime, Event::Leave, 0).asking, None);
}
