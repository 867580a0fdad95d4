//! Who added a file to a folder that somebody else shares with them.

use crate::{
    m20261127_000039_row_level_security::{drop_view, make_view},
    sql::run,
};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds to `r2_files` who uploaded a file, where that is not its owner; null as well once that account is no more.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kind = match manager.get_database_backend() {
            DbBackend::Sqlite => "BLOB",
            _ => "UUID",
        };
        let column = format!(
            "ALTER TABLE r2_files ADD COLUMN contributor_id {kind}
                CONSTRAINT r2_files_contributor_id REFERENCES users (id) ON DELETE SET NULL"
        );
        run(manager, &[&column]).await?;
        make_view(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_view(manager).await?;
        run(manager, &["ALTER TABLE r2_files DROP COLUMN contributor_id"]).await?;
        make_view(manager).await
    }
}
