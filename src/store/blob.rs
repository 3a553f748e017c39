//! Contents by digest, each stored once.

use std::io::{self, Read, Write};
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::{Store, StoreError};
use crate::model::{ChangeId, Digest, PlanId};

/// A content that should be in the store and cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
    /// The store has no such blob.
    #[error("the content {0} is not in the store")]
    Missing(Digest),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ContentsError> for StoreError {
    fn from(error: ContentsError) -> Self {
        match error {
            ContentsError::Store(error) => error,
            missing @ ContentsError::Missing(_) => Self::BadRow { what: "change", detail: missing.to_string() },
        }
    }
}

impl Store {
    /// The content with that digest.
    pub fn content(&self, digest: Digest) -> Result<Vec<u8>, ContentsError> {
        content(&self.connection, digest)?.ok_or(ContentsError::Missing(digest))
    }
}

/// Reads contents over a connection of its own, so that it may go to another thread.
pub(crate) struct ContentReader(Connection);

impl ContentReader {
    /// Opens the store in `home`, which exists, for reading alone.
    pub(crate) fn open(home: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(home.join("plangate.db"), flags)?;
        // One view for all that is read, as finding out what the newest one is costs as much as reading a small content.
        connection.execute_batch("BEGIN")?;
        Ok(Self(connection))
    }

    /// Writes the content with that digest to `to`; a large one piece by piece.
    pub(crate) fn copy(&self, digest: Digest, to: &mut dyn Write) -> Result<(), CopyError> {
        copy(&self.0, digest, to)
    }
}

impl Store {
    /// Writes the content with that digest to `to`; a large one piece by piece.
    pub(crate) fn copy_content(&self, digest: Digest, to: &mut dyn Write) -> Result<(), CopyError> {
        copy(&self.connection, digest, to)
    }
}

/// Why a content was not copied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyError {
    #[error(transparent)]
    Contents(#[from] ContentsError),
    #[error("the content cannot be written")]
    Write(#[from] io::Error),
}

/// A content of up to this many bytes is read at once, a larger one in pieces of as many.
const PIECE_BYTES: u32 = 1 << 20;

fn copy(connection: &Connection, digest: Digest, to: &mut dyn Write) -> Result<(), CopyError> {
    let failed = |error: rusqlite::Error| CopyError::Contents(StoreError::from(error).into());
    let mut look = connection
        .prepare_cached("SELECT id, iif(length(content) <= ?2, content, NULL) FROM blob WHERE digest = ?1")
        .map_err(failed)?;
    let mut rows = look.query(params![digest.as_bytes(), PIECE_BYTES]).map_err(failed)?;
    let row = rows.next().map_err(failed)?.ok_or(ContentsError::Missing(digest))?;
    if let Some(content) = row.get_ref(1).map_err(failed)?.as_blob_or_null().unwrap_or_default() {
        return Ok(to.write_all(content)?);
    }
    let mut blob =
        connection.blob_open("main", "blob", "content", row.get(0).map_err(failed)?, true).map_err(failed)?;
    let mut piece = vec![0; PIECE_BYTES as usize];
    loop {
        match blob.read(&mut piece)? {
            0 => return Ok(()),
            length => to.write_all(&piece[..length])?,
        }
    }
}

/// Looks a content up inside a transaction.
pub(crate) fn content(connection: &Connection, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
    let mut look = connection.prepare_cached("SELECT content FROM blob WHERE digest = ?1")?;
    Ok(look.query_row([digest.as_bytes()], |row| row.get(0)).optional()?)
}

/// Keeps `content` for a change, storing it unless it is there already.
pub(crate) fn keep(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    digest: Digest,
    content: &[u8],
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO blob (digest, content) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING")?
        .execute(params![digest.as_bytes(), content])?;
    keep_known(connection, plan, change, digest)
}

/// Keeps a content that the store has already for a further change.
pub(crate) fn keep_known(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    digest: Digest,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO blob_use (plan_id, n, digest) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![plan.as_str(), change.0, digest.as_bytes()])?;
    Ok(())
}
