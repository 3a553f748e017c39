//! What applying costs, beside the least it could cost and beside programs that change files with less care.
//!
//! `cargo bench --bench apply` prints every table; `cargo bench --bench apply -- many few` only those named: `few`, `floor`,
//! `many`, `larger`, `recovery`, `memory`, `growth`. Nothing is asserted: a figure belongs to a machine and its load, so each
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
#[path = "../latency/sections.rs"]
mod sections;
#[path = "../latency/table.rs"]
mod table;

use std::env;
use std::process::ExitCode;

const SECTIONS: [(&str, fn()); 7] = [
    ("few", few::measure),
    ("floor", many::measure_floor),
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
    sections::print("Applying", &SECTIONS)
}
