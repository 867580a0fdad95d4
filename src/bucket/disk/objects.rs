//! The rows of objects: put in the place of others, and deleted.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    columns::version,
    folder::UnlistedFile,
    outcome::{Orphan, Outcome, Refusal},
    parts::{self, NewPart},
};
use crate::bucket::objects::{
    attributes::Attributes,
    conditions::{Conditions, Version},
    key::Key,
};

/// An object whose bytes are on the disk and that nobody sees yet.
pub(crate) struct NewObject {
    pub(crate) key: Key,
    pub(crate) content: NewContent,
    pub(crate) size: u64,
    pub(crate) version: Version,
    pub(crate) attributes: Attributes,
}

/// Where the bytes of a new object are.
pub(crate) enum NewContent {
    File(UnlistedFile),
    /// In files of their own, which nothing names yet.
    Parts {
        id: String,
        part_size: u64,
        parts: Vec<NewPart>,
    },
    /// In the parts of an upload, which the index has already.
    Upload {
        id: String,
        part_size: u64,
    },
}

impl NewContent {
    /// Its files that nothing names yet.
    pub(super) fn files(&self) -> Vec<&UnlistedFile> {
        match self {
            Self::File(file) => vec![file],
            Self::Parts { parts, .. } => parts.iter().map(|part| &part.file).collect(),
            Self::Upload { .. } => Vec::new(),
        }
    }

    /// The same, to be kept or removed.
    pub(super) fn into_files(self) -> Vec<UnlistedFile> {
        match self {
            Self::File(file) => vec![file],
            Self::Parts { parts, .. } => parts.into_iter().map(|part| part.file).collect(),
            Self::Upload { .. } => Vec::new(),
        }
    }

    /// What the row has in its columns `file` and `part_size`.
    fn columns(&self) -> (&str, u64) {
        match self {
            Self::File(file) => (file.name(), 0),
            Self::Parts { id, part_size, .. } | Self::Upload { id, part_size } => (id, *part_size),
        }
    }
}

/// Puts an object in the place of the one with its key, if the conditions hold.
pub(super) async fn put(
    db: &mut SqliteConnection,
    object: &NewObject,
    conditions: &Conditions,
) -> sqlx::Result<Outcome> {
    let sql = "SELECT file, part_size, etag, modified_at FROM object WHERE key = ?";
    let existing = sqlx::query(sql).bind(object.key.as_bytes()).fetch_optional(&mut *db).await?;
    let existing_version = existing.as_ref().map(version).transpose()?;
    if !conditions.allow_write(existing_version.as_ref()) {
        return Ok(Outcome::refused(Refusal::Conditions));
    }
    let orphans = match existing {
        Some(row) => vec![orphan(db, &row).await?],
        None => Vec::new(),
    };
    if let NewContent::Parts { id, parts, .. } = &object.content {
        for part in parts {
            parts::insert(db, id, part).await?;
        }
    }
    insert(db, object).await?;
    Ok(Outcome { refusal: None, orphans })
}

/// Deletes objects. What is not there counts as deleted.
pub(super) async fn delete(db: &mut SqliteConnection, keys: &[Key]) -> sqlx::Result<Outcome> {
    let mut orphans = Vec::new();
    for key in keys {
        let sql = "DELETE FROM object WHERE key = ? RETURNING file, part_size";
        if let Some(row) = sqlx::query(sql).bind(key.as_bytes()).fetch_optional(&mut *db).await? {
            orphans.push(orphan(db, &row).await?);
        }
    }
    Ok(Outcome { refusal: None, orphans })
}

async fn insert(db: &mut SqliteConnection, object: &NewObject) -> sqlx::Result<()> {
    let attributes = serde_json::to_string(&object.attributes).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let (file, part_size) = object.content.columns();
    let sql = "INSERT INTO object (key, file, part_size, size, etag, modified_at, attributes)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET file = excluded.file, part_size = excluded.part_size, size = excluded.size,
        etag = excluded.etag, modified_at = excluded.modified_at, attributes = excluded.attributes";
    sqlx::query(sql)
        .bind(object.key.as_bytes())
        .bind(file)
        .bind(i64::try_from(part_size).unwrap_or(i64::MAX))
        .bind(i64::try_from(object.size).unwrap_or(i64::MAX))
        .bind(&object.version.etag)
        .bind(object.version.modified_at)
        .bind(attributes)
        .execute(db)
        .await?;
    Ok(())
}

/// What an object that goes leaves behind.
async fn orphan(db: &mut SqliteConnection, row: &SqliteRow) -> sqlx::Result<Orphan> {
    let (file, part_size): (String, i64) = (row.try_get("file")?, row.try_get("part_size")?);
    if part_size == 0 {
        return Ok(Orphan::File(file));
    }
    let files = parts::delete_all(db, &file).await?;
    Ok(Orphan::Parts { content: file, files })
}
