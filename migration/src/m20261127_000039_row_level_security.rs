//! What belongs to one user is seen by that user alone: PostgreSQL's own policies, beside the application's conditions.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Enables row-level security on every table that belongs to one user, keyed by the setting `app.user_id`; without it nobody's rows
/// are seen. The owner of the tables is not bound, so migrations, jobs and the guide's own code go on; whoever else may read them sees
/// what the policies let through, and changes nothing. SQLite has no such thing.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A setting that was local to a transaction is empty after it, rather than unset.
const USER: &str = "nullif(current_setting('app.user_id', true), '')";

/// The file's events from before it was inherited speak of another user.
const OWN_EVENT: &str = "user_id = {user}::uuid
    OR EXISTS (SELECT 1 FROM r2_files WHERE r2_files.file_id = audit_events.file_id AND r2_files.user_id = {user})";

/// Which rows of a table are a user's own; none of what is left of those who were deleted.
const OWN: &[(&str, &str)] = &[
    ("users", "id = {user}::uuid"),
    ("sessions", "user_id = {user}::uuid"),
    ("api_tokens", "user_id = {user}::uuid"),
    ("account_links", "user_id = {user}::uuid"),
    ("r2_files", "user_id = {user}"),
    ("file_totals", "owner = {user}::uuid"),
    ("audit_events", OWN_EVENT),
    ("deleted_accounts", "false"),
];

/// LIKE might tell of the rows that it is asked about, so PostgreSQL asks it after a policy alone, and no index on trigrams helps.
/// What this view lets through is the same, without that order. It has the columns of the table as they are now: a migration that
/// adds one makes it anew.
const VIEW: &str = "CREATE OR REPLACE VIEW own_r2_files AS SELECT * FROM r2_files
    WHERE user_id = {user} OR (SELECT NOT row_security_active('r2_files'::regclass))";

/// Makes the view that words are looked for in, with the columns that the table has now. Columns that are gone need it dropped before.
pub(crate) async fn make_view(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Sqlite => Ok(()),
        _ => run(manager, &[&with_user(VIEW)]).await,
    }
}

/// Takes it away, so that columns can go.
pub(crate) async fn drop_view(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Sqlite => Ok(()),
        _ => run(manager, &["DROP VIEW IF EXISTS own_r2_files"]).await,
    }
}

fn with_user(sql: &str) -> String {
    sql.replace("{user}", USER)
}

/// Each table by itself, so that no two are locked at once, in whatever order others lock them; what was broken off is begun again.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            return Ok(());
        }
        for (table, own) in OWN {
            let own = with_user(own);
            let statements = format!(
                "DROP POLICY IF EXISTS cloakroom_own ON {table};
                CREATE POLICY cloakroom_own ON {table} FOR SELECT USING ({own});
                ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
            );
            run(manager, &[&statements]).await?;
        }
        make_view(manager).await
    }

    /// What the reading role was granted goes as well; the role itself belongs to the whole server, and stays.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            return Ok(());
        }
        drop_view(manager).await?;
        run(manager, &[REVOKE]).await?;
        for (table, _) in OWN {
            let statements = format!(
                "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS cloakroom_own ON {table}"
            );
            run(manager, &[&statements]).await?;
        }
        Ok(())
    }
}

const REVOKE: &str = "DO $$ DECLARE reader name;
BEGIN
    SELECT 'cloakroom_reader_of_' || pg_get_userbyid(relowner) INTO reader FROM pg_class WHERE oid = 'r2_files'::regclass;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        EXECUTE format('REVOKE ALL ON r2_files, audit_events, sessions, api_tokens FROM %I', reader);
    END IF;
END $$";
