//! Whether pictures are sent without the place where they were taken.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `removes_place` to `users`; false: originals are sent as they are.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE users ADD COLUMN removes_place BOOLEAN NOT NULL DEFAULT FALSE"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE users DROP COLUMN removes_place"]).await
    }
}
