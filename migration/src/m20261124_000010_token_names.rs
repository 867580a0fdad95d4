//! The names of a user's live tokens differ, so that one can be revoked by its name.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Makes the names of a user's tokens unique among those that are not revoked.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of tokens that share a name, the later ones get the beginning of their hash behind it.
const UP: &[&str] = &[
    "UPDATE api_tokens SET name = name || ' ' || substr(token_hash, 1, 8) WHERE revoked_at IS NULL AND EXISTS (
        SELECT 1 FROM api_tokens AS other WHERE other.user_id = api_tokens.user_id AND other.name = api_tokens.name
            AND other.revoked_at IS NULL AND other.id < api_tokens.id)",
    "CREATE UNIQUE INDEX api_tokens_live_names ON api_tokens (user_id, name) WHERE revoked_at IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX api_tokens_live_names"]).await
    }
}
