//! While the database is away, those who are known go on uploading, for a while, and nobody changes anything.

use crate::support::{Kind, TestApp, create_database, proxy::FreezableProxy};
use chrono::TimeDelta;
use cloakroom::{
    accounts::{
        AccountCache,
        bearer::TokenHash,
        sessions::{OLD, Sessions, State},
    },
    database,
    error::Error,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn who_is_known_is_known_through_an_outage_and_who_was_ended_is_not() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
    let (ada, rules, now) = (app.member().await, app.second_instance().await.session_rules, database::now());
    let (sessions, account_cache) = (Sessions::new(app.db.clone(), rules), AccountCache::new(app.db.clone(), rules));
    let token = TokenHash::of(&ada.token);
    for key in ["kept", "ended"] {
        sessions.create(key, &State::default(), ada.id, now).await.expect("a session");
        assert!(sessions.find(key, now).await.expect("looked").is_some());
    }
    assert!(account_cache.account_of_token(token, now).await.is_ok());
    proxy.freeze();
    let later = now + TimeDelta::seconds(31);
    let found = sessions.find("kept", later).await.expect("remembered").expect("a session");
    assert!(found.contains_key(OLD), "it is not prolonged");
    assert!(account_cache.account_of_token(token, later).await.is_ok());
    // Signing out fails, as all changes do, and yet it is over here.
    assert!(sessions.delete("ended").await.is_err());
    let found = sessions.find("ended", later).await;
    assert!(matches!(found, Err(Error::DatabaseUnavailable(_))), "{found:?}");
    // At once from then on, and no longer than was promised.
    let at_once = std::time::Instant::now();
    assert!(sessions.find("kept", later + TimeDelta::seconds(1)).await.is_ok());
    assert!(at_once.elapsed() < std::time::Duration::from_secs(1));
    let too_late = now + rules.memory + rules.grace + TimeDelta::seconds(1);
    let found = sessions.find("kept", too_late).await;
    assert!(matches!(found, Err(Error::DatabaseUnavailable(_))), "{found:?}");
    let account = account_cache.account_of_token(token, too_late).await;
    assert!(matches!(account, Err(Error::DatabaseUnavailable(_))), "{account:?}");
    proxy.thaw();
    app.finish().await;
}

#[tokio::test]
async fn a_change_that_fails_in_an_outage_makes_nobody_unknown() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let upload_request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
    app.presign(&ada, &upload_request).await;
    proxy.freeze();
    let renamed = browser.send(Method::POST, "/account/name", &[("name", "Eve")]).await;
    assert_eq!(renamed.status(), StatusCode::SERVICE_UNAVAILABLE);
    app.presign(&ada, &upload_request).await;
    proxy.thaw();
    app.finish().await;
}
