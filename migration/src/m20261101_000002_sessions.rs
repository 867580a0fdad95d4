//! Signed-in browsers. The cookie's value is kept as a hash alone.

use sea_orm_migration::{prelude::*, schema::*};

/// Makes the table `sessions`, whose rows go with their user.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let user = ForeignKey::create()
            .name("sessions_user_id")
            .from("sessions", "user_id")
            .to("users", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned();
        let table = Table::create()
            .table("sessions")
            .col(text("key_hash").primary_key())
            .col(uuid_null("user_id"))
            .col(text("state"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("last_used_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(&mut user.clone())
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("sessions_user_id_index", "user_id")).await?;
        manager.create_index(index("sessions_expires_at_index", "expires_at")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sessions").to_owned()).await
    }
}

fn index(name: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(name).table("sessions").col(column).to_owned()
}
