//! Whoever finds a browser open, or a session that should be over, does not get far.

use crate::{
    on_both_databases,
    support::{
        PASSWORD, TestApp,
        browser::{Browser, Page},
    },
};
use chrono::TimeDelta;
use cloakroom::{
    accounts::{
        Principal, Role, administration,
        sessions::{Sessions, State},
        users,
    },
    config::SessionRules,
    database,
    error::Error,
};
use reqwest::{Method, StatusCode, header};

on_both_databases!(
    what_a_thief_would_want_takes_the_password_after_a_while,
    a_wrong_password_on_the_way_is_slowed_and_changes_nothing,
    sessions_end_when_they_are_idle_and_when_they_are_old,
    of_many_sessions_the_oldest_goes,
    a_sign_in_that_a_new_password_overtakes_opens_nothing,
);

/// As if the password had been given a while ago in every session there is.
async fn wait_a_while(app: &TestApp) {
    let long_ago = match app.backend() {
        sea_orm::DbBackend::Sqlite => "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '-16 minutes')",
        _ => "now() - interval '16 minutes'",
    };
    app.execute(&format!("UPDATE sessions SET authenticated_at = {long_ago}")).await;
}

async fn what_a_thief_would_want_takes_the_password_after_a_while(app: &TestApp) {
    let (admin, ada) = (app.someone(Role::Admin).await, app.member().await);
    let browser = app.browser_of(&admin).await;
    let user = |what| format!("/admin/users/{}/{what}", ada.id);
    for (place, fields) in [
        ("/account/tokens".to_owned(), vec![("name", "laptop")]),
        (user("role"), vec![("role", "admin")]),
        (user("quota"), vec![("quota", "1 GiB")]),
        (user("password-link"), vec![]),
        ("/admin/invitations".into(), vec![("email", "bob@example.com"), ("role", "member")]),
        ("/admin/users".into(), vec![("name", "Zoe"), ("email", "zoe@example.com"), ("role", "member")]),
    ] {
        wait_a_while(app).await;
        let asked = browser.send(Method::POST, &place, &fields).await;
        assert_eq!(asked.status(), StatusCode::FORBIDDEN, "{place}");
        let (status, path) = (asked.status(), place.clone());
        let page = Page { status, path, html: asked.text().await.expect("a page") };
        page.assert_shows(&["15 minutes ago", "Your password"]);
        let done = browser.submit(&page, "/account/confirmation", &[("confirmation-password", PASSWORD)]).await;
        assert_eq!(done.status, StatusCode::OK, "{place}: {}", done.html);
        // Nobody is asked twice.
        assert_eq!(
            browser.send(Method::POST, &user("quota"), &[("quota", "1 GiB")]).await.status(),
            StatusCode::SEE_OTHER
        );
    }
    assert_eq!(app.count("SELECT count(*) FROM api_tokens WHERE name = 'laptop'").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM users WHERE role = 'admin'").await, 2);
    assert_eq!(app.count("SELECT count(*) FROM users WHERE email = 'zoe@example.com'").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM account_links WHERE email = 'bob@example.com'").await, 1);
    // Programs are told in their own way, and htmx gets a part of a page.
    wait_a_while(app).await;
    let cookie = browser.cookies();
    let ask = |name, value| {
        let request = app.client.post(format!("{}/account/tokens", app.url)).header(header::COOKIE, &cookie);
        request.header(name, value).header("content-type", "application/x-www-form-urlencoded").body("name=x").send()
    };
    let answer = ask("accept", "application/json").await.expect("an answer").text().await.expect("JSON");
    assert!(answer.contains("password_needed"), "{answer}");
    let part = ask("hx-request", "true").await.expect("an answer");
    assert_eq!(part.headers()["hx-retarget"], "#problems");
    let part = part.text().await.expect("a part");
    assert!(part.contains("confirmation-password"), "{part}");
    assert!(!part.contains("<html"), "{part}");
}

async fn a_wrong_password_on_the_way_is_slowed_and_changes_nothing(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    wait_a_while(app).await;
    let mut answers = Vec::new();
    for number in 0..8 {
        let password = format!("guess number {number}");
        let fields = [("confirmation-path", "/account/tokens"), ("name", "x"), ("confirmation-password", &password)];
        answers.push(browser.send(Method::POST, "/account/confirmation", &fields).await.status());
    }
    assert_eq!(answers[0], StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answers.contains(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    let fields = [("confirmation-path", "//evil.example"), ("confirmation-password", PASSWORD)];
    // Nobody is slowed by what is tried in another of their sessions, and nobody is sent to another site.
    let elsewhere = app.browser_of(&ada).await.send(Method::POST, "/account/confirmation", &fields).await;
    assert_eq!(
        (elsewhere.status(), &elsewhere.headers()["location"]),
        (StatusCode::TEMPORARY_REDIRECT, &header::HeaderValue::from_static("/"))
    );
    assert_eq!(post(&browser, "/account/tokens", &[("name", "x")]).await, StatusCode::FORBIDDEN);
    assert_eq!(app.count("SELECT count(*) FROM api_tokens WHERE name = 'x'").await, 0);
}

async fn sessions_end_when_they_are_idle_and_when_they_are_old(app: &TestApp) {
    let (ada, now) = (app.member().await, database::now());
    let rules = SessionRules {
        idle: TimeDelta::hours(1),
        max_age: TimeDelta::hours(2),
        ..app.second_instance().await.session_rules
    };
    let (sessions, state) = (|| Sessions::new(app.db.clone(), rules), State::default());
    sessions().create("key", &state, ada.id, now).await.expect("a session");
    let lives =
        async |minutes| sessions().find("key", now + TimeDelta::minutes(minutes)).await.expect("looked").is_some();
    assert_eq!((lives(59).await, lives(61).await), (true, false));
    // Whoever comes back in time may stay, but not for ever.
    for minutes in [50, 100, 119] {
        sessions().prolong("key", now + TimeDelta::minutes(minutes)).await.expect("prolonged");
    }
    assert_eq!((lives(119).await, lives(121).await), (true, false));
    let form = [("email", ada.email.as_str()), ("password", PASSWORD)];
    let answer = app.browser().send(Method::POST, "/sign-in", &form).await;
    let mut cookies = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookies.find(|cookie| cookie.starts_with("cloakroom=")).expect("a session");
    assert!(cookie.contains("Max-Age=1209600"), "{cookie}");
}

async fn of_many_sessions_the_oldest_goes(app: &TestApp) {
    let ada = app.member().await;
    let first = app.browser_of(&ada).await;
    for _ in 0..50 {
        app.browser_of(&ada).await;
    }
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 50);
    assert_eq!(first.get("/account").await.path, "/sign-in");
}

async fn post(browser: &Browser<'_>, place: &str, fields: &[(&str, &str)]) -> StatusCode {
    browser.send(Method::POST, place, fields).await.status()
}

/// A sign-in whose password was verified before a change of it, and whose session would begin after.
async fn a_sign_in_that_a_new_password_overtakes_opens_nothing(app: &TestApp) {
    let ada = app.member().await;
    let sessions = Sessions::new(app.db.clone(), app.second_instance().await.session_rules);
    let email = ada.email.parse().ok();
    let verified = users::find_by_password(&app.db, email, PASSWORD.into()).await.expect("the right password");
    let state = |mark: &str| {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        State::from([("user".to_owned(), text(&ada.id.to_string())), ("password".to_owned(), text(mark))])
    };
    let now = database::now();
    sessions.create("before", &state(&verified.mark), ada.id, now).await.expect("it is the password");
    let new = "another horse, another battery".to_owned();
    administration::set_password(&app.accounts, ada.id, new, &Principal::command_line(), now)
        .await
        .expect("another password");
    sessions.forget_all();
    let late = sessions.create("late", &state(&verified.mark), ada.id, now).await;
    assert!(matches!(late, Err(Error::NotSignedIn)), "{late:?}");
    for key in ["before", "late"] {
        assert!(sessions.find(key, now).await.expect("an answer").is_none(), "{key}");
    }
    assert_eq!(app.count("SELECT count(*) FROM sessions WHERE state LIKE '%password%'").await, 0);
}
