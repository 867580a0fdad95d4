//! Uploads in parts, many at once: one file of each, and never more than a quota.

use crate::support::{Kind, TestApp, multipart::file_of, odd_store::OddStore, uploads::text};
use reqwest::StatusCode;
use serde_json::Value;

/// With small files, of which one PUT would not take any.
async fn app_with(kind: Kind, store: &OddStore, more: &[(&str, &str)]) -> TestApp {
    let settings = store.settings();
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.push(("SINGLE_PUT_MAX", "1 KiB"));
    settings.extend(more);
    let app = TestApp::start(kind, &settings).await;
    // The bucket that is looked into afterwards is the embedded one.
    app.expect_orphans();
    app
}

#[tokio::test]
async fn twenty_uploads_in_parts_at_the_limit_never_exceed_it() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = OddStore::start(0, &[]).await;
        let app = app_with(kind, &store, &[]).await;
        let ada = app.member().await;
        let file = file_of(2_048);
        let mut uploads = Vec::new();
        for number in 0..20 {
            let upload = app.begun(&ada, &format!("{number}.bin"), file.len()).await;
            app.send_parts(&ada, &upload, &file).await;
            uploads.push(upload);
        }
        // Only now, as those that are begun count as well.
        app.execute("UPDATE users SET quota = 20480").await;
        let answers = futures::future::join_all(uploads.iter().map(|upload| app.complete(&ada, upload))).await;
        let count = |status| answers.iter().filter(|answer| answer.status() == status).count();
        assert_eq!((count(StatusCode::OK), count(StatusCode::PAYLOAD_TOO_LARGE)), (10, 10));
        assert_eq!(app.count("SELECT used_bytes FROM users").await, 20_480);
        assert_eq!(store.keys().len(), 10, "the others are removed");
        for (upload, answer) in uploads.iter().zip(&answers) {
            let again = app.complete(&ada, upload).await.status();
            let expected = if answer.status() == StatusCode::OK { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(again, expected);
        }
        app.finish().await;
    }
}

#[tokio::test]
async fn twenty_completions_at_once_make_one_file() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = OddStore::start(0, &[]).await;
        let app = app_with(kind, &store, &[]).await;
        let ada = app.member().await;
        let file = file_of(2_048);
        let upload = app.begun(&ada, "a.bin", file.len()).await;
        app.send_parts(&ada, &upload, &file).await;
        let answers = futures::future::join_all((0..20).map(|_| app.complete(&ada, &upload))).await;
        for answer in answers {
            assert_eq!(answer.status(), StatusCode::OK);
        }
        assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 1);
        assert_eq!(app.count("SELECT used_bytes FROM users").await, 2_048);
        app.finish().await;
    }
}

#[tokio::test]
async fn what_is_on_its_way_in_parts_counts_until_it_ends_or_is_given_up() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[("DEFAULT_QUOTA", "6 KiB")]).await;
    let ada = app.member().await;
    let file = file_of(4_096);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    let refused = app.begin(&ada, "b.bin", 2_049).await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let refused: Value = refused.json().await.expect("JSON");
    assert_eq!(text(&refused, "code"), "over_quota");
    for _ in 0..3 {
        assert_eq!(app.give_up(&ada, &upload).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(store.unfinished_uploads(), 0);
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::NOT_FOUND);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    let small = app.begun(&ada, "b.bin", 2_048).await;
    assert_eq!(
        app.begin(&ada, "c.bin", 1_025).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE,
        "once given up, once counted"
    );
    app.send_parts(&ada, &upload, &file).await;
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::OK);
    assert_eq!(app.give_up(&ada, &upload).await, StatusCode::NO_CONTENT, "and the file stays");
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::OK);
    app.send_parts(&ada, &small, &file[..2_048]).await;
    assert_eq!(app.complete(&ada, &small).await.status(), StatusCode::OK);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 6_144);
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_the_store_would_not_begin_takes_no_room() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[("DEFAULT_QUOTA", "6 KiB")]).await;
    let ada = app.member().await;
    store.set_odd(&[crate::support::odd_store::Oddity::Away]);
    for _ in 0..3 {
        assert_eq!(app.begin(&ada, "a.bin", 4_096).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    store.set_odd(&[]);
    assert_eq!(app.begin(&ada, "a.bin", 4_096).await.status(), StatusCode::OK);
    app.finish().await;
}
