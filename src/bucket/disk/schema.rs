//! The tables of the index, and how an older index becomes one of today.

use sqlx::{Connection, SqliteConnection};

/// `user_version` of the schema. A higher number on the disk belongs to a newer version of this program.
pub(super) const VERSION: i64 = 2;

/// What leads from each version to the next, the empty file being version 0. Never edited once it was released.
///
/// Keys are blobs, so that SQLite orders them by their bytes, as S3 lists them.
const STEPS: [&str; 2] = [
    "
    CREATE TABLE object (
        key BLOB PRIMARY KEY NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL CHECK (size >= 0),
        etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL,
        attributes TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    PRAGMA user_version = 1;
    ",
    // An object whose part_size is not 0 is in the files of the parts of the upload that its `file` names, all of that
    // size but the last. So an upload becomes an object without its parts being written again.
    "
    ALTER TABLE object ADD COLUMN part_size INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE upload (
        id TEXT PRIMARY KEY NOT NULL,
        key BLOB NOT NULL,
        begun_at INTEGER NOT NULL,
        attributes TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX upload_by_key ON upload (key, id);
    CREATE INDEX upload_by_age ON upload (begun_at);
    CREATE TABLE part (
        upload TEXT NOT NULL,
        number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 10000),
        file TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL CHECK (size >= 0),
        etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL,
        checksums TEXT NOT NULL,
        PRIMARY KEY (upload, number)
    ) WITHOUT ROWID;
    PRAGMA user_version = 2;
    ",
];

/// The version that an index has; 0 for an empty file.
pub(super) async fn version(db: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(db).await
}

/// Brings an index from an older version to today's, all the way or not at all.
pub(super) async fn upgrade(db: &mut SqliteConnection, from: i64) -> sqlx::Result<()> {
    let mut transaction = db.begin_with("BEGIN IMMEDIATE").await?;
    for step in STEPS.into_iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        sqlx::raw_sql(step).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}
