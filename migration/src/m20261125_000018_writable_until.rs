//! Until when a file's upload URL may write to it again, so that it is looked at once more after that.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `writable_until` to `r2_files`; null: nothing can write to the object any more.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = match manager.get_database_backend() {
            DbBackend::Sqlite => "ALTER TABLE r2_files ADD COLUMN writable_until TEXT",
            _ => "ALTER TABLE r2_files ADD COLUMN writable_until TIMESTAMPTZ",
        };
        let index = "CREATE INDEX r2_files_writable ON r2_files (writable_until, id) WHERE writable_until IS NOT NULL";
        run(manager, &[column, index]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX r2_files_writable", "ALTER TABLE r2_files DROP COLUMN writable_until"]).await
    }
}
