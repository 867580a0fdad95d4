//! How the databases go about statements.

use super::TestApp;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// How the database goes about a statement, on PostgreSQL with the rows it really read.
pub async fn plan(app: &TestApp, statement: Statement) -> String {
    plan_of(&app.db, statement).await
}

/// The same, of whoever asks.
pub async fn plan_of(db: &impl ConnectionTrait, statement: Statement) -> String {
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    let explain = if is_postgres { "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " } else { "EXPLAIN QUERY PLAN " };
    let statement = Statement { sql: format!("{explain}{}", statement.sql), ..statement };
    let rows = db.query_all_raw(statement).await.expect("a plan");
    let column = if is_postgres { 0 } else { 3 };
    rows.iter().map(|row| row.try_get_by_index::<String>(column).expect("text")).collect::<Vec<_>>().join("\n")
}
