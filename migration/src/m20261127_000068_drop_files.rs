//! What has come by the links through which people without an account send files.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// Makes the table `drop_files`, a row for each file that came by such a link: its number among those, what its sender wrote, and when
/// its owner saw it. It outlives the link, and whoever owned the file then.
#[derive(DeriveMigrationName)]
pub struct Migration;

const OF_THEIR_OWNERS: [&str; 2] = [
    "CREATE POLICY cloakroom_own ON drop_files FOR SELECT USING (owner = nullif(current_setting('app.user_id', true), '')::uuid)",
    "ALTER TABLE drop_files ENABLE ROW LEVEL SECURITY",
];

fn drop_files() -> TableCreateStatement {
    let key = |name: &str, column: &'static str, to: (&'static str, &'static str), on: ForeignKeyAction| {
        ForeignKey::create().name(name).from("drop_files", column).to(to.0, to.1).on_delete(on).to_owned()
    };
    Table::create()
        .table("drop_files")
        .col(pk_uuid("file_id"))
        .col(uuid_null("drop_id"))
        .col(uuid_null("owner"))
        .col(big_integer("number").check(Expr::cust("number > 0")))
        .col(text("title"))
        .col(text("sender").check(Expr::cust("length(sender) <= 80")))
        .col(text("note").check(Expr::cust("length(note) <= 400")))
        .col(timestamp_with_time_zone_null("seen_at"))
        .foreign_key(&mut key("drop_files_file", "file_id", ("r2_files", "file_id"), ForeignKeyAction::Cascade))
        .foreign_key(&mut key("drop_files_drop", "drop_id", ("drop_links", "id"), ForeignKeyAction::SetNull))
        .foreign_key(&mut key("drop_files_owner", "owner", ("users", "id"), ForeignKeyAction::SetNull))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(drop_files()).await?;
        run(
            manager,
            &[
                "CREATE UNIQUE INDEX drop_files_of_drop ON drop_files (drop_id, number)",
                "CREATE INDEX drop_files_unseen ON drop_files (owner, drop_id) WHERE seen_at IS NULL",
                "CREATE INDEX drop_files_of_owner ON drop_files (owner)",
            ],
        )
        .await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => Ok(()),
            _ => run(manager, &OF_THEIR_OWNERS).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("drop_files").to_owned()).await
    }
}
