//! One file and a hundred: plangate beside plain durable replacement, one by one.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::samples::{Samples, times};
use super::scene::{Scene, sync};
use super::table::{Goal, Table};

pub(crate) fn measure() {
    let table = Table::new("Few files of 2 KiB", &["median", "p99", "shortest"]);
    let (one, one_bare) = rounds(1, 60);
    let (hundred, hundred_bare) = rounds(100, 15);
    table.times("one file: plangate apply", &one);
    table.times("one file: temp, fsync, rename, fsync of the folder", &one_bare);
    table.times("100 files: plangate apply", &hundred);
    table.times("100 files: the same, one by one", &hundred_bare);
    table.goals(&[
        Goal::ratio_below(
            "one file in at most 3 times the bare replacement",
            times(one.median(), one_bare.median()),
            3.0,
        ),
        Goal::ratio_below(
            "100 files faster than the bare replacements",
            times(hundred.median(), hundred_bare.median()),
            1.0,
        ),
    ]);
}

fn rounds(files: usize, rounds: usize) -> (Samples, Samples) {
    let (mut ours, mut bare) = (Samples::default(), Samples::default());
    let mut scenes = Vec::new();
    for _ in 0..rounds {
        let scene = Scene::new(files);
        let queued = scene.queue();
        sync(&scene.tree());
        let approved = queued.approve();
        ours.push(queued.apply(approved).1);
        assert!(scene.is_changed());
        drop(queued);
        scenes.push(scene);

        let scene = Scene::new(files);
        let changes = scene.changes();
        sync(&scene.tree());
        let start = Instant::now();
        for (path, content) in &changes {
            replace(path, content.as_bytes());
        }
        bare.push(start.elapsed());
        scenes.push(scene);
    }
    (ours, bare)
}

/// Replaces a file as careful programs do.
fn replace(path: &Path, content: &[u8]) {
    let temp = path.with_extension("tmp");
    let mut file = File::create(&temp).expect("a file can be made");
    file.write_all(content).and_then(|()| file.sync_all()).expect("it can be written");
    fs::rename(&temp, path).expect("it can be renamed");
    File::open(path.parent().expect("it has one")).and_then(|folder| folder.sync_all()).expect("it can be synced");
}
