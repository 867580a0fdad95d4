//! One's own account: name, password, sessions, tokens.

use crate::{
    on_both_databases,
    people::sign_in,
    support::{PASSWORD, TestApp, uploads::status},
};
use chrono::TimeDelta;
use cloakroom::{
    accounts::{Principal, password_links, tokens},
    database,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_member_changes_name_and_password,
    a_member_says_whether_pictures_are_sent_with_their_place,
    a_member_ends_other_sessions,
    a_member_makes_and_revokes_tokens,
    a_token_that_ended_is_refused_and_shown_as_ended,
    of_many_tokens_made_at_once_fifty_live,
    a_new_password_ends_the_session_s_cookie_and_the_tokens_that_are_not_kept,
);

async fn a_member_changes_name_and_password(app: &TestApp) {
    let ada = app.member().await;
    let (browser, other) = (app.browser_of(&ada).await, app.browser_of(&ada).await);
    let page = browser.get("/account").await;
    let page = browser.submit(&page, "/account/name", &[("name", "Ada Lovelace")]).await;
    page.assert_shows(&["Your name was changed.", "Ada Lovelace"]);
    let wrong =
        browser.submit(&page, "/account/password", &[("current", "not this one"), ("new", "four plain words")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.assert_shows(&["The current password is not right"]);
    let weak = browser.submit(&page, "/account/password", &[("current", PASSWORD), ("new", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&page, "/account/password", &[("current", PASSWORD), ("new", "four plain words")]).await;
    page.assert_shows(&["Your password was changed", "Password changed"]);
    assert_eq!(other.get("/").await.path, "/sign-in");
    assert_eq!(browser.get("/").await.path, "/");
    assert_eq!(sign_in(app, &ada.email, "four plain words").await.path, "/");
}

async fn a_member_says_whether_pictures_are_sent_with_their_place(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/account").await;
    assert!(!page.shows("data-removes-place"), "the original is sacred");
    let page = browser.submit(&page, "/account/place", &[("place", "remove")]).await;
    page.assert_shows(&["data-removes-place", "sent without the place", "Place of pictures"]);
    let page = browser.submit(&page, "/account/place", &[("place", "")]).await;
    page.assert_shows(&["sent as they are"]);
    assert!(!page.shows("data-removes-place"));
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'user.place'").await, 2);
}

async fn a_member_ends_other_sessions(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let (second, third, stranger) =
        (app.browser_of(&ada).await, app.browser_of(&ada).await, app.browser_of(&eve).await);
    let page = browser.get("/account").await;
    assert_eq!((page.html.matches("This one").count(), page.html.matches("Sign out<span").count()), (1, 2));
    let action = regex::Regex::new("action=\"(/account/sessions/[^\"]+/end)\"").expect("a pattern");
    let first = action.captures(&page.html).expect("a form")[1].to_owned();
    assert_eq!(stranger.send(Method::POST, &first, &[]).await.status(), StatusCode::NOT_FOUND);
    for hostile in ["/account/sessions/%00/end", "/account/sessions/x/end", "/account/tokens/%00/revocation"] {
        assert_eq!(browser.send(Method::POST, hostile, &[]).await.status(), StatusCode::NOT_FOUND, "{hostile}");
    }
    let page = browser.submit(&page, &first, &[]).await;
    page.assert_shows(&["Signed out there."]);
    assert_eq!(page.html.matches("Sign out<span").count(), 1);
    let page = browser.submit(&page, "/account/other-sessions/end", &[]).await;
    page.assert_shows(&["Signed out everywhere else."]);
    assert!(!page.html.contains("Sign out<span"), "{}", page.html);
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
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.assert_shows(&["already"]);
    let id = app.rows("SELECT id FROM api_tokens WHERE name = 'laptop'", []).await[0].try_get_by_index::<uuid::Uuid>(0);
    let action = format!("/account/tokens/{}/revocation", id.expect("an id"));
    assert_eq!(app.browser_of(&eve).await.send(Method::POST, &action, &[]).await.status(), StatusCode::NOT_FOUND);
    let page = browser.submit(&browser.get("/account").await, &action, &[]).await;
    page.assert_shows(&["The token was revoked.", "Token revoked"]);
    assert_eq!(ask().await, 401);
}

async fn a_token_that_ended_is_refused_and_shown_as_ended(app: &TestApp) {
    let (ada, now) = (app.member().await, database::now());
    let browser = app.browser_of(&ada).await;
    let make = async |name, ends| {
        let made = tokens::create(&app.db, ada.id, name, Some(ends), &Principal::command_line(), now).await;
        made.expect("a token")
    };
    let (over, open) = (make("over", now).await, make("open", now + TimeDelta::days(1)).await);
    assert_eq!((presign(app, &over).await, presign(app, &open).await), (401, 200));
    let page = browser.get("/account").await;
    // With the day that follows, as the page says “ends” of sessions too.
    for words in [r"\bended\s+<time", r"\bends\s+<time", r"\bnever ends\b"] {
        let pattern = regex::Regex::new(words).expect("a pattern");
        assert!(pattern.is_match(&page.html), "no {words} in {}", page.html);
    }
    // Its name is free, and the form proposes an end.
    let page = browser.submit(&page, "/account/tokens", &[("name", "over"), ("lasts", "90")]).await;
    assert_eq!(page.status, StatusCode::OK);
    let ends = app.rows("SELECT expires_at FROM api_tokens WHERE name = 'over' AND revoked_at IS NULL", []).await;
    let ends: chrono::DateTime<chrono::Utc> = ends[0].try_get_by_index(0).expect("a time");
    assert_eq!((ends - now).num_days(), 90);
    let odd = browser.submit(&page, "/account/tokens", &[("name", "odd"), ("lasts", "100000")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn of_many_tokens_made_at_once_fifty_live(app: &TestApp) {
    let (ada, now) = (app.member().await, database::now());
    let make = async |number: usize| {
        let name = format!("token {number}");
        tokens::create(&app.db, ada.id, &name, None, &Principal::command_line(), now).await
    };
    let made = futures::future::join_all((0..60).map(make)).await;
    // One was there before.
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 49);
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/account").await;
    let full = browser.submit(&page, "/account/tokens", &[("name", "one more")]).await;
    assert_eq!(full.status, StatusCode::CONFLICT);
    full.assert_shows(&["may have 50 tokens"]);
    tokens::revoke_named(&app.accounts, ada.id, "test", &Principal::command_line(), now).await.expect("revoked");
    assert_eq!(browser.submit(&page, "/account/tokens", &[("name", "one more")]).await.status, StatusCode::OK);
}

async fn a_new_password_ends_the_session_s_cookie_and_the_tokens_that_are_not_kept(app: &TestApp) {
    let (ada, now) = (app.member().await, database::now());
    let browser = app.browser_of(&ada).await;
    let kept = tokens::create(&app.db, ada.id, "kept", None, &Principal::command_line(), now).await.expect("a token");
    let before = browser.cookie().expect("a session");
    let page = browser.get("/account").await;
    assert!(page.shows("API tokens to keep"));
    let tick = regex::Regex::new("name=\"keep\" value=\"([^\"]+)\"> kept").expect("a pattern");
    let tick = tick.captures(&page.html).expect("a box to tick")[1].to_owned();
    let fields = [("current", PASSWORD), ("new", "four plain words"), ("keep", &tick)];
    let page = browser.submit(&page, "/account/password", &fields).await;
    assert_eq!(page.path, "/account");
    page.assert_shows(&["Your password was changed."]);
    assert_eq!((presign(app, &kept).await, presign(app, &ada.token).await), (200, 401));
    // The old cookie is of no use, even in the same browser.
    let old = app.browser();
    old.set_cookie(&before.0, &before.1);
    assert_ne!(browser.cookie().expect("a session"), before);
    assert_eq!((old.get("/").await.path.as_str(), browser.get("/").await.path.as_str()), ("/sign-in", "/"));
    let link = password_links::create(&app.db, ada.id, &Principal::command_line(), now).await.expect("a link");
    let place = format!("/password/{link}");
    let guest = app.browser();
    let page = guest.get(&place).await;
    assert!(page.shows("its API tokens are revoked"));
    assert_eq!(guest.submit(&page, &place, &[("password", "five more plain words")]).await.path, "/");
    assert_eq!((presign(app, &kept).await, browser.get("/").await.path.as_str()), (401, "/sign-in"));
}

async fn presign(app: &TestApp, token: &str) -> u16 {
    let request = app.client.post(format!("{}/presign-upload", app.url)).bearer_auth(token);
    status(request.json(&json!({"fileName": "a.txt", "contentType": "text/plain"}))).await
}
