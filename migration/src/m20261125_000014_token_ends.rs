//! When a token ends; none: never.

use sea_orm_migration::{prelude::*, schema::*};

/// Adds `expires_at` to `api_tokens`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = timestamp_with_time_zone_null("expires_at");
        manager.alter_table(Table::alter().table("api_tokens").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("api_tokens").drop_column("expires_at").to_owned()).await
    }
}
