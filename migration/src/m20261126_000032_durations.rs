//! How long films and sounds play.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `duration_ms` to `r2_files`: milliseconds, up to a hundred hours; null: not known.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "duration_ms BIGINT CHECK (duration_ms BETWEEN 1 AND 360000000)";
        run(manager, &[&format!("ALTER TABLE r2_files ADD COLUMN {column}")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files DROP COLUMN duration_ms"]).await
    }
}
