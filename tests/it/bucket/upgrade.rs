//! The index from version to version: nothing is lost on the way, and a newer one is left alone.

use std::{fs, path::Path};

use cloakroom::bucket::BucketError;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    multipart::{PART, Upload, bytes},
    server::{Server, index, open},
};

/// What the first version made, to the letter.
const VERSION_1: &str = "
    CREATE TABLE object (
        key BLOB PRIMARY KEY NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL CHECK (size >= 0),
        etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL,
        attributes TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    PRAGMA user_version = 1;
";

/// A folder as the first version left it, with one object in it.
async fn write_version_1(folder: &Path) {
    let name = "0197c0a2000070008000000000000001";
    let leaf = folder.join("objects/0197/c0a2");
    fs::create_dir_all(&leaf).expect("a folder");
    fs::write(leaf.join(name), "coat").expect("a file");
    let options = SqliteConnectOptions::new().filename(folder.join("index.db")).create_if_missing(true);
    let mut db = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Wal).connect().await.expect("an index");
    sqlx::raw_sql(VERSION_1).execute(&mut db).await.expect("tables");
    let attributes = r#"{"content_type":"image/png","metadata":{"colour":"blue"},"checksums":{"crc32c":"AAAAAA=="}}"#;
    sqlx::query("INSERT INTO object VALUES (?, ?, 4, 'abc', 1700000000000000, ?)")
        .bind(b"old/coat".as_slice())
        .bind(name)
        .bind(attributes)
        .execute(&mut db)
        .await
        .expect("an object");
    sqlx::query("INSERT INTO setting VALUES ('cors_rules', '[]')").execute(&mut db).await.expect("a setting");
    db.close().await.expect("closed");
}

async fn version(db: &mut SqliteConnection) -> i64 {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(db).await.expect("a version")
}

#[tokio::test]
async fn an_index_of_the_first_version_becomes_one_of_today() {
    let folder = tempfile::tempdir().expect("a folder");
    write_version_1(folder.path()).await;
    let server = Server::start_in(folder).await;
    let mut db = index(server.folder.path()).await;
    assert_eq!(version(&mut db).await, 2);
    db.close().await.expect("closed");
    let old = server.get("old/coat").await.expect(200, "");
    assert_eq!((old.text(), old.header("etag")), ("coat".to_owned(), Some("\"abc\"".to_owned())));
    assert_eq!(old.header("x-amz-meta-colour").as_deref(), Some("blue"));
    server.ask("GET", "").query("cors", "").send().await.expect(404, "NoSuchCORSConfiguration");
    let upload = Upload::begin(&server, "old/coat").await;
    let etags = [upload.send(1, bytes(PART, 1)).await, upload.send(2, "end").await];
    upload.complete(&[(1, &etags[0]), (2, &etags[1])]).await.expect(200, "");
    let server = Server::start_in(server.stop().await).await;
    assert_eq!(server.get("old/coat").await.expect(200, "").body.len(), PART + 3);
    server.finish().await;
}

#[tokio::test]
async fn an_index_of_a_newer_version_is_left_alone() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let folder = server.stop().await;
    let mut db = index(folder.path()).await;
    sqlx::raw_sql("PRAGMA user_version = 3").execute(&mut db).await.expect("a newer one");
    db.close().await.expect("closed");
    let refused = open(folder.path()).await.err().expect("is refused");
    assert!(matches!(refused, BucketError::Newer { version: 3, .. }), "{refused}");
    let mut db = index(folder.path()).await;
    sqlx::raw_sql("PRAGMA user_version = 2").execute(&mut db).await.expect("today's");
    db.close().await.expect("closed");
    Server::start_in(folder).await.finish().await;
}
