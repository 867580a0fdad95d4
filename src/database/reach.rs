//! The first connection of a start: whether the database is there and fit for us, and if not, what to do.

use super::pool;
use crate::{
    config::database::{Certificate, Place, PostgresConfig},
    error::{Error, Result},
};
use sqlx::{Connection, postgres::PgConnection};
use std::{io::ErrorKind, time::Duration};
use tokio::time::{Instant, sleep, timeout_at};

/// A sleeping Neon needs some hundred milliseconds to wake, a PostgreSQL that starts some seconds.
const PATIENCE: Duration = Duration::from_secs(12);
const NO_PREPARED_STATEMENTS: &str = "DATABASE_URL leads to a pooler in transaction mode that keeps no prepared \
    statements: use PgBouncer 1.21 or later with max_prepared_statements = 200, or the URL of PostgreSQL itself.";
const REST: Duration = Duration::from_millis(500);

/// One way to the database, and what says so.
struct Way<'a> {
    setting: &'static str,
    url: &'a str,
    place: &'a Place,
    certificate: Certificate,
}

/// Connects as the app will, and to the direct URL as migrations will, and looks whether a pooler in between keeps
/// prepared statements apart.
///
/// # Errors
///
/// `DatabaseUnavailable`, with the host, the cause and the remedy, within 15 seconds.
pub(super) async fn check(config: &PostgresConfig) -> Result<()> {
    let PostgresConfig { url, direct_url, place, direct_place, certificate, .. } = config;
    let usual = Way { setting: "DATABASE_URL", url: url.reveal(), place, certificate: *certificate };
    let direct = Way { setting: "DATABASE_DIRECT_URL", url: direct_url.reveal(), place: direct_place, ..usual };
    let mut first = connect(&usual).await?;
    if usual.url != direct.url {
        let direct = connect(&direct).await?;
        let _ = direct.close().await;
    }
    let mut second = connect(&usual).await?;
    let kept = keeps_prepared_statements(&mut first, &mut second).await;
    let _ = (first.close().await, second.close().await);
    kept
}

async fn connect(way: &Way<'_>) -> Result<PgConnection> {
    let options = way.url.parse().map_err(|error| explained(way, &error))?;
    let options = pool::postgres_options(way.certificate, options);
    let until = Instant::now() + PATIENCE;
    loop {
        match timeout_at(until, PgConnection::connect_with(&options)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) if is_starting(&error) && Instant::now() + REST < until => sleep(REST).await,
            Ok(Err(error)) => return Err(explained(way, &error)),
            Err(_) => return Err(explained(way, &sqlx::Error::Io(ErrorKind::TimedOut.into()))),
        }
    }
}

/// A pooler in transaction mode gives one connection of the server to many clients in turn. Where it does not keep each
/// one's prepared statements apart, the second client's first statement takes the name that the first one's has, or is
/// taken for it.
async fn keeps_prepared_statements(first: &mut PgConnection, second: &mut PgConnection) -> Result<()> {
    for _ in 0..2 {
        for (connection, sql, sum) in [(&mut *first, "SELECT $1::int + 1", 1), (&mut *second, "SELECT $1::int + 2", 2)]
        {
            match sqlx::query_scalar::<_, i32>(sql).bind(0).fetch_one(connection).await {
                Ok(answer) if answer == sum => {}
                Err(error) if !is_confused(&error) => return Err(Error::DatabaseUnavailable(error.to_string())),
                Ok(_) | Err(_) => return Err(Error::DatabaseUnavailable(NO_PREPARED_STATEMENTS.into())),
            }
        }
    }
    Ok(())
}

/// invalid_sql_statement_name and duplicate_prepared_statement.
fn is_confused(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == "26000" || code == "42P05")
}

/// 57P03: cannot_connect_now, as while PostgreSQL recovers.
fn is_starting(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "57P03")
}

fn explained(way: &Way<'_>, error: &sqlx::Error) -> Error {
    let Way { setting, place, .. } = way;
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    let kind = if let sqlx::Error::Io(error) = error { Some(error.kind()) } else { None };
    let words = match (&*code, kind) {
        ("28P01" | "28000", _) => {
            format!("{place} does not take this user and password ({error}). Correct {setting}.")
        }
        ("3D000", _) => format!("{place} has no such database ({error}). Create it, or correct {setting}."),
        (_, Some(ErrorKind::TimedOut)) => {
            format!("{place} does not answer. Look whether it runs, and whether a firewall is in between.")
        }
        (_, Some(ErrorKind::ConnectionRefused | ErrorKind::NotFound)) => {
            format!("nothing listens at {place} ({error}). Start PostgreSQL there, or correct {setting}.")
        }
        _ if matches!(error, sqlx::Error::Tls(_)) || kind == Some(ErrorKind::InvalidData) => untrusted(way, error),
        _ => format!("{place}: {error}. Look whether it runs, or correct {setting}."),
    };
    Error::DatabaseUnavailable(words)
}

fn untrusted(way: &Way<'_>, error: &sqlx::Error) -> String {
    let Way { setting, place, .. } = way;
    let remedy = match way.certificate {
        Certificate::Verified => format!(
            "Give the server a certificate for its name and name its authority with sslrootcert=FILE in {setting}; \
             if it is a name without a dot in a network of your own, add sslmode=disable."
        ),
        Certificate::NotNeeded | Certificate::Waived => format!("Correct sslmode in {setting}."),
    };
    format!("the connection to {place} cannot be trusted ({error}). {remedy}")
}
