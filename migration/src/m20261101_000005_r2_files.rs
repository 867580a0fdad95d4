//! The index of files: the guide's table and what it lacks. A table that the guide's own SQL made is adopted
//! with every row; going back takes our columns away and leaves the guide's table.

use crate::{r2_files_sqlite, sql::run};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Makes the table `r2_files`, or adopts the guide's, and adds Cloakroom's columns and indexes.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The guide's own columns, as PostgreSQL has them.
const GUIDES_TABLE: &str = "CREATE TABLE IF NOT EXISTS r2_files (
    id BIGSERIAL PRIMARY KEY,
    object_key TEXT NOT NULL UNIQUE,
    file_url TEXT NOT NULL,
    user_id TEXT NOT NULL,
    upload_timestamp TIMESTAMPTZ DEFAULT NOW()
)";

/// `size` is null until an adopted object was looked up in the bucket. A name is what follows the guide's
/// `{uuid}-`, 37 characters.
const TO_OURS: &[&str] = &[
    "ALTER TABLE r2_files ALTER COLUMN id TYPE BIGINT",
    "UPDATE r2_files SET upload_timestamp = NOW() WHERE upload_timestamp IS NULL",
    "ALTER TABLE r2_files ALTER COLUMN upload_timestamp SET DEFAULT NOW()",
    "ALTER TABLE r2_files ALTER COLUMN upload_timestamp SET NOT NULL",
    "ALTER TABLE r2_files ADD COLUMN file_id UUID NOT NULL DEFAULT gen_random_uuid() CONSTRAINT r2_files_file_id UNIQUE",
    "ALTER TABLE r2_files ADD COLUMN file_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE r2_files ADD COLUMN content_type TEXT NOT NULL DEFAULT 'application/octet-stream'",
    "ALTER TABLE r2_files ADD COLUMN size BIGINT CONSTRAINT r2_files_size CHECK (size >= 0)",
    "ALTER TABLE r2_files ADD COLUMN etag TEXT",
    "ALTER TABLE r2_files ADD COLUMN checksum TEXT",
    "ALTER TABLE r2_files ADD COLUMN state TEXT NOT NULL DEFAULT 'ready'
        CONSTRAINT r2_files_state CHECK (state IN ('ready', 'trashed', 'quarantined', 'purging'))",
    "ALTER TABLE r2_files ADD COLUMN state_changed_at TIMESTAMPTZ NOT NULL DEFAULT NOW()",
    "UPDATE r2_files SET file_name = CASE WHEN object_key ~ '^[0-9a-fA-F-]{36}-.' THEN substr(object_key, 38) ELSE object_key END",
];

/// Indexes that both databases have.
pub(crate) const INDEXES: &[&str] = &[
    "CREATE INDEX r2_files_of_user ON r2_files (user_id, state, upload_timestamp, id)",
    "CREATE INDEX r2_files_by_time ON r2_files (upload_timestamp, id)",
    "CREATE INDEX r2_files_unsettled ON r2_files (state, id) WHERE state = 'purging'",
    "CREATE INDEX r2_files_unknown ON r2_files (id) WHERE size IS NULL",
];

const TO_THE_GUIDES: &[&str] = &[
    "DROP INDEX r2_files_of_user",
    "DROP INDEX r2_files_by_time",
    "DROP INDEX r2_files_unsettled",
    "DROP INDEX r2_files_unknown",
    "ALTER TABLE r2_files DROP COLUMN file_id, DROP COLUMN file_name, DROP COLUMN content_type, DROP COLUMN size,
        DROP COLUMN etag, DROP COLUMN checksum, DROP COLUMN state, DROP COLUMN state_changed_at",
    "ALTER TABLE r2_files ALTER COLUMN upload_timestamp DROP NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => r2_files_sqlite::up(manager).await?,
            _ => {
                run(manager, &[GUIDES_TABLE]).await?;
                run(manager, TO_OURS).await?;
            }
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => r2_files_sqlite::down(manager).await,
            _ => run(manager, TO_THE_GUIDES).await,
        }
    }
}
