//! The role of PostgreSQL that people's reads run as: making it, and finding whether the policies bind it.

use crate::{
    config::database::PostgresConfig,
    error::{Error, Result, is_connection_lost},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

/// Whether people's reads are bound by the policies of their tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowSecurity {
    /// It is SQLite, or `DATABASE_RLS` is off.
    Off,
    /// They run as this role.
    On(String),
    /// They are not, though they should be.
    Missing {
        /// Why, in a sentence.
        why: String,
        /// What puts it right, in sentences.
        fix: String,
    },
}

impl RowSecurity {
    /// Says in the log what is to be done, if anything.
    pub fn tell(&self) {
        if let Self::Missing { why, fix } = self {
            tracing::warn!("row-level security is off. {why} {fix}");
        }
    }
}

/// What belongs to whoever owns the tables, so that no other installation of the same server can be the role.
const READER: &str = "('cloakroom_reader_of_' || pg_get_userbyid(relowner))::name::text";

/// Other databases of the same server may be at it too. From PostgreSQL 16 on, who made a role may not be it yet.
const MAKE: &str = "DO $$ DECLARE reader name; home oid;
BEGIN
    SELECT {reader}, relnamespace INTO reader, home FROM pg_class WHERE oid = 'r2_files'::regclass;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', reader);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
        END;
    END IF;
    IF NOT pg_has_role(reader, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) THEN
        BEGIN
            EXECUTE format('GRANT %I TO CURRENT_USER', reader);
        EXCEPTION WHEN unique_violation THEN
        END;
    END IF;
    IF NOT has_schema_privilege(reader, home, 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', home::regnamespace, reader);
    END IF;
    EXECUTE format('GRANT SELECT ON r2_files, own_r2_files, folders, folder_totals, audit_events, sessions, shares, share_files, drop_links, drop_files, folder_grants TO %I', reader);
    EXECUTE format('GRANT SELECT (id, user_id, name, created_at, last_used_at, revoked_at, expires_at) ON api_tokens TO %I', reader);
END $$";

const ROLE: &str = "SELECT reader, owner, is_bound, rolname IS NOT NULL AS is_there,
        coalesce(rolcanlogin OR rolsuper OR rolbypassrls, FALSE) AS is_free
    FROM (SELECT {reader} AS reader, pg_get_userbyid(relowner)::text AS owner, row_security_active(oid) AS is_bound
        FROM pg_class WHERE oid = to_regclass('r2_files')) AS files
    LEFT JOIN pg_roles ON rolname = reader";

/// As the role itself.
const BOUND: &str = "SELECT bool_and(row_security_active(name::regclass)) AS is_bound,
        bool_and(has_any_column_privilege(name, 'SELECT')) AND has_table_privilege('own_r2_files', 'SELECT') AS can_read
    FROM unnest(ARRAY['r2_files', 'folders', 'folder_totals', 'audit_events', 'sessions', 'api_tokens', 'shares', 'share_files', 'drop_links', 'drop_files', 'folder_grants']) AS name";

/// Tells a transaction of whom its reads are.
pub(super) fn binding(reader: &str, user: &str) -> Statement {
    let sql = "SELECT set_config('role', $1, true), set_config('app.user_id', $2, true),
        set_config('transaction_read_only', 'on', true)";
    Statement::from_sql_and_values(DbBackend::Postgres, sql, [reader.into(), user.into()])
}

/// How it stands where it is asked for.
///
/// # Errors
///
/// As [`find`].
pub(super) async fn of(config: &PostgresConfig, db: &DatabaseConnection) -> Result<RowSecurity> {
    let found = find(db).await?;
    Ok(if config.row_security { found } else { RowSecurity::Off })
}

/// Makes the role and lets it read what it is for. Why it could not, [`find`] says.
pub(super) async fn make(db: &DatabaseConnection) {
    if let Err(error) = db.execute_unprepared(&MAKE.replace("{reader}", READER)).await {
        tracing::debug!(%error, "the role that people's reads run as was not made");
    }
}

/// Tries what each read of a person does. A database without tables has nobody's rows yet.
///
/// # Errors
///
/// `DatabaseUnavailable` when it does not answer, or its user is bound by the policies, and would see no rows at all.
pub(super) async fn find(db: &DatabaseConnection) -> Result<RowSecurity> {
    let statement = Statement::from_string(DbBackend::Postgres, ROLE.replace("{reader}", READER));
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(RowSecurity::Off) };
    let (reader, owner): (String, String) = (row.try_get("", "reader")?, row.try_get("", "owner")?);
    if row.try_get("", "is_bound")? {
        return Err(Error::DatabaseUnavailable(format!(
            "its user is bound by the policies of r2_files, which belongs to “{owner}”. Correct DATABASE_URL, or let that \
             user be the owner: GRANT \"{owner}\" TO that user. Without FORCE ROW LEVEL SECURITY, an owner is not bound."
        )));
    }
    let is_made = format!("CREATE ROLE \"{reader}\" NOLOGIN; GRANT \"{reader}\" TO \"{owner}\";");
    let start = "Then start Cloakroom again";
    if !row.try_get::<bool>("", "is_there")? {
        let fix = format!("As a user who may make roles, run: {is_made} {start}; or set DATABASE_RLS=off.");
        return Ok(missing(format!("The role “{reader}” is not there, and could not be made."), fix));
    }
    if row.try_get("", "is_free")? {
        let fix = format!("Run: ALTER ROLE \"{reader}\" NOLOGIN NOSUPERUSER NOBYPASSRLS; {start}.");
        return Ok(missing(format!("The role “{reader}” may sign in, or is not bound by policies."), fix));
    }
    Ok(match try_out(db, &reader).await {
        Ok((true, true)) => RowSecurity::On(reader),
        Ok((false, _)) => missing(
            format!("The policies do not bind the role “{reader}”."),
            format!("Take away the roles that it is a member of, \"{owner}\" above all. {start}."),
        ),
        Ok((true, false)) => missing(
            format!("The role “{reader}” may not read all that people read."),
            "Start Cloakroom again, whose user grants it that; run “cloakroom migrate” if it goes on.".to_owned(),
        ),
        Err(error) if is_connection_lost(&error) => return Err(error.into()),
        Err(error) => missing(
            format!("Nobody can be the role “{reader}” ({error})."),
            format!("As a user who may, run: GRANT \"{reader}\" TO \"{owner}\"; {start}."),
        ),
    })
}

fn missing(why: String, fix: String) -> RowSecurity {
    RowSecurity::Missing { why, fix }
}

/// Is the role bound, and can it read?
async fn try_out(db: &DatabaseConnection, reader: &str) -> Result<(bool, bool), DbErr> {
    let transaction = db.begin().await?;
    transaction.query_one_raw(binding(reader, "")).await?;
    let row = transaction.query_one_raw(Statement::from_string(DbBackend::Postgres, BOUND)).await?;
    let found = row.map(|row| Ok((row.try_get("", "is_bound")?, row.try_get("", "can_read")?))).transpose();
    transaction.rollback().await?;
    found.map(Option::unwrap_or_default)
}
