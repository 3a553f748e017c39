//! Judges the lines on standard input, each ended by NUL, with sh-guard, and prints for each whether it passes (`1` or
//! `0`) and the nanoseconds that judging took, the shortest of some rounds.

use std::io::Read;
use std::time::Instant;

use sh_guard_core::{RiskLevel, classify_with_rules};

const ROUNDS: usize = 7;

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("the lines are text");
    let lines: Vec<&str> = text.split_terminator('\0').collect();
    let mut best = vec![(false, u128::MAX); lines.len()];
    for _ in 0..ROUNDS {
        for (line, best) in lines.iter().zip(&mut best) {
            let start = Instant::now();
            let judged = classify_with_rules(line, None, None);
            let time = start.elapsed().as_nanos();
            *best = (judged.level == RiskLevel::Safe, best.1.min(time));
        }
    }
    for (passes, time) in best {
        println!("{} {time}", u8::from(passes));
    }
}
