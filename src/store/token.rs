//! Approval tokens of a person: only their digests are kept.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::journal::stamp;
use super::{Store, StoreError};
use crate::model::Digest;

/// What is known of a token; the token itself is known to its holder only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its number, by which it is revoked.
    pub id: i64,
    /// What its maker called it.
    pub label: String,
    /// When it was made.
    pub created_at: String,
    /// When it stops working.
    pub expires_at: String,
    /// When it was revoked, if it was.
    pub revoked_at: Option<String>,
}

impl Store {
    /// Remembers a new token by its digest; returns its number.
    pub fn add_token(
        &self,
        digest: Digest,
        label: &str,
        now: DateTime<Utc>,
        expires: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO token (digest, label, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
                params![digest.as_bytes(), label, stamp(now), stamp(expires)],
            )?;
            Ok(tx.last_insert_rowid())
        })
    }

    /// The number of the token with that digest if it is valid at `now`: known, not expired, not revoked.
    pub fn valid_token(&self, digest: Digest, now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
        // Times in one format and one zone compare as text.
        let mut look = self
            .connection
            .prepare("SELECT id FROM token WHERE digest = ?1 AND revoked_at IS NULL AND expires_at > ?2")?;
        Ok(look.query_row(params![digest.as_bytes(), stamp(now)], |row| row.get(0)).optional()?)
    }

    /// Every token that was made, newest first.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let mut select = self
            .connection
            .prepare("SELECT id, label, created_at, expires_at, revoked_at FROM token ORDER BY id DESC")?;
        let rows = select.query_map([], |row| {
            Ok(TokenRow {
                id: row.get(0)?,
                label: row.get(1)?,
                created_at: row.get(2)?,
                expires_at: row.get(3)?,
                revoked_at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Revokes a token; false when there is none of that number that still worked.
    pub fn revoke_token(&self, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write(|tx| {
            let revoked = tx.execute(
                "UPDATE token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
                params![id, stamp(now)],
            )?;
            Ok(revoked == 1)
        })
    }
}
