//! Work on many files is shared among a few threads.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// With fewer items than this for each, starting a thread costs more than it brings.
const ITEMS_PER_WORKER: usize = 64;
/// More threads than this only wait for the same disk.
const MAX_WORKERS: usize = 4;

/// How many workers are worth it for so many files.
pub(super) fn workers_for(items: usize) -> usize {
    // What the machine has is asked of files of the system's, which takes longer than a few items do.
    if items < 2 * ITEMS_PER_WORKER {
        return 1;
    }
    let there = thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
    there.min(items / ITEMS_PER_WORKER).max(1)
}

/// Groups of items. Whoever is done with one takes the next, so that a worker whom the system lets wait holds nobody up.
pub(super) struct Groups<T, R> {
    waiting: Mutex<std::vec::IntoIter<Vec<T>>>,
    done: Mutex<Vec<R>>,
}

impl<T: Send, R: Send> Groups<T, R> {
    pub(super) fn new(groups: Vec<Vec<T>>) -> Self {
        Self { waiting: Mutex::new(groups.into_iter()), done: Mutex::default() }
    }

    /// Has the groups worked off by so many `workers`: this thread, which does `mine`, and others. Gives what became of
    /// the items, in no order.
    pub(super) fn work_off(
        self,
        workers: usize,
        mine: &mut dyn FnMut(T) -> R,
        others: &(dyn Fn(&Self) + Sync),
    ) -> Vec<R> {
        thread::scope(|scope| {
            for _ in 1..workers {
                // Where there may be no more threads, the others do it all.
                let _ = thread::Builder::new().spawn_scoped(scope, || others(&self));
            }
            self.take_part(mine);
        });
        self.done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `step` to one group after the other until none waits.
    pub(super) fn take_part(&self, step: &mut dyn FnMut(T) -> R) {
        // Nothing that is locked here can be left half done, so a lock is good whoever panicked.
        let next = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some(group) = next() {
            let done: Vec<R> = group.into_iter().map(&mut *step).collect();
            self.done.lock().unwrap_or_else(PoisonError::into_inner).extend(done);
        }
    }
}

/// What `work` makes of each item, in order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: &(dyn Fn(&T) -> R + Sync)) -> Vec<R> {
    let workers = workers_for(items.len());
    if workers == 1 {
        return items.iter().map(work).collect();
    }
    let places: Vec<usize> = (0..items.len()).collect();
    let groups = Groups::new(places.chunks(ITEMS_PER_WORKER).map(<[usize]>::to_vec).collect());
    let step = |place: usize| (place, work(&items[place]));
    let mut results = groups.work_off(workers, &mut |place| step(place), &|groups| groups.take_part(&mut |p| step(p)));
    results.sort_unstable_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_however_many_work() {
        for length in [0, 1, 63, 64, 1_000] {
            let items: Vec<usize> = (0..length).collect();
            assert_eq!(map(&items, &|item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
