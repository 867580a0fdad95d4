//! The rows of parts: of uploads under way, and of the objects that those became.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    columns::{bytes, json, version},
    folder::UnlistedFile,
};
use crate::bucket::objects::{conditions::Version, digests::Checksums};

/// A part whose bytes are on the disk and that nobody sees yet.
pub(crate) struct NewPart {
    pub(crate) number: i64,
    pub(crate) file: UnlistedFile,
    pub(crate) size: u64,
    pub(crate) version: Version,
    pub(crate) checksums: Checksums,
}

/// A part that the index has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredPart {
    pub(crate) number: i64,
    pub(crate) file: String,
    pub(crate) size: u64,
    pub(crate) version: Version,
    pub(crate) checksums: Checksums,
}

/// Puts a part in the place of the one with its number, and says which file that had.
pub(super) async fn replace(db: &mut SqliteConnection, upload: &str, part: &NewPart) -> sqlx::Result<Option<String>> {
    let sql = "DELETE FROM part WHERE upload = ? AND number = ? RETURNING file";
    let old = sqlx::query_scalar(sql).bind(upload).bind(part.number).fetch_optional(&mut *db).await?;
    insert(db, upload, part).await?;
    Ok(old)
}

/// A part whose number is not taken.
pub(super) async fn insert(db: &mut SqliteConnection, upload: &str, part: &NewPart) -> sqlx::Result<()> {
    let checksums = serde_json::to_string(&part.checksums).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = "INSERT INTO part (upload, number, file, size, etag, modified_at, checksums)
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(upload)
        .bind(part.number)
        .bind(part.file.name())
        .bind(i64::try_from(part.size).unwrap_or(i64::MAX))
        .bind(&part.version.etag)
        .bind(part.version.modified_at)
        .bind(checksums)
        .execute(db)
        .await?;
    Ok(())
}

/// Removes every part of an upload, or of the object that it became, and says which files they had.
pub(super) async fn delete_all(db: &mut SqliteConnection, upload: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("DELETE FROM part WHERE upload = ? RETURNING file").bind(upload).fetch_all(db).await
}

/// The part in a row.
pub(super) fn stored_part(row: &SqliteRow) -> sqlx::Result<StoredPart> {
    Ok(StoredPart {
        number: row.try_get("number")?,
        file: row.try_get("file")?,
        size: bytes(row, "size")?,
        version: version(row)?,
        checksums: json(row, "checksums")?,
    })
}
