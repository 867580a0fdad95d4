//! Links that make an account or set its password: once, for a while. The secret in a link is kept as a hash alone.

use sea_orm_migration::{prelude::*, schema::*};

/// Makes the table `account_links`, of invitations and links for a new password.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let user = ForeignKey::create()
            .name("account_links_user_id")
            .from("account_links", "user_id")
            .to("users", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned();
        // An invitation names no user yet; a link for a password names one.
        let table = Table::create()
            .table("account_links")
            .col(pk_uuid("id"))
            .col(text_uniq("secret_hash"))
            .col(uuid_null("user_id"))
            .col(text("email"))
            .col(text("role").check(Expr::col("role").is_in(["member", "admin"])))
            .col(text("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(&mut user.clone())
            .to_owned();
        manager.create_table(table).await?;
        let index =
            Index::create().name("account_links_user_id_index").table("account_links").col("user_id").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("account_links").to_owned()).await
    }
}
