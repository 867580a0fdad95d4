//! The PostgreSQL that `tests/run.sh` started, a database of its own for each test, and the pooler in between.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use uuid::Uuid;

/// A new, empty database; its URL, as the app is told it: through the pooler where there is one.
pub async fn create_database() -> String {
    let name = new_name();
    on_server(&format!("CREATE DATABASE {name}")).await;
    url_of(&pooler().unwrap_or_else(server), &name)
}

/// A new database with all that another has, which nobody may be connected to.
pub async fn copy_database(url: &str) -> String {
    let name = new_name();
    on_server(&format!("CREATE DATABASE {name} TEMPLATE {}", name_of(url))).await;
    url_of(&pooler().unwrap_or_else(server), &name)
}

/// Ends every connection to it, those of a pooler too.
pub async fn drop_database(url: &str) {
    on_server(&format!("DROP DATABASE {} WITH (FORCE)", name_of(url))).await;
}

/// The same database without a pooler in between.
pub fn direct(url: &str) -> String {
    url_of(&server(), name_of(url))
}

/// As the app connects: a pooler takes no parameters that it does not know.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.map_sqlx_postgres_opts(|postgres| postgres.extra_float_digits(None));
    Database::connect(options).await.expect("PostgreSQL answers")
}

/// One statement, outside of all tests' databases.
pub async fn on_server(sql: &str) {
    let db = connect(&server()).await;
    db.execute_unprepared(sql).await.expect("the statement runs");
    db.close().await.expect("closed");
}

fn new_name() -> String {
    format!("test_{}", Uuid::new_v4().simple())
}

pub fn name_of(url: &str) -> &str {
    let (rest, _) = url.split_once('?').expect("a query");
    rest.rsplit_once('/').expect("a path").1
}

fn url_of(server: &str, name: &str) -> String {
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

#[expect(clippy::disallowed_methods, reason = "where run.sh says that PostgreSQL is")]
fn server() -> String {
    std::env::var("CLOAKROOM_TEST_POSTGRES").expect("CLOAKROOM_TEST_POSTGRES is not set: run bash tests/run.sh")
}

#[expect(clippy::disallowed_methods, reason = "where run.sh says that PgBouncer is, if it is")]
fn pooler() -> Option<String> {
    std::env::var("CLOAKROOM_TEST_POOLER").ok()
}
