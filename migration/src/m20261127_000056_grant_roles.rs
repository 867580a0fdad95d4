//! What people may do in a folder that is shared with them.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds to `folder_grants` whether somebody may look at a folder, or add files to it as well.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let role = "ALTER TABLE folder_grants ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer'
            CHECK (role IN ('viewer', 'contributor'))";
        run(manager, &[role]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE folder_grants DROP COLUMN role"]).await
    }
}
