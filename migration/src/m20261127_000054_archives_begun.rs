//! The downloads of a link's archive that were begun last, so that one whose answer was lost is not counted twice.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `archives_begun` to `shares`: the last 32, the latest first, each as a mark of 32 digits and its time in seconds since 1970.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "ALTER TABLE shares ADD COLUMN archives_begun TEXT NOT NULL DEFAULT '' CHECK (length(archives_begun) <= 1408)";
        run(manager, &[column]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE shares DROP COLUMN archives_begun"]).await
    }
}
