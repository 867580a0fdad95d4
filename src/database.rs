//! Opening the database, bringing its shape up to date, and beginning transactions.

use crate::{
    config::{DatabaseConfig, SessionKey, database::PostgresConfig},
    error::{Error, Result, is_connection_lost},
};
use chrono::{DateTime, SubsecRound, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sqlx::{
    postgres::PgSslMode,
    sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use std::{fs::File, path::Path, time::Duration};

const POSTGRES_CONNECTIONS: u32 = 20;
const SQLITE_CONNECTIONS: u32 = 8;
/// Below the five minutes after which Neon sleeps, so that no dead connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(240);
/// A sleeping Neon compute needs some hundred milliseconds to wake; a busy one may take longer to let us in.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// Any number, the same in every instance.
const MIGRATION_LOCK: i64 = 0x636c_6f61_6b72_6f6f;

/// The time now, as precise as PostgreSQL keeps it.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Opens the pool. No connection is kept while there is nothing to do.
pub async fn open(config: &DatabaseConfig, data_dir: &Path) -> Result<DatabaseConnection> {
    let options = match config {
        DatabaseConfig::Sqlite(path) => sqlite_options(path.as_deref(), data_dir)?,
        DatabaseConfig::Postgres(postgres) => postgres_options(postgres, postgres.url.reveal(), POSTGRES_CONNECTIONS),
    };
    Ok(Database::connect(options).await?)
}

/// Runs the migrations that are missing, one process at a time.
pub async fn migrate(config: &DatabaseConfig, data_dir: &Path) -> Result<()> {
    match config {
        DatabaseConfig::Sqlite(_) => migrate_sqlite(config, data_dir).await,
        DatabaseConfig::Postgres(postgres) => migrate_postgres(postgres).await,
    }
}

/// A transaction that may read before it writes. SQLite's must take the write lock at once: one that starts as
/// a reader cannot become a writer when another was faster.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let sqlite_transaction_mode = match db.get_database_backend() {
        DbBackend::Sqlite => Some(SqliteTransactionMode::Immediate),
        _ => None,
    };
    let options = || TransactionOptions { sqlite_transaction_mode, ..Default::default() };
    on_a_live_connection(db, || db.begin_with_options(options())).await
}

/// Does what may be repeated. When PostgreSQL was restarted, or Neon slept, every connection in the pool is dead; each
/// is noticed when it is used, so it is tried once for each of them and once for a new one.
pub async fn on_a_live_connection<T, F>(db: &DatabaseConnection, attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let mut may_be_dead = match db.get_database_backend() {
        DbBackend::Sqlite => 0,
        _ => POSTGRES_CONNECTIONS,
    };
    loop {
        match attempt().await {
            Err(error) if may_be_dead > 0 && is_connection_lost(&error) => may_be_dead -= 1,
            outcome => return Ok(outcome?),
        }
    }
}

/// The key that every instance signs with: made by the first one that needs it, kept in `settings`.
pub async fn shared_session_key(db: &DatabaseConnection) -> Result<SessionKey> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let backend = db.get_database_backend();
    let insert = "INSERT INTO settings (name, value) VALUES ('session_key', $1) ON CONFLICT (name) DO NOTHING";
    db.execute_raw(Statement::from_sql_and_values(backend, insert, [hex::encode(bytes).into()])).await?;
    let select = "SELECT value FROM settings WHERE name = 'session_key'";
    let row = db.query_one_raw(Statement::from_string(backend, select)).await?;
    let text: Option<String> = row.map(|row| row.try_get("", "value")).transpose()?;
    let key = text.as_deref().and_then(SessionKey::from_hex);
    key.ok_or_else(|| {
        Error::Internal("the session key in the settings table is damaged; delete that row and start again".into())
    })
}

fn sqlite_options(path: Option<&str>, data_dir: &Path) -> Result<ConnectOptions> {
    let path = path.map_or_else(|| data_dir.join("cloakroom.db"), Into::into);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| unavailable(folder, &error))?;
    }
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(SQLITE_CONNECTIONS).min_connections(0).idle_timeout(IDLE_TIMEOUT).sqlx_logging(false);
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&path)
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was confirmed must outlive a power cut, not only a crash.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_TIMEOUT)
    });
    Ok(options)
}

fn postgres_options(config: &PostgresConfig, url: &str, connections: u32) -> ConnectOptions {
    let verify = config.verify;
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(0).idle_timeout(IDLE_TIMEOUT).acquire_timeout(ACQUIRE_TIMEOUT);
    options.sqlx_logging(false).test_before_acquire_if_idle_for(Duration::from_secs(1));
    options.map_sqlx_postgres_opts(move |postgres| {
        // PgBouncer refuses start-up parameters it does not track.
        let postgres = postgres.extra_float_digits(None).application_name("cloakroom");
        if verify { postgres.ssl_mode(PgSslMode::VerifyFull) } else { postgres }
    });
    options
}

async fn migrate_sqlite(config: &DatabaseConfig, data_dir: &Path) -> Result<()> {
    std::fs::create_dir_all(data_dir).map_err(|error| unavailable(data_dir, &error))?;
    let path = data_dir.join("migrate.lock");
    let lock = File::create(&path).map_err(|error| unavailable(&path, &error))?;
    tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
        .map_err(|error| unavailable(&path, &error))?;
    let db = open(config, data_dir).await?;
    Migrator::up(&db, None).await?;
    Ok(db.close().await?)
}

/// On a connection of its own that is not pooled in between: the lock belongs to the connection, and goes
/// with it if this process dies.
async fn migrate_postgres(config: &PostgresConfig) -> Result<()> {
    let db = Database::connect(postgres_options(config, config.direct_url.reveal(), 1)).await?;
    db.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    let outcome = Migrator::up(&db, None).await;
    db.execute_unprepared(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).await?;
    outcome?;
    Ok(db.close().await?)
}

fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::DatabaseUnavailable(format!("{}: {error}", path.display()))
}
