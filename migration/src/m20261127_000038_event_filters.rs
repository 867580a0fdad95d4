//! Finding events by who did it, what was done, and when.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds the indexes that a filtered log is read from. What happens all the time, uploads and downloads, is found without one of kinds.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = [
            "CREATE INDEX audit_events_by_time ON audit_events (at, id)",
            "CREATE INDEX audit_events_of_actor ON audit_events (actor, id)",
            "CREATE INDEX audit_events_by_action ON audit_events (action, id)
                WHERE action <> 'file.uploaded' AND action <> 'file.downloaded'",
        ];
        run(manager, &indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = [
            "DROP INDEX audit_events_by_time",
            "DROP INDEX audit_events_of_actor",
            "DROP INDEX audit_events_by_action",
        ];
        run(manager, &indexes).await
    }
}
