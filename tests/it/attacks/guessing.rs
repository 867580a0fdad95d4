//! Guessing gets slower, and keeps nobody out who knows the password.

use crate::{
    on_both_databases,
    support::{PASSWORD, Someone, TestApp, browser::Browser},
};
use cloakroom::{
    accounts::{Principal, password_links},
    database,
};
use reqwest::{StatusCode, header};
use std::time::Duration;

const COOKIE: &str = "cloakroom-browser";
const GUESS: &str = "wrong wrong wrong";

on_both_databases!(
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    guesses_from_everywhere_keep_no_owner_out,
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    a_browser_that_was_signed_in_before_is_not_slowed_by_others,
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    guesses_made_with_a_stolen_cookie_count_against_it,
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    a_change_of_the_password_ends_what_browsers_are_known_for,
    wrong_tokens_and_wrong_passwords_are_counted_apart,
    a_browsers_cookie_opens_nothing_and_can_be_made_by_us_alone,
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    a_shared_browser_is_known_for_its_last_five_accounts,
);

async fn guesses_from_everywhere_keep_no_owner_out(app: &TestApp) {
    let ada = app.member().await;
    for number in 0..60 {
        let from = format!("10.1.0.{number}");
        assert_eq!(sign_in(app, &ada.email, GUESS, &from, "").await, StatusCode::UNAUTHORIZED, "{from}");
    }
    // One that guessed before is slowed by now, with the right password too; an owner elsewhere is not.
    slow_down(app, &ada, "10.1.0.1").await;
    assert_eq!(sign_in(app, &ada.email, PASSWORD, "10.1.0.1", "").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in(app, &ada.email, GUESS, "192.0.2.1", "").await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(app, &ada.email, PASSWORD, "192.0.2.1", "").await, StatusCode::SEE_OTHER);
}

async fn a_browser_that_was_signed_in_before_is_not_slowed_by_others(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let known = known(app, &ada, "192.0.2.1").await;
    let others = known_of(app, &eve).await;
    slow_down(app, &ada, "192.0.2.1").await;
    for stranger in ["", &others, &session_of(app, &eve).await] {
        assert_eq!(sign_in(app, &ada.email, PASSWORD, "192.0.2.1", stranger).await, StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(sign_in(app, &ada.email, PASSWORD, "192.0.2.1", &known).await, StatusCode::SEE_OTHER);
}

async fn guesses_made_with_a_stolen_cookie_count_against_it(app: &TestApp) {
    let ada = app.member().await;
    let known = known(app, &ada, "192.0.2.1").await;
    let mut looked_at = 0;
    for _ in 0..40 {
        let status = sign_in(app, &ada.email, GUESS, "10.1.0.1", &known).await;
        looked_at += usize::from(status == StatusCode::UNAUTHORIZED);
    }
    // Five as a known browser, five as a stranger, and on a slow machine what becomes free within a minute.
    assert!((10..=22).contains(&looked_at), "{looked_at}");
}

async fn a_change_of_the_password_ends_what_browsers_are_known_for(app: &TestApp) {
    let ada = app.member().await;
    let known = known(app, &ada, "192.0.2.1").await;
    let secret = password_links::create(&app.db, ada.id, &Principal::command_line(), database::now()).await;
    let place = format!("/password/{}", secret.expect("a secret"));
    let browser = app.browser();
    let page = browser.get(&place).await;
    assert_eq!(browser.submit(&page, &place, &[("password", "four plain words here")]).await.path, "/");
    slow_down(app, &ada, "192.0.2.1").await;
    let new = "four plain words here";
    assert_eq!(sign_in(app, &ada.email, new, "192.0.2.1", &known).await, StatusCode::TOO_MANY_REQUESTS);
    // The browser that set it is known for it.
    assert_eq!(sign_in(app, &ada.email, new, "192.0.2.1", &cookie_of(&browser)).await, StatusCode::SEE_OTHER);
}

async fn wrong_tokens_and_wrong_passwords_are_counted_apart(app: &TestApp) {
    let ada = app.member().await;
    let ask = async |token: &str| {
        let request = app.client.get(format!("{}/files/{}/content", app.url, uuid::Uuid::now_v7()));
        request.bearer_auth(token).send().await.expect("an answer").status()
    };
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(ask("cloakroom_wrong").await);
    }
    assert_eq!((answers[0], answers[39]), (StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(sign_in(app, &ada.email, PASSWORD, "", "").await, StatusCode::SEE_OTHER);
    assert_eq!(ask(&ada.token).await, StatusCode::NOT_FOUND);
    slow_down(app, &ada, "").await;
    assert_eq!(sign_in(app, &ada.email, PASSWORD, "", "").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&ada.token).await, StatusCode::NOT_FOUND);
}

async fn a_browsers_cookie_opens_nothing_and_can_be_made_by_us_alone(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser();
    let page = browser.get("/sign-in").await;
    assert!(browser.cookie_named(COOKIE).is_none());
    let answer =
        browser.send(reqwest::Method::POST, "/sign-in", &[("email", &ada.email), ("password", PASSWORD)]).await;
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with(COOKIE)).expect("a cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=15552000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains(&ada.email));
    let value = browser.cookie_named(COOKIE).expect("a cookie");
    let thief = app.browser();
    thief.set_cookie(COOKIE, &value);
    assert_eq!(thief.get("/").await.path, "/sign-in");
    thief.set_cookie("cloakroom", &value);
    assert_eq!(thief.get("/").await.path, "/sign-in");
    drop(page);
    slow_down(app, &ada, "").await;
    let (text, tag) = value.split_once('.').expect("text and tag");
    for forged in [format!("{text}."), format!("{text}.{}", tag.replace(&tag[..4], "AAAA")), format!(".{tag}")] {
        let cookie = format!("{COOKIE}={forged}");
        assert_eq!(sign_in(app, &ada.email, PASSWORD, "", &cookie).await, StatusCode::TOO_MANY_REQUESTS);
    }
}

async fn a_shared_browser_is_known_for_its_last_five_accounts(app: &TestApp) {
    let mut people = Vec::new();
    let mut cookie = String::new();
    for number in 0..6 {
        let someone = app.member().await;
        let answer = post(app, &someone.email, PASSWORD, &format!("192.0.2.{number}"), &cookie).await;
        cookie = given(&answer);
        people.push(someone);
    }
    for (number, someone) in people.iter().enumerate().take(2) {
        slow_down(app, someone, "192.0.2.9").await;
        let expected = if number == 0 { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::SEE_OTHER };
        assert_eq!(sign_in(app, &someone.email, PASSWORD, "192.0.2.9", &cookie).await, expected, "{number}");
    }
}

/// Guesses until whoever guesses on has to wait longer than a test takes.
async fn slow_down(app: &TestApp, someone: &Someone, from: &str) {
    loop {
        let answer = post(app, &someone.email, GUESS, from, "").await;
        let wait = answer.headers().get(header::RETRY_AFTER).map(|wait| wait.to_str().expect("text"));
        if wait.is_some_and(|wait| wait.parse::<u64>().expect("seconds") > 4) {
            return;
        }
    }
}

/// The cookie of a browser that was signed in to an account.
async fn known(app: &TestApp, someone: &Someone, from: &str) -> String {
    given(&post(app, &someone.email, PASSWORD, from, "").await)
}

async fn known_of(app: &TestApp, someone: &Someone) -> String {
    cookie_of(&app.browser_of(someone).await)
}

async fn session_of(app: &TestApp, someone: &Someone) -> String {
    app.browser_of(someone).await.cookies()
}

fn cookie_of(browser: &Browser<'_>) -> String {
    format!("{COOKIE}={}", browser.cookie_named(COOKIE).expect("a cookie"))
}

fn given(answer: &reqwest::Response) -> String {
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with(COOKIE)).expect("a cookie");
    cookie.split(';').next().expect("a value").to_owned()
}

async fn sign_in(app: &TestApp, email: &str, password: &str, from: &str, cookie: &str) -> StatusCode {
    post(app, email, password, from, cookie).await.status()
}

async fn post(app: &TestApp, email: &str, password: &str, from: &str, cookie: &str) -> reqwest::Response {
    let fields = [("email", email), ("password", password)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = app.client.post(format!("{}/sign-in", app.url)).body(body);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header("X-Client", from);
    let request = request.header(header::COOKIE, cookie).timeout(Duration::from_secs(60));
    request.send().await.expect("an answer")
}
