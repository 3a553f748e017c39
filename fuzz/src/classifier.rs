//! Any text is judged without a panic, with spans inside of it, and in time.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use plangate::classify::shell::{assess, is_validation};

/// For 64 KiB, in a build that counts its branches and checks its sums. What is slow once is measured again, since the
/// machine has other work.
const TIME_LIMIT: Duration = Duration::from_millis(50);

fuzz_target!(|text: &str| {
    let start = Instant::now();
    let found = assess(text);
    let slow = |start: Instant| start.elapsed() > TIME_LIMIT;
    let again = || {
        let start = Instant::now();
        assess(text);
        slow(start)
    };
    assert!(!slow(start) || !again() || !again() || !again(), "{} bytes take too long", text.len());
    assert!(found.deciding().is_some(), "every verdict rests on a fact");
    for fact in &found.evidence {
        let span = fact.span.expect("every fact on a line has a place");
        assert!(span.start <= span.end && span.end <= text.len(), "a span outside of the text");
    }
    is_validation(text);
});
