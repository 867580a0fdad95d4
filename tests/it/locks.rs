//! Whoever changes the same files at the same time waits, and nobody waits in a circle.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        browser::Browser,
        uploads::{PNG, status, text},
    },
};
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::Value;

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
    let both = futures::future::join(moves, post(browser, "/trash/purge", id));
    let (mut answers, (moved, purged)) = futures::future::join(confirmations, both).await;
    answers.extend(moved);
    answers.push(purged);
    answers
}

async fn post(browser: &Browser<'_>, place: &str, id: &str) -> StatusCode {
    browser.send(Method::POST, place, &[("id", id), ("confirmed", "yes")]).await.status()
}
