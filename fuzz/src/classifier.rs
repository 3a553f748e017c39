//! Any text is judged without a panic, in time, and with a fact behind every verdict whose place is in the text.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use plangate::classify::shell::{assess, is_validation};

/// For up to 64 KiB, in a build that counts its branches and checks its sums.
const TIME_LIMIT: Duration = Duration::from_millis(50);
/// How often a slow text is measured again, since the machine has other work.
const CHANCES: usize = 4;

fn is_slow(text: &str) -> bool {
    let start = Instant::now();
    assess(text);
    start.elapsed() > TIME_LIMIT
}

fuzz_target!(|text: &str| {
    assert!(!(0..CHANCES).all(|_| is_slow(text)), "{} bytes take too long", text.len());
    let found = assess(text);
    assert!(found.deciding().is_some(), "every verdict rests on a fact");
    for fact in &found.evidence {
        let span = fact.span.expect("every fact on a line has a place");
        assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "a place outside of the text");
    }
    is_validation(text);
});
