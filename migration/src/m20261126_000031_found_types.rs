//! What the bytes of a file are that contradict the type that it was announced as.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `found_type` to `r2_files`: a media type where the bytes contradicted the announced one; null where they do not, and in
/// rows that are there already.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files ADD COLUMN found_type TEXT"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files DROP COLUMN found_type"]).await
    }
}
