//! Values of columns that SQLite keeps as text.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::StoreError;
use crate::model::{ChangeId, ParseIdError};

/// A column holds what this program never writes there.
pub(super) fn bad(what: &'static str, error: &dyn std::error::Error) -> StoreError {
    StoreError::BadRow { what, detail: error.to_string() }
}

/// One of a closed set of words.
pub(super) fn word<T: FromStr<Err = ParseIdError>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|e| bad("word", &e))
}

/// A moment as RFC 3339 has it.
pub(super) fn time(text: &str) -> Result<DateTime<Utc>, StoreError> {
    let parsed = DateTime::parse_from_rfc3339(text).map_err(|e| bad("time", &e))?;
    Ok(parsed.with_timezone(&Utc))
}

/// A value kept as JSON.
pub(super) fn parsed<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| bad(what, &e))
}

/// A value of the model as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("the model's types serialize: no maps with keys that are not strings")
}

/// Changes as a JSON array of their numbers.
pub(super) fn numbers(changes: impl Iterator<Item = ChangeId>) -> String {
    json(&changes.map(|change| change.0).collect::<Vec<_>>())
}
