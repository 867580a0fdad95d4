//! One's own account: name, password, sessions, tokens.

use crate::{
    on_both_databases,
    people::sign_in,
    support::{PASSWORD, TestApp, uploads::status},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(a_member_changes_name_and_password, a_member_ends_other_sessions, a_member_makes_and_revokes_tokens,);

async fn a_member_changes_name_and_password(app: &TestApp) {
    let ada = app.member().await;
    let (browser, other) = (app.browser_of(&ada).await, app.browser_of(&ada).await);
    let page = browser.get("/account").await;
    let page = browser.submit(&page, "/account/name", &[("name", "Ada Lovelace")]).await;
    assert!(page.shows("Your name was changed.") && page.shows("Ada Lovelace"));
    let wrong =
        browser.submit(&page, "/account/password", &[("current", "not this one"), ("new", "four plain words")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.shows("The current password is not right"));
    let weak = browser.submit(&page, "/account/password", &[("current", PASSWORD), ("new", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&page, "/account/password", &[("current", PASSWORD), ("new", "four plain words")]).await;
    assert!(page.shows("Your password was changed") && page.shows("Password changed"), "{}", page.html);
    assert_eq!(other.get("/").await.path, "/sign-in");
    assert_eq!(browser.get("/").await.path, "/");
    assert_eq!(sign_in(app, &ada.email, "four plain words").await.path, "/");
}

async fn a_member_ends_other_sessions(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let (second, third, stranger) =
        (app.browser_of(&ada).await, app.browser_of(&ada).await, app.browser_of(&eve).await);
    let page = browser.get("/account").await;
    assert_eq!((page.html.matches("this one").count(), page.html.matches("the session on").count()), (1, 2));
    let action = regex::Regex::new("action=\"(/account/sessions/[^\"]+/end)\"").expect("a pattern");
    let first = action.captures(&page.html).expect("a form")[1].to_owned();
    assert_eq!(stranger.send(Method::POST, &first, &[]).await.status(), StatusCode::NOT_FOUND);
    for hostile in ["/account/sessions/%00/end", "/account/sessions/x/end", "/account/tokens/%00/revocation"] {
        assert_eq!(browser.send(Method::POST, hostile, &[]).await.status(), StatusCode::NOT_FOUND, "{hostile}");
    }
    let page = browser.submit(&page, &first, &[]).await;
    assert!(page.shows("The session was ended.") && page.html.matches("the session on").count() == 1);
    let page = browser.submit(&page, "/account/other-sessions/end", &[]).await;
    assert!(page.shows("Every other session was ended.") && !page.shows("the session on"));
    for gone in [&second, &third] {
        assert_eq!(gone.get("/").await.path, "/sign-in");
    }
    assert_eq!((browser.get("/").await.path.as_str(), stranger.get("/").await.path.as_str()), ("/", "/"));
}

async fn a_member_makes_and_revokes_tokens(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/account").await;
    let page = browser.submit(&page, "/account/tokens", &[("name", "laptop")]).await;
    let token = regex::Regex::new("value=\"(cloakroom_[^\"]+)\"").expect("a pattern");
    let token = token.captures(&page.html).expect("a token")[1].to_owned();
    assert!(!browser.get("/account").await.shows(&token));
    let request = || app.client.post(format!("{}/presign-upload", app.url)).bearer_auth(&token);
    let ask = || status(request().json(&json!({"fileName": "a.txt", "contentType": "text/plain"})));
    assert_eq!(ask().await, 200);
    let again = browser.submit(&page, "/account/tokens", &[("name", "laptop")]).await;
    assert!(again.status == StatusCode::CONFLICT && again.shows("already"));
    let id = app.rows("SELECT id FROM api_tokens WHERE name = 'laptop'", []).await[0].try_get_by_index::<uuid::Uuid>(0);
    let action = format!("/account/tokens/{}/revocation", id.expect("an id"));
    assert_eq!(app.browser_of(&eve).await.send(Method::POST, &action, &[]).await.status(), StatusCode::NOT_FOUND);
    let page = browser.submit(&browser.get("/account").await, &action, &[]).await;
    assert!(page.shows("The token was revoked.") && page.shows("Token revoked"));
    assert_eq!(ask().await, 401);
}
