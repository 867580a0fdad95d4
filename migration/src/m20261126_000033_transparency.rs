//! Which pictures can be seen through.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `is_transparent` to `r2_files`; null: nobody has looked.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files ADD COLUMN is_transparent BOOLEAN"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files DROP COLUMN is_transparent"]).await
    }
}
