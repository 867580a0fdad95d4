//! Folders that somebody shares with others who have an account.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// Makes the table `folder_grants`: a row for each folder and each person who may look at what is in it. The folder is its owner's, who
/// needs no grant; a grant is gone with its folder, and with either account.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Both see it: whoever gave it, and whoever has it.
const POLICY: [&str; 2] = [
    "CREATE POLICY cloakroom_own ON folder_grants FOR SELECT USING (nullif(current_setting('app.user_id', true), '')::uuid
        IN (owner_id, member_id))",
    "ALTER TABLE folder_grants ENABLE ROW LEVEL SECURITY",
];

fn table() -> TableCreateStatement {
    let mut of_owner = ForeignKey::create();
    of_owner.name("folder_grants_folder_of_owner").on_delete(ForeignKeyAction::Cascade);
    of_owner.from_tbl("folder_grants").from_col("folder_id").from_col("owner_id");
    of_owner.to_tbl("folders").to_col("id").to_col("owner_id");
    let mut of_member = ForeignKey::create();
    of_member.name("folder_grants_member_id").on_delete(ForeignKeyAction::Cascade);
    of_member.from("folder_grants", "member_id").to("users", "id");
    Table::create()
        .table("folder_grants")
        .col(pk_uuid("id"))
        .col(uuid("folder_id"))
        .col(uuid("owner_id"))
        .col(uuid("member_id"))
        .col(timestamp_with_time_zone("created_at"))
        .check(("folder_grants_to_another", Expr::cust("member_id <> owner_id")))
        .foreign_key(&mut of_owner)
        .foreign_key(&mut of_member)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        let indexes = [
            "CREATE UNIQUE INDEX folder_grants_of_folder ON folder_grants (folder_id, member_id)",
            "CREATE INDEX folder_grants_of_member ON folder_grants (member_id, created_at)",
            "CREATE INDEX folder_grants_of_owner ON folder_grants (owner_id, created_at)",
        ];
        run(manager, &indexes).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => Ok(()),
            _ => run(manager, &POLICY).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("folder_grants").to_owned()).await
    }
}
