//! How long an agent waits for plangate, and a person for a large plan, each beside the least that the same work can cost.
//!
//! `cargo bench --bench latency` prints every table; `cargo bench --bench latency -- hook read` only those named:
//! `hook`, `read`, `propose`, `writers`, `show-plan`. Nothing is asserted: a figure belongs to a machine and its load, so
//! each table tells what was to be reached, whether it was, and how busy the machine was meanwhile.
//!
//! The folders that are used stand in `TMPDIR`; let it name a disk, as memory makes every commit look free.

mod helper;
mod hook;
mod machine;
mod propose;
mod race;
mod read;
mod samples;
mod sections;
mod show_plan;
mod stand;
mod table;
mod writers;

use std::env;
use std::process::ExitCode;

const SECTIONS: [(&str, fn()); 5] = [
    ("hook", hook::measure),
    ("read", read::measure),
    ("propose", propose::measure),
    ("writers", writers::measure),
    ("show-plan", show_plan::measure),
];

fn main() -> ExitCode {
    if let Some(done) = helper::run(env::args_os().skip(1)) {
        return done;
    }
    sections::print("Latency", &SECTIONS)
}
