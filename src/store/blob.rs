//! Contents by digest, each stored once.

use rusqlite::{Connection, OptionalExtension, params};

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
