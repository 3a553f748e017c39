//! Whose turn it is to write: strictly first come, first served, among processes, and safe when any of them dies.
//!
//! SQLite's busy handler sleeps and retries, so under load a late writer overtakes an early one for seconds.
//! Here each writer draws a number from a file and locks the byte of that number; it then waits for the byte
//! before it, which its predecessor holds until it is done or dead (the queue lock of Craig, Landin and Hagersten, made of
//! byte-range locks). As a predecessor may die while it still waited, the last byte of the file is locked too: numbers
//! give the order, that lock gives the exclusion. Where nobody waits, as mostly, the writer takes all bytes at once and
//! gives back those from the next number on: whoever comes then waits behind it all the same. Open file description locks (Linux 3.15) belong to the
//! descriptor, so two stores in one process exclude each other as well, and the kernel drops them on any exit.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::StoreError;

/// The byte whose lock is the right to write.
const WRITE: i64 = i64::MAX - 1;
/// The byte whose lock is the right to draw a number.
const DRAW: i64 = i64::MAX - 2;

/// Where a byte says that the store was made, behind the last number.
const MADE: u64 = 8;

/// The queue of those who want to write to one store, as one of them sees it.
pub(super) struct Queue {
    path: PathBuf,
    /// The file, kept open from one turn to the next.
    idle: Cell<Option<File>>,
}

/// The right to write, until it is dropped.
pub(super) struct Turn<'a> {
    queue: &'a Queue,
    file: Option<File>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // A file whose locks cannot be given back is closed, which gives them back.
        self.queue.idle.set(self.file.take().filter(|file| unlock_all(file).is_ok()));
    }
}

impl Queue {
    /// The queue for the store in the data folder `home`.
    pub(super) fn of(home: &Path) -> Self {
        Self { path: home.join("turn.lock"), idle: Cell::new(None) }
    }

    /// Waits for the right to write for at most `timeout`.
    pub(super) fn wait(&self, timeout: Duration) -> Result<Turn<'_>, StoreError> {
        let failed = |source| StoreError::Folder { path: self.path.clone(), source };
        let file = self.idle.take().map_or_else(|| self.open(), Ok).map_err(failed)?;
        if walk_in(&file).map_err(failed)? {
            return Ok(Turn { queue: self, file: Some(file) });
        }
        let number = draw(&file).map_err(failed)?;
        if try_lock(&file, number - 1).map_err(failed)? && try_lock(&file, WRITE).map_err(failed)? {
            return Ok(Turn { queue: self, file: Some(file) });
        }
        match wait_behind(file, number, timeout) {
            Some(file) => Ok(Turn { queue: self, file: Some(file.map_err(failed)?) }),
            None => Err(StoreError::Busy { waited: timeout }),
        }
    }

    /// Notes in the file that the store it belongs to has been made.
    pub(super) fn mark_store_made(&self) -> io::Result<()> {
        self.open()?.write_all_at(&[1], MADE)
    }

    /// Whether the store that the file belongs to was ever made.
    pub(super) fn is_store_made(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|found| found.len() > MADE)
    }

    fn open(&self) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&self.path)
    }
}

/// Blocks until who is before `number` is done, but no longer than `timeout`; `None` when that has passed.
fn wait_behind(file: File, number: i64, timeout: Duration) -> Option<io::Result<File>> {
    // A lock that blocks cannot be given a time limit, so a thread blocks in our place. When we give up it is left
    // behind: it holds the number until the process ends, which for a caller that could not write is soon.
    let (done, outcome) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let locked = lock(&file, number - 1).and_then(|()| lock(&file, WRITE)).map(|()| file);
        let _ = done.send(locked);
    });
    outcome.recv_timeout(timeout).ok()
}

/// Takes the right to write and the last number that was drawn, if nobody writes, waits or draws; `false` else.
fn walk_in(file: &File) -> io::Result<bool> {
    let all = libc::flock { l_len: WRITE + 1, ..range(libc::F_WRLCK, 0) };
    if !try_range(file, &all)? {
        return Ok(false);
    }
    let next = last_number(file)? + 1;
    fcntl(file, FcntlArg::F_OFD_SETLK(&libc::flock { l_len: WRITE - next, ..range(libc::F_UNLCK, next) }))?;
    Ok(true)
}

/// The last number that was drawn. The first one to draw gets 2, so that the byte before it exists.
fn last_number(file: &File) -> io::Result<i64> {
    let mut last = [0; 8];
    let known = file.read_at(&mut last, 0)? == last.len();
    Ok(if known { i64::from_le_bytes(last).clamp(1, DRAW - 2) } else { 1 })
}

/// Draws the next number and locks its byte, so that the next one can wait for it.
fn draw(file: &File) -> io::Result<i64> {
    lock(file, DRAW)?;
    let number = last_number(file)? + 1;
    lock(file, number)?;
    file.write_all_at(&number.to_le_bytes(), 0)?;
    unlock(file, DRAW)?;
    Ok(number)
}

/// A lock of `kind` on one byte.
fn range(kind: libc::c_int, byte: i64) -> libc::flock {
    libc::flock {
        l_type: i16::try_from(kind).expect("lock kinds are small constants"),
        l_whence: 0, // SEEK_SET
        l_start: byte,
        l_len: 1,
        l_pid: 0,
    }
}

fn lock(file: &File, byte: i64) -> io::Result<()> {
    loop {
        match fcntl(file, FcntlArg::F_OFD_SETLKW(&range(libc::F_WRLCK, byte))) {
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

fn try_lock(file: &File, byte: i64) -> io::Result<bool> {
    try_range(file, &range(libc::F_WRLCK, byte))
}

fn try_range(file: &File, range: &libc::flock) -> io::Result<bool> {
    match fcntl(file, FcntlArg::F_OFD_SETLK(range)) {
        Ok(_) => Ok(true),
        Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

fn unlock(file: &File, byte: i64) -> io::Result<()> {
    fcntl(file, FcntlArg::F_OFD_SETLK(&range(libc::F_UNLCK, byte)))?;
    Ok(())
}

fn unlock_all(file: &File) -> io::Result<()> {
    // A length of 0 reaches to the end of all offsets.
    fcntl(file, FcntlArg::F_OFD_SETLK(&libc::flock { l_len: 0, ..range(libc::F_UNLCK, 0) }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Instant;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    /// How many numbers have been drawn so far.
    fn drawn(home: &Path) -> u64 {
        let mut last = [0; 8];
        let read = File::open(home.join("turn.lock")).and_then(|file| file.read_at(&mut last, 0));
        if read.is_ok_and(|read| read == last.len()) { u64::from_le_bytes(last) } else { 0 }
    }

    fn wait_until_drawn(home: &Path, number: u64) {
        let start = Instant::now();
        while drawn(home) < number {
            assert!(start.elapsed() < LONG, "nobody draws number {number}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn turns_come_in_the_order_in_which_they_were_asked_for() {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let order = Mutex::new(Vec::new());
        thread::scope(|scope| {
            let queue = Queue::of(home.path());
            let first = queue.wait(LONG).expect("nobody else waits");
            // Who walked in drew none; the first to draw gets 2.
            let before = drawn(home.path()).max(1);
            for number in 1..=8 {
                let (home, order) = (home.path(), &order);
                scope.spawn(move || {
                    let queue = Queue::of(home);
                    let _turn = queue.wait(LONG).expect("the turn comes");
                    order.lock().expect("nobody panics").push(number);
                });
                wait_until_drawn(home, before + number);
            }
            drop(first);
        });
        assert_eq!(order.into_inner().expect("nobody panicked"), (1..=8).collect::<Vec<u64>>());
    }

    #[test]
    fn who_walks_in_on_a_used_queue_is_waited_for_by_all_who_come_later() {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let (one, other) = (Queue::of(home.path()), Queue::of(home.path()));
        let short = Duration::from_millis(20);
        for _ in 0..3 {
            let turn = one.wait(LONG).expect("nobody else waits");
            assert!(matches!(other.wait(short), Err(StoreError::Busy { .. })));
            assert!(matches!(Queue::of(home.path()).wait(short), Err(StoreError::Busy { .. })));
            drop(turn);
        }
        drop(one.wait(LONG).expect("those who gave up are done as soon as their turn comes"));
        let number = drawn(home.path());
        assert!(number > 1, "nobody drew a number");
        for queue in [&one, &other, &one] {
            drop(queue.wait(LONG).expect("nobody else waits"));
        }
        assert_eq!(drawn(home.path()), number, "who waits for nobody draws no number");
    }

    #[test]
    fn who_gives_up_waiting_does_not_hold_up_those_behind() {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let queue = Queue::of(home.path());
        let first = queue.wait(LONG).expect("nobody else waits");
        let other = Queue::of(home.path());
        let gave_up = other.wait(Duration::from_millis(20));
        assert!(matches!(gave_up, Err(StoreError::Busy { .. })));
        drop(first);
        drop(other.wait(LONG).expect("the turn comes"));
        drop(queue.wait(LONG).expect("and comes again on the file that was kept open"));
    }
}
