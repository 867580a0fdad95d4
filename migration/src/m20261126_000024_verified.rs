//! What a store held a file's bytes against when they arrived.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `verified_by` to `r2_files`; null: nothing is known to have been verified.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMN: &str = "ALTER TABLE r2_files ADD COLUMN verified_by TEXT
    CHECK (verified_by IN ('sha256', 'crc32c', 'parts'))";
const FILL: &str = "UPDATE r2_files SET verified_by = 'sha256' WHERE checksum IS NOT NULL";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[COLUMN, FILL]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files DROP COLUMN verified_by"]).await
    }
}
