//! Favourites: files that their owner has given a star.

use crate::{
    m20261127_000039_row_level_security::{drop_view, make_view},
    sql::run,
};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds to `r2_files` whether a file has a star, and which step gave or took it, so that taking one back catches nothing that
/// another marked; null: none that can be taken back.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let step = match manager.get_database_backend() {
            DbBackend::Sqlite => "ALTER TABLE r2_files ADD COLUMN starred_in BLOB",
            _ => "ALTER TABLE r2_files ADD COLUMN starred_in UUID",
        };
        run(manager, &["ALTER TABLE r2_files ADD COLUMN is_starred BOOLEAN NOT NULL DEFAULT FALSE", step]).await?;
        make_view(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let back = ["ALTER TABLE r2_files DROP COLUMN starred_in", "ALTER TABLE r2_files DROP COLUMN is_starred"];
        drop_view(manager).await?;
        run(manager, &back).await?;
        make_view(manager).await
    }
}
