//! What PostgreSQL itself lets people see: their own rows, whatever the application asks for.

mod bounds;
mod listings;
mod roles;
mod without_filter;

use crate::support::TestApp;
use cloakroom::database::RowSecurity;
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};

/// The role that people's reads run as.
fn reader(app: &TestApp) -> String {
    match app.db.row_security() {
        RowSecurity::On(reader) => reader.clone(),
        other => panic!("{other:?}"),
    }
}

/// What comes of a statement of somebody who is the role, in a transaction that may write as far as it is concerned.
async fn as_reader(app: &TestApp, user: Option<&str>, sql: &str) -> Result<i64, String> {
    let transaction = app.db.unlimited().begin().await.expect("a transaction");
    transaction.execute_unprepared(&format!("SET LOCAL ROLE {}", reader(app))).await.expect("the role");
    if let Some(user) = user {
        let set = format!("SET LOCAL app.user_id = '{user}'");
        transaction.execute_unprepared(&set).await.expect("set");
    }
    let answer = transaction.query_one_raw(Statement::from_string(app.backend(), sql)).await;
    answer.map(|row| row.map_or(0, |row| row.try_get_by_index(0).expect("a number"))).map_err(|error| error.to_string())
}
