//! Why a file is in quarantine that is there for another reason than its bytes.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// Adds `quarantine_reason` to `r2_files`: null where the bytes are the reason, or an administrator's own; else what was in the way of
/// a file that was found in the bucket: its owner's quota, an owner who is not known, or a rule.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files ADD COLUMN quarantine_reason TEXT"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE r2_files DROP COLUMN quarantine_reason"]).await
    }
}
