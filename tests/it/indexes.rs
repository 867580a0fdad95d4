//! The indexes of big tables: which there are and who needs them, and how they are made while others write.

use crate::{
    lists::insert_files,
    migrations::{config, execute, insert, since},
    on_both_databases,
    support::{Kind, TestApp, drop_database, plans::plan},
};
use cloakroom::{
    config::DatabaseConfig,
    database::{self, DatabaseConnection},
    files::adopted,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};
use std::{collections::BTreeSet, time::Duration};
use tempfile::TempDir;
use tokio::time::timeout;

on_both_databases!(
    files_have_just_the_indexes_that_the_documents_argue_for,
    adopted_rows_without_a_size_are_found_without_reading_the_others,
);

/// The migration that drops one.
const LAST: &str = "index_of_unknown_sizes";

async fn files_have_just_the_indexes_that_the_documents_argue_for(app: &TestApp) {
    let table = include_str!("../../docs/architecture.md");
    let row = regex::Regex::new(r"(?m)^\| `(r2_files_\w+)` \| (.+) \|$").expect("a pattern");
    let is_here = |who: &str| app.kind == Kind::Postgres || !who.contains("on PostgreSQL alone");
    let documented: BTreeSet<String> =
        row.captures_iter(table).filter(|found| is_here(&found[2])).map(|found| found[1].to_owned()).collect();
    let of_no_constraint = match app.kind {
        Kind::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'r2_files' AND sql IS NOT NULL"
        }
        Kind::Postgres => {
            "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'r2_files'::regclass
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        }
    };
    let rows = app.rows(of_no_constraint, []).await;
    let there: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "name").expect("a name")).collect();
    assert_eq!(there, documented);
}

async fn adopted_rows_without_a_size_are_found_without_reading_the_others(app: &TestApp) {
    app.expect_orphans();
    insert_files(app, "user_123", 5_000).await;
    app.execute("UPDATE r2_files SET size = NULL WHERE file_name IN ('file-00007', 'file-00009', 'file-04000')").await;
    let unknown = adopted::list_unknown(&app.db, 7, 100).await.expect("listed");
    let keys: Vec<&str> = unknown.iter().map(|(_, key)| key.as_str()).collect();
    assert_eq!(keys, ["user_123/9", "user_123/4000"], "behind the seventh");
    let plan = plan(app, adopted::unknown_statement(0, 100, app.backend())).await;
    assert!(plan.contains("r2_files_by_size"), "{plan}");
    for waste in ["Sort", "TEMP B-TREE", "Removed by Filter"] {
        assert!(!plan.contains(waste), "{plan}");
    }
}

#[tokio::test]
async fn files_are_written_while_an_index_is_changed_on_postgres() {
    let (config, db, url, folder) = before_the_last().await;
    let longer = database::begin(&db).await.expect("begun");
    longer.execute_unprepared(INSERT).await.expect("written, and not committed");
    let migrating = tokio::spawn(async move { database::migrate(&config, folder.path()).await });
    timeout(Duration::from_secs(60), is_waited_for(&db)).await.expect("the migration waits");
    insert(&db, "meanwhile", "user_123").await;
    longer.commit().await.expect("committed");
    migrating.await.expect("no panic").expect("migrated");
    assert_eq!(indexes(&db, "indexrelid = to_regclass('r2_files_unknown')").await, 0);
    end(db, &url).await;
}

#[tokio::test]
async fn an_index_whose_making_died_is_made_anew_on_postgres() {
    let (_, db, url, _folder) = before_the_last().await;
    Migrator::up(db.unlimited(), None).await.expect("there");
    execute(&db, "CREATE INDEX r2_files_unknown ON r2_files (id) WHERE size IS NULL").await;
    // As PostgreSQL leaves one whose making was broken off.
    execute(&db, "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'r2_files_unknown'::regclass").await;
    Migrator::down(db.unlimited(), since(LAST)).await.expect("back");
    assert_eq!(indexes(&db, "indexrelid = to_regclass('r2_files_unknown') AND indisvalid").await, 1);
    end(db, &url).await;
}

/// Of a kind of its own, so that nobody waits for its counter.
const INSERT: &str =
    "INSERT INTO r2_files (object_key, file_url, user_id, kind) VALUES ('longer', '', 'user_123', 'video')";

/// A database without the last change of indexes.
async fn before_the_last() -> (DatabaseConfig, DatabaseConnection, String, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(Kind::Postgres, &folder).await;
    database::migrate(&config, folder.path()).await.expect("there");
    let db = database::open(&config, folder.path()).await.expect("open");
    Migrator::down(db.unlimited(), since(LAST)).await.expect("back");
    assert_eq!(indexes(&db, "indexrelid = to_regclass('r2_files_unknown')").await, 1);
    (config, db, url.expect("a database"), folder)
}

/// Until the migration waits for a transaction that was begun before it.
async fn is_waited_for(db: &DatabaseConnection) {
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database()
        AND wait_event_type = 'Lock' AND query LIKE '%INDEX CONCURRENTLY%'";
    while count(db, waiting).await == 0 {
        tokio::task::yield_now().await;
    }
}

async fn indexes(db: &DatabaseConnection, which: &str) -> i64 {
    count(db, &format!("SELECT count(*) AS count FROM pg_index WHERE {which}")).await
}

async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("an answer");
    row.expect("a row").try_get("", "count").expect("a number")
}

async fn end(db: DatabaseConnection, url: &str) {
    db.close().await.expect("closed");
    drop_database(url).await;
}
