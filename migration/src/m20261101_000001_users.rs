//! People who may enter, and how much each stores.

use sea_orm_migration::{prelude::*, schema::*};

/// Makes the table `users`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("users")
            .col(pk_uuid("id"))
            .col(text_uniq("email"))
            .col(text("name"))
            .col(text("role").check(Expr::col("role").is_in(["member", "admin"])))
            .col(text_null("password_hash"))
            .col(big_integer_null("quota").check(Expr::col("quota").gte(0)))
            .col(big_integer("used_bytes").default(0).check(Expr::col("used_bytes").gte(0)))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("disabled_at"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("users").to_owned()).await
    }
}
