//! What the figures were taken on.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::time::Instant;

use super::samples::{Samples, milliseconds};

/// As much as a commit writes.
const COMMIT_BYTES: usize = 40 * 1024;
const SYNCS: usize = 100;

/// Prints `title`, what the figures were taken on, and what one sync costs there: no durable answer can be faster.
pub(crate) fn describe(title: &str) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("# {title}\n");
    println!("- {} x {cores}, {}, Linux {}", processor(), memory(), kernel());
    let (growing, in_place) = syncs();
    println!(
        "- {} KiB written and synced in `{}`: {} where the file grows, {} in place (medians of {SYNCS})",
        COMMIT_BYTES / 1024,
        std::env::temp_dir().display(),
        milliseconds(growing.median()),
        milliseconds(in_place.median()),
    );
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    value(&info, "model name").unwrap_or("a processor").to_owned()
}

fn memory() -> String {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    value(&info, "MemTotal").unwrap_or("some memory").to_owned()
}

fn kernel() -> String {
    fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned()
}

/// What stands behind `key` and a colon.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

/// How many processes wanted to run, on average over 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn syncs() -> (Samples, Samples) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = File::create(folder.path().join("file")).expect("a file can be made");
    let block = vec![b'x'; COMMIT_BYTES];
    let mut growing = Samples::default();
    for _ in 0..SYNCS {
        let start = Instant::now();
        (&file).write_all(&block).and_then(|()| file.sync_data()).expect("a file can be written");
        growing.push(start.elapsed());
    }
    let mut in_place = Samples::default();
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all_at(&block, 0).and_then(|()| file.sync_data()).expect("a file can be written");
        in_place.push(start.elapsed());
    }
    (growing, in_place)
}
