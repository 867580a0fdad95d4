//! What Cloakroom removed of somebody's files, among what may be very many events.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds an index of the events `file.removed` of each user.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX audit_events_of_removals ON audit_events (user_id, id) WHERE action = 'file.removed'";
        run(manager, &[index]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX audit_events_of_removals"]).await
    }
}
