//! One time of every file that lists go by: when it was taken, else its own date, else when it was uploaded.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Makes `taken_at` of `r2_files` a time in UTC that every row has. What it was before, the time of a camera's clock, which has no
/// zone, is `camera_clock`; null: no picture that says it.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// SQLite renames a column of the table as the connection has known it: one that has not looked since another added the column is
/// told that there is none. Reading it makes it look.
const RENAME: &[&str] =
    &["SELECT taken_at FROM r2_files WHERE FALSE", "ALTER TABLE r2_files RENAME COLUMN taken_at TO camera_clock"];

/// Nobody knows the zones of the clocks that are there. What cannot be is not believed.
const ON_POSTGRES: &[&str] = &[
    "ALTER TABLE r2_files ADD COLUMN taken_at TIMESTAMPTZ",
    "UPDATE r2_files SET taken_at = CASE
        WHEN camera_clock AT TIME ZONE 'UTC' BETWEEN '1900-01-01T00:00:00+00:00' AND upload_timestamp + interval '1 day'
        THEN camera_clock AT TIME ZONE 'UTC' ELSE upload_timestamp END",
    "ALTER TABLE r2_files ALTER COLUMN taken_at SET DEFAULT NOW()",
    "ALTER TABLE r2_files ALTER COLUMN taken_at SET NOT NULL",
    "DROP INDEX r2_files_of_user",
    "DROP INDEX r2_files_of_user_by_kind",
    "CREATE INDEX r2_files_of_user ON r2_files (user_id, state, taken_at, id)",
    "CREATE INDEX r2_files_of_user_by_kind ON r2_files (user_id, state, kind, taken_at, id)",
];

/// SQLite adds no column whose default is the time now; so a trigger gives it to the rows of the guide's own code.
const ON_SQLITE: &[&str] = &[
    "ALTER TABLE r2_files ADD COLUMN taken_at TEXT NOT NULL DEFAULT ''",
    "UPDATE r2_files SET taken_at = CASE
        WHEN strftime('%Y-%m-%dT%H:%M:%S+00:00', camera_clock) BETWEEN '1900-01-01T00:00:00+00:00'
            AND strftime('%Y-%m-%dT%H:%M:%S+00:00', upload_timestamp, '+1 day')
        THEN strftime('%Y-%m-%dT%H:%M:%S+00:00', camera_clock) ELSE upload_timestamp END",
    "CREATE TRIGGER r2_files_taken_at AFTER INSERT ON r2_files WHEN NEW.taken_at = ''
        BEGIN UPDATE r2_files SET taken_at = NEW.upload_timestamp WHERE id = NEW.id; END",
    "DROP INDEX r2_files_of_user",
    "DROP INDEX r2_files_of_user_by_kind",
    "CREATE INDEX r2_files_of_user ON r2_files (user_id, state, taken_at, id, name_key)",
    "CREATE INDEX r2_files_of_user_by_kind ON r2_files (user_id, state, kind, taken_at, id, name_key)",
];

const BACK: &[&str] = &[
    "SELECT taken_at, camera_clock FROM r2_files WHERE FALSE",
    "DROP INDEX r2_files_of_user",
    "DROP INDEX r2_files_of_user_by_kind",
    "ALTER TABLE r2_files DROP COLUMN taken_at",
    "ALTER TABLE r2_files RENAME COLUMN camera_clock TO taken_at",
];

const INDEXES_BEFORE: [&str; 2] = [
    "CREATE INDEX r2_files_of_user ON r2_files (user_id, state, upload_timestamp, id)",
    "CREATE INDEX r2_files_of_user_by_kind ON r2_files (user_id, state, kind, upload_timestamp, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, RENAME).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, ON_SQLITE).await,
            _ => run(manager, ON_POSTGRES).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                run(manager, &["DROP TRIGGER r2_files_taken_at"]).await?;
                run(manager, BACK).await?;
                let indexes = INDEXES_BEFORE.map(|sql| sql.replace("id)", "id, name_key)"));
                run(manager, &indexes.each_ref().map(String::as_str)).await
            }
            _ => {
                run(manager, BACK).await?;
                run(manager, &INDEXES_BEFORE).await
            }
        }
    }
}
