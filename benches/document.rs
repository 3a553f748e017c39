//! How long it takes to read, lint, edit and merge a large plan document; and whether that grows with the document and no
//! faster.
//!
//! `cargo bench --bench document` prints a table and fails when the time for a step grows by more than half from 2,000 steps
//! to 8,000.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use plangate::document::edit::{self, Edit};
use plangate::document::lint::{Facts, lint};
use plangate::document::merge::merge;
use plangate::document::{Document, Highest, derive};
use plangate::model::StepId;

const RUNS: usize = 9;
/// A step may cost half as much again in a document four times as long: what sorts and hashes is not quite linear.
const GROWTH: f64 = 1.5;

/// What is measured, by name.
type Work<'a> = (&'static str, Box<dyn Fn() + 'a>);

/// A document of so many steps, each after the one before, with a check at the end of every ten.
fn document(steps: u32) -> String {
    let mut text = String::from("---\nplan: brave-fox\nrevision: 1\n---\n\n## Task\n\nAdd login.\n\n## Steps\n\n");
    for n in 1..=steps {
        let check = if n % 10 == 0 { "; check" } else { "" };
        let after = if n > 1 { format!("after S{}; ", n - 1) } else { String::new() };
        writeln!(text, "- [ ] S{n} Write module {n} {{{after}size 2; files src/m{n}.rs{check}}}\n  Mind the detail.")
            .expect("a string takes all text");
    }
    text.push_str("\n## Checks\n\n- `cargo test`\n");
    text
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    println!("{:<14}{:>8}{:>14}{:>14}", "work", "steps", "median", "per step");
    let mut linear = true;
    let mut first: Vec<f64> = Vec::new();
    for (round, steps) in [2_000, 8_000].into_iter().enumerate() {
        let text = document(steps);
        let parsed = Document::parse(text.as_str());
        assert_eq!((parsed.problems.len(), parsed.steps.len()), (0, steps as usize));
        let facts = Facts { plan: None, root: Path::new("/work"), resolves: &|_| true, lines: &|_| None };
        let change = |step| {
            let edits = [Edit::Change { step: StepId(step), text: "Write it".to_owned() }];
            edit::apply(&parsed, &edits, &mut Highest::default()).expect("the step is there").document
        };
        let (ours, theirs) = (change(steps / 2), change(steps / 3));
        let works: [Work<'_>; 5] = [
            ("read", Box::new(|| drop(Document::parse(text.as_str())))),
            ("read and lint", Box::new(|| drop(lint(&Document::parse(text.as_str()), &facts)))),
            ("one edit", Box::new(|| drop(change(7)))),
            ("compare", Box::new(|| drop(derive::derive(&parsed, &theirs)))),
            ("merge", Box::new(|| drop(merge(&parsed, &ours, &theirs)))),
        ];
        for (place, (name, work)) in works.iter().enumerate() {
            let took = median(work);
            let each = took.as_secs_f64() / f64::from(steps);
            println!("{name:<14}{steps:>8}{took:>14.2?}{:>11.2} µs", each * 1e6);
            match first.get(place) {
                Some(before) if round > 0 => linear &= each < before * GROWTH,
                _ => first.push(each),
            }
        }
    }
    println!("time grows with the document and no faster: {}", if linear { "yes" } else { "no" });
    assert!(linear, "a step of a longer document costs more");
}
