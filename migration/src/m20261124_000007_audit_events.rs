//! Who changed what, of whom, when, and from where. Events outlive what they speak of, so they hold no foreign keys.

use sea_orm_migration::{prelude::*, schema::*};

/// Makes the table `audit_events`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("audit_events")
            .col(big_pk_auto("id"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("actor_id"))
            .col(text("actor"))
            .col(text("action"))
            .col(uuid_null("user_id"))
            .col(uuid_null("file_id"))
            .col(text("subject"))
            .col(text("detail"))
            .col(text("address"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("audit_events_of_file", "file_id")).await?;
        manager.create_index(index("audit_events_of_user", "user_id")).await?;
        // What was done to accounts alone, among what may be very many files.
        let sql = "CREATE INDEX audit_events_of_account ON audit_events (user_id, id) WHERE file_id IS NULL";
        manager.get_connection().execute_unprepared(sql).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_events").to_owned()).await
    }
}

fn index(name: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(name).table("audit_events").col(column).col("id").to_owned()
}
