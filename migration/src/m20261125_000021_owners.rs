//! Whose a file is as an id that refers to an account, beside the guide's `user_id`, which is text and may be anything.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `owner_id` to `r2_files`; null: nobody who has an account, as of a row that the guide's own code wrote.
#[derive(DeriveMigrationName)]
pub struct Migration;

const ON_POSTGRES: &[&str] = &[
    "ALTER TABLE r2_files ADD COLUMN owner_id UUID",
    "UPDATE r2_files SET owner_id = users.id FROM users WHERE users.id::text = r2_files.user_id",
    // After the rows were filled, so that they are checked all at once.
    "ALTER TABLE r2_files ADD CONSTRAINT r2_files_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE SET NULL",
];

/// Ids are 16 bytes there; what is no id in hexadecimal digits is nobody's.
const ON_SQLITE: &[&str] = &[
    "ALTER TABLE r2_files ADD COLUMN owner_id BLOB REFERENCES users (id) ON DELETE SET NULL",
    "UPDATE r2_files SET owner_id = (SELECT id FROM users WHERE id = unhex(replace(r2_files.user_id, '-', '')))
        WHERE r2_files.user_id GLOB '????????-????-????-????-????????????'
            AND r2_files.user_id = lower(r2_files.user_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, ON_SQLITE).await,
            _ => run(manager, ON_POSTGRES).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files DROP COLUMN owner_id"]).await
    }
}
