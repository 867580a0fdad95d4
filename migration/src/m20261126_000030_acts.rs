//! Which events are one act: what somebody did to many files at once is one line in the log, which opens.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*};

/// Adds `act_id` and `act_size` to `audit_events`, and the indexes that list acts, and what one of them was done to.
/// Events that are there already stand alone.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        for column in [big_integer_null("act_id"), big_integer("act_size").default(1).to_owned()] {
            manager.alter_table(Table::alter().table("audit_events").add_column(column).to_owned()).await?;
        }
        run(manager, &["CREATE INDEX audit_events_by_act ON audit_events (act_id, id)"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX audit_events_by_act"]).await?;
        for column in ["act_size", "act_id"] {
            manager.alter_table(Table::alter().table("audit_events").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
