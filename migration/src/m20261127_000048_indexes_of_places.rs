//! What lies in one folder, or in none, is listed by time without reading all else that somebody has.

use crate::sql::{create_index, drop_index};
use sea_orm_migration::prelude::*;

/// Adds an index of the files in folders, and one of those that are in none: each file is in one of them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_folder = "r2_files (folder_id, state, taken_at, id) WHERE folder_id IS NOT NULL";
        create_index(manager, "r2_files_of_folder", of_folder).await?;
        let of_none = "r2_files (user_id, state, taken_at, id) WHERE folder_id IS NULL";
        create_index(manager, "r2_files_of_no_folder", of_none).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "r2_files_of_no_folder").await?;
        drop_index(manager, "r2_files_of_folder").await
    }
}
