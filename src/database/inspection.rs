//! Looking at a database from outside, changing nothing: which it is, and whether its shape is the one that this program knows.

use super::{RowSecurity, migrate::known_migrations, open, pool, reach, row_security, sqlite_file};
use crate::{config::DatabaseConfig, error::Result};
use sea_orm::{ConnectionTrait, Database, Statement};
use std::{collections::BTreeSet, path::Path, sync::Arc};

/// A database that is there.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Such as `PostgreSQL 18.1` or `SQLite 3.50.4`.
    pub version: String,
    /// Migrations that this program knows and the database has not had.
    pub missing: usize,
    /// Those that it has had, and this program does not know.
    pub unknown: usize,
    /// Whether people's reads are bound by policies.
    pub row_security: RowSecurity,
}

/// Looks at the database that is configured. `None`: the file of SQLite is not there yet.
///
/// # Errors
///
/// `DatabaseUnavailable` with what to do.
pub async fn inspect(config: &DatabaseConfig, data_dir: &Path) -> Result<Option<Inspection>> {
    match config {
        DatabaseConfig::Sqlite(named) if !sqlite_file(named.as_deref(), data_dir).exists() => Ok(None),
        DatabaseConfig::Sqlite(_) => {
            let db = open(config, data_dir).await?;
            let found = look(db.unlimited(), "SELECT 'SQLite ' || sqlite_version()").await;
            db.close().await?;
            found.map(Some)
        }
        DatabaseConfig::Postgres(postgres) => {
            reach::check(postgres).await?;
            let options = pool::postgres(postgres, postgres.url.reveal(), 1, &Arc::default());
            let db = Database::connect(options).await?;
            let found = look(&db, "SELECT 'PostgreSQL ' || current_setting('server_version')").await;
            let row_security = row_security::of(postgres, &db).await;
            db.close().await?;
            Ok(Some(Inspection { row_security: row_security?, ..found? }))
        }
    }
}

async fn look(db: &impl ConnectionTrait, version: &str) -> Result<Inspection> {
    let backend = db.get_database_backend();
    let row = db.query_one_raw(Statement::from_string(backend, version)).await?;
    let version = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    let select = Statement::from_string(backend, "SELECT version FROM seaql_migrations");
    // Without the table nothing has run.
    let rows = db.query_all_raw(select).await.unwrap_or_default();
    let done: BTreeSet<String> = rows.iter().filter_map(|row| row.try_get("", "version").ok()).collect();
    let known = known_migrations();
    Ok(Inspection {
        version,
        missing: known.difference(&done).count(),
        unknown: done.difference(&known).count(),
        row_security: RowSecurity::Off,
    })
}
