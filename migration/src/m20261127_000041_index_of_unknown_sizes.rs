//! Adopted rows without a size are found in the index of sizes, as they stand together there in the order of their ids.

use crate::sql::{create_index, drop_index};
use sea_orm_migration::prelude::*;

/// Drops the index of rows without a size, which none needs.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "r2_files_unknown").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_index(manager, "r2_files_unknown", "r2_files (id) WHERE size IS NULL").await
    }
}
