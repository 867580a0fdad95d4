//! Whose files are on their way to an account, where their owner has none here.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// Makes the table `assignments`: an owner as rows of files have it, which may be any text, and who gets its files. A row is there
/// until all are given, or until there is nobody any more to give them to.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// No person reads it: jobs and administrators do, as the owner of the tables.
const OF_NOBODY: [&str; 2] = [
    "CREATE POLICY cloakroom_own ON assignments FOR SELECT USING (false)",
    "ALTER TABLE assignments ENABLE ROW LEVEL SECURITY",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("assignments")
            .col(text("owner").primary_key())
            .col(uuid("heir_id"))
            .col(timestamp_with_time_zone("begun_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("assignments_heir_id")
                    .from("assignments", "heir_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => Ok(()),
            _ => run(manager, &OF_NOBODY).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("assignments").to_owned()).await
    }
}
