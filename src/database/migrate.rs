//! Bringing the database's shape up to date, one process at a time.

use super::{lease::Lease, open, pool, reach, sqlite_file};
use crate::{
    config::{DatabaseConfig, database::PostgresConfig},
    error::{Error, Result, sqlite_damage},
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::{collections::BTreeSet, fs::File, path::Path, sync::Arc, time::Duration};

const LEASE: &str = "migration";
const PATIENCE: Duration = Duration::from_secs(60);
/// One that migrates and one that renews the lease meanwhile.
const CONNECTIONS: u32 = 2;

/// Runs the migrations that are missing.
///
/// # Errors
///
/// `DatabaseUnavailable` with what to do, when the database cannot be opened or another instance migrates for too long.
pub async fn migrate(config: &DatabaseConfig, data_dir: &Path) -> Result<()> {
    match config {
        DatabaseConfig::Sqlite(named) => {
            let file = sqlite_file(named.as_deref(), data_dir);
            migrate_sqlite(config, data_dir, &file).await
        }
        DatabaseConfig::Postgres(postgres) => migrate_postgres(postgres).await,
    }
}

/// The lock goes with its process, so nobody waits for one that is gone.
async fn migrate_sqlite(config: &DatabaseConfig, data_dir: &Path, file: &Path) -> Result<()> {
    let folders = [Some(data_dir), file.parent().filter(|folder| !folder.as_os_str().is_empty())];
    for folder in folders.into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(|error| unavailable(folder, &error))?;
    }
    let path = data_dir.join("migrate.lock");
    let lock = File::create(&path).map_err(|error| unavailable(&path, &error))?;
    let _lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
        .map_err(|error| unavailable(&path, &error))?;
    let migrated = async {
        let db = open(config, data_dir).await?;
        Migrator::up(db.unlimited(), None).await?;
        Ok(db.close().await?)
    };
    migrated.await.map_err(|error| in_words(error, file))
}

/// Outside of the pool, as migrations have no limits: one may make an index of a million rows.
async fn migrate_postgres(config: &PostgresConfig) -> Result<()> {
    reach::check(config).await?;
    tracing::info!(server = %config.place, connection = %config.certificate, "the database is there");
    let db =
        Database::connect(pool::postgres(config, config.direct_url.reveal(), CONNECTIONS, &Arc::default())).await?;
    if !is_up_to_date(&db).await {
        let lease = Lease::take(&db, LEASE, PATIENCE).await?;
        let outcome = Migrator::up(&db, None).await;
        lease.give_back().await?;
        outcome?;
    }
    Ok(db.close().await?)
}

/// Nothing waits for a lease that nothing needs. A database without the table has no migrations yet.
async fn is_up_to_date(db: &DatabaseConnection) -> bool {
    let select = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let Ok(rows) = db.query_all_raw(select).await else { return false };
    let done: BTreeSet<String> = rows.iter().filter_map(|row| row.try_get("", "version").ok()).collect();
    let known: BTreeSet<String> = Migrator::migrations().iter().map(|one| one.name().to_owned()).collect();
    done == known
}

fn in_words(error: Error, file: &Path) -> Error {
    let file = file.display();
    let words = match &error {
        Error::Internal(detail) | Error::DatabaseUnavailable(detail) if sqlite_damage(detail) => format!(
            "{file} is damaged, or no SQLite database ({detail}). Restore it from a backup, with its -wal and -shm beside \
             it; or move it aside to begin with an empty index, while the files stay in the bucket."
        ),
        Error::Internal(detail) | Error::DatabaseUnavailable(detail) => format!("{file}: {detail}"),
        _ => return error,
    };
    Error::DatabaseUnavailable(words)
}

fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::DatabaseUnavailable(format!("{}: {error}", path.display()))
}
