//! Beginning uploads without end: what is begun counts before it is confirmed, for whoever began it and nobody else.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status},
    },
};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    #[with("DEFAULT_QUOTA" => "1000 B")]
    unconfirmed_bytes_count_against_the_quota,
    #[with("DEFAULT_QUOTA" => "1000 B")]
    what_is_refused_or_confirmed_counts_no_more,
    #[with("PRESIGN_OPEN" => "3")]
    an_account_has_so_many_uploads_open,
    #[with("PRESIGN_BURST" => "5", "PRESIGN_PER_SECOND" => "1")]
    an_account_begins_so_many_uploads_at_once,
);

async fn unconfirmed_bytes_count_against_the_quota(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    assert_eq!(begin(app, &ada, 600).await.0, StatusCode::OK);
    let (status, words) = begin(app, &ada, 600).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(words.to_string().contains("600 bytes of 1 KB are in use or on their way"), "{words}");
    assert_eq!(begin(app, &ada, 400).await.0, StatusCode::OK);
    assert_eq!(begin(app, &bob, 1_000).await.0, StatusCode::OK);
}

async fn what_is_refused_or_confirmed_counts_no_more(app: &TestApp) {
    let ada = app.member().await;
    let (_, presigned) = begin(app, &ada, PNG.len()).await;
    let room = 1_000 - PNG.len();
    assert_eq!(begin(app, &ada, room + 1).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status(app.put(&presigned, PNG).header("Content-Encoding", "gzip")).await, 200);
    for _ in 0..3 {
        assert!(app.save(&ada, &presigned).await.status().is_client_error());
    }
    let (begun, whole) = begin(app, &ada, 1_000).await;
    assert_eq!(begun, StatusCode::OK, "what was refused");
    assert_eq!(begin(app, &ada, 1).await.0, StatusCode::PAYLOAD_TOO_LARGE, "once, however often it was refused");
    assert_eq!(status(app.put(&whole, &[7; 1_000])).await, 200);
    for _ in 0..3 {
        assert_eq!(app.save(&ada, &whole).await.status(), StatusCode::OK);
    }
    // What was confirmed is charged for by the database.
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 1_000);
}

async fn an_account_has_so_many_uploads_open(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (_, first) = begin(app, &ada, PNG.len()).await;
    begin_loosely(app, &ada).await;
    assert_eq!(begin_loosely(app, &ada).await.0, StatusCode::OK);
    let (status_of_fourth, words) = begin(app, &ada, 1).await;
    assert_eq!(status_of_fourth, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(words["error"]["code"].as_str().or(words["code"].as_str()), Some("too_many_uploads"), "{words}");
    assert_eq!(begin(app, &bob, 1).await.0, StatusCode::OK, "another's are not theirs");
    assert_eq!(status(app.put(&first, PNG)).await, 200);
    assert_eq!(app.save(&ada, &first).await.status(), StatusCode::OK);
    assert_eq!(begin(app, &ada, 1).await.0, StatusCode::OK);
}

async fn an_account_begins_so_many_uploads_at_once(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let upload_request = json!({"fileName": "a.bin", "contentType": "application/octet-stream", "size": 1});
    let answers =
        futures::future::join_all((0..100).map(|_| app.post_json(&ada, "/presign-upload", &upload_request))).await;
    let refused = answers.iter().find(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS).expect("one of them");
    let wait: u64 = refused.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=5).contains(&wait), "{wait}");
    assert!(answers.iter().filter(|answer| answer.status() == StatusCode::OK).count() >= 5);
    assert_eq!(begin(app, &bob, 1).await.0, StatusCode::OK);
}

async fn begin(app: &TestApp, someone: &Someone, size: usize) -> (StatusCode, Value) {
    ask(app, someone, json!({"fileName": "a.bin", "contentType": "application/octet-stream", "size": size})).await
}

async fn begin_loosely(app: &TestApp, someone: &Someone) -> (StatusCode, Value) {
    ask(app, someone, json!({"fileName": "a.bin", "contentType": "application/octet-stream"})).await
}

async fn ask(app: &TestApp, someone: &Someone, upload_request: Value) -> (StatusCode, Value) {
    let answer = app.post_json(someone, "/presign-upload", &upload_request).await;
    (answer.status(), answer.json().await.expect("JSON"))
}
