//! The pool and transactions on it: each statement has a limit, and a transaction in which one failed is never
//! committed.

use super::{gathered::Gathered, health::Health, row_security::RowSecurity};
use crate::{crash_points::Effect, error::Result as AppResult};
use futures::future::BoxFuture;
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How long a statement may take that people or programs wait for, the wait for a connection included.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// How long a statement may take that nobody waits for, the wait for a connection included.
pub const JOB_LIMIT: Duration = Duration::from_secs(30);

tokio::task_local! {
    static LIMIT: Duration;
}

/// Work that nobody waits for: each of its statements has [`JOB_LIMIT`] instead of [`REQUEST_LIMIT`]. What it spawns is
/// another matter.
pub async fn as_job<T>(work: impl Future<Output = T>) -> T {
    LIMIT.scope(JOB_LIMIT, work).await
}

/// Is this part of such work?
pub(super) fn is_job() -> bool {
    LIMIT.try_with(|_| ()).is_ok()
}

/// Tells who waits what came of a change, once it is lasting.
pub(super) type Told = Box<dyn FnOnce() + Send>;
/// A change that may be made along with others by one transaction.
pub(super) type SharedChange =
    Box<dyn for<'a> FnOnce(&'a DatabaseTransaction) -> BoxFuture<'a, AppResult<Told>> + Send>;

/// A pool of connections, as sea-orm has it. The limit is kept on this side, as a pooler in between would lose
/// `statement_timeout` (<https://www.pgbouncer.org/features.html>), and a frozen server would not keep it.
#[derive(Clone, Debug)]
pub struct DatabaseConnection {
    pool: sea_orm::DatabaseConnection,
    health: Arc<Health>,
    pub(super) row_security: Arc<RowSecurity>,
    pub(super) gathered: Gathered<SharedChange>,
}

/// A transaction, which is rolled back unless it is committed.
#[derive(Debug)]
pub struct DatabaseTransaction {
    inner: sea_orm::DatabaseTransaction,
    health: Arc<Health>,
    /// SQLite rolls back by itself when its disk is full and runs what follows without a transaction; PostgreSQL
    /// refuses what follows. So here nothing follows.
    has_failed: AtomicBool,
}

impl DatabaseConnection {
    pub(super) fn new(pool: sea_orm::DatabaseConnection, health: Arc<Health>, row_security: RowSecurity) -> Self {
        Self { pool, health, row_security: Arc::new(row_security), gathered: Gathered::default() }
    }

    /// The pool itself, whose statements have no limit: for migrations, which take as long as they take.
    pub fn unlimited(&self) -> &sea_orm::DatabaseConnection {
        &self.pool
    }

    /// How many connections there are, and how many of them rest.
    pub fn connections(&self) -> (u64, u64) {
        let (all, idle) = match self.pool.get_database_backend() {
            DbBackend::Sqlite => {
                let pool = self.pool.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            _ => {
                let pool = self.pool.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        (all.into(), idle as u64)
    }

    /// Why the last write failed, when it was the disk, and none has succeeded since.
    pub fn write_trouble(&self) -> Option<String> {
        self.health.write_trouble()
    }

    /// How many changes were made by this pool.
    pub fn changes(&self) -> u64 {
        self.health.changes.times()
    }

    /// Waits until something is changed here; at once if that was since the last wait. For one that waits.
    pub async fn changed(&self) {
        self.health.changes.wait().await;
    }

    /// Notes a change that was made by a single statement.
    pub fn note_change(&self) {
        self.health.changes.note();
    }

    /// Waits until somebody's request asks the database something; at once if one did since the last wait. For one that waits.
    pub async fn asked(&self) {
        self.health.requests.wait().await;
    }

    /// Tries whether writes come through again, when the last one did not.
    ///
    /// # Errors
    ///
    /// When they still do not, with what the database says of it.
    pub async fn check_writable(&self) -> Result<(), DbErr> {
        if self.health.write_trouble().is_none() {
            return Ok(());
        }
        let transaction = self.begin().await?;
        transaction.execute_unprepared("INSERT INTO settings (name, value) VALUES ('write_check', '')").await?;
        transaction.execute_unprepared("DELETE FROM settings WHERE name = 'write_check'").await?;
        transaction.commit().await
    }

    /// Ends every connection.
    ///
    /// # Errors
    ///
    /// When sqlx could not close the pool.
    pub async fn close(self) -> Result<(), DbErr> {
        self.pool.close().await
    }

    /// SQLite's write lock is taken at once: what begins as a reader cannot become a writer when another was faster.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let is_sqlite = self.get_database_backend() == DbBackend::Sqlite;
        let sqlite_transaction_mode = is_sqlite.then_some(SqliteTransactionMode::Immediate);
        self.begin_with(TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
    }

    /// SQLite shows a reader one state by itself, without keeping writers waiting.
    pub(super) async fn begin_to_read(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.get_database_backend() {
            DbBackend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..Default::default()
            },
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        self.begin_with(options).await
    }

    pub(super) async fn begin_with(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        let inner = self.limited(self.pool.begin_with_options(options)).await?;
        let health = self.health.clone();
        Ok(DatabaseTransaction { inner, health, has_failed: AtomicBool::new(false) })
    }

    async fn limited<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        limited(&self.health, work).await
    }

    /// A statement that is a transaction of its own.
    async fn lasting<T>(&self, effect: Effect, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.limited(work).await.inspect(|_| effect.note())
    }
}

impl DatabaseTransaction {
    /// Makes what was done lasting. It is the outermost transaction: a connection is only handed out when it is in
    /// none.
    ///
    /// # Errors
    ///
    /// When it was not, or nobody knows: then the connection is closed.
    pub async fn commit(self) -> Result<(), DbErr> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Err(after_failure());
        }
        let Self { inner, health, .. } = self;
        let outcome = limited(&health, inner.commit()).await;
        match &outcome {
            Ok(()) => {
                health.note_commit();
                Effect::of_commit().note();
            }
            Err(_) => health.distrust(),
        }
        outcome
    }

    /// Takes back what was done.
    ///
    /// # Errors
    ///
    /// When the database did not answer: then the connection is closed, which takes it back as well.
    pub async fn rollback(self) -> Result<(), DbErr> {
        let Self { inner, health, .. } = self;
        limited(&health, inner.rollback()).await.inspect_err(|_| health.distrust())
    }

    async fn limited<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Err(after_failure());
        }
        let outcome = limited(&self.health, work).await;
        outcome.inspect_err(|_| self.has_failed.store(true, Ordering::Relaxed))
    }
}

/// Runs a statement for no longer than its limit, and notes what its end says of its connection.
async fn limited<T>(health: &Health, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let limit = LIMIT.try_with(|limit| *limit).unwrap_or_else(|_| {
        health.requests.note();
        REQUEST_LIMIT
    });
    // Dropped after what is noted here, as its connection is looked at when it goes.
    let mut work = pin!(work);
    let cancelled = health.cancelled_unless_told();
    let outcome = tokio::time::timeout(limit, &mut work).await;
    cancelled.tell_of_the_end();
    match outcome {
        Ok(outcome) => outcome.inspect_err(|error| health.note_error(error)),
        Err(_) => {
            health.distrust();
            Err(DbErr::Conn(RuntimeErr::Internal(format!("no answer within {} s", limit.as_secs()))))
        }
    }
}

fn after_failure() -> DbErr {
    DbErr::Custom("a transaction went on after one of its statements had failed".into())
}

#[async_trait::async_trait]
impl ConnectionTrait for DatabaseConnection {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let effect = Effect::of_statement(&statement.sql);
        self.lasting(effect, self.pool.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.lasting(Effect::of_statement(sql), self.pool.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let effect = Effect::of_statement(&statement.sql);
        self.lasting(effect, self.pool.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let effect = Effect::of_statement(&statement.sql);
        self.lasting(effect, self.pool.query_all_raw(statement)).await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for DatabaseTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.limited(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.limited(self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.limited(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.limited(self.inner.query_all_raw(statement)).await
    }
}
