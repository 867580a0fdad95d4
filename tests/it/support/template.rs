//! A database that was brought up to date once for the whole run, and the copies of it that tests begin with.

use super::{
    Kind, base_settings, create_database,
    postgres::{copy_database, direct},
};
use cloakroom::{config::Config, database};
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
            Some(copy_database(template).await)
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
    // A pooler would stay connected, and what somebody is connected to cannot be copied.
    let url = direct(&create_database().await);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut values = base_settings(folder.path());
    values.insert("DATABASE_URL".to_owned(), url.clone());
    let config = Config::from_values(values).expect("settings");
    database::migrate(&config.database, folder.path()).await.expect("up to date");
    url
}
