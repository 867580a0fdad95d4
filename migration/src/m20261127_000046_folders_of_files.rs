//! Which folder a file lies in.

use crate::{
    m20261127_000039_row_level_security::{drop_view, make_view},
    sql::run,
};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `folder_id` to `r2_files`; null: none. A file lies in a folder of its owner alone, and no folder goes that has files. And where
/// it lay before it was moved, to take that back.
#[derive(DeriveMigrationName)]
pub struct Migration;

const ON_POSTGRES: [&str; 3] = [
    "ALTER TABLE r2_files ADD COLUMN folder_id UUID, ADD COLUMN folder_before UUID",
    "ALTER TABLE r2_files ADD CONSTRAINT r2_files_folder_has_owner CHECK (folder_id IS NULL OR owner_id IS NOT NULL)",
    "ALTER TABLE r2_files ADD CONSTRAINT r2_files_folder FOREIGN KEY (folder_id, owner_id) REFERENCES folders (id, owner_id)",
];

/// No column that is added there refers to two.
const ON_SQLITE: [&str; 4] = [
    "ALTER TABLE r2_files ADD COLUMN folder_id BLOB REFERENCES folders (id)",
    "ALTER TABLE r2_files ADD COLUMN folder_before BLOB",
    "CREATE TRIGGER r2_files_folder_of_new BEFORE INSERT ON r2_files WHEN NEW.folder_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM folders WHERE id = NEW.folder_id AND owner_id = NEW.owner_id)
    BEGIN SELECT RAISE(ABORT, 'a file lies in a folder of its owner'); END",
    "CREATE TRIGGER r2_files_folder_of_changed BEFORE UPDATE OF folder_id, owner_id ON r2_files WHEN NEW.folder_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM folders WHERE id = NEW.folder_id AND owner_id = NEW.owner_id)
    BEGIN SELECT RAISE(ABORT, 'a file lies in a folder of its owner'); END",
];

const AWAY_ON_SQLITE: [&str; 4] = [
    "DROP TRIGGER r2_files_folder_of_new",
    "DROP TRIGGER r2_files_folder_of_changed",
    "ALTER TABLE r2_files DROP COLUMN folder_before",
    "ALTER TABLE r2_files DROP COLUMN folder_id",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &ON_SQLITE).await?,
            _ => run(manager, &ON_POSTGRES).await?,
        }
        make_view(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_view(manager).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &AWAY_ON_SQLITE).await?,
            _ => run(manager, &["ALTER TABLE r2_files DROP COLUMN folder_before, DROP COLUMN folder_id"]).await?,
        }
        make_view(manager).await
    }
}
