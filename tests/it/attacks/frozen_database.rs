//! A database that stops answering without going away.

use crate::support::{
    Kind, PASSWORD, TestApp, create_database,
    odd_store::OddStore,
    proxy::FreezableProxy,
    uploads::{PNG, status},
};
use reqwest::{Method, StatusCode};
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

#[tokio::test]
async fn what_was_asked_during_a_short_freeze_is_answered_after_it() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
    proxy.freeze();
    let page = tokio::spawn(app.client.get(format!("{}/sign-in", app.url)).send());
    assert_eq!(
        app.client.get(format!("{}/healthz", app.url)).send().await.expect("an answer").status(),
        StatusCode::OK
    );
    assert!(!page.is_finished());
    proxy.thaw();
    assert_eq!(page.await.expect("ended").expect("an answer").status(), StatusCode::OK);
    app.finish().await;
}

/// Whatever asks the database, with a cookie and without, in every form that a client takes.
#[tokio::test]
async fn nobody_waits_longer_than_ten_seconds_for_a_frozen_database() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    proxy.freeze();
    let started = Instant::now();
    let page = browser.send(Method::GET, "/trash", &[]);
    let form = [("email", ada.email.as_str()), ("password", PASSWORD)];
    let sign_in = browser.send(Method::POST, "/sign-in", &form);
    let confirmation = app.save(&ada, &presigned);
    let (page, sign_in, confirmation) = tokio::join!(page, sign_in, confirmation);
    for answer in [page, sign_in, confirmation] {
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{}", answer.url());
        for name in ["retry-after", "content-security-policy"] {
            assert!(answer.headers().contains_key(name), "no {name} from {}", answer.url());
        }
    }
    assert!(started.elapsed() < Duration::from_secs(12), "{:?}", started.elapsed());
    proxy.thaw();
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    assert_eq!(browser.get("/trash").await.status, StatusCode::OK);
    app.finish().await;
}

/// With a fresh cookie, whose session nobody remembers yet.
#[tokio::test]
async fn what_needs_no_database_asks_none_whatever_the_cookie() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
    let ada = app.member().await;
    let browser = app.browser();
    let page = browser.get("/sign-in").await.html;
    let style = page.split('"').find(|text| text.ends_with(".css")).expect("a style").to_owned();
    let form = [("email", ada.email.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.send(Method::POST, "/sign-in", &form).await.status(), StatusCode::SEE_OTHER);
    assert!(browser.cookie().is_some());
    proxy.freeze();
    for path in ["/healthz", &style] {
        let answer = tokio::time::timeout(Duration::from_secs(3), browser.send(Method::GET, path, &[])).await;
        assert_eq!(answer.expect("at once").status(), StatusCode::OK, "{path}");
    }
    proxy.thaw();
    app.finish().await;
}

/// Balancers ask every few seconds, and so may anybody.
#[tokio::test]
async fn readiness_is_looked_at_once_a_minute_and_told_in_a_word() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let settings = [("DATABASE_URL", &*proxy.url()), ("METRICS_TOKEN", "0123456789abcdef")];
    let app = TestApp::start(Kind::Postgres, &settings).await;
    let ask = |token: Option<&'static str>| {
        let request = app.client.get(format!("{}/readyz", app.url)).timeout(Duration::from_secs(5));
        let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
        async { request.send().await.expect("an answer in time") }
    };
    assert_eq!(ask(None).await.text().await.expect("a body"), "ready\n");
    proxy.freeze();
    assert_eq!(ask(None).await.status(), StatusCode::OK, "it was looked at a moment ago");
    let details: serde_json::Value = ask(Some("0123456789abcdef")).await.json().await.expect("JSON");
    assert_eq!(
        details["database"],
        serde_json::json!({"state": "answers", "kind": "postgresql", "write_trouble": null}),
        "{details}"
    );
    assert_eq!((&details["ready"], &details["store"]["state"]), (&true.into(), &"answers".into()), "{details}");
    assert_eq!(ask(Some("0123456789abcdee")).await.status(), StatusCode::UNAUTHORIZED);
    proxy.thaw();
    app.finish().await;
}

#[tokio::test]
async fn who_asks_first_during_a_freeze_learns_it_in_a_word_and_in_time() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
    proxy.freeze();
    let request = app.client.get(format!("{}/readyz", app.url)).header("accept", "text/html").bearer_auth("x");
    let answer = request.timeout(Duration::from_secs(8)).send().await.expect("an answer in time");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.text().await.expect("a body"), "not ready\n");
    proxy.thaw();
    app.finish().await;
}

/// Whoever hangs up makes nobody look once more.
#[tokio::test]
async fn readiness_is_looked_at_once_even_for_those_who_hang_up() {
    let (proxy, store) = (FreezableProxy::before(&create_database().await).await, OddStore::start(0, &[]).await);
    let url = proxy.url();
    let settings = store.settings();
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str())).chain([("DATABASE_URL", &*url)]);
    let app = TestApp::start(Kind::Postgres, &settings.collect::<Vec<_>>()).await;
    app.expect_orphans();
    proxy.freeze();
    let mut listed = store.times_listed();
    let before = *listed.borrow();
    let address = app.url.trim_start_matches("http://");
    let mut hasty = TcpStream::connect(address).await.expect("a connection");
    hasty.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
    listed.wait_for(|times| *times == before + 1).await.expect("a look");
    hasty.set_zero_linger().expect("a reset");
    drop(hasty);
    let answer = app.client.get(format!("{}/readyz", app.url)).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(*listed.borrow(), before + 1);
    proxy.thaw();
    app.finish().await;
}
