//! URLs that were signed without a size, as the guide's are, and used again after the file was confirmed: what was put is looked
//! at once more, as soon as nothing can be put any more.

use crate::{
    on_both_databases,
    support::{
        Kind, Someone, TestApp,
        odd_store::{OddStore, Oddity},
        uploads::{PNG, status, text},
    },
};
use bytesize::ByteSize;
use chrono::{DateTime, TimeDelta, Utc};
use cloakroom::{
    accounts::Role,
    database,
    jobs::{purge, second_look},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    what_is_put_later_is_charged_for,
    #[with("DEFAULT_QUOTA" => "1536 KiB")]
    what_is_put_later_and_goes_over_the_quota_is_removed,
    #[with("MAX_UPLOAD_SIZE" => "1 MiB")]
    what_is_put_later_and_is_too_large_is_removed,
    what_is_put_later_and_is_something_else_is_put_aside,
    what_is_put_later_into_the_trash_is_charged_for_there,
    what_is_put_later_for_readers_to_unpack_is_removed,
    a_file_that_stayed_the_same_is_left_alone,
    a_file_that_an_admin_released_stays_released,
    a_loose_url_that_looks_strict_is_watched_all_the_same,
    several_instances_charge_once,
    #[with("UPLOAD_URL_TTL" => "1day")]
    a_loose_url_lives_for_five_minutes_at_most,
    #[with("REQUIRE_SIZE" => "true")]
    urls_without_a_size_can_be_forbidden,
);

#[tokio::test]
async fn a_strict_url_of_a_store_that_ignores_conditions_is_watched() {
    for (odd, is_watched) in [(vec![Oddity::NoConditions], true), (vec![], false)] {
        let store = OddStore::start(0, &odd).await;
        let settings = store.settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let app = TestApp::start(Kind::Sqlite, &settings).await;
        // The bucket that is looked into afterwards is the embedded one.
        app.expect_orphans();
        let ada = app.member().await;
        let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
        assert_eq!(put(&app, &presigned, PNG).await, 200);
        assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
        let watched = app.count("SELECT count(*) FROM r2_files WHERE writable_until IS NOT NULL").await;
        assert_eq!(watched == 1, is_watched, "{odd:?}");
        let again = [&PNG[..PNG.len() - 1], b"?"].concat();
        assert_eq!(put(&app, &presigned, &again).await, if is_watched { 200 } else { 412 });
        app.finish().await;
    }
}

#[tokio::test]
async fn files_that_cannot_be_looked_at_keep_no_others_waiting() {
    let store = OddStore::start(0, &[]).await;
    let settings = store.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::start(Kind::Sqlite, &settings).await;
    // The bucket that is looked into afterwards is the embedded one.
    app.expect_orphans();
    let ada = app.member().await;
    for name in ["stuck.png", "stuck.png", "stuck.png", "stuck.png", "stuck.png", "a.png"] {
        let presigned = app.presign(&ada, &json!({"fileName": name, "contentType": "image/png"})).await;
        assert_eq!(put(&app, &presigned, PNG).await, 200);
        assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    }
    store.set_odd(&[Oddity::Stuck]);
    let state = app.second_instance_with(&settings).await;
    assert!(second_look::run(&state, later()).await.is_err(), "the store could be away");
    assert!(second_look::run(&state, later()).await.expect("looked").expect("again").num_minutes() <= 10);
    let watched = "SELECT count(*) FROM r2_files WHERE writable_until IS NOT NULL AND file_name = ";
    assert_eq!(app.count(&format!("{watched}'a.png'")).await, 0);
    assert_eq!(app.count(&format!("{watched}'stuck.png'")).await, 5);
    store.set_odd(&[]);
    let still_later = later() + TimeDelta::minutes(11);
    assert_eq!(second_look::run(&state, still_later).await.expect("looked"), None);
    assert_eq!(app.count(&format!("{watched}'stuck.png'")).await, 0);
    app.finish().await;
}

async fn what_is_put_later_is_charged_for(app: &TestApp) {
    let ada = app.member().await;
    let presigned = confirmed(app, &ada, PNG).await;
    let larger = [PNG, &[0; 5_000]].concat();
    assert_eq!(put(app, &presigned, &larger).await, 200, "the store cannot know better");
    let page = app.browser_of(&ada).await.get(&format!("/files/{}", id_of(&presigned))).await;
    assert!(page.shows("To be checked again"), "{}", page.html);
    let state = app.second_instance().await;
    let due = second_look::run(&state, database::now()).await.expect("looked").expect("one is due later");
    assert!(due > TimeDelta::minutes(60), "{due}");
    assert!(due <= TimeDelta::minutes(65), "{due}");
    assert_eq!(used(app).await, PNG.len() as i64, "not before its time");
    assert_eq!(second_look::run(&state, later()).await.expect("looked"), None);
    assert_eq!(used(app).await, larger.len() as i64);
    let page = app.browser_of(&ada).await.get(&format!("/files/{}", id_of(&presigned))).await;
    page.assert_shows(&["Written to again after it was confirmed", "5 KB"]);
    assert!(!page.shows("To be checked again"), "{}", page.html);
    // And back.
    let presigned = confirmed(app, &ada, &larger).await;
    put(app, &presigned, PNG).await;
    second_look::run(&state, later()).await.expect("looked");
    assert_eq!(used(app).await, (larger.len() + PNG.len()) as i64);
}

async fn what_is_put_later_and_goes_over_the_quota_is_removed(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "most.bin", "application/x-own", &vec![7; 1 << 20]).await;
    let presigned = confirmed(app, &ada, PNG).await;
    put(app, &presigned, &[PNG, &vec![0; 900 << 10]].concat()).await;
    is_removed(app, &ada, &presigned, "over your quota").await;
}

async fn what_is_put_later_and_is_too_large_is_removed(app: &TestApp) {
    let ada = app.member().await;
    let presigned = confirmed(app, &ada, PNG).await;
    put(app, &presigned, &[PNG, &vec![0; 1 << 20]].concat()).await;
    is_removed(app, &ada, &presigned, "at most 1 MB").await;
}

async fn what_is_put_later_for_readers_to_unpack_is_removed(app: &TestApp) {
    let ada = app.member().await;
    let presigned = confirmed(app, &ada, PNG).await;
    assert_eq!(status(app.put(&presigned, PNG).header("Content-Encoding", "gzip")).await, 200);
    is_removed(app, &ada, &presigned, "Content-Encoding").await;
}

async fn what_is_put_later_and_is_something_else_is_put_aside(app: &TestApp) {
    let ada = app.member().await;
    let presigned = confirmed(app, &ada, PNG).await;
    put(app, &presigned, b"<html><script>alert(1)</script>").await;
    second_look::run(&app.second_instance().await, later()).await.expect("looked");
    assert_eq!(state_of(app).await, ("quarantined".to_owned(), 31));
    assert_eq!(used(app).await, 31);
    assert!(app.browser_of(&ada).await.get("/trash").await.shows("Put aside"));
}

async fn what_is_put_later_into_the_trash_is_charged_for_there(app: &TestApp) {
    let ada = app.member().await;
    let presigned = confirmed(app, &ada, PNG).await;
    let browser = app.browser_of(&ada).await;
    browser.send(reqwest::Method::POST, "/files/trash", &[("id", &id_of(&presigned))]).await;
    put(app, &presigned, &[PNG, &[0; 10]].concat()).await;
    second_look::run(&app.second_instance().await, later()).await.expect("looked");
    assert_eq!(state_of(app).await, ("trashed".to_owned(), PNG.len() as i64 + 10));
}

async fn a_file_that_stayed_the_same_is_left_alone(app: &TestApp) {
    let ada = app.member().await;
    confirmed(app, &ada, PNG).await;
    let state = app.second_instance().await;
    assert_eq!(second_look::run(&state, later()).await.expect("looked"), None);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE writable_until IS NULL AND state = 'ready'").await, 1);
    assert_eq!(
        app.count("SELECT count(*) FROM audit_events WHERE action LIKE 'file.%' AND action <> 'file.uploaded'").await,
        0
    );
}

async fn a_loose_url_that_looks_strict_is_watched_all_the_same(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign(&ada, &json!({"fileName": "a.png", "contentType": "image/png"})).await;
    let request = app.put(&presigned, PNG).header("If-None-Match", "*").header("Content-Disposition", "attachment");
    let request = request.header("Cache-Control", "private, max-age=31536000, immutable");
    assert_eq!(status(request).await, 200);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE writable_until IS NOT NULL").await, 1);
}

async fn a_file_that_an_admin_released_stays_released(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let presigned = confirmed(app, &ada, b"<html>no picture</html>").await;
    let browser = app.browser_of(&admin).await;
    browser.send(reqwest::Method::POST, "/admin/files/release", &[("id", &id_of(&presigned))]).await;
    assert_eq!(state_of(app).await.0, "ready");
    second_look::run(&app.second_instance().await, later()).await.expect("looked");
    assert_eq!(state_of(app).await.0, "ready");
}

async fn several_instances_charge_once(app: &TestApp) {
    let ada = app.member().await;
    let instances = [app.second_instance().await, app.second_instance().await, app.second_instance().await];
    let mut size = 0;
    for number in 0..10 {
        let presigned = confirmed(app, &ada, PNG).await;
        let larger = [PNG, &vec![0; number * 100]].concat();
        put(app, &presigned, &larger).await;
        size += larger.len() as i64;
    }
    let looks = instances.iter().map(|state| second_look::run(state, later()));
    for looked in futures::future::join_all(looks).await {
        assert_eq!(looked.expect("looked"), None);
    }
    assert_eq!(used(app).await, size);
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.replaced'").await, 9);
}

async fn a_loose_url_lives_for_five_minutes_at_most(app: &TestApp) {
    let ada = app.member().await;
    for (upload_request, seconds) in [
        (json!({"fileName": "a.png", "contentType": "image/png"}), "300"),
        (json!({"fileName": "a.png", "contentType": "image/png", "size": 70}), "86400"),
    ] {
        let presigned = app.presign(&ada, &upload_request).await;
        assert!(text(&presigned, "presignedUrl").contains(&format!("X-Amz-Expires={seconds}&")), "{presigned}");
    }
}

async fn urls_without_a_size_can_be_forbidden(app: &TestApp) {
    let ada = app.member().await;
    let upload_request = json!({"fileName": "a.png", "contentType": "image/png"});
    let refused = app.post_json(&ada, "/presign-upload", &upload_request).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let words = refused.text().await.expect("a body");
    assert!(words.contains("size_required"), "{words}");
    assert!(words.contains("Send size"), "{words}");
    app.upload(&ada, "a.png", "image/png", PNG).await;
}

/// By the guide's three calls.
async fn confirmed(app: &TestApp, someone: &Someone, bytes: &[u8]) -> Value {
    let presigned = app.presign(someone, &json!({"fileName": "a.png", "contentType": "image/png"})).await;
    assert_eq!(put(app, &presigned, bytes).await, 200);
    assert_eq!(app.save(someone, &presigned).await.status(), StatusCode::OK);
    presigned
}

async fn put(app: &TestApp, presigned: &Value, bytes: &[u8]) -> u16 {
    status(app.put(presigned, bytes)).await
}

/// The owner is charged nothing, and told why.
async fn is_removed(app: &TestApp, someone: &Someone, presigned: &Value, why: &str) {
    let mut state = app.second_instance().await;
    (state.uploads.max_size, state.uploads.default_quota) = (ByteSize::mib(1), Some(ByteSize::kib(1_536)));
    second_look::run(&state, later()).await.expect("looked");
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging' AND size = 0").await, 1);
    assert_eq!(app.save(someone, presigned).await.status(), StatusCode::NOT_FOUND);
    purge::run(&state, later()).await.expect("removed");
    assert!(app.bucket().head_object(text(presigned, "objectKey")).await.is_err(), "the object is gone");
    let gallery = app.browser_of(someone).await.get("/").await;
    gallery.assert_shows(&["“a.png” was removed", why]);
}

fn id_of(presigned: &Value) -> String {
    text(presigned, "objectKey").split('/').nth(1).expect("an id").to_owned()
}

/// When no PUT by a URL of today can arrive any more.
fn later() -> DateTime<Utc> {
    database::now() + TimeDelta::minutes(66)
}

async fn used(app: &TestApp) -> i64 {
    app.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM users").await
}

async fn state_of(app: &TestApp) -> (String, i64) {
    let row = &app.rows("SELECT state, size FROM r2_files", []).await[0];
    (row.try_get_by_index(0).expect("a state"), row.try_get_by_index(1).expect("a size"))
}
