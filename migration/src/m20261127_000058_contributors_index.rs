//! What somebody added to folders of others is found without reading all files, as when their account goes.

use crate::sql::{create_index, drop_index};
use sea_orm_migration::prelude::*;

/// Adds an index of the files that were added by somebody else than their owner.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of = "r2_files (contributor_id) WHERE contributor_id IS NOT NULL";
        create_index(manager, "r2_files_of_contributor", of).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "r2_files_of_contributor").await
    }
}
