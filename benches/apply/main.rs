//! What applying costs, beside the least it could cost and beside programs that change files with less care.
//!
//! `cargo bench --bench apply` prints every table; `cargo bench --bench apply -- many few` only those named: `few`, `many`,
//! `larger`, `recovery`, `memory`, `growth`. Nothing is asserted: a figure belongs to a machine and its load, so each
//! table tells what was to be reached, whether it was, and how busy the machine was meanwhile.
//!
//! The folders that are used stand in `TMPDIR`; let it name a disk, as memory makes every sync look free. They are kept
//! to the end, as ext4 is slow to make files for some seconds after many were deleted; after a contestant that
//! deletes files itself as long a time is waited.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod few;
mod growth;
mod helper;
#[path = "../latency/machine.rs"]
mod machine;
mod many;
mod memory;
mod recovery;
#[path = "../latency/samples.rs"]
mod samples;
mod scene;
#[path = "../latency/table.rs"]
mod table;

use std::env;
use std::process::ExitCode;

const SECTIONS: [(&str, fn()); 6] = [
    ("few", few::measure),
    ("many", many::measure_3000),
    ("larger", many::measure_10000),
    ("recovery", recovery::measure),
    ("memory", memory::measure),
    ("growth", growth::measure),
];

fn main() -> ExitCode {
    if let Some(done) = helper::run(env::args_os().skip(1)) {
        return done;
    }
    // `cargo bench` adds `--bench` to what it was given.
    let wanted: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|name| SECTIONS.iter().all(|(known, _)| known != name)) {
        eprintln!("`{unknown}` is not measured here; these are: {}", SECTIONS.map(|(name, _)| name).join(", "));
        return ExitCode::from(2);
    }
    machine::describe();
    for (name, measure) in SECTIONS {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            measure();
        }
    }
    ExitCode::SUCCESS
}
