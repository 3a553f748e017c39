//! From any older store to this program's schema, in one exclusive transaction.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{SCHEMA_VERSION, StoreError, TURN_TIMEOUT, damaged_or, turn};

/// What leads from version `i` to `i + 1`. Append-only: a store that was written once can always be read.
const STEPS: &[&str] =
    &[include_str!("../../schema.sql"), include_str!("../../schema.2.sql"), include_str!("../../schema.3.sql")];

/// Brings the store to [`SCHEMA_VERSION`]; a store that is there already costs one look.
pub(super) fn migrate(connection: &mut Connection, path: &Path, turns: &turn::Queue) -> Result<(), StoreError> {
    if version(connection).map_err(|e| damaged_or(path, e))? == SCHEMA_VERSION {
        return Ok(());
    }
    let _turn = turns.wait(TURN_TIMEOUT)?;
    // The journal mode belongs to the file and cannot change inside a transaction.
    connection.pragma_update(None, "journal_mode", "WAL").map_err(|e| damaged_or(path, e))?;
    let transaction = Transaction::new(connection, TransactionBehavior::Exclusive)?;
    let found = version(&transaction)?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found });
    }
    for step in &STEPS[found as usize..] {
        transaction.execute_batch(step).map_err(|e| damaged_or(path, e))?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    // Without the mark a file that is cut to nothing later counts as new.
    let _ = turns.mark_store_made();
    // What this connection writes next then goes over the log of the schema, which is cheaper than to make it longer. Should
    // it fail, the log is longer and no harm is done.
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
