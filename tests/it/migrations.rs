//! The database's shape: there and back again, and the adoption of the guide's own table.

use crate::support::{Kind, TestApp, base_settings, create_database, drop_database};
use cloakroom::{
    accounts::{Principal, Role, users},
    config::{Config, DatabaseConfig},
    database::{self, DatabaseConnection},
    files::{adopted, list::folding::search_key},
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};

/// As the guide's own SQL makes it.
const GUIDES_TABLE: &str = "CREATE TABLE IF NOT EXISTS r2_files (
    id SERIAL PRIMARY KEY,
    object_key TEXT NOT NULL UNIQUE,
    file_url TEXT NOT NULL,
    user_id TEXT NOT NULL,
    upload_timestamp TIMESTAMPTZ DEFAULT NOW()
)";
const GUIDES_TABLE_ON_SQLITE: &str = "CREATE TABLE r2_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, object_key TEXT NOT NULL UNIQUE, file_url TEXT NOT NULL,
    user_id TEXT NOT NULL, upload_timestamp TEXT DEFAULT CURRENT_TIMESTAMP
)";
const KEY: &str = "0b7e9f2a-1d57-4b7e-8a36-6f5c0a7f3c11-test-image.png";

#[tokio::test]
async fn every_migration_goes_there_and_back_on_sqlite() {
    there_and_back(Kind::Sqlite).await;
}

#[tokio::test]
async fn every_migration_goes_there_and_back_on_postgres() {
    there_and_back(Kind::Postgres).await;
}

#[tokio::test]
async fn the_guides_table_is_adopted_without_losing_a_row_on_sqlite() {
    adoption(Kind::Sqlite).await;
}

#[tokio::test]
async fn the_guides_table_is_adopted_without_losing_a_row_on_postgres() {
    adoption(Kind::Postgres).await;
}

#[tokio::test]
async fn owners_and_removals_are_known_after_an_upgrade_on_sqlite() {
    upgrade(Kind::Sqlite).await;
}

#[tokio::test]
async fn owners_and_removals_are_known_after_an_upgrade_on_postgres() {
    upgrade(Kind::Postgres).await;
}

#[tokio::test]
async fn names_are_alone_again_without_folders_on_sqlite() {
    names_alone(Kind::Sqlite).await;
}

#[tokio::test]
async fn names_are_alone_again_without_folders_on_postgres() {
    names_alone(Kind::Postgres).await;
}

#[tokio::test]
async fn ten_instances_that_start_at_once_migrate_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(Kind::Postgres, &folder).await;
    let starts = (0..10).map(|_| database::migrate(&config, folder.path()));
    for outcome in futures::future::join_all(starts).await {
        outcome.expect("migrated");
    }
    drop_database(&url.expect("a database")).await;
}

#[tokio::test]
async fn files_from_before_have_tickets_in_the_order_of_upload_on_sqlite() {
    tickets_from_before(Kind::Sqlite).await;
}

#[tokio::test]
async fn files_from_before_have_tickets_in_the_order_of_upload_on_postgres() {
    tickets_from_before(Kind::Postgres).await;
}

async fn there_and_back(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(kind, &folder).await;
    database::migrate(&config, folder.path()).await.expect("there");
    let db = database::open(&config, folder.path()).await.expect("open");
    Migrator::down(db.unlimited(), None).await.expect("and back");
    Migrator::up(db.unlimited(), None).await.expect("and there again");
    db.close().await.expect("closed");
    if let Some(url) = url {
        drop_database(&url).await;
    }
}

async fn adoption(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(kind, &folder).await;
    let db = database::open(&config, folder.path()).await.expect("open");
    db.execute_unprepared(if kind == Kind::Sqlite { GUIDES_TABLE_ON_SQLITE } else { GUIDES_TABLE })
        .await
        .expect("the guide's table");
    for (key, user) in [(KEY, "user_123"), ("odd/../key", "user_456"), ("plain", "user_123")] {
        insert(&db, key, user).await;
    }
    database::migrate(&config, folder.path()).await.expect("adopted");
    assert_eq!(
        rows(&db).await,
        [
            (1, KEY.into(), "test-image.png".into()),
            (2, "odd/../key".into(), "odd/../key".into()),
            (3, "plain".into(), "plain".into())
        ]
    );
    insert(&db, "the guide's own code goes on", "user_123").await;
    assert_eq!(rows(&db).await.len(), 4);
    Migrator::down(db.unlimited(), since("_r2_files")).await.expect("back");
    let left = db
        .query_all_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT id, object_key, file_url, user_id, upload_timestamp FROM r2_files",
        ))
        .await;
    assert_eq!(left.expect("the guide's table is left").len(), 4);
    db.close().await.expect("closed");
    if let Some(url) = url {
        drop_database(&url).await;
    }
}

async fn upgrade(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(kind, &folder).await;
    database::migrate(&config, folder.path()).await.expect("up to date");
    let db = database::open(&config, folder.path()).await.expect("open");
    let email = "ada@example.com".parse().expect("an email");
    let ada = users::NewUser { email, name: "Ada".into(), role: Role::Member, password: None };
    let ada = users::create(&db, ada, &Principal::command_line(), database::now()).await.expect("a user");
    Migrator::down(db.unlimited(), since("_owners")).await.expect("before both");
    for (key, user) in [("hers", ada.to_string()), ("gone", ada.to_string()), ("nobody's", "user_123".to_owned())] {
        insert(&db, key, &user).await;
    }
    execute(&db, "UPDATE r2_files SET etag = ''").await;
    execute(&db, "UPDATE r2_files SET state = 'purging' WHERE object_key = 'gone'").await;
    Migrator::up(db.unlimited(), None).await.expect("after both");
    let owned = "SELECT id, object_key, file_name FROM r2_files WHERE owner_id IS NOT NULL ORDER BY id";
    assert_eq!(keys(&db, owned).await, ["hers", "gone"]);
    let removed = "SELECT object_key FROM r2_files WHERE object_removed_at IS NOT NULL AND etag IS NULL";
    assert_eq!(keys(&db, removed).await, ["gone"]);
    // What a version that knows nothing of owners writes meanwhile is put right by the next start.
    insert(&db, "late", &ada.to_string()).await;
    assert_eq!(adopted::name_owners(&db).await.expect("named"), 1);
    assert_eq!(keys(&db, owned).await, ["hers", "gone", "late"]);
    assert_eq!(adopted::name_owners(&db).await.expect("named before"), 0);
    Migrator::down(db.unlimited(), since("_owners")).await.expect("and back");
    assert_eq!(keys(&db, "SELECT object_key FROM r2_files WHERE etag = '' AND state = 'purging'").await, ["gone"]);
    db.close().await.expect("closed");
    if let Some(url) = url {
        drop_database(&url).await;
    }
}

async fn names_alone(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(kind, &folder).await;
    database::migrate(&config, folder.path()).await.expect("up to date");
    let db = database::open(&config, folder.path()).await.expect("open");
    insert(&db, "in a folder", "user_123").await;
    insert(&db, "alone", "user_123").await;
    execute(&db, "UPDATE r2_files SET name_key = 'alone' WHERE object_key = 'alone'").await;
    let values = [search_key("a.jpg", Some("Iceland")).into(), "Iceland".into()];
    let sql = "UPDATE r2_files SET name_key = $1, folder_path = $2 WHERE object_key = 'in a folder'";
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.expect("updated");
    let too_long = format!("UPDATE r2_files SET folder_path = '{}' WHERE object_key = 'alone'", "a".repeat(2_049));
    assert!(db.execute_unprepared(&too_long).await.is_err(), "no header holds so much");
    Migrator::down(db.unlimited(), since("_folder_paths")).await.expect("back");
    assert_eq!(keys(&db, "SELECT name_key AS object_key FROM r2_files ORDER BY id").await, ["a.jpg", "alone"]);
    db.close().await.expect("closed");
    if let Some(url) = url {
        drop_database(&url).await;
    }
}

async fn tickets_from_before(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(kind, &folder).await;
    database::migrate(&config, folder.path()).await.expect("up to date");
    let db = database::open(&config, folder.path()).await.expect("open");
    let email = "ada@example.com".parse().expect("an email");
    let ada = users::NewUser { email, name: "Ada".into(), role: Role::Member, password: None };
    let ada = users::create(&db, ada, &Principal::command_line(), database::now()).await.expect("a user");
    Migrator::down(db.unlimited(), since("_tickets")).await.expect("before tickets");
    for (key, user) in [("second", ada.to_string()), ("first", ada.to_string()), ("nobody's", "user_123".to_owned())] {
        insert(&db, key, &user).await;
    }
    execute(&db, "UPDATE r2_files SET upload_timestamp = '2026-01-02T03:04:05+00:00' WHERE object_key = 'first'").await;
    adopted::name_owners(&db).await.expect("named");
    Migrator::up(db.unlimited(), None).await.expect("and after");
    assert_eq!(
        keys(&db, "SELECT object_key FROM r2_files WHERE ticket IS NOT NULL ORDER BY ticket").await,
        ["first", "second"]
    );
    assert_eq!(keys(&db, "SELECT email AS object_key FROM users WHERE last_ticket = 2").await, ["ada@example.com"]);
    db.close().await.expect("closed");
    if let Some(url) = url {
        drop_database(&url).await;
    }
}

/// How many steps lead back to where there was no migration of this name.
pub fn since(name: &str) -> Option<u32> {
    let all = Migrator::migrations();
    let place = all.iter().position(|one| one.name().ends_with(name)).expect("it is there");
    u32::try_from(all.len() - place).ok()
}

pub async fn execute(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.expect("the statement runs");
}

pub async fn keys(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("rows");
    rows.iter().map(|row| row.try_get("", "object_key").expect("a key")).collect()
}

/// A row that the guide's code left is completed at start-up from what the bucket says of its object.
#[tokio::test]
async fn an_adopted_file_is_looked_up_and_shown_to_admins() {
    let app = TestApp::start(Kind::Sqlite, &[]).await;
    app.bucket()
        .put_object_builder(KEY, crate::support::uploads::PNG)
        .with_content_type("image/png")
        .execute()
        .await
        .expect("put");
    insert(&app.db, KEY, "user_123").await;
    let state = app.second_instance().await;
    assert_eq!(cloakroom::jobs::adopt::look(&state, 0).await.expect("looked up").0, 1);
    assert_eq!(
        app.count("SELECT count(*) FROM r2_files WHERE size = 69 AND content_type = 'image/png' AND state = 'ready'")
            .await,
        1
    );
    let admin = app.someone(cloakroom::accounts::Role::Admin).await;
    let page = app.browser_of(&admin).await.get("/admin/files?user=user_123").await;
    page.assert_shows(&["test-image.png", "69 bytes"]);
    app.finish().await;
}

pub async fn config(kind: Kind, folder: &tempfile::TempDir) -> (DatabaseConfig, Option<String>) {
    let url = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => Some(create_database().await),
    };
    let mut values = base_settings(folder.path());
    values.extend(url.clone().map(|url| ("DATABASE_URL".to_owned(), url)));
    (Config::from_values(values).expect("settings").database, url)
}

pub async fn insert(db: &DatabaseConnection, key: &str, user: &str) {
    let sql = "INSERT INTO r2_files (object_key, file_url, user_id) VALUES ($1, $2, $3)";
    let values = [key.into(), format!("https://pub.example.com/{key}").into(), user.into()];
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.expect("inserted");
}

async fn rows(db: &DatabaseConnection) -> Vec<(i64, String, String)> {
    let sql = "SELECT id, object_key, file_name FROM r2_files WHERE upload_timestamp IS NOT NULL AND file_id IS NOT NULL AND size IS NULL ORDER BY id";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("rows");
    let row = |row: &sea_orm::QueryResult| {
        Ok::<_, sea_orm::DbErr>((row.try_get("", "id")?, row.try_get("", "object_key")?, row.try_get("", "file_name")?))
    };
    rows.iter().map(|found| row(found).expect("a row")).collect()
}
