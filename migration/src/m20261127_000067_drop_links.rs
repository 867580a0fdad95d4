//! Links by which people without an account send files to somebody.

use crate::sql::run;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// Makes the table `drop_links`, a row for each link with its terms, its limits and how much has come by it. Of its secret only the SHA-256
/// is kept. Once its folder is gone for ever, it has none.
#[derive(DeriveMigrationName)]
pub struct Migration;

const ASKED: [&str; 3] = ["off", "optional", "required"];

/// Whose the folder is is looked at when all is written, as the folder that goes leaves the link first.
const ON_POSTGRES: [&str; 3] = [
    "ALTER TABLE drop_links ADD CONSTRAINT drop_links_folder_of_owner FOREIGN KEY (folder_id, owner) REFERENCES folders (id, owner_id)
        DEFERRABLE INITIALLY DEFERRED",
    "CREATE POLICY cloakroom_own ON drop_links FOR SELECT USING (owner = nullif(current_setting('app.user_id', true), '')::uuid)",
    "ALTER TABLE drop_links ENABLE ROW LEVEL SECURITY",
];

const ON_SQLITE: [&str; 2] = [
    "CREATE TRIGGER drop_links_folder_of_new BEFORE INSERT ON drop_links WHEN NEW.folder_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM folders WHERE id = NEW.folder_id AND owner_id = NEW.owner)
    BEGIN SELECT RAISE(ABORT, 'a link takes files to a folder of its owner'); END",
    "CREATE TRIGGER drop_links_folder_of_changed BEFORE UPDATE OF folder_id, owner ON drop_links WHEN NEW.folder_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM folders WHERE id = NEW.folder_id AND owner_id = NEW.owner)
    BEGIN SELECT RAISE(ABORT, 'a link takes files to a folder of its owner'); END",
];

fn drop_links() -> TableCreateStatement {
    Table::create()
        .table("drop_links")
        .col(pk_uuid("id"))
        .col(uuid("owner"))
        .col(uuid_null("folder_id"))
        .col(text("title").check(Expr::cust("length(title) BETWEEN 1 AND 200")))
        .col(text("message").check(Expr::cust("length(message) <= 2000")))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("ends_at"))
        .col(text_null("password_hash"))
        .col(big_integer("password_version").check(Expr::cust("password_version >= 0")))
        .col(big_integer_null("most_files").check(Expr::cust("most_files > 0")))
        .col(big_integer_null("most_bytes").check(Expr::cust("most_bytes > 0")))
        .col(big_integer_null("most_file_bytes").check(Expr::cust("most_file_bytes > 0")))
        .col(text("asks_name").check(Expr::col("asks_name").is_in(ASKED)))
        .col(text("asks_note").check(Expr::col("asks_note").is_in(ASKED)))
        .col(boolean("shows_owner"))
        .col(big_integer("files").check(Expr::cust("files >= 0")))
        .col(big_integer("bytes").check(Expr::cust("bytes >= 0")))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(text("state").check(Expr::col("state").is_in(["active", "paused", "ended"])))
        .col(timestamp_with_time_zone("state_changed_at"))
        .col(big_integer("secret_version").check(Expr::cust("secret_version > 0")))
        .col(text_uniq("secret_hash").check(Expr::cust("length(secret_hash) = 64")))
        .check(("drop_links_within_files", Expr::cust("files <= most_files")))
        .check(("drop_links_within_bytes", Expr::cust("bytes <= most_bytes")))
        .foreign_key(&mut key("drop_links_owner", "owner", "users", ForeignKeyAction::Cascade))
        .foreign_key(&mut key("drop_links_folder", "folder_id", "folders", ForeignKeyAction::SetNull))
        .to_owned()
}

fn key(
    name: &'static str,
    column: &'static str,
    to: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(name).from("drop_links", column).to(to, "id").on_delete(on_delete).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(drop_links()).await?;
        run(
            manager,
            &[
                "CREATE INDEX drop_links_of_owner ON drop_links (owner, created_at)",
                "CREATE INDEX drop_links_by_time ON drop_links (created_at)",
                "CREATE INDEX drop_links_of_folder ON drop_links (folder_id) WHERE folder_id IS NOT NULL",
            ],
        )
        .await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &ON_SQLITE).await,
            _ => run(manager, &ON_POSTGRES).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("drop_links").to_owned()).await
    }
}
