//! Events stay as they were written, until they are old.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Makes `audit_events` append-only: no event is changed, and one is removed only where it is older than a day and than
/// `events_kept_since` in `settings`, which the ageing writes before it removes what is older.
#[derive(DeriveMigrationName)]
pub struct Migration;

const ON_POSTGRES: &[&str] = &[
    "CREATE FUNCTION audit_events_last() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '1 day'
            AND OLD.at < (SELECT value::timestamptz FROM settings WHERE name = 'events_kept_since') THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
    END $body$",
    "CREATE TRIGGER audit_events_last BEFORE UPDATE OR DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION audit_events_last()",
    "CREATE TRIGGER audit_events_stay BEFORE TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_last()",
];

const ON_SQLITE: &[&str] = &[
    "CREATE TRIGGER audit_events_last BEFORE DELETE ON audit_events
        WHEN OLD.at >= strftime('%Y-%m-%dT%H:%M:%S', 'now', '-1 day')
            OR OLD.at >= coalesce((SELECT value FROM settings WHERE name = 'events_kept_since'), '')
        BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END",
    "CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, ON_SQLITE).await,
            _ => run(manager, ON_POSTGRES).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                run(manager, &["DROP TRIGGER audit_events_last", "DROP TRIGGER audit_events_stay"]).await
            }
            _ => {
                let triggers = ["audit_events_last", "audit_events_stay"];
                for trigger in triggers {
                    run(manager, &[&format!("DROP TRIGGER {trigger} ON audit_events")]).await?;
                }
                run(manager, &["DROP FUNCTION audit_events_last()"]).await
            }
        }
    }
}
