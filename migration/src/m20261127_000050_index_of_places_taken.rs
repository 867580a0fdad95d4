//! Whether pictures in a folder say where they were taken is known without looking at those that do not.

use crate::sql::{create_index, drop_index};
use sea_orm_migration::prelude::*;

/// Adds an index of the files in folders that say where they were taken, by their folder.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = "r2_files (folder_id) WHERE has_place AND folder_id IS NOT NULL";
        create_index(manager, "r2_files_of_places", on).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "r2_files_of_places").await
    }
}
