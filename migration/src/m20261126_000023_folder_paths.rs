//! The path of the folder that a file came in, as its browser said.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `folder_path` to `r2_files`; null: the file came by itself, or before there was a path.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// An object's header holds no longer one.
const COLUMN: &str = "ALTER TABLE r2_files ADD COLUMN folder_path TEXT CHECK (length(folder_path) BETWEEN 1 AND 2048)";

/// Behind the name, the path was searched as well.
const NAMES_ALONE: &str =
    "UPDATE r2_files SET name_key = split_part(name_key, chr(31), 1) WHERE folder_path IS NOT NULL";
const NAMES_ALONE_ON_SQLITE: &str = "UPDATE r2_files SET name_key = substr(name_key, 1, instr(name_key, char(31)) - 1)
    WHERE folder_path IS NOT NULL AND instr(name_key, char(31)) > 0";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[COLUMN]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names_alone = match manager.get_database_backend() {
            DbBackend::Sqlite => NAMES_ALONE_ON_SQLITE,
            _ => NAMES_ALONE,
        };
        run(manager, &[names_alone, "ALTER TABLE r2_files DROP COLUMN folder_path"]).await
    }
}
