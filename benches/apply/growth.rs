//! What a change costs in larger and larger plans.

use std::time::{Duration, Instant};

use super::samples::milliseconds;
use super::scene::{Scene, sync};
use super::table::{Goal, Table};

const SIZES: [usize; 4] = [1_000, 10_000, 30_000, 100_000];

pub(crate) fn measure() {
    let columns = ["queue", "a change", "approve", "a change", "apply", "a change"];
    let table = Table::new("Growing plans of changes to files of 2 KiB, once each", &columns);
    let mut scenes = Vec::new();
    let mut of_apply = Vec::new();
    for files in SIZES {
        let scene = Scene::new(files);
        let start = Instant::now();
        let queued = scene.queue();
        let queueing = start.elapsed();
        sync(&scene.tree());
        let start = Instant::now();
        let approved = queued.approve();
        let approving = start.elapsed();
        let (_, applying) = queued.apply(approved);
        let cells = [queueing, approving, applying].map(|took| [milliseconds(took), each(took, files)]);
        table.row(&format!("{files} changes"), cells.as_flattened());
        of_apply.push(applying.as_secs_f64() / files as f64);
        drop(queued);
        scenes.push(scene);
    }
    let growth = of_apply[SIZES.len() - 1] / of_apply[1];
    table.goals(&[Goal::ratio_below(
        "linear: a change of 100,000 costs less than 1.5 times one of 10,000",
        growth,
        1.5,
    )]);
}

fn each(took: Duration, changes: usize) -> String {
    format!("{:.1} µs", took.as_secs_f64() * 1e6 / changes as f64)
}
