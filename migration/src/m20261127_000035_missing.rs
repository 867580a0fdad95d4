//! Files whose objects are not where they were.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `missing_since` to `r2_files`: when it was found that a file's object is not in the bucket; null where nobody found so. Those
/// that are missing are few, and have an index of their own.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = match manager.get_database_backend() {
            DbBackend::Sqlite => "ALTER TABLE r2_files ADD COLUMN missing_since TEXT",
            _ => "ALTER TABLE r2_files ADD COLUMN missing_since TIMESTAMPTZ",
        };
        let index = "CREATE INDEX r2_files_missing ON r2_files (missing_since) WHERE missing_since IS NOT NULL";
        run(manager, &[column, index]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX r2_files_missing", "ALTER TABLE r2_files DROP COLUMN missing_since"]).await
    }
}
