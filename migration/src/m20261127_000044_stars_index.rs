//! Somebody's favourites are found without reading all else that they have.

use crate::sql::{create_index, drop_index};
use sea_orm_migration::prelude::*;

/// Adds an index of the files that have a star.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_index(manager, "r2_files_starred", "r2_files (user_id, state, taken_at, id) WHERE is_starred").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "r2_files_starred").await
    }
}
