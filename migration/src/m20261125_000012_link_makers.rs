//! Who made a link is the user themselves rather than their email, so that it goes with them; none: the command line.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*};

/// Replaces `created_by`, an email, in `account_links` by `created_by_id`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = uuid_null("created_by_id");
        let column = column.extra("REFERENCES users (id) ON DELETE CASCADE");
        manager.alter_table(Table::alter().table("account_links").add_column(column).to_owned()).await?;
        let id = "(SELECT id FROM users WHERE users.email = account_links.created_by)";
        run(manager, &[&format!("UPDATE account_links SET created_by_id = {id}")]).await?;
        manager.alter_table(Table::alter().table("account_links").drop_column("created_by").to_owned()).await?;
        let index =
            Index::create().name("account_links_created_by").table("account_links").col("created_by_id").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = text("created_by");
        let column = column.default("command line");
        manager.alter_table(Table::alter().table("account_links").add_column(column).to_owned()).await?;
        let email = "(SELECT email FROM users WHERE users.id = account_links.created_by_id)";
        let update = format!("UPDATE account_links SET created_by = {email} WHERE created_by_id IS NOT NULL");
        run(manager, &[&update, "DROP INDEX account_links_created_by"]).await?;
        manager.alter_table(Table::alter().table("account_links").drop_column("created_by_id").to_owned()).await
    }
}
