//! What a browser has seen of a picture, and whether there is a thumbnail of it.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `thumbnail`, `tone`, `taken_at`, `camera` and `has_place` to `r2_files`; null: not known.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 5] = [
    "ALTER TABLE r2_files ADD COLUMN thumbnail TEXT CHECK (thumbnail IN ('webp', 'jpeg'))",
    "ALTER TABLE r2_files ADD COLUMN tone TEXT CHECK (length(tone) BETWEEN 1 AND 20)",
    "ALTER TABLE r2_files ADD COLUMN taken_at TIMESTAMP",
    "ALTER TABLE r2_files ADD COLUMN camera TEXT CHECK (length(camera) BETWEEN 1 AND 100)",
    "ALTER TABLE r2_files ADD COLUMN has_place BOOLEAN",
];
/// SQLite has no type for times; rows have text.
const TAKEN_AT_ON_SQLITE: &str = "ALTER TABLE r2_files ADD COLUMN taken_at TEXT";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut columns = COLUMNS;
        if manager.get_database_backend() == DbBackend::Sqlite {
            columns[2] = TAKEN_AT_ON_SQLITE;
        }
        run(manager, &columns).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names = ["thumbnail", "tone", "taken_at", "camera", "has_place"];
        let sql = names.map(|name| format!("ALTER TABLE r2_files DROP COLUMN {name}"));
        run(manager, &sql.each_ref().map(String::as_str)).await
    }
}
