//! Reads what the index knows of multipart uploads that are not complete, and of parts.

use sqlx::{Row, sqlite::SqliteRow};

use super::{
    columns::{json, key},
    index::Index,
    parts::{StoredPart, stored_part},
};
use crate::bucket::objects::attributes::Attributes;

/// An upload as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedUpload {
    pub(crate) key: String,
    pub(crate) id: String,
    /// Microseconds since 1970.
    pub(crate) begun_at: i64,
}

impl Index {
    /// What the object of an upload will be described by; `None` if there is no such upload of this key.
    pub(crate) async fn upload(&self, id: &str, key: &[u8]) -> sqlx::Result<Option<Attributes>> {
        let sql = "SELECT attributes FROM upload WHERE id = ? AND key = ?";
        let row = sqlx::query(sql).bind(id).bind(key).fetch_optional(self.readers()).await?;
        row.map(|row| json(&row, "attributes")).transpose()
    }

    /// Parts with numbers after `after`, in order.
    pub(crate) async fn parts(&self, upload: &str, after: i64, limit: i64) -> sqlx::Result<Vec<StoredPart>> {
        let sql = "SELECT number, file, size, etag, modified_at, checksums FROM part
            WHERE upload = ? AND number > ? ORDER BY number LIMIT ?";
        let rows = sqlx::query(sql).bind(upload).bind(after).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(stored_part).collect()
    }

    /// Some parts of an upload or of the object that it became, by their places: the first is 0, whatever its number.
    pub(crate) async fn parts_between(&self, upload: &str, first: u64, count: u64) -> sqlx::Result<Vec<StoredPart>> {
        let sql = "SELECT number, file, size, etag, modified_at, checksums FROM part
            WHERE upload = ? ORDER BY number LIMIT ? OFFSET ?";
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let rows = sqlx::query(sql).bind(upload).bind(number(count)).bind(number(first));
        rows.fetch_all(self.readers()).await?.iter().map(stored_part).collect()
    }

    /// Uploads in `from..below` by the bytes of their keys, those of one key in the order in which they were begun.
    /// Those of the first key come after `after`.
    pub(crate) async fn uploads(
        &self,
        from: &[u8],
        after: &str,
        below: &[u8],
        limit: usize,
    ) -> sqlx::Result<Vec<ListedUpload>> {
        let sql = "SELECT key, id, begun_at FROM upload WHERE (key, id) > (?, ?) AND key < ?
            ORDER BY key, id LIMIT ?";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = sqlx::query(sql).bind(from).bind(after).bind(below).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(listed_upload).collect()
    }
}

fn listed_upload(row: &SqliteRow) -> sqlx::Result<ListedUpload> {
    Ok(ListedUpload { key: key(row)?, id: row.try_get("id")?, begun_at: row.try_get("begun_at")? })
}
