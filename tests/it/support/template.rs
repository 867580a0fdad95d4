//! A database that was brought up to date once for the whole run, and the copies of it that tests begin with.

use super::{Kind, base_settings, create_database};
use cloakroom::{config::Config, database};
use sea_orm::{ConnectionTrait, Database};
use std::path::Path;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// SQLite's file in a data folder.
const FILE: &str = "cloakroom.db";

/// A database of its own, its shape up to date; the URL of one in PostgreSQL.
pub async fn create_migrated(kind: Kind, data_dir: &Path) -> Option<String> {
    match kind {
        Kind::Sqlite => {
            static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
            let template = TEMPLATE.get_or_init(migrate_sqlite).await;
            std::fs::copy(template.path().join(FILE), data_dir.join(FILE)).expect("copied");
            None
        }
        Kind::Postgres => {
            static TEMPLATE: OnceCell<String> = OnceCell::const_new();
            let template = TEMPLATE.get_or_init(migrate_postgres).await;
            Some(copy(template).await)
        }
    }
}

async fn migrate_sqlite() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config::from_values(base_settings(folder.path())).expect("settings");
    database::migrate(&config.database, folder.path()).await.expect("up to date");
    assert!(!folder.path().join(format!("{FILE}-wal")).exists(), "not all of it is in the file");
    folder
}

async fn migrate_postgres() -> String {
    let url = create_database().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut values = base_settings(folder.path());
    values.insert("DATABASE_URL".to_owned(), url.clone());
    let config = Config::from_values(values).expect("settings");
    database::migrate(&config.database, folder.path()).await.expect("up to date");
    url
}

async fn copy(template: &str) -> String {
    let (server, rest) = template.split_once("/test_").expect("a test's database");
    let (template, query) = rest.split_once('?').expect("a query");
    let name = uuid::Uuid::new_v4().simple().to_string();
    let db = Database::connect(format!("{server}/postgres?{query}")).await.expect("PostgreSQL answers");
    db.execute_unprepared(&format!("CREATE DATABASE test_{name} TEMPLATE test_{template}")).await.expect("copied");
    db.close().await.expect("closed");
    format!("{server}/test_{name}?{query}")
}
