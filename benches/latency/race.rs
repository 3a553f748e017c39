//! Programs run in turns, so that whatever else the machine does hits all of them alike.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::samples::Samples;

/// Runs before the clock counts: they fill caches.
const WARM_UP: u32 = 5;

/// A program to run again and again.
pub(crate) struct Runner<'a> {
    pub(crate) name: &'a str,
    /// The program of a round and what it reads from standard input.
    pub(crate) start: Box<dyn FnMut(u32) -> (Command, Vec<u8>) + 'a>,
    /// What a run that did its work looks like.
    pub(crate) worked: fn(&Output) -> bool,
}

/// Runs every program once a round, and a different one first each time; the times come in the order of `runners`.
///
/// # Panics
/// A program cannot be started, or did not do its work.
pub(crate) fn race(rounds: u32, runners: &mut [Runner<'_>]) -> Vec<Samples> {
    let mut samples = vec![Samples::default(); runners.len()];
    for round in 0..WARM_UP + rounds {
        for step in 0..runners.len() {
            let place = (step + round as usize) % runners.len();
            let runner = &mut runners[place];
            let (mut command, input) = (runner.start)(round);
            let (elapsed, output) = run(&mut command, &input);
            assert!((runner.worked)(&output), "{} failed: {output:?}", runner.name);
            if round >= WARM_UP {
                samples[place].push(elapsed);
            }
        }
    }
    samples
}

/// From before the program is started until it is gone and all it said is read.
fn run(command: &mut Command, input: &[u8]) -> (Duration, Output) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // A program that reads no input may be gone already.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    let output = child.wait_with_output().expect("a child can be waited for");
    (start.elapsed(), output)
}
