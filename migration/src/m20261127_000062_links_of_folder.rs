//! The links that show a folder are found without reading the others.

use crate::sql::{create_index, drop_index};
use sea_orm_migration::prelude::*;

/// Adds an index of the links of folders, by their folder.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_index(manager, "shares_of_folder", "shares (folder_id) WHERE folder_id IS NOT NULL").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "shares_of_folder").await
    }
}
