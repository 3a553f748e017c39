//! Work on many files is shared among a few threads.

use std::thread;

/// With fewer items than this for each, starting a thread costs more than it brings.
const ITEMS_PER_WORKER: usize = 64;
/// More threads than this only wait for the same disk.
const MAX_WORKERS: usize = 4;

/// How many workers are worth it for so many files.
pub(super) fn workers_for(items: usize) -> usize {
    let there = thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
    there.min(items / ITEMS_PER_WORKER).max(1)
}

/// Shares `items` among workers, in order, the first of which is this thread; the others are told where their part
/// begins.
pub(super) fn share<T: Send>(
    items: &mut [T],
    workers: usize,
    mine: impl FnOnce(&mut [T]),
    others: &(dyn Fn(usize, &mut [T]) + Sync),
) {
    let share = items.len().div_ceil(workers).max(1);
    let (first, rest) = items.split_at_mut(share.min(items.len()));
    thread::scope(|scope| {
        for (part, items) in rest.chunks_mut(share).enumerate() {
            scope.spawn(move || others((part + 1) * share, items));
        }
        mine(first);
    });
}

/// What `work` makes of each item, in order.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: &(dyn Fn(&T) -> R + Sync)) -> Vec<R> {
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let fill = |from: usize, results: &mut [Option<R>]| {
        for (result, item) in results.iter_mut().zip(&items[from..]) {
            *result = Some(work(item));
        }
    };
    share(&mut results, workers_for(items.len()), |results| fill(0, results), &fill);
    results.into_iter().flatten().collect()
}
