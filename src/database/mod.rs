//! Opening the database, bringing its shape up to date, beginning transactions, and reading as somebody.

mod connection;
mod gathered;
mod health;
mod inspection;
mod lease;
mod migrate;
mod pool;
mod reach;
mod reads;
mod row_security;
pub mod settings;
pub mod table;
mod together;
mod waiting;

use crate::{
    config::{DatabaseConfig, SessionKey},
    error::{Error, Result, is_connection_lost},
};
use chrono::{DateTime, SubsecRound, Utc};
use health::Health;
use pool::POSTGRES_CONNECTIONS;
use sea_orm::{ConnectionTrait, Database, DbBackend, DbErr};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use connection::{DatabaseConnection, DatabaseTransaction, as_job};
pub use inspection::{Inspection, inspect};
pub use lease::Lease;
pub use migrate::migrate;
pub use reads::{Reads, read_as};
pub use row_security::RowSecurity;

/// Names the key in `settings`.
pub const SESSION_KEY: &str = "session_key";

/// The time now, in whole microseconds: as precise as PostgreSQL keeps it
/// (<https://www.postgresql.org/docs/current/datatype-datetime.html>).
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Opens the pool. No connection is kept while there is nothing to do.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when no connection can be made, or its user cannot see the rows.
pub async fn open(config: &DatabaseConfig, data_dir: &Path) -> Result<DatabaseConnection> {
    let health = Arc::new(Health::default());
    let options = match config {
        DatabaseConfig::Sqlite(path) => pool::sqlite(sqlite_file(path.as_deref(), data_dir), &health),
        DatabaseConfig::Postgres(postgres) => {
            pool::postgres(postgres, postgres.url.reveal(), POSTGRES_CONNECTIONS, &health)
        }
    };
    let pool = Database::connect(options).await?;
    let row_security = match config {
        DatabaseConfig::Postgres(postgres) => row_security::of(postgres, &pool).await?,
        DatabaseConfig::Sqlite(_) => RowSecurity::Off,
    };
    Ok(DatabaseConnection::new(pool, health, row_security))
}

/// A transaction that may read before it writes, on a connection that is alive.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer, or SQLite's write lock is not had in time.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    on_a_live_connection(db, || db.begin()).await
}

/// A transaction that sees everything as it is at its first statement, and changes nothing.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn one_moment(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    on_a_live_connection(db, || db.begin_to_read()).await
}

/// Does what may be repeated. When PostgreSQL was restarted, or Neon slept, every connection in the pool is dead; each
/// is noticed when it is used, so it is tried once for each of them and once for a new one.
///
/// # Errors
///
/// What the last attempt failed with: `Error::DatabaseUnavailable` for a database that is away, `Error::Internal` for a
/// statement that it does not take.
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

/// The key that every instance signs with, 64 random bytes: made by the first one that needs it, kept in `settings`.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer, `Error::Internal` when the kept key is damaged.
pub async fn shared_session_key(db: &DatabaseConnection) -> Result<SessionKey> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    settings::insert(db, SESSION_KEY, hex::encode(bytes)).await?;
    let text = settings::find(db, SESSION_KEY).await?;
    let key = text.as_deref().and_then(SessionKey::from_hex);
    key.ok_or_else(|| {
        Error::Internal("the session key in the settings table is damaged; delete that row and start again".into())
    })
}

/// Where SQLite keeps it.
fn sqlite_file(named: Option<&str>, data_dir: &Path) -> PathBuf {
    named.map_or_else(|| data_dir.join("cloakroom.db"), Into::into)
}
