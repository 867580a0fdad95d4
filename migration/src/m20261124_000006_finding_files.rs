//! Finding files again: by name, kind and size, in any order, and how large a picture is.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `name_key`, `kind`, `width` and `height` to `r2_files`, and the indexes that lists are read from.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The app writes all of them from now on; for rows that are there, SQL tells `name_key` and `kind` as well as it can,
/// until the app's next start does better. Names compare byte by byte, in every place and on both databases alike.
const COLUMNS: &[&str] = &[
    "ALTER TABLE r2_files ADD COLUMN name_key TEXT COLLATE \"C\" NOT NULL DEFAULT ''",
    "ALTER TABLE r2_files ADD COLUMN kind TEXT NOT NULL DEFAULT 'other'
        CHECK (kind IN ('image', 'video', 'audio', 'document', 'archive', 'other'))",
    "ALTER TABLE r2_files ADD COLUMN width BIGINT",
    "ALTER TABLE r2_files ADD COLUMN height BIGINT",
    "UPDATE r2_files SET name_key = lower(file_name), kind = CASE
        WHEN content_type LIKE 'image/%' THEN 'image'
        WHEN content_type LIKE 'video/%' THEN 'video'
        WHEN content_type LIKE 'audio/%' THEN 'audio'
        WHEN content_type LIKE 'text/%' OR content_type LIKE '%document%' OR content_type LIKE '%sheet%'
            OR content_type LIKE 'application/pdf%' THEN 'document'
        WHEN content_type LIKE 'application/zip%' OR content_type LIKE 'application/gzip%' THEN 'archive'
        ELSE 'other' END",
];

/// Each begins with what is always asked for and goes on in the order of a list.
const INDEXES: &[&str] = &[
    "CREATE INDEX r2_files_of_user_by_name ON r2_files (user_id, state, name_key, id)",
    "CREATE INDEX r2_files_of_user_by_size ON r2_files (user_id, state, size, id)",
    "CREATE INDEX r2_files_by_name ON r2_files (name_key, id)",
    "CREATE INDEX r2_files_by_size ON r2_files (size, id)",
    "CREATE INDEX r2_files_by_kind ON r2_files (kind, upload_timestamp, id)",
    "CREATE INDEX r2_files_by_change ON r2_files (state_changed_at, id)",
    "CREATE INDEX r2_files_trashed ON r2_files (state_changed_at, id) WHERE state = 'trashed'",
    "CREATE INDEX r2_files_trashed_of_user ON r2_files (user_id, state_changed_at, id) WHERE state = 'trashed'",
    "CREATE INDEX r2_files_quarantined ON r2_files (id) WHERE state = 'quarantined'",
];

const ON_POSTGRES: &[&str] =
    &["CREATE INDEX r2_files_of_user_by_kind ON r2_files (user_id, state, kind, upload_timestamp, id)"];

/// Where the extension may not be had, searching is slow, but it works.
const TRIGRAMS: &str = "DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX r2_files_by_trigrams ON r2_files USING gin (name_key gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'no trigram index for names: %', SQLERRM;
END $$";

/// SQLite has no trigrams: names are read from the index that the list is read from, without a look at the rows.
const ON_SQLITE: &[&str] = &[
    "DROP INDEX r2_files_of_user",
    "CREATE INDEX r2_files_of_user ON r2_files (user_id, state, upload_timestamp, id, name_key)",
    "CREATE INDEX r2_files_of_user_by_kind ON r2_files (user_id, state, kind, upload_timestamp, id, name_key)",
];

const SQLITE_BEFORE: &[&str] = &[
    "DROP INDEX r2_files_of_user",
    "CREATE INDEX r2_files_of_user ON r2_files (user_id, state, upload_timestamp, id)",
];

const BACK: &[&str] = &[
    "DROP INDEX r2_files_of_user_by_name",
    "DROP INDEX r2_files_of_user_by_size",
    "DROP INDEX r2_files_by_name",
    "DROP INDEX r2_files_by_size",
    "DROP INDEX r2_files_by_kind",
    "DROP INDEX r2_files_by_change",
    "DROP INDEX r2_files_trashed",
    "DROP INDEX r2_files_trashed_of_user",
    "DROP INDEX r2_files_quarantined",
    "DROP INDEX r2_files_of_user_by_kind",
    "DROP INDEX IF EXISTS r2_files_by_trigrams",
    "ALTER TABLE r2_files DROP COLUMN name_key",
    "ALTER TABLE r2_files DROP COLUMN kind",
    "ALTER TABLE r2_files DROP COLUMN width",
    "ALTER TABLE r2_files DROP COLUMN height",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                let columns: Vec<String> = COLUMNS.iter().map(|sql| sql.replace(" COLLATE \"C\"", "")).collect();
                run(manager, &columns.iter().map(String::as_str).collect::<Vec<_>>()).await?;
                run(manager, ON_SQLITE).await?;
            }
            _ => {
                run(manager, COLUMNS).await?;
                run(manager, ON_POSTGRES).await?;
                run(manager, &[TRIGRAMS]).await?;
            }
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            run(manager, SQLITE_BEFORE).await?;
        }
        run(manager, BACK).await
    }
}
