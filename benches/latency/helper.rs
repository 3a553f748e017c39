//! What this program does when it runs itself as one of the programs that are measured.

use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use rusqlite::{Connection, OpenFlags};

use super::stand::SESSION;

/// Opens the database that is named next for reading, asks it one question, and prints the nanoseconds that this took.
pub(crate) const OPEN_READ_ONLY: &str = "--open-read-only";
/// Runs the program that is named next, and prints the most memory that it held, in KiB.
pub(crate) const PEAK_MEMORY: &str = "--peak-memory";

/// Does what the first argument says; `None` when it asks for no helper.
pub(crate) fn run(mut args: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let first = args.next()?;
    let rest: Vec<OsString> = args.collect();
    match first.to_str()? {
        OPEN_READ_ONLY => open_read_only(rest.first()?),
        PEAK_MEMORY => peak_memory(&rest),
        _ => return None,
    }
    Some(ExitCode::SUCCESS)
}

fn open_read_only(database: &OsStr) {
    let start = Instant::now();
    let connection =
        Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .expect("the database can be opened");
    let mode: String = connection
        .query_row("SELECT mode FROM session WHERE id = ?1", [SESSION], |row| row.get(0))
        .expect("the session is there");
    println!("{} {mode}", start.elapsed().as_nanos());
}

fn peak_memory(command: &[OsString]) {
    let status = Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} failed");
    println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system tells").max_rss());
}
