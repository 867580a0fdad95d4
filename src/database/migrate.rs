//! Bringing the database's shape up to date, one process at a time.

use super::{lease::Lease, open, pool, reach, row_security, row_security::RowSecurity, sqlite_file, waiting};
use crate::{
    config::{DatabaseConfig, database::PostgresConfig},
    error::{Error, Result, sqlite_damage},
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::{
    collections::BTreeSet,
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

const LEASE: &str = "migration";
const PATIENCE: Duration = Duration::from_secs(60);
/// One that migrates, and one that renews the lease meanwhile and says what is in the way.
const CONNECTIONS: u32 = 2;
const LOCK_POLL: Duration = Duration::from_millis(100);

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
    let _lock = lock(&path, PATIENCE).await?;
    let migrated = async {
        let db = open(config, data_dir).await?;
        Migrator::up(db.unlimited(), None).await?;
        Ok(db.close().await?)
    };
    migrated.await.map_err(|error| in_words(error, file))
}

/// The lock of a file, which the system takes back when the process ends.
///
/// # Errors
///
/// `DatabaseUnavailable` when another process keeps it for longer than `patience`.
async fn lock(path: &Path, patience: Duration) -> Result<File> {
    let file = File::create(path).map_err(|error| unavailable(path, &error))?;
    let (until, mut is_told) = (Instant::now() + patience, false);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(unavailable(path, &error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                return Err(Error::DatabaseUnavailable(format!(
                    "{}: another Cloakroom has held it for {} s while it brings the database up to date. Wait until it is \
                     done, or end it.",
                    path.display(),
                    patience.as_secs()
                )));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if !std::mem::replace(&mut is_told, true) {
            tracing::info!(lock = %path.display(), "waiting for another Cloakroom, which brings the database up to date");
        }
        tokio::time::sleep(LOCK_POLL).await;
    }
}

/// Outside of the pool, as migrations have no limits: one may make an index of a million rows.
async fn migrate_postgres(config: &PostgresConfig) -> Result<()> {
    reach::check(config).await?;
    tracing::info!(server = %config.place, connection = %config.certificate, "the database is there");
    let db =
        Database::connect(pool::postgres(config, config.direct_url.reveal(), CONNECTIONS, &Arc::default())).await?;
    if !is_up_to_date(&db).await {
        let lease = Lease::take(&db, LEASE, PATIENCE).await?;
        let telling = tokio::spawn(waiting::tell(db.clone()));
        let outcome = Migrator::up(&db, None).await;
        telling.abort();
        lease.give_back().await?;
        outcome?;
    }
    if matches!(row_security::of(config, &db).await?, RowSecurity::Missing { .. }) {
        let lease = Lease::take(&db, LEASE, PATIENCE).await?;
        row_security::make(&db).await;
        lease.give_back().await?;
    }
    Ok(db.close().await?)
}

/// Nothing waits for a lease that nothing needs. A database without the table has no migrations yet.
async fn is_up_to_date(db: &DatabaseConnection) -> bool {
    let select = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let Ok(rows) = db.query_all_raw(select).await else { return false };
    let done: BTreeSet<String> = rows.iter().filter_map(|row| row.try_get("", "version").ok()).collect();
    done == known_migrations()
}

/// The names of all migrations that this program has.
pub(super) fn known_migrations() -> BTreeSet<String> {
    Migrator::migrations().iter().map(|one| one.name().to_owned()).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_migration_lock_that_is_held_is_waited_for_and_then_given_up_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("migrate.lock");
        let held = lock(&path, Duration::ZERO).await.expect("the lock");
        let refusal = lock(&path, Duration::ZERO).await.expect_err("it is held");
        assert!(refusal.to_string().contains("another Cloakroom has held it for 0 s"), "{refusal}");
        let waiting = tokio::spawn({
            let path = path.clone();
            async move { lock(&path, Duration::from_secs(60)).await }
        });
        tokio::task::yield_now().await;
        drop(held);
        waiting.await.expect("no panic").expect("the lock, once it is free");
    }
}
