//! The options of both kinds of pool: how many connections, how long they live, and when one is closed instead of used.

use super::{
    connection::{JOB_LIMIT, REQUEST_LIMIT},
    health::Health,
};
use crate::{
    config::database::{Certificate, PostgresConfig},
    idle,
};
use sea_orm::ConnectOptions;
use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
    sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};
use std::{io, path::PathBuf, sync::Arc, time::Duration};

pub(super) const POSTGRES_CONNECTIONS: u32 = 20;
const SQLITE_CONNECTIONS: u32 = 8;
/// sqlx looks for idle connections once in this time and counts from its last look, to the millisecond: one may live
/// three times as long, or four when two looks were a hair too early. Neon sleeps after 300 s without a query and is to
/// find nobody connected: <https://neon.com/docs/introduction/scale-to-zero>.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// A connection that was idle for longer has to answer before it is used.
const FRESH: Duration = Duration::from_secs(1);
/// How long a connection may take to answer when it is asked whether it lives: a server that is there answers within a
/// round trip.
const ANSWER: Duration = Duration::from_secs(1);
/// A writer waits for another one a little less long than for its statement, so that it hears why.
const BUSY_TIMEOUT: Duration = REQUEST_LIMIT.saturating_sub(Duration::from_millis(500));

pub(super) fn sqlite(path: PathBuf, health: &Arc<Health>) -> ConnectOptions {
    let mut options = ConnectOptions::new("sqlite::memory:");
    common(&mut options, SQLITE_CONNECTIONS);
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
            // Heights of folders follow upwards, from each to the next.
            .pragma("recursive_triggers", "ON")
            .busy_timeout(BUSY_TIMEOUT)
    });
    let health = health.clone();
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let (released, acquired) = (health.clone(), health.clone());
        pool.after_release(move |connection, state| {
            let trusted = released.trusts(state.age);
            Box::pin(async move { Ok(trusted && is_out_of_transaction(connection).await?) })
        })
        .before_acquire(move |connection, state| {
            let usable = acquired.trusts(state.age) && !connection.is_in_transaction();
            Box::pin(async move { Ok(usable) })
        })
    });
    options
}

pub(super) fn postgres(config: &PostgresConfig, url: &str, connections: u32, health: &Arc<Health>) -> ConnectOptions {
    let certificate = config.certificate;
    let mut options = ConnectOptions::new(url);
    common(&mut options, connections);
    options.map_sqlx_postgres_opts(move |postgres| postgres_options(certificate, postgres));
    let health = health.clone();
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let (released, acquired) = (health.clone(), health.clone());
        pool.after_release(move |connection, state| {
            let (trusted, suspicious) = (released.trusts(state.age), released.is_suspicious());
            Box::pin(async move { Ok(trusted && (!suspicious || answers(connection).await?)) })
        })
        .before_acquire(move |connection, state| {
            let trusted = acquired.trusts(state.age) && !connection.is_in_transaction();
            Box::pin(async move { Ok(trusted && (state.idle_for < FRESH || answers(connection).await?)) })
        })
    });
    options
}

/// PgBouncer refuses start-up parameters it does not track.
pub(super) fn postgres_options(certificate: Certificate, postgres: PgConnectOptions) -> PgConnectOptions {
    let postgres = postgres.extra_float_digits(None).application_name("cloakroom");
    match certificate {
        Certificate::Verified => postgres.ssl_mode(PgSslMode::VerifyFull),
        Certificate::NotNeeded | Certificate::Waived => postgres,
    }
}

fn common(options: &mut ConnectOptions, connections: u32) {
    options
        .max_connections(connections)
        .min_connections(0)
        .idle_timeout(idle::after(IDLE_TIMEOUT))
        .acquire_timeout(JOB_LIMIT);
    options.sqlx_logging(false).test_before_acquire(false);
}

/// SQLite rolls back by itself when its disk is full; sqlx's own rollback then fails, and what it takes for a new
/// transaction is a part of one that nobody commits. Such a connection is closed.
async fn is_out_of_transaction(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // A rollback that was begun as its transaction was dropped is done by then.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// An error, rather than `false`, closes the connection without a goodbye, which nobody would hear.
async fn answers(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let silence = |_| sqlx::Error::Io(io::ErrorKind::TimedOut.into());
    tokio::time::timeout(ANSWER, connection.ping()).await.map_err(silence)?.map(|()| true)
}
