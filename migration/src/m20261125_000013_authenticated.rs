//! When somebody gave their password in a session the last time, so that what is worth a thief's while can ask again.

use sea_orm_migration::{prelude::*, schema::*};

/// Adds `authenticated_at` to `sessions`; null: not since this column is there.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = timestamp_with_time_zone_null("authenticated_at");
        manager.alter_table(Table::alter().table("sessions").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("sessions").drop_column("authenticated_at").to_owned()).await
    }
}
