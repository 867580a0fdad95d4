//! Stores differ: in their clocks, and in what they honour of what our URLs sign.

#![expect(clippy::disallowed_methods, reason = "what a store knows of the time is told by a clock, not by a database")]

use crate::support::{
    Kind, TestApp, base_settings,
    odd_store::{OddStore, Oddity},
    uploads::{PNG, status, text},
};
use chrono::{DateTime, TimeDelta, Utc};
use cloakroom::{
    accounts::Role,
    config::Config,
    server::Cloakroom,
    storage::{Capabilities, Store},
};
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::Value;
use std::time::{Duration, Instant};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// What `/readyz` says of the store to whoever may know.
async fn report(app: &TestApp) -> Value {
    let answer = app.client.get(format!("{}/readyz", app.url)).bearer_auth(TOKEN).send().await.expect("an answer");
    let report: Value = answer.json().await.expect("JSON");
    report["store"].clone()
}

async fn app_with(store: &OddStore) -> TestApp {
    let settings = store.settings();
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.push(("METRICS_TOKEN", TOKEN));
    let app = TestApp::start(Kind::Sqlite, &settings).await;
    // The bucket that is looked into afterwards is the embedded one.
    app.expect_orphans();
    app
}

#[tokio::test]
async fn with_a_clock_five_minutes_off_uploads_and_downloads_work() {
    for ahead in [300, -300] {
        let store = OddStore::start(ahead, &[]).await;
        let app = app_with(&store).await;
        let ada = app.member().await;
        let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
        let expires: DateTime<Utc> = text(&presigned, "expiresAt").parse().expect("a time");
        let left = expires - store.now();
        assert!((TimeDelta::seconds(290)..TimeDelta::seconds(305)).contains(&left), "{left} by the store's clock");
        assert_eq!(status(app.put(&presigned, PNG)).await, 200, "{ahead}");
        let saved = app.save(&ada, &presigned).await;
        assert_eq!(saved.status(), StatusCode::OK, "{ahead}");
        let saved: Value = saved.json().await.expect("JSON");
        let content = format!("{}/files/{}/content", app.url, text(&saved, "fileId"));
        let found = app.client.get(content).bearer_auth(&ada.token).send().await.expect("an answer");
        let place = found.headers()["location"].to_str().expect("text").to_owned();
        let bytes = app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes");
        assert_eq!(bytes, PNG);
        let admin = app.someone(Role::Admin).await;
        let side = if ahead > 0 { "behind" } else { "ahead of" };
        let page = app.browser_of(&admin).await.get("/admin").await;
        assert!(page.shows(&format!("{side} the store's")), "{}", page.html);
        let report = report(&app).await;
        assert!(report["clock_ahead_seconds"].as_i64().is_some_and(|found| (found - ahead).abs() <= 3), "{report}");
        assert!(text(&report, "clock_trouble").contains(side), "{report}");
        assert_eq!(text(&report, "state"), "answers", "{report}");
        app.finish().await;
    }
}

#[tokio::test]
async fn a_clock_that_is_set_while_the_app_runs_is_learned_from_the_next_answer() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(&store).await;
    let ada = app.member().await;
    for ahead in [400, -400, 0] {
        let late = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
        store.set_clock(ahead);
        assert_eq!(status(app.put(&late, PNG)).await, 403, "signed before anybody could know");
        assert_eq!(app.save(&ada, &late).await.status(), StatusCode::NOT_FOUND);
        app.upload(&ada, "b.png", "image/png", PNG).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn a_store_without_a_date_is_taken_to_have_our_time() {
    let store = OddStore::start(5, &[Oddity::NoDate]).await;
    let app = app_with(&store).await;
    app.upload(&app.member().await, "a.png", "image/png", PNG).await;
    app.finish().await;
}

#[tokio::test]
async fn clocks_eleven_minutes_apart_are_refused_at_start_and_the_error_says_so() {
    for (ahead, words) in [(660, "behind"), (-660, "ahead of")] {
        let store = OddStore::start(ahead, &[]).await;
        let folder = tempfile::tempdir().expect("a folder");
        let mut values = base_settings(folder.path());
        values.extend(store.settings().into_iter().map(|(name, value)| (name.to_owned(), value)));
        let refused = Cloakroom::open(Config::from_values(values).expect("settings")).await;
        let error = refused.err().expect("is refused").to_string();
        assert!(error.contains(words), "{error}");
        assert!(error.contains("this machine's clock is"), "{error}");
        assert!(error.contains("11m") || error.contains("10m"), "{error}");
    }
}

#[tokio::test]
async fn clocks_that_drift_eleven_minutes_apart_are_told_and_forgotten() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(&store).await;
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    store.set_clock(660);
    let answer = app.save(&ada, &presigned).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(text(&answer, "code"), "store_unavailable");
    assert!(text(&answer, "error").contains("clock"), "{answer}");
    let upload_request = serde_json::json!({"fileName": "b.png", "contentType": "image/png", "size": 1});
    assert_eq!(app.post_json(&ada, "/presign-upload", &upload_request).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    store.set_clock(0);
    let answer = app.save(&ada, &presigned).await;
    let answer = (answer.status(), answer.text().await.expect("words"));
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
    app.upload(&ada, "b.png", "image/png", PNG).await;
    app.finish().await;
}

#[tokio::test]
async fn all_that_is_asked_while_a_clock_is_set_is_signed_anew() {
    let odd_store = OddStore::start(300, &[]).await;
    let store = Store::open(&odd_store.config(), "files/".to_owned()).expect("a store");
    store.probe().await.expect("what was signed five minutes early is signed anew");
    odd_store.set_clock(0);
    for answer in join_all((0..20).map(|_| store.probe())).await {
        answer.expect("whichever of them learned of it");
    }
}

#[tokio::test]
async fn a_canary_finds_out_what_a_store_ignores_and_leaves_nothing() {
    let all = Capabilities::ALL;
    for (odd, expected) in [
        (vec![], all),
        (vec![Oddity::NoConditions], Capabilities { conditional_writes: false, ..all }),
        (vec![Oddity::NoLengths], Capabilities { signed_length: false, ..all }),
        (vec![Oddity::NoChecksums], Capabilities { checksums: false, ..all }),
        (vec![Oddity::NoCrc32c], Capabilities { crc32c: false, ..all }),
        (vec![Oddity::NoOverrides], Capabilities { response_overrides: false, ..all }),
    ] {
        let odd_store = OddStore::start(0, &odd).await;
        for prefix in ["files/", "team/files/", ""] {
            let store = Store::open(&odd_store.config(), prefix.to_owned()).expect("a store");
            assert!(store.may_write_again(), "unknown yet");
            store.get_to_know(Utc::now()).await.expect("clocks that agree");
            assert_eq!(store.capabilities(), Some(expected), "{odd:?}");
            assert_eq!(store.may_write_again(), odd.contains(&Oddity::NoConditions));
            assert_eq!(expected.missing().len(), odd.len());
            assert_eq!(odd_store.keys(), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn the_embedded_bucket_honours_everything_whoever_asks_at_once() {
    let app = TestApp::start(Kind::Sqlite, &[]).await;
    let (one, two, three) = tokio::join!(app.second_instance(), app.second_instance(), app.second_instance());
    tokio::join!(
        async { one.store.get_to_know(Utc::now()).await.expect("clocks that agree") },
        async { two.store.get_to_know(Utc::now()).await.expect("clocks that agree") },
        async { three.store.get_to_know(Utc::now()).await.expect("clocks that agree") },
    );
    for state in [one, two, three] {
        assert_eq!(state.store.capabilities(), Some(Capabilities::ALL));
        assert!(!state.store.may_write_again());
        assert_eq!(state.store.clock_skew(), TimeDelta::zero());
    }
    let admin = app.someone(Role::Admin).await;
    assert!(app.browser_of(&admin).await.get("/admin").await.shows("All well."));
    app.finish().await;
}

#[tokio::test]
async fn administrators_see_what_the_store_ignores() {
    let store = OddStore::start(0, &[Oddity::NoConditions]).await;
    let app = app_with(&store).await;
    let admin = app.someone(Role::Admin).await;
    let page = app.browser_of(&admin).await.get("/admin").await;
    assert!(page.shows("Storage ignores If-None-Match"), "{}", page.html);
    let report = report(&app).await;
    assert_eq!(
        (&report["honours"]["conditional_writes"], &report["honours"]["checksums"]),
        (&false.into(), &true.into())
    );
    assert_eq!((&report["clock_ahead_seconds"], &report["clock_trouble"]), (&0.into(), &Value::Null));
    app.finish().await;
}

#[tokio::test]
async fn a_store_that_is_away_at_the_start_is_asked_at_the_first_contact() {
    let odd_store = OddStore::start(0, &[Oddity::Away]).await;
    let app = app_with(&odd_store).await;
    let store = Store::open(&odd_store.config(), "files/".to_owned()).expect("a store");
    store.get_to_know(Utc::now()).await.expect("away is no error");
    assert_eq!(store.capabilities(), None);
    assert!(store.may_write_again());
    let admin = app.someone(Role::Admin).await;
    let browser = app.browser_of(&admin).await;
    assert!(browser.get("/admin").await.shows("has not shown yet"));
    odd_store.set_odd(&[]);
    assert_eq!(store.inspect("files/nothing", Utc::now()).await.expect("an answer"), None);
    assert_eq!(store.capabilities(), Some(Capabilities::ALL));
    app.upload(&app.member().await, "a.png", "image/png", PNG).await;
    assert!(browser.get("/admin").await.shows("All well."));
    app.finish().await;
}

#[tokio::test]
async fn a_token_that_may_not_write_the_canary_stops_nothing() {
    let store = OddStore::start(0, &[Oddity::OnlyThePrefix]).await;
    let app = app_with(&store).await;
    app.upload(&app.member().await, "a.png", "image/png", PNG).await;
    app.finish().await;
}

#[tokio::test]
async fn a_store_that_never_answers_delays_the_start_by_some_seconds_only() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let odd_store = OddStore::start(0, &[]).await;
    let mut config = odd_store.config();
    config.endpoint = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
    let store = Store::open(&config, "files/".to_owned()).expect("a store");
    let begun = Instant::now();
    store.get_to_know(Utc::now()).await.expect("away is no error");
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert_eq!(store.capabilities(), None);
    drop(listener);
    let begun = Instant::now();
    store.get_to_know(Utc::now()).await.expect("away is no error");
    assert!(begun.elapsed() < Duration::from_secs(1), "nobody listens");
}

#[tokio::test]
async fn a_clock_that_was_set_is_noticed_once_something_is_signed() {
    let odd_store = OddStore::start(300, &[]).await;
    let store = Store::open(&odd_store.config(), "files/".to_owned()).expect("a store");
    store.get_to_know(Utc::now()).await.expect("clocks near enough");
    assert_ne!(store.clock_skew(), TimeDelta::zero());
    odd_store.set_clock(0);
    let noticed = async {
        store.time(Utc::now()).expect("clocks near enough");
        while store.clock_skew() != TimeDelta::zero() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = store.keep_time() => unreachable!("it never ends"),
        noticed = tokio::time::timeout(Duration::from_secs(10), noticed) => noticed.expect("at once"),
    }
}

#[tokio::test]
async fn a_store_that_answers_is_ready_however_long_its_canary_takes() {
    let store = OddStore::start(0, &[Oddity::Away]).await;
    let app = app_with(&store).await;
    store.set_odd(&[Oddity::HangingWrites]);
    let report = report(&app).await;
    assert_eq!((&report["state"], &report["honours"]), (&"answers".into(), &Value::Null), "{report}");
    app.finish().await;
}
