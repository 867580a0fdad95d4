//! When the object of a file on its way out was removed, said by a column of its own rather than by an empty `etag`.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `object_removed_at` to `r2_files`; null: there may be an object.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMN: &str = "ALTER TABLE r2_files ADD COLUMN object_removed_at TIMESTAMPTZ";

/// An empty `etag` of another state is that of a store that gives none.
const FILL: &str =
    "UPDATE r2_files SET object_removed_at = state_changed_at, etag = NULL WHERE etag = '' AND state = 'purging'";

const BACK: &[&str] = &[
    "UPDATE r2_files SET etag = '' WHERE object_removed_at IS NOT NULL",
    "ALTER TABLE r2_files DROP COLUMN object_removed_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &[&COLUMN.replace("TIMESTAMPTZ", "TEXT"), FILL]).await,
            _ => run(manager, &[COLUMN, FILL]).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BACK).await
    }
}
