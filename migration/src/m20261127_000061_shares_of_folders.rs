//! Links of a folder, beside those of files.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds to `shares` whether a link shows files or a folder, and which folder that is: one of its owner. Once the folder is gone for ever,
/// the link is still one of a folder, and has none.
#[derive(DeriveMigrationName)]
pub struct Migration;

const SHOWS: &str =
    "ALTER TABLE shares ADD COLUMN shows TEXT NOT NULL DEFAULT 'files' CHECK (shows IN ('files', 'folder'))";

/// Whose the folder is is looked at when all is written, as the folder that goes leaves the link first.
const ON_POSTGRES: [&str; 3] = [
    "ALTER TABLE shares ADD COLUMN folder_id UUID REFERENCES folders (id) ON DELETE SET NULL",
    "ALTER TABLE shares ADD CONSTRAINT shares_files_or_folder CHECK (folder_id IS NULL OR shows = 'folder')",
    "ALTER TABLE shares ADD CONSTRAINT shares_folder_of_owner FOREIGN KEY (folder_id, owner) REFERENCES folders (id, owner_id)
        DEFERRABLE INITIALLY DEFERRED",
];

/// No column that is added there refers to two.
const ON_SQLITE: [&str; 3] = [
    "ALTER TABLE shares ADD COLUMN folder_id BLOB REFERENCES folders (id) ON DELETE SET NULL
        CHECK (folder_id IS NULL OR shows = 'folder')",
    "CREATE TRIGGER shares_folder_of_new BEFORE INSERT ON shares WHEN NEW.folder_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM folders WHERE id = NEW.folder_id AND owner_id = NEW.owner)
    BEGIN SELECT RAISE(ABORT, 'a link shows a folder of its owner'); END",
    "CREATE TRIGGER shares_folder_of_changed BEFORE UPDATE OF folder_id, owner ON shares WHEN NEW.folder_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM folders WHERE id = NEW.folder_id AND owner_id = NEW.owner)
    BEGIN SELECT RAISE(ABORT, 'a link shows a folder of its owner'); END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[SHOWS]).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &ON_SQLITE).await,
            _ => run(manager, &ON_POSTGRES).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DELETE FROM shares WHERE shows = 'folder'"]).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                let triggers = ["DROP TRIGGER shares_folder_of_new", "DROP TRIGGER shares_folder_of_changed"];
                run(manager, &triggers).await?;
            }
            _ => {
                let constraints = ["shares_folder_of_owner", "shares_files_or_folder"];
                for constraint in constraints {
                    run(manager, &[&format!("ALTER TABLE shares DROP CONSTRAINT {constraint}")]).await?;
                }
            }
        }
        let columns = ["ALTER TABLE shares DROP COLUMN folder_id", "ALTER TABLE shares DROP COLUMN shows"];
        run(manager, &columns).await
    }
}
