//! Work that one instance at a time may do: a row with an end, which works through any pooler and outlives nobody for
//! long.

use crate::error::{Error, Result};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Renewed three times before it ends. By the database's clock, so that the instances' clocks do not matter.
const LASTS: &str = "interval '30 seconds'";
const RENEWED_EVERY: Duration = Duration::from_secs(10);
const LOOKED_AT_EVERY: Duration = Duration::from_millis(500);
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Held until it is given back; if its holder dies, others take it when it ends.
pub struct Lease {
    db: DatabaseConnection,
    name: &'static str,
    holder: String,
    renewal: JoinHandle<()>,
}

impl Lease {
    /// Waits for it for as long as `patience`, and says so in the log.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable` with what to do, when somebody else has held it all the time.
    pub async fn take(db: &DatabaseConnection, name: &'static str, patience: Duration) -> Result<Self> {
        make_table(db).await?;
        let holder = format!("process {} ({})", std::process::id(), Uuid::new_v4());
        let begun = Instant::now();
        let mut told: Option<Instant> = None;
        while !is_taken(db, name, &holder).await? {
            if begun.elapsed() >= patience {
                return Err(still_held(db, name, patience).await);
            }
            if told.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
                tracing::info!(lease = name, "another instance is at it; waiting");
                told = Some(Instant::now());
            }
            tokio::time::sleep(LOOKED_AT_EVERY).await;
        }
        let renewal = tokio::spawn(renew(db.clone(), name, holder.clone()));
        Ok(Self { db: db.clone(), name, holder, renewal })
    }

    /// Gives it back, so that nobody has to wait until it ends.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable` when the database is away; then it ends by itself within 30 seconds.
    pub async fn give_back(self) -> Result<()> {
        self.renewal.abort();
        let delete = "DELETE FROM leases WHERE name = $1 AND holder = $2";
        let values = [self.name.into(), self.holder.clone().into()];
        self.db.execute_raw(Statement::from_sql_and_values(self.db.get_database_backend(), delete, values)).await?;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// Not a migration, as migrations need it. Two that make a table at once can be told that there is one (23505, 42P07).
async fn make_table(db: &DatabaseConnection) -> Result<()> {
    let create = "CREATE TABLE IF NOT EXISTS leases (
        name TEXT PRIMARY KEY, holder TEXT NOT NULL, until TIMESTAMPTZ NOT NULL)";
    if db.execute_unprepared(create).await.is_err() {
        db.execute_unprepared(create).await?;
    }
    Ok(())
}

async fn is_taken(db: &DatabaseConnection, name: &str, holder: &str) -> Result<bool, DbErr> {
    let take = format!(
        "INSERT INTO leases (name, holder, until) VALUES ($1, $2, now() + {LASTS})
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE leases.until < now() OR leases.holder = excluded.holder"
    );
    let statement =
        Statement::from_sql_and_values(db.get_database_backend(), take, [name.into(), holder.to_owned().into()]);
    Ok(db.execute_raw(statement).await?.rows_affected() == 1)
}

async fn renew(db: DatabaseConnection, name: &'static str, holder: String) {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        match is_taken(&db, name, &holder).await {
            Ok(true) => {}
            Ok(false) => tracing::error!(lease = name, "another instance took it over"),
            Err(error) => tracing::warn!(lease = name, %error, "it was not renewed"),
        }
    }
}

async fn still_held(db: &DatabaseConnection, name: &str, patience: Duration) -> Error {
    let select = "SELECT holder FROM leases WHERE name = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), select, [name.into()]);
    let row = db.query_one_raw(statement).await.ok().flatten();
    let holder: String = row.and_then(|row| row.try_get("", "holder").ok()).unwrap_or_default();
    Error::DatabaseUnavailable(format!(
        "the lease “{name}” has been held for {} s by {holder}. If it still works, start again later; if it is gone and \
         this goes on, run: DELETE FROM leases WHERE name = '{name}'",
        patience.as_secs()
    ))
}
