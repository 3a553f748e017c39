//! The only room that speaks SQL: one SQLite file, one writer at a time, every operation one transaction.

pub(crate) mod applying;
pub(crate) mod blob;
pub(crate) mod change;
mod checkpoint;
mod column;
pub(crate) mod document;
pub(crate) mod granting;
pub(crate) mod journal;
pub(crate) mod message;
mod migrate;
mod note;
pub(crate) mod plan;
pub(crate) mod proposal;
mod prune;
pub(crate) mod regime;
pub(crate) mod session;
pub(crate) mod step;
pub(crate) mod team;
mod together;
mod token;
pub(crate) mod touch;
pub(crate) mod transition;
mod trust;
mod turn;
pub(crate) mod undoing;
mod verify;

use std::cell::Cell;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::{OpenFlags, Transaction, TransactionBehavior, ffi};

use crate::model::{ChangeId, IllegalTransition, Slug, home};

pub use self::blob::ContentsError;
pub use self::checkpoint::Checkpoint;
pub use self::document::{DocumentRow, NewDocument, NewRevision, RevisionKind, RevisionRow};
pub use self::journal::{Entry, EntryKind};
pub use self::proposal::ModeProposal;
pub(crate) use self::prune::refuse_expired;
pub use self::prune::{Expired, Expiry, Pruned};
pub use self::regime::TransitionRow;
pub use self::session::{Holding, SessionRow};
pub use self::token::TokenRow;
pub use self::trust::{Announced, ServerRow};
pub use self::verify::{Fault, Verified};

/// How long a writer waits for its turn before it gives up; well under the time limits of agents' hooks.
const TURN_TIMEOUT: Duration = Duration::from_secs(20);

/// As many statements as one proposal needs, and some: with fewer each would be compiled anew for each proposal.
const KEPT_STATEMENTS: usize = 64;

/// The longest log that the first write of a connection leaves as it is: half a megabyte. The first process that opens
/// the store after all others have left it reads the whole log, so a long one delays every hook.
const LONG_LOG_PAGES: u32 = 128;

/// The longest log that a commit leaves as it is, as SQLite has it.
const USUAL_LOG_PAGES: u32 = 1_000;

/// The same while many changes are recorded: 64 MB.
const LONGEST_LOG_PAGES: u32 = 16_000;

/// The schema version that this program reads and writes.
pub const SCHEMA_VERSION: u32 = 3;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or used.
    #[error("the data folder `{}` cannot be used", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A newer plangate wrote the store.
    #[error("the store `{}` is of version {found}, this plangate reads up to {SCHEMA_VERSION}", path.display())]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// The file is not a store, or its pages contradict each other.
    #[error("the store `{}` is damaged or is not a plangate store", path.display())]
    Corrupt {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Pages of the store contradict each other, which shows only when they are read.
    #[error("the store is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// Of a store nothing or only its log is left: SQLite would begin anew, without plans and in build mode.
    #[error("the store `{}` was here, and nothing or only its log is left", path.display())]
    Emptied {
        /// The database file.
        path: PathBuf,
    },
    /// Other writers kept the store busy for too long.
    #[error("the store stayed busy for {} s", waited.as_secs())]
    Busy {
        /// How long this writer waited.
        waited: Duration,
    },
    /// The disk or the quota is full.
    #[error("the disk that holds the store is full")]
    Full(rusqlite::Error),
    /// The data folder or the database is read-only.
    #[error("the store is read-only")]
    ReadOnly(#[source] rusqlite::Error),
    /// A row holds what no version of plangate writes.
    #[error("the store holds an unreadable {what}: {detail}")]
    BadRow {
        /// The kind of row or value.
        what: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A change is not in a state in which this can happen to it.
    #[error("{change}: {refused}")]
    Transition {
        /// The change.
        change: ChangeId,
        /// Its state and the event.
        refused: IllegalTransition,
    },
    /// What a plan needs to be undone or tried again was removed.
    #[error("the before-images of plan `{plan}` have expired ({at}), so it can be neither undone nor tried again")]
    Expired {
        /// The plan.
        plan: Slug,
        /// When, as the store writes it.
        at: String,
    },
    /// The transaction was given up by its caller, who knows why.
    #[error("the operation was given up")]
    Abandoned,
    /// Anything else that SQLite reports.
    #[error("the store failed")]
    Sqlite(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::Full(error),
            // The memory that connections share is a file beside the database, which cannot grow.
            Some(Code::SystemIoFailure) if error.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::Full(error)
            }
            Some(Code::ReadOnly | Code::CannotOpen) => Self::ReadOnly(error),
            Some(Code::NotADatabase | Code::DatabaseCorrupt) => Self::Damaged(error),
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy { waited: TURN_TIMEOUT },
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// Whether the same may go well when it is tried again: nothing is wrong with what was to be recorded.
    pub(crate) fn may_pass(&self) -> bool {
        use rusqlite::ErrorCode as Code;
        match self {
            Self::Full(_) | Self::Busy { .. } => true,
            Self::Sqlite(error) => error.sqlite_error_code() == Some(Code::SystemIoFailure),
            _ => false,
        }
    }
}

/// The open store. Reading needs no turn; writing waits for it, first come, first served.
pub struct Store {
    connection: Connection,
    home: PathBuf,
    turns: turn::Queue,
    has_written: Cell<bool>,
}

impl Store {
    /// Opens the store in the data folder `home`, making both when they are not there.
    ///
    /// # Errors
    /// The folder cannot be made, the store is newer, damaged, read-only or its disk full; nothing is changed then.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        make_private_folder(home)?;
        let path = home.join("plangate.db");
        let turns = turn::Queue::of(home);
        if is_emptied(&path, &turns) {
            return Err(StoreError::Emptied { path });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(|e| damaged_or(&path, e))?;
        Self::prepare(&connection).map_err(|e| damaged_or(&path, e))?;
        migrate::migrate(&mut connection, &path, &turns)?;
        Ok(Self { connection, home: home.to_owned(), turns, has_written: Cell::new(false) })
    }

    /// Sets what belongs to the connection, not to the file.
    fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
        connection.busy_timeout(TURN_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(KEPT_STATEMENTS);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
        // A checkpoint at every exit would cost each hook two more syncs; see `shorten_log`.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // Else a kept statement is compiled again for every value it is given, in case another plan suits that better.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(())
    }

    /// The data folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Runs `work` as one durable transaction when this writer's turn has come.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _turn = self.turns.wait(TURN_TIMEOUT)?;
        if !self.has_written.replace(true) {
            self.connection.execute_batch("PRAGMA synchronous = FULL")?;
            self.shorten_log()?;
        }
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Copies a long log into the database, so that the write which follows begins the log anew, in place.
    ///
    /// SQLite does the same every 1,000 pages, but after a commit, and what follows has to be the same connection's: a
    /// connection that comes later cannot know what was copied and appends. With a process for every write the log
    /// would never end.
    fn shorten_log(&self) -> Result<(), rusqlite::Error> {
        if self.has_long_log()? {
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Copies a long log into the database and empties it, unless somebody reads or writes just now.
    pub(crate) fn empty_log(&self) -> Result<(), StoreError> {
        if !self.has_long_log()? {
            return Ok(());
        }
        let _turn = self.turns.wait(TURN_TIMEOUT)?;
        // Nobody shall wait for this, nor this for anybody.
        self.connection.busy_timeout(Duration::ZERO)?;
        let emptied = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.connection.busy_timeout(TURN_TIMEOUT)?;
        Ok(emptied?)
    }

    fn has_long_log(&self) -> Result<bool, rusqlite::Error> {
        let pages: u32 = self.connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1))?;
        Ok(pages > LONG_LOG_PAGES)
    }

    /// Lets the log grow while many changes are recorded, as copying it into the database would keep them waiting.
    /// [`Self::empty_log`] does that later, or whoever writes next.
    pub(crate) fn let_log_grow(&self) -> Result<GrowingLog<'_>, StoreError> {
        set_longest_log(&self.connection, LONGEST_LOG_PAGES)?;
        Ok(GrowingLog { connection: &self.connection })
    }

    /// Holds one view of the store, so that each read within needs none of its own. Nothing can be written meanwhile.
    pub(crate) fn view(&self) -> Result<Transaction<'_>, StoreError> {
        Ok(Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)?)
    }

    /// Runs `work` on one unchanging view of the store.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)?;
        work(&transaction)
    }
}

/// While it lives, the store's log may grow.
pub(crate) struct GrowingLog<'a> {
    connection: &'a Connection,
}

impl Drop for GrowingLog<'_> {
    fn drop(&mut self) {
        // Should it fail, the log of this connection is long and no harm is done.
        let _ = set_longest_log(self.connection, USUAL_LOG_PAGES);
    }
}

/// Sets after how many pages a commit copies the log into the database.
fn set_longest_log(connection: &Connection, pages: u32) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "wal_autocheckpoint", pages)
}

fn make_private_folder(home: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::Folder { path: home.to_owned(), source };
    match fs::metadata(home) {
        Ok(found) if found.is_dir() => {
            if found.permissions().mode() & 0o077 != 0 {
                fs::set_permissions(home, fs::Permissions::from_mode(0o700)).map_err(failed)?;
            }
            Ok(())
        }
        Ok(_) => Err(failed(io::Error::from(io::ErrorKind::NotADirectory))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut private = fs::DirBuilder::new();
            private.mode(0o700).recursive(true).create(home).map_err(failed)?;
            // To make a folder takes as long as to replace a file. An apply that finds none makes it.
            for folder in [home::ATTIC, home::LOCKS] {
                let _ = private.create(home.join(folder));
            }
            Ok(())
        }
        Err(error) => Err(failed(error)),
    }
}

/// Whether a database has no byte although it was made, or is not there, or has none, beside a log that has some. One that is
/// being made gets its first page before its log.
fn is_emptied(path: &Path, turns: &turn::Queue) -> bool {
    let size = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
    let cut = path.exists() && turns.is_store_made();
    // Looked at once more, as both may have come between the first two looks.
    size(path) == 0 && (size(&path.with_extension("db-wal")) > 0 || cut) && size(path) == 0
}

/// Names damage for what it is; everything else keeps its own name.
fn damaged_or(path: &Path, error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::NotADatabase | Code::DatabaseCorrupt) => {
            StoreError::Corrupt { path: path.to_owned(), source: error }
        }
        Some(Code::CannotOpen) if path.is_dir() => StoreError::Corrupt { path: path.to_owned(), source: error },
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::model::SessionId;

    const PAGE_IN_LOG_BYTES: u64 = 4096 + 24;

    #[test]
    fn a_log_that_grew_is_emptied_when_nobody_needs_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let session = SessionId::from("s");
        let store = Store::open(folder.path()).expect("a store");
        store.open_session(&session, folder.path(), Utc::now()).expect("a session");
        let log = || fs::metadata(folder.path().join("plangate.db-wal")).expect("the log").len() / PAGE_IN_LOG_BYTES;
        let tell = |n: u32| store.tell(&session, &format!("{n} {}", "x".repeat(40_000)), Utc::now()).expect("told");
        let growing = store.let_log_grow().expect("it may");
        (0..200).for_each(tell);
        assert!(log() > u64::from(USUAL_LOG_PAGES) + 500, "the log was copied at {} pages", log());
        drop(growing);
        let reader = Store::open(folder.path()).expect("the store");
        let view = reader.view().expect("a view");
        view.query_row("SELECT count(*) FROM message", [], |_| Ok(())).expect("a look");
        tell(200);
        store.empty_log().expect("a reader is in the way, which is no error");
        assert!(log() > 0);
        drop(view);
        store.empty_log().expect("emptied");
        assert_eq!(log(), 0);
        assert_eq!(store.take_messages(&session, Utc::now()).expect("messages").len(), 201);
    }

    #[test]
    fn a_disk_that_is_full_is_told_as_such_whichever_call_finds_it() {
        let of = |code| StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE] {
            let error = of(code);
            assert!(error.may_pass() && error.to_string() == "the disk that holds the store is full", "{error:?}");
        }
        assert!(of(ffi::SQLITE_IOERR_FSYNC).may_pass() && !of(ffi::SQLITE_CONSTRAINT_UNIQUE).may_pass());
    }

    #[test]
    fn the_log_stays_short_when_every_write_has_a_connection_of_its_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let session = SessionId::from("s");
        let opened = Store::open(folder.path()).expect("a store");
        opened.open_session(&session, folder.path(), Utc::now()).expect("a session");
        drop(opened);
        for n in 0..300 {
            let store = Store::open(folder.path()).expect("the store");
            store.tell(&session, &format!("message {n}"), Utc::now()).expect("a message");
        }
        let log = fs::metadata(folder.path().join("plangate.db-wal")).expect("the log").len();
        let longest = u64::from(LONG_LOG_PAGES + 32) * PAGE_IN_LOG_BYTES;
        assert!(log <= longest, "the log has {log} bytes, more than {longest}");
        let store = Store::open(folder.path()).expect("the store");
        assert_eq!(store.take_messages(&session, Utc::now()).expect("messages").len(), 300);
    }
}
