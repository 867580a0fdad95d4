//! Reads columns that several tables of the index share.

use serde::de::DeserializeOwned;
use sqlx::{Row, sqlite::SqliteRow};

use crate::bucket::objects::conditions::Version;

/// The version in a row that has the columns `etag` and `modified_at`.
pub(super) fn version(row: &SqliteRow) -> sqlx::Result<Version> {
    Ok(Version { etag: row.try_get("etag")?, modified_at: row.try_get("modified_at")? })
}

/// A number of bytes.
pub(super) fn bytes(row: &SqliteRow, column: &str) -> sqlx::Result<u64> {
    let size: i64 = row.try_get(column)?;
    u64::try_from(size).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// What is kept as JSON.
pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> sqlx::Result<T> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A key, which is text although its column holds bytes.
pub(super) fn key(row: &SqliteRow) -> sqlx::Result<String> {
    String::from_utf8(row.try_get("key")?).map_err(|error| sqlx::Error::Decode(error.into()))
}
