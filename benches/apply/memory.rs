//! How much memory applying holds, with little and with much content queued.

use super::helper::applying;
use super::scene::{Queued, Scene};
use super::table::{Goal, Table};

const FILE_BYTES: usize = 8 << 20;
const LITTLE: usize = 2;
const MUCH: usize = 128;

pub(crate) fn measure() {
    let table = Table::new("Memory of a process that approves and applies files of 8 MiB", &["content", "peak"]);
    let (little, much) = (peak(LITTLE), peak(MUCH));
    table.row(&format!("{LITTLE} files"), &[megabytes(LITTLE * FILE_BYTES), megabytes(little)]);
    table.row(&format!("{MUCH} files"), &[megabytes(MUCH * FILE_BYTES), megabytes(much)]);
    let growth = megabytes(much.saturating_sub(little));
    table.goals(&[Goal::fact(
        "flat: 64 times the content in less than 16 MB more",
        growth,
        much < little + (16 << 20),
    )]);
}

/// The peak of memory in bytes with so many files.
fn peak(files: usize) -> usize {
    let scene = Scene::new(0);
    let queued = Queued::new(&scene);
    for n in 0..files {
        let line = format!("{n:07}\n");
        queued.propose(&scene.tree().join(format!("large_{n}")), &line.repeat(FILE_BYTES / line.len()));
    }
    drop(queued);
    let output = applying(&scene).output().expect("this program can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kib: usize = String::from_utf8_lossy(&output.stdout).trim().parse().expect("it prints a number");
    kib << 10
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
