//! Starting: what is in the way is said at once, with what to do, and two that start do not get into each other's.

use crate::support::{
    base_settings, create_database, drop_database,
    postgres::{connect, direct},
    program::run,
    proxy::FreezableProxy,
};
use cloakroom::{database::Lease, error::Error};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// What a start that fails says, and how long that took.
fn refusal(folder: &Path, database_url: &str) -> (String, Duration) {
    refusal_with(folder, &[("DATABASE_URL", database_url)])
}

fn refusal_with(folder: &Path, urls: &[(&str, &str)]) -> (String, Duration) {
    let mut settings = base_settings(folder);
    settings.extend(urls.iter().map(|(name, url)| (name.to_string(), url.to_string())));
    // A remote database wants a store, which a migration does not ask for anything.
    for name in ["R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME"] {
        settings.insert(name.into(), "somebody".into());
    }
    settings.insert("APP_URL".into(), "http://localhost:3000".into());
    let begun = Instant::now();
    let ended = run(&["migrate"], &settings, folder, "");
    assert_eq!(ended.status.code(), Some(1), "{urls:?}");
    (String::from_utf8_lossy(&ended.stderr).into_owned(), begun.elapsed())
}

/// Asserts that all of it was said, and names what was not.
#[track_caller]
fn assert_says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "no “{word}” in {said}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_with_cause_and_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let url = create_database().await;
    let missing = url.replacen("/test_", "/no_such_", 1);
    let (_, sockets) = url.split_once("host=").expect("a socket's folder");
    let sockets = sockets.split('&').next().unwrap_or_default().to_owned();
    for (wrong, host, remedy) in [
        (format!("postgres://ada:secret@{free}/x"), free.to_string(), "Start PostgreSQL there"),
        (missing, sockets, "Create it, or correct DATABASE_URL"),
        ("postgres://ada:secret@nowhere.invalid/x?".to_owned(), "nowhere.invalid".to_owned(), "correct DATABASE_URL"),
    ] {
        let (said, took) = refusal(folder.path(), &wrong);
        assert_says(&said, &[&host, remedy]);
        assert!(!said.contains("secret"), "{said}");
        assert!(took < Duration::from_secs(15), "{took:?}: {said}");
    }
    let direct = format!("postgres://ada:secret@{free}/x");
    let (said, _) = refusal_with(folder.path(), &[("DATABASE_URL", &url), ("DATABASE_DIRECT_URL", &direct)]);
    assert_says(&said, &["correct DATABASE_DIRECT_URL", &free.to_string()]);
    drop_database(&url).await;
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_given_up_within_fifteen_seconds() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = create_database().await;
    let proxy = FreezableProxy::before(&url).await;
    proxy.freeze();
    let frozen = proxy.url();
    let (said, took) = tokio::task::spawn_blocking(move || refusal(folder.path(), &frozen)).await.expect("ended");
    assert_says(&said, &["127.0.0.1", "does not answer"]);
    assert!(took < Duration::from_secs(15), "{took:?}");
    drop_database(&url).await;
}

#[test]
fn a_damaged_sqlite_file_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("index.db");
    std::fs::write(&file, "these are no tables").expect("written");
    let (said, _) = refusal(folder.path(), &format!("sqlite:{}", file.display()));
    assert_says(&said, &["index.db", "damaged", "backup"]);
    assert_eq!(std::fs::read(&file).expect("it is still there"), b"these are no tables");
}

#[tokio::test]
async fn a_pooler_without_prepared_statements_is_told_apart() {
    let url = direct(&create_database().await);
    let folder = tempfile::tempdir().expect("a folder");
    let pooler = Pooler::start(&url);
    let (said, _) = refusal(folder.path(), &pooler.url_of(&url));
    assert_says(&said, &["keeps no prepared statements", "max_prepared_statements"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    drop(pooler);
    drop_database(&url).await;
}

#[tokio::test]
async fn who_died_while_migrating_keeps_nobody_waiting_for_long() {
    let url = create_database().await;
    let db = connect(&url).await;
    // The dead one's lease, at its very end.
    let lease = Lease::take(&db, "migration", Duration::ZERO).await.expect("taken");
    std::mem::forget(lease);
    db.execute_unprepared("UPDATE leases SET holder = 'somebody', until = now() + interval '2 seconds'")
        .await
        .expect("set");
    let mut settings = base_settings(tempfile::tempdir().expect("a folder").path());
    settings.insert("DATABASE_URL".into(), url.clone());
    let folder = tempfile::tempdir().expect("a folder");
    let begun = Instant::now();
    let ended = run(&["migrate"], &settings, folder.path(), "");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("waiting"), "it says that it waits");
    assert!(begun.elapsed() > Duration::from_secs(1));
    assert_eq!(leases(&db).await, 0);
    db.close().await.expect("closed");
    drop_database(&url).await;
}

#[tokio::test]
async fn a_lease_has_one_holder_and_who_waits_too_long_is_told_what_to_do() {
    let url = create_database().await;
    let db = connect(&url).await;
    let takes = (0..8).map(|_| Lease::take(&db, "sweep", Duration::ZERO));
    let (held, refused): (Vec<_>, Vec<_>) = futures::future::join_all(takes).await.into_iter().partition(Result::is_ok);
    assert_eq!((held.len(), refused.len()), (1, 7));
    for outcome in refused {
        let Err(Error::DatabaseUnavailable(words)) = outcome else { panic!("another error") };
        assert!(words.contains("DELETE FROM leases WHERE name = 'sweep'"), "{words}");
    }
    for lease in held.into_iter().flatten() {
        lease.give_back().await.expect("given back");
    }
    Lease::take(&db, "sweep", Duration::ZERO).await.expect("free again").give_back().await.expect("given back");
    db.close().await.expect("closed");
    drop_database(&url).await;
}

async fn leases(db: &DatabaseConnection) -> i64 {
    let count = Statement::from_string(db.get_database_backend(), "SELECT count(*) FROM leases");
    db.query_one_raw(count).await.expect("a table").expect("a row").try_get_by_index(0).expect("a number")
}

/// Ended when dropped.
struct Pooler(PathBuf);

impl Pooler {
    fn start(database_url: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cloakroom-pooler-{}", uuid::Uuid::new_v4().simple()));
        let url: url::Url = database_url.parse().expect("a URL");
        let (_, sockets) = url.query_pairs().find(|(name, _)| name == "host").expect("a socket's folder");
        let mut script = Command::new("bash");
        script.args(["tests/pgbouncer.sh", "start", folder.to_str().expect("a plain path"), &sockets, "0"]);
        let started = script.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("bash runs");
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        Self(folder)
    }

    fn url_of(&self, database_url: &str) -> String {
        let url: url::Url = database_url.parse().expect("a URL");
        format!("postgres://{}?host={}&port=6432&user=postgres", url.path(), self.0.display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let mut script = Command::new("bash");
        script.args(["tests/pgbouncer.sh", "stop", self.0.to_str().unwrap_or_default()]);
        let _ = script.current_dir(env!("CARGO_MANIFEST_DIR")).status();
    }
}
