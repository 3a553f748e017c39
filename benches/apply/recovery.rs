//! A process is killed in the middle of a large batch; the next start finishes it.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::helper::applying;
use super::samples::{Samples, times};
use super::scene::{Queued, Scene, sync};
use super::table::{Goal, Table};

const FILES: usize = 10_000;
const ROUNDS: usize = 3;

pub(crate) fn measure() {
    let table = Table::new(&format!("Recovery of {FILES} files of 2 KiB"), &["median", "longest", "shortest"]);
    let (mut fresh, mut recovery) = (Samples::default(), Samples::default());
    let mut scenes = Vec::new();
    for _ in 0..ROUNDS {
        let scene = Scene::new(FILES);
        let queued = scene.queue();
        sync(&scene.tree());
        let approved = queued.approve();
        fresh.push(queued.apply(approved).1);
        drop(queued);
        scenes.push(scene);

        let scene = Scene::new(FILES);
        drop(scene.queue());
        sync(&scene.tree());
        kill_half_way(&scene);
        let queued = Queued::new(&scene);
        let start = Instant::now();
        let recovered = queued.manager().recover().expect("it can be recovered");
        recovery.push(start.elapsed());
        assert_eq!(recovered.len(), FILES, "the process was not killed in the middle");
        assert!(scene.is_changed(), "something was not finished");
        drop(queued);
        scenes.push(scene);
    }
    let row =
        |samples: &Samples| [samples.median(), samples.longest(), samples.shortest()].map(super::samples::milliseconds);
    table.row("a fresh apply", &row(&fresh));
    table.row("recovery after a kill half way through the exchanges", &row(&recovery));
    let ratio = times(recovery.median(), fresh.median());
    table.goals(&[Goal::ratio_below("recovery in at most 1.2 times a fresh apply", ratio, 1.2)]);
}

/// Kills a process that applies the plan when half of the files have changed: folder by folder, as workers take them.
fn kill_half_way(scene: &Scene) {
    let mut changes = scene.changes();
    changes.sort_by(|(one, _), (other, _)| one.parent().cmp(&other.parent()));
    let (path, content) = changes.swap_remove(FILES / 2);
    let mut child = applying(scene).spawn().expect("this program can be started");
    while fs::read(&path).is_ok_and(|found| found != content.as_bytes()) {
        thread::sleep(Duration::from_micros(200));
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}
