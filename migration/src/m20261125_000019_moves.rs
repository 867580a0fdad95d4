//! Which move put a file where it is, so that taking one back catches nothing that another moved at the same moment.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `moved_in` to `r2_files`; null: no move that can be taken back.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMN: &str = "ALTER TABLE r2_files ADD COLUMN moved_in UUID";

/// Times of changes are not asked for any more but of files in the trash, which have an index of their own.
const INDEXES: &[&str] = &[
    "CREATE INDEX r2_files_of_move ON r2_files (moved_in) WHERE moved_in IS NOT NULL",
    "DROP INDEX r2_files_by_change",
];

const BACK: &[&str] = &[
    "CREATE INDEX r2_files_by_change ON r2_files (state_changed_at, id)",
    "DROP INDEX r2_files_of_move",
    "ALTER TABLE r2_files DROP COLUMN moved_in",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &[&COLUMN.replace("UUID", "BLOB")]).await?,
            _ => run(manager, &[COLUMN]).await?,
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BACK).await
    }
}
