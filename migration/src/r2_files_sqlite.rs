//! The index of files on SQLite, which cannot add such columns in place: the table is made anew and filled.

use crate::sql::run;
use sea_orm_migration::prelude::*;

const GUIDES_TABLE: &str = "CREATE TABLE IF NOT EXISTS r2_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    object_key TEXT NOT NULL UNIQUE,
    file_url TEXT NOT NULL,
    user_id TEXT NOT NULL,
    upload_timestamp TEXT DEFAULT (replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '.000+', '+'))
)";

/// Times are text exactly as the app writes them (RFC 3339, UTC, no fraction of zeros), so that they sort and
/// compare; ids are 16 bytes.
const TO_OURS: &[&str] = &[
    "ALTER TABLE r2_files RENAME TO r2_files_before",
    "CREATE TABLE r2_files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        object_key TEXT NOT NULL UNIQUE,
        file_url TEXT NOT NULL,
        user_id TEXT NOT NULL,
        upload_timestamp TEXT NOT NULL DEFAULT (replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '.000+', '+')),
        file_id BLOB NOT NULL DEFAULT (randomblob(16)) UNIQUE,
        file_name TEXT NOT NULL DEFAULT '',
        content_type TEXT NOT NULL DEFAULT 'application/octet-stream',
        size BIGINT CHECK (size >= 0),
        etag TEXT,
        checksum TEXT,
        state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'trashed', 'quarantined', 'purging')),
        state_changed_at TEXT NOT NULL DEFAULT (replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '.000+', '+'))
    )",
    "INSERT INTO r2_files (id, object_key, file_url, user_id, upload_timestamp, file_name)
        SELECT id, object_key, file_url, user_id,
            replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', coalesce(upload_timestamp, 'now')), '.000+', '+'),
            CASE WHEN object_key GLOB '????????-????-????-????-????????????-?*' THEN substr(object_key, 38) ELSE object_key END
        FROM r2_files_before",
    "DROP TABLE r2_files_before",
];

const TO_THE_GUIDES: &[&str] = &[
    "ALTER TABLE r2_files RENAME TO r2_files_before",
    GUIDES_TABLE,
    "INSERT INTO r2_files (id, object_key, file_url, user_id, upload_timestamp)
        SELECT id, object_key, file_url, user_id, upload_timestamp FROM r2_files_before",
    "DROP TABLE r2_files_before",
];

/// Makes the guide's table if there is none, and makes it anew with Cloakroom's columns.
pub(crate) async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(manager, &[GUIDES_TABLE]).await?;
    run(manager, TO_OURS).await
}

/// Leaves the guide's table with its own columns.
pub(crate) async fn down(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(manager, TO_THE_GUIDES).await
}
