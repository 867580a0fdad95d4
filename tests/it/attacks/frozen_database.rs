//! A database that stops answering without going away.

use crate::support::{Kind, TestApp, create_database, proxy::FreezableProxy};
use reqwest::StatusCode;

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
