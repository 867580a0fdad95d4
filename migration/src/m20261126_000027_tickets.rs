//! Each file's number among all that its owner ever uploaded, and the last one that each owner was given.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `ticket` to `r2_files`, where null is a file of nobody who has an account, or one that never came to be; and
/// `last_ticket` to `users`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &[&str] = &[
    "ALTER TABLE users ADD COLUMN last_ticket BIGINT NOT NULL DEFAULT 0 CHECK (last_ticket >= 0)",
    "ALTER TABLE r2_files ADD COLUMN ticket BIGINT CHECK (ticket > 0)",
];

/// In the order of upload. Before there are indexes of tickets, so that none is filled row by row.
const FILL: &[&str] = &[
    "UPDATE r2_files SET ticket = numbered.place FROM (
        SELECT id, row_number() OVER (PARTITION BY owner_id ORDER BY upload_timestamp, id) AS place
        FROM r2_files WHERE owner_id IS NOT NULL AND state <> 'purging'
    ) AS numbered WHERE numbered.id = r2_files.id",
    "UPDATE users SET last_ticket = given.most FROM (
        SELECT owner_id, max(ticket) AS most FROM r2_files WHERE ticket IS NOT NULL GROUP BY owner_id
    ) AS given WHERE given.owner_id = users.id",
];

/// The number first, as administrators look for one of anybody.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX r2_files_by_ticket ON r2_files (ticket, user_id)",
    "CREATE INDEX r2_files_without_ticket ON r2_files (owner_id, upload_timestamp, id) WHERE ticket IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, COLUMNS).await?;
        run(manager, FILL).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let back = [
            "DROP INDEX r2_files_by_ticket",
            "DROP INDEX r2_files_without_ticket",
            "ALTER TABLE r2_files DROP COLUMN ticket",
            "ALTER TABLE users DROP COLUMN last_ticket",
        ];
        run(manager, &back).await
    }
}
