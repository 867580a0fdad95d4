//! Accounts that were deleted: where their files go, whether all are there by now, and that what comes late is nobody's.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*};

/// Makes the table `deleted_accounts`, whose rows outlive their accounts, so they hold no foreign keys.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("deleted_accounts")
            .col(pk_uuid("id"))
            .col(text("email"))
            .col(uuid("heir_id"))
            .col(text("fate").check(Expr::col("fate").is_in(["given", "trashed"])))
            .col(timestamp_with_time_zone("deleted_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .to_owned();
        manager.create_table(table).await?;
        let index =
            "CREATE INDEX deleted_accounts_unfinished ON deleted_accounts (deleted_at) WHERE finished_at IS NULL";
        run(manager, &[index]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("deleted_accounts").to_owned()).await
    }
}
