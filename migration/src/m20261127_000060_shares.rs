//! Links by which people without an account see some of somebody's files.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// Makes the tables `shares`, a row for each link with its terms, and `share_files`, what is behind a link. Of its secret only the
/// SHA-256 is kept.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of whom they are is the row's own; what is behind a link belongs to whoever made it.
const OF_THEIR_OWNERS: [&str; 4] = [
    "CREATE POLICY cloakroom_own ON shares FOR SELECT USING (owner = nullif(current_setting('app.user_id', true), '')::uuid)",
    "ALTER TABLE shares ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY cloakroom_own ON share_files FOR SELECT USING (EXISTS (SELECT 1 FROM shares WHERE shares.id = share_files.share_id
        AND shares.owner = nullif(current_setting('app.user_id', true), '')::uuid))",
    "ALTER TABLE share_files ENABLE ROW LEVEL SECURITY",
];

fn shares() -> TableCreateStatement {
    Table::create()
        .table("shares")
        .col(pk_uuid("id"))
        .col(uuid("owner"))
        .col(text("title").check(Expr::cust("length(title) BETWEEN 1 AND 200")))
        .col(text("message").check(Expr::cust("length(message) <= 2000")))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("ends_at"))
        .col(text_null("password_hash"))
        .col(big_integer("password_version").check(Expr::cust("password_version >= 0")))
        .col(big_integer_null("most_downloads").check(Expr::cust("most_downloads > 0")))
        .col(big_integer("downloads").check(Expr::cust("downloads >= 0")))
        .col(big_integer("visits").check(Expr::cust("visits >= 0")))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(boolean("has_originals"))
        .col(boolean("shows_owner"))
        .col(text("state").check(Expr::col("state").is_in(["active", "paused", "ended"])))
        .col(timestamp_with_time_zone("state_changed_at"))
        .col(big_integer("secret_version").check(Expr::cust("secret_version > 0")))
        .col(text_uniq("secret_hash").check(Expr::cust("length(secret_hash) = 64")))
        .check(("shares_within_limit", Expr::cust("downloads <= most_downloads")))
        .foreign_key(&mut cascading("shares_owner", ("shares", "owner"), ("users", "id")))
        .to_owned()
}

/// In the order in which the files were added, which is that of their rows.
fn share_files() -> TableCreateStatement {
    Table::create()
        .table("share_files")
        .col(big_pk_auto("id"))
        .col(uuid("share_id"))
        .col(uuid("file_id"))
        .foreign_key(&mut cascading("share_files_share_id", ("share_files", "share_id"), ("shares", "id")))
        .foreign_key(&mut cascading("share_files_file_id", ("share_files", "file_id"), ("r2_files", "file_id")))
        .to_owned()
}

fn cascading(
    name: &'static str,
    from: (&'static str, &'static str),
    to: (&'static str, &'static str),
) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    key.name(name).from(from.0, from.1).to(to.0, to.1).on_delete(ForeignKeyAction::Cascade);
    key
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(shares()).await?;
        manager.create_table(share_files()).await?;
        run(
            manager,
            &[
                "CREATE INDEX shares_of_owner ON shares (owner, created_at)",
                "CREATE INDEX shares_by_time ON shares (created_at)",
                "CREATE UNIQUE INDEX share_files_of_share ON share_files (share_id, file_id)",
                "CREATE INDEX share_files_of_file ON share_files (file_id)",
            ],
        )
        .await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => Ok(()),
            _ => run(manager, &OF_THEIR_OWNERS).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("share_files").to_owned()).await?;
        manager.drop_table(Table::drop().table("shares").to_owned()).await
    }
}
