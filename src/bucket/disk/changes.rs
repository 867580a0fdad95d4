//! What can be changed in the index, and how: one statement or two inside the `writer`'s transaction.

use std::collections::HashSet;

use s3s::S3Result;
use sqlx::{Row, SqliteConnection};

use super::{
    folder::{self, UnlistedFile},
    index::version,
};
use crate::bucket::{
    error::{fault, no_room},
    objects::{
        attributes::Attributes,
        conditions::{Conditions, Version},
        key::Key,
    },
};

/// An object whose bytes are on the disk and that nobody sees yet.
pub(crate) struct NewObject {
    pub(crate) key: Key,
    pub(crate) file: UnlistedFile,
    pub(crate) size: u64,
    pub(crate) version: Version,
    pub(crate) attributes: Attributes,
}

/// What can be changed in the index: an object put in its place, objects deleted, a setting replaced.
pub(crate) enum Change {
    Put { object: Box<NewObject>, conditions: Conditions },
    Delete { keys: Vec<Key> },
    Setting { name: &'static str, value: String },
}

/// What became of a change inside a transaction.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The conditions did not hold, and nothing was changed.
    pub(crate) refused: bool,
    /// Files that no object names once the transaction is committed.
    pub(crate) orphans: Vec<String>,
}

impl Change {
    /// Makes the change in the transaction that the connection is in.
    pub(crate) async fn make(&self, db: &mut SqliteConnection) -> sqlx::Result<Outcome> {
        match self {
            Self::Put { object, conditions } => put(db, object, conditions).await,
            Self::Delete { keys } => delete(db, keys).await,
            Self::Setting { name, value } => set(db, name, value).await,
        }
    }

    /// The file of the object that it would put.
    pub(crate) fn into_file(self) -> Option<UnlistedFile> {
        match self {
            Self::Put { object, .. } => Some(object.file),
            Self::Delete { .. } | Self::Setting { .. } => None,
        }
    }
}

/// One sync for each folder that got new files.
pub(crate) async fn sync_leaves(changes: &[Change]) -> S3Result<()> {
    let mut leaves = HashSet::new();
    for change in changes {
        match change {
            Change::Put { object, .. } => leaves.insert(object.file.leaf()),
            Change::Delete { .. } | Change::Setting { .. } => false,
        };
    }
    if leaves.is_empty() {
        return Ok(());
    }
    let synced = tokio::task::spawn_blocking(move || leaves.iter().try_for_each(|leaf| folder::sync(leaf)));
    synced.await.map_err(fault)?.map_err(|error| no_room(&error))
}

/// Does an object name this file?
pub(crate) async fn is_listed(db: &mut SqliteConnection, file: &UnlistedFile) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT 1 FROM object WHERE file = ?").bind(file.name()).fetch_optional(db).await?;
    Ok(found.is_some())
}

async fn put(db: &mut SqliteConnection, object: &NewObject, conditions: &Conditions) -> sqlx::Result<Outcome> {
    let sql = "SELECT file, etag, modified_at FROM object WHERE key = ?";
    let existing = sqlx::query(sql).bind(object.key.as_bytes()).fetch_optional(&mut *db).await?;
    let existing_version = existing.as_ref().map(version).transpose()?;
    if !conditions.allow_write(existing_version.as_ref()) {
        return Ok(Outcome { refused: true, orphans: Vec::new() });
    }
    let attributes = serde_json::to_string(&object.attributes).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = "INSERT INTO object (key, file, size, etag, modified_at, attributes) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET file = excluded.file, size = excluded.size, etag = excluded.etag,
        modified_at = excluded.modified_at, attributes = excluded.attributes";
    sqlx::query(sql)
        .bind(object.key.as_bytes())
        .bind(object.file.name())
        .bind(i64::try_from(object.size).unwrap_or(i64::MAX))
        .bind(&object.version.etag)
        .bind(object.version.modified_at)
        .bind(attributes)
        .execute(db)
        .await?;
    let orphans = existing.map(|row| row.try_get("file")).transpose()?.into_iter().collect();
    Ok(Outcome { refused: false, orphans })
}

async fn delete(db: &mut SqliteConnection, keys: &[Key]) -> sqlx::Result<Outcome> {
    let mut orphans = Vec::new();
    for key in keys {
        let sql = "DELETE FROM object WHERE key = ? RETURNING file";
        orphans.extend(sqlx::query_scalar::<_, String>(sql).bind(key.as_bytes()).fetch_optional(&mut *db).await?);
    }
    Ok(Outcome { refused: false, orphans })
}

async fn set(db: &mut SqliteConnection, name: &str, value: &str) -> sqlx::Result<Outcome> {
    let sql = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(name).bind(value).execute(db).await?;
    Ok(Outcome::default())
}
