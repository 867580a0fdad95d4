//! What people read: on PostgreSQL in a transaction of their own, in which its policies show them their own rows alone.

use super::{
    DatabaseConnection, DatabaseTransaction, on_a_live_connection,
    row_security::{self, RowSecurity},
};
use crate::{error::Result, ids::UserId};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, TransactionOptions};

/// Somebody's reads. They keep a connection: while there are any, nothing else is asked of the database, nor of the store. When they
/// are dropped, their transaction ends, on nobody's time.
#[derive(Debug)]
pub enum Reads<'a> {
    /// Bound by the conditions of the queries alone.
    Plain(&'a DatabaseConnection),
    /// Bound by policies as well.
    Bound(DatabaseTransaction),
}

/// Begins the reads of somebody.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` when the role was taken away meanwhile.
pub async fn read_as(db: &DatabaseConnection, user: UserId) -> Result<Reads<'_>> {
    match db.row_security() {
        RowSecurity::On(reader) => on_a_live_connection(db, || db.begin_as(reader, user)).await.map(Reads::Bound),
        RowSecurity::Off | RowSecurity::Missing { .. } => Ok(Reads::Plain(db)),
    }
}

impl DatabaseConnection {
    /// Whether people's reads are bound by policies.
    pub fn row_security(&self) -> &RowSecurity {
        &self.row_security
    }

    /// All that is set ends with the transaction, so it works through a pooler.
    async fn begin_as(&self, reader: &str, user: UserId) -> Result<DatabaseTransaction, DbErr> {
        let transaction = self.begin_with(TransactionOptions::default()).await?;
        transaction.query_one_raw(row_security::binding(reader, &user.to_string())).await?;
        Ok(transaction)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reads<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Plain(db) => db.get_database_backend(),
            Self::Bound(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Plain(db) => db.execute_raw(statement).await,
            Self::Bound(transaction) => transaction.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Plain(db) => db.execute_unprepared(sql).await,
            Self::Bound(transaction) => transaction.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Plain(db) => db.query_one_raw(statement).await,
            Self::Bound(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Plain(db) => db.query_all_raw(statement).await,
            Self::Bound(transaction) => transaction.query_all_raw(statement).await,
        }
    }
}
