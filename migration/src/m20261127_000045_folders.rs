//! Folders: where people put their files.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Makes the table `folders`. A folder refers to its parent together with the parent's owner and depth, and is itself one deeper, which
/// the database works out: so no folder is below itself, none is in another's, and none is deeper than 32, whoever writes here. When
/// one moves, the depths below it follow.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "CREATE TABLE folders (
    id {id} NOT NULL PRIMARY KEY,
    owner_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    parent_id {id},
    parent_depth BIGINT NOT NULL DEFAULT 0,
    depth BIGINT NOT NULL GENERATED ALWAYS AS (parent_depth + 1) STORED CHECK (depth BETWEEN 1 AND 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key TEXT{binary} NOT NULL,
    state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'trashed', 'purging')),
    state_changed_at {time} NOT NULL,
    moved_in {id},
    parent_before {id},
    created_at {time} NOT NULL,
    CHECK ((parent_id IS NULL) = (parent_depth = 0)),
    UNIQUE (id, owner_id),
    UNIQUE (id, owner_id, depth),
    FOREIGN KEY (parent_id, owner_id, parent_depth) REFERENCES folders (id, owner_id, depth) ON UPDATE CASCADE
)";

/// One name among those beside it that are not in the trash; at the top, `{top}` stands for the parent.
const INDEXES: [&str; 4] = [
    "CREATE UNIQUE INDEX folders_by_name ON folders (owner_id, coalesce(parent_id, {top}), name_key) WHERE state = 'ready'",
    "CREATE INDEX folders_of_parent ON folders (parent_id, owner_id, parent_depth)",
    "CREATE INDEX folders_out_of_sight ON folders (owner_id, state_changed_at, id) WHERE state <> 'ready'",
    "CREATE INDEX folders_of_move ON folders (moved_in) WHERE moved_in IS NOT NULL",
];

const POLICY: [&str; 2] = [
    "CREATE POLICY cloakroom_own ON folders FOR SELECT
        USING (owner_id = nullif(current_setting('app.user_id', true), '')::uuid)",
    "ALTER TABLE folders ENABLE ROW LEVEL SECURITY",
];

fn on(backend: DbBackend, sql: &str) -> String {
    let words = match backend {
        DbBackend::Sqlite => [("{id}", "BLOB"), ("{binary}", ""), ("{time}", "TEXT"), ("{top}", "zeroblob(16)")],
        _ => [
            ("{id}", "UUID"),
            ("{binary}", " COLLATE \"C\""),
            ("{time}", "TIMESTAMPTZ"),
            ("{top}", "'00000000-0000-0000-0000-000000000000'::uuid"),
        ],
    };
    words.iter().fold(sql.to_owned(), |sql, (word, here)| sql.replace(word, here))
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for sql in [TABLE].iter().chain(&INDEXES) {
            run(manager, &[&on(backend, sql)]).await?;
        }
        match backend {
            DbBackend::Sqlite => Ok(()),
            _ => run(manager, &POLICY).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE folders"]).await
    }
}
