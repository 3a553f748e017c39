//! How much memory the program holds when it looks at, approves, applies and undoes little and much content.

use super::helper::peak_of;
use super::scene::{Queued, Scene};
use super::table::{Goal, Table};

const FILE_BYTES: usize = 8 << 20;
const LITTLE: usize = 2;
const MUCH: usize = 128;

/// What is given to the program, in this order.
const COMMANDS: [&[&str]; 6] = [
    &["status"],
    &["show-plan", "--stat"],
    &["show-plan"],
    &["show-plan", "--json"],
    &["approve", "--yes"],
    &["undo", "--yes"],
];

pub(crate) fn measure() {
    let title = "Peak of memory of the program, with new files of 8 MiB queued";
    let size = |files: usize| format!("{files} files, {}", megabytes(files * FILE_BYTES));
    let table = Table::new(title, &[&size(LITTLE), &size(MUCH)]);
    let (little, much) = (peaks(LITTLE), peaks(MUCH));
    let mut most = 0;
    for (command, (little, much)) in COMMANDS.iter().zip(little.into_iter().zip(much)) {
        table.row(&format!("`plangate {}`", command.join(" ")), &[megabytes(little), megabytes(much)]);
        most = most.max(much.saturating_sub(little));
    }
    table.goals(&[Goal::fact(
        "flat: 64 times the content in less than 16 MB more, whatever the command",
        format!("{} at most", megabytes(most)),
        most < 16 << 20,
    )]);
}

/// The peaks in bytes with so many files.
fn peaks(files: usize) -> Vec<usize> {
    let scene = Scene::new(0);
    let queued = Queued::new(&scene);
    for n in 0..files {
        let line = format!("{n:07}\n");
        queued.propose(&scene.tree().join(format!("large_{n}")), &line.repeat(FILE_BYTES / line.len()));
    }
    let token = queued.new_token();
    drop(queued);
    COMMANDS.iter().map(|command| peak_of(&scene, token, command)).collect()
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
