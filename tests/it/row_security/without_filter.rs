//! A connection that forgets the application's own condition in every statement.

use regex::Regex;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::sync::LazyLock;

/// Whose rows are asked for, as the application writes it; the value is used up all the same.
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""(r2_files|sessions|api_tokens|audit_events)"\."user_id" = (\$\d+)"#).expect("a pattern")
});

pub struct WithoutFilter<'a, C>(pub &'a C);

fn forgetful(statement: Statement) -> Statement {
    assert!(OWN.is_match(&statement.sql), "nothing is forgotten: {}", statement.sql);
    Statement { sql: OWN.replace_all(&statement.sql, "$2 IS NOT NULL").into_owned(), ..statement }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for WithoutFilter<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(forgetful(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        panic!("it has no condition: {sql}")
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(forgetful(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(forgetful(statement)).await
    }
}
