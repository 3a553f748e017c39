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
        Ok(Self(Connection::open_with_flags(home.join("plangate.db"), flags)?))
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

/// A content of up to this many bytes is read at once.
const PIECE_BYTES: usize = 1 << 20;

fn copy(connection: &Connection, digest: Digest, to: &mut dyn Write) -> Result<(), CopyError> {
    let failed = |error: rusqlite::Error| CopyError::Contents(StoreError::from(error).into());
    let mut look =
        connection.prepare_cached("SELECT id, length(content) FROM blob WHERE digest = ?1").map_err(failed)?;
    let found = look.query_row([digest.as_bytes()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let (id, length) = found.optional().map_err(failed)?.ok_or(ContentsError::Missing(digest))?;
    let mut blob = connection.blob_open("main", "blob", "content", id, true).map_err(failed)?;
    let mut left = usize::try_from(length).unwrap_or_default();
    let mut piece = vec![0; left.min(PIECE_BYTES)];
    while left > 0 {
        let size = left.min(PIECE_BYTES);
        blob.read_exact(&mut piece[..size])?;
        to.write_all(&piece[..size])?;
        left -= size;
    }
    Ok(())
}

/// True when a change keeps the content of `digest`.
pub(crate) fn is_kept(
    connection: &Connection,
    plan: &PlanId,
    change: ChangeId,
    digest: Digest,
) -> Result<bool, StoreError> {
    let mut look = connection.prepare_cached("SELECT 1 FROM blob_use WHERE plan_id = ?1 AND n = ?2 AND digest = ?3")?;
    Ok(look.exists(params![plan.as_str(), change.0, digest.as_bytes()])?)
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
