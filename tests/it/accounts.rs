//! Getting in, staying in, and being shut out.

use crate::{
    on_both_databases,
    support::{Kind, PASSWORD, TestApp},
};
use cloakroom::{
    accounts::{AccountCache, Principal, administration},
    database, routes,
};
use reqwest::{StatusCode, header};
use std::time::Duration;

on_both_databases!(
    the_set_up_link_makes_one_admin_and_stops_working,
    twenty_set_ups_at_once_make_one_account,
    signing_in_leads_to_where_one_wanted_to_go,
    a_wrong_password_and_an_unknown_email_are_one_answer,
    guessing_a_password_gets_slower,
    an_attempt_that_could_not_be_looked_at_is_no_guess,
    signing_out_ends_the_session_for_good,
    signing_in_changes_the_cookie,
    signing_in_over_a_page_that_goes_on_leads_nowhere,
    people_who_are_signed_out_are_told_nothing_of_tokens,
    disabling_a_user_ends_sessions_and_tokens,
    what_another_site_sends_is_refused_on_every_route,
    #[with("APP_URL" => "https://files.example.com", "R2_ENDPOINT" => "http://127.0.0.1:1", "R2_BUCKET_NAME" => "bucket", "R2_ACCESS_KEY_ID" => "id", "R2_SECRET_ACCESS_KEY" => "secret")]
    under_https_the_cookie_is_bound_to_host_and_https,
);

async fn the_set_up_link_makes_one_admin_and_stops_working(app: &TestApp) {
    let link = app.set_up_link.clone().expect("a link");
    let path = &link[link.find("/set-up").expect("a path")..];
    let browser = app.browser();
    assert!(browser.get("/sign-in").await.shows("set-up link"));
    assert_eq!(browser.get("/set-up?key=guess").await.status, StatusCode::NOT_FOUND);
    let page = browser.get(path).await;
    let weak =
        browser.submit(&page, "/set-up", &[("name", "Ada"), ("email", "Ada@Example.com"), ("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    weak.assert_shows(&["at least 10 characters", "Ada@Example.com"]);
    let done = browser
        .submit(&weak, "/set-up", &[("name", "Ada"), ("email", "Ada@Example.com"), ("password", PASSWORD)])
        .await;
    assert_eq!((done.status, done.path.as_str()), (StatusCode::OK, "/"));
    assert!(browser.get("/admin/files").await.shows("All uploads"));
    assert_eq!(app.browser().get(path).await.status, StatusCode::NOT_FOUND);
    let again = app
        .browser()
        .submit(&page, "/set-up", &[("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)])
        .await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
}

async fn twenty_set_ups_at_once_make_one_account(app: &TestApp) {
    let create = |number: u32| {
        let email = format!("ada{number}@example.com").parse().expect("an email");
        let new = cloakroom::accounts::users::NewUser {
            email,
            name: "Ada".into(),
            role: cloakroom::accounts::Role::Admin,
            password: Some(PASSWORD.into()),
        };
        cloakroom::accounts::users::create_first(&app.db, new, "here", database::now())
    };
    let made = futures::future::join_all((0..20).map(create)).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
}

async fn signing_in_leads_to_where_one_wanted_to_go(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser();
    let page = browser.get("/trash").await;
    assert_eq!(page.path, "/sign-in");
    let page = browser.submit(&page, "/sign-in", &[("email", &ada.email.to_uppercase()), ("password", PASSWORD)]).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/trash"));
    let outside = app.browser();
    let page = outside.get("/sign-in?next=//evil.example").await;
    let page = outside.submit(&page, "/sign-in", &[("email", &ada.email), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/");
}

async fn a_wrong_password_and_an_unknown_email_are_one_answer(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser();
    let page = browser.get("/sign-in").await;
    let mut answers = Vec::new();
    for (email, password) in
        [(ada.email.as_str(), "wrong wrong"), ("nobody@example.com", PASSWORD), ("no email\0", PASSWORD), ("", "")]
    {
        let answer = browser.submit(&page, "/sign-in", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{email:?}");
        answers.push(answer.shows("The email or the password is not right"));
    }
    assert_eq!(answers, [true; 4]);
}

async fn guessing_a_password_gets_slower(app: &TestApp) {
    let ada = app.member().await;
    let answers = futures::future::join_all((0..12).map(|_| sign_in(app, &ada.email, "wrong wrong", None))).await;
    let slowed = answers.iter().find(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS);
    let wait = slowed.expect("guessing was slowed").headers()[header::RETRY_AFTER].to_str().expect("text");
    assert!((1..=61).contains(&wait.parse::<u64>().expect("seconds")));
}

async fn an_attempt_that_could_not_be_looked_at_is_no_guess(app: &TestApp) {
    let ada = app.member().await;
    app.execute("ALTER TABLE users RENAME TO users_hidden").await;
    for _ in 0..8 {
        assert!(sign_in(app, &ada.email, PASSWORD, None).await.status().is_server_error());
    }
    app.execute("ALTER TABLE users_hidden RENAME TO users").await;
    assert_eq!(sign_in(app, &ada.email, PASSWORD, None).await.status(), StatusCode::SEE_OTHER);
}

async fn signing_out_ends_the_session_for_good(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let (name, value) = browser.cookie().expect("a cookie");
    let page = browser.get("/").await;
    assert_eq!(browser.submit(&page, "/sign-out", &[]).await.path, "/sign-in");
    let thief = app.browser();
    thief.set_cookie(&name, &value);
    assert_eq!(thief.get("/").await.path, "/sign-in");
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 0);
}

async fn signing_in_changes_the_cookie(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let (name, planted) = browser.cookie().expect("a cookie");
    let answer = sign_in(app, &ada.email, PASSWORD, Some(format!("{name}={planted}"))).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("cloakroom=")).expect("a session").to_owned();
    assert!(!cookie.contains(&planted), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "no {attribute} in {cookie}");
    }
    let old = app.browser();
    old.set_cookie(&name, &planted);
    assert_eq!(old.get("/").await.path, "/sign-in");
}

async fn signing_in_over_a_page_that_goes_on_leads_nowhere(app: &TestApp) {
    let ada = app.member().await;
    let send = |password: &'static str| {
        let form = [("email", ada.email.as_str()), ("password", password)];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = app.client.post(format!("{}/sign-in", app.url)).header(header::ACCEPT, "application/json");
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body).send()
    };
    let wrong = send("wrong wrong").await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let problem: serde_json::Value = wrong.json().await.expect("JSON");
    assert_eq!(problem["code"], "wrong_password");
    let right = send(PASSWORD).await.expect("an answer");
    assert_eq!(right.status(), StatusCode::NO_CONTENT);
    let cookies = right.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("cloakroom=")).expect("a session").to_owned();
    let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
    let browser = app.browser();
    browser.set_cookie(name, value);
    assert_eq!(browser.get("/trash").await.path, "/trash");
}

async fn people_who_are_signed_out_are_told_nothing_of_tokens(app: &TestApp) {
    let answer = app.browser().send(reqwest::Method::POST, "/account/name", &[("name", "Ada")]).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let page = answer.text().await.expect("a page");
    assert!(page.contains("You are signed out."), "{page}");
    assert!(!page.contains("Bearer"), "{page}");
}

async fn disabling_a_user_ends_sessions_and_tokens(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    administration::disable(&app.accounts, ada.id, &Principal::command_line(), database::now())
        .await
        .expect("disabled");
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 0);
    // The running app may remember for up to 30 s; a new life of it does not, nor does a new sign-in.
    let answer = sign_in(app, &ada.email, PASSWORD, None).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let afresh = AccountCache::new(app.db.clone(), app.second_instance().await.session_rules);
    assert!(afresh.account(ada.id).await.is_err());
    let hash = cloakroom::accounts::bearer::TokenHash::of(&ada.token);
    assert!(afresh.account_of_token(hash, database::now()).await.is_err());
    drop(browser);
}

async fn what_another_site_sends_is_refused_on_every_route(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let (name, value) = browser.cookie().expect("a cookie");
    for entry in routes::table().iter().filter(|entry| entry.method == "POST") {
        let path = entry.path.replace("{id}", &uuid::Uuid::now_v7().to_string());
        for (header, from) in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
        ] {
            // Pages of links say nothing of where they are, and nobody is signed in there.
            if (path.starts_with("/s/") || path == "/d/{link}/password") && from == "null" {
                continue;
            }
            let request = app
                .client
                .post(format!("{}{path}", app.url))
                .header(header, from)
                .header("Cookie", format!("{name}={value}"));
            let answer = request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("email=a&password=b")
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} from {from}");
        }
    }
    assert_eq!(browser.get("/").await.path, "/", "still signed in");
}

async fn under_https_the_cookie_is_bound_to_host_and_https(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let answer = sign_in(app, &ada.email, PASSWORD, None).await;
    let cookies: Vec<&str> =
        answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text")).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert!(cookies.iter().any(|cookie| cookie.starts_with("__Host-cloakroom=")), "{cookies:?}");
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        assert!(cookie.contains("Secure"), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(answer.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
}

/// An account's session is looked up once for a busy page, and the app forgets it at once when it ends here.
#[tokio::test]
async fn a_busy_page_asks_the_database_once() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    browser.get("/trash").await;
    app.execute("ALTER TABLE sessions RENAME TO sessions_hidden").await;
    app.execute("ALTER TABLE users RENAME TO users_hidden").await;
    assert_eq!(browser.get("/trash").await.status, StatusCode::OK);
    app.execute("ALTER TABLE sessions_hidden RENAME TO sessions").await;
    app.execute("ALTER TABLE users_hidden RENAME TO users").await;
    app.finish().await;
}

async fn sign_in(app: &TestApp, email: &str, password: &str, cookie: Option<String>) -> reqwest::Response {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .append_pair("password", password)
        .finish();
    let request = app
        .client
        .post(format!("{}/sign-in", app.url))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body);
    let request = cookie.into_iter().fold(request, |request, cookie| request.header(header::COOKIE, cookie));
    request.timeout(Duration::from_secs(60)).send().await.expect("an answer")
}
