//! How often it happened: what somebody repeats within a minute is one event.

use sea_orm_migration::{prelude::*, schema::*};

/// Adds `times` to `audit_events`, 1 in the rows that are there.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer("times").default(1).to_owned();
        manager.alter_table(Table::alter().table("audit_events").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("audit_events").drop_column("times").to_owned()).await
    }
}
