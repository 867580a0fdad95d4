//! Whoever changes the same files at the same time waits, and nobody waits in a circle.

use crate::{
    on_both_databases,
    support::{
        Kind, Someone, TestApp,
        browser::Browser,
        create_database,
        postgres::{connect, direct, name_of, on_server},
        uploads::{PNG, status, text},
    },
};
use futures::future::{join, join_all};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::Value;
use std::time::{Duration, Instant};

on_both_databases!(a_file_is_confirmed_trashed_restored_and_purged_at_once_without_a_deadlock,);

const ROUNDS: usize = 200;
/// SQLite has one writer at a time: more than these would wait for longer than an answer may take, on a busy machine.
const AT_ONCE: usize = 4;

async fn a_file_is_confirmed_trashed_restored_and_purged_at_once_without_a_deadlock(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    for _ in 0..ROUNDS / AT_ONCE {
        let answers = join_all((0..AT_ONCE).map(|_| round(app, &ada, &browser))).await;
        let failed: Vec<&StatusCode> = answers.iter().flatten().filter(|status| status.is_server_error()).collect();
        assert_eq!(failed, Vec::<&StatusCode>::new());
    }
    assert!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging'").await > 0, "some were purged");
}

/// Ours keep to one order; another program's may not.
#[tokio::test]
async fn whoever_is_given_up_in_a_deadlock_is_told_to_try_again() {
    let url = create_database().await;
    // Long enough for the other one to begin to wait, and less than the limit of our statement, which is the one that looks first.
    on_server(&format!("ALTER DATABASE {} SET deadlock_timeout = '3s'", name_of(&url))).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &url)]).await;
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    let db = connect(&direct(&url)).await;
    let other = db.begin().await.expect("a transaction");
    other.execute_unprepared("SELECT FROM r2_files FOR UPDATE").await.expect("locked");
    let form = [("id", &*id)];
    let refused = browser.send(Method::POST, "/files/trash", &form);
    let circle = async {
        let waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while app.count(waiting).await == 0 {}
        other.execute_unprepared("SELECT FROM users FOR UPDATE").await.expect("locked, as the other one was given up");
    };
    let (answer, ()) = join(refused, circle).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    other.rollback().await.expect("rolled back");
    let (counted, begun) =
        ("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Instant::now());
    while app.count(counted).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "it was given up for another reason");
    }
    assert_eq!(post(&browser, "/files/trash", &id).await, StatusCode::SEE_OTHER);
    db.close().await.expect("closed");
    app.finish().await;
}

/// One file, with everything that can be done to it at once.
async fn round(app: &TestApp, ada: &Someone, browser: &Browser<'_>) -> Vec<StatusCode> {
    let presigned = app.presign_strictly(ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    assert_eq!(app.save(ada, &presigned).await.status(), StatusCode::OK);
    let id = text(&presigned, "objectKey").split('/').nth(1).expect("an id");
    post(browser, "/files/trash", id).await;
    let confirm = async |presigned: &Value| app.save(ada, presigned).await.status();
    let confirmations = join_all((0..4).map(|_| confirm(&presigned)));
    let moves = async {
        let mut answers = Vec::new();
        for place in ["/trash/purge", "/files/restoration", "/files/trash", "/trash/purge"] {
            answers.push(post(browser, place, id).await);
        }
        answers
    };
    let both = join(moves, post(browser, "/trash/purge", id));
    let (mut answers, (moved, purged)) = join(confirmations, both).await;
    answers.extend(moved);
    answers.push(purged);
    answers
}

async fn post(browser: &Browser<'_>, place: &str, id: &str) -> StatusCode {
    browser.send(Method::POST, place, &[("id", id), ("confirmed", "yes")]).await.status()
}
