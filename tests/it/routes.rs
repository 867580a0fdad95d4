//! The route table, walked as everyone.

use crate::{
    on_both_databases,
    support::{TestApp, browser::Browser, uploads::PNG},
};
use cloakroom::{
    accounts::Role,
    routes::{Access, Entry, table},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    only_the_intended_ones_are_answered,
    another_ones_file_is_not_found,
    every_answer_carries_the_safety_headers,
    password_managers_find_where_to_change_a_password,
    #[with("SECURITY_CONTACT" => "security@example.com")]
    finders_of_holes_find_whom_to_tell,
);

/// What one of four kinds of visitor got.
#[derive(Debug, PartialEq, Eq)]
enum Answered {
    /// By the handler: it was let in, whatever it found there.
    LetIn,
    TurnedAway,
}

async fn only_the_intended_ones_are_answered(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    for entry in table() {
        // A browser each, as one of the routes signs out.
        let visitors = [
            (None, "nobody"),
            (Some(app.browser_of(&ada).await), "member"),
            (Some(app.browser_of(&admin).await), "admin"),
        ];
        for (browser, who) in visitors {
            let expected = match (entry.access, who) {
                (Access::Anyone, _)
                | (Access::SignedIn | Access::Caller, "member" | "admin")
                | (Access::Admin, "admin") => Answered::LetIn,
                _ => Answered::TurnedAway,
            };
            let browser = browser.unwrap_or_else(|| app.browser());
            assert_eq!(walk(&browser, &entry).await, expected, "{} {} as {who}", entry.method, entry.path);
        }
        let by_token = matches!(entry.access, Access::Anyone | Access::Caller);
        let request =
            app.client.request(method(&entry), format!("{}{}", app.url, path(&entry))).bearer_auth(&ada.token);
        let status = request.send().await.expect("an answer").status();
        let let_in = status != StatusCode::UNAUTHORIZED
            && !matches!(entry.access, Access::SetUpLink | Access::SecretLink | Access::Monitor)
            || status.is_success();
        assert_eq!(let_in, by_token, "{} by token: {status}", entry.path);
    }
}

async fn another_ones_file_is_not_found(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let id = app.upload(&ada, "private.png", "image/png", PNG).await;
    let (owner, other) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    for entry in table().iter().filter(|entry| entry.path.starts_with("/files/{id}")) {
        let place = entry.path.replace("{id}", &id);
        let answer = match entry.method.as_str() == "POST" && place.contains("/thumbnail") {
            true => app.post_json(&bob, &place, &json!({"contentType": "image/webp", "size": 1})).await,
            false => other.send(method(entry), &place, &[]).await,
        };
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{place}");
    }
    assert!(owner.get("/").await.shows("private.png"));
    assert!(!other.get("/").await.shows("private.png"));
    assert!(owner.get(&format!("/files/{id}")).await.shows("private.png"));
}

async fn every_answer_carries_the_safety_headers(app: &TestApp) {
    let browser = app.browser();
    for place in ["/sign-in", "/", "/nothing-here", "/healthz", "/static/nothing.css", "/sw.js", "/offline"] {
        let answer = browser.send(Method::GET, place, &[]).await;
        let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
        let connect = format!("connect-src 'self' {}", app.store_origin);
        for rule in
            ["default-src 'none'", "frame-ancestors 'none'", "worker-src 'self'; manifest-src 'self';", &connect]
        {
            assert!(policy.contains(rule), "no {rule} for {place}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{place}: {policy}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{place}");
        assert!(answer.headers().contains_key("referrer-policy"), "{place}");
    }
    let page = browser.get("/sign-in").await;
    let asset = page
        .html
        .split('"')
        .find(|text| text.starts_with("/static/") && text.ends_with("htmx.js"))
        .expect("htmx")
        .to_owned();
    let answer = browser.send(Method::GET, &asset, &[]).await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert!(answer.text().await.expect("a body").contains("2.0.11"));
}

async fn password_managers_find_where_to_change_a_password(app: &TestApp) {
    let answer = app.browser().send(Method::GET, "/.well-known/change-password", &[]).await;
    assert_eq!(
        (answer.status(), &answer.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/account".parse().expect("text"))
    );
    let unset = app.browser().send(Method::GET, "/.well-known/security.txt", &[]).await;
    assert_eq!(unset.status(), StatusCode::NOT_FOUND);
}

async fn finders_of_holes_find_whom_to_tell(app: &TestApp) {
    let answer = app.browser().send(Method::GET, "/.well-known/security.txt", &[]).await;
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    let text = answer.text().await.expect("a body");
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
    };
    assert_eq!(value("Contact: "), "mailto:security@example.com");
    let expires: chrono::DateTime<chrono::Utc> = value("Expires: ").parse().expect("a time");
    #[expect(clippy::disallowed_methods, reason = "how long it is from now")]
    let left = expires - chrono::Utc::now();
    assert!(left > chrono::TimeDelta::days(100), "{expires}");
    assert!(left < chrono::TimeDelta::days(365), "{expires}");
    for bad in ["nonsense", "javascript:alert(1)", "http://example.com"] {
        let values = [("SECURITY_CONTACT".to_owned(), bad.to_owned())].into();
        assert!(cloakroom::config::Config::from_values(values).is_err(), "{bad}");
    }
}

async fn walk(browser: &Browser<'_>, entry: &Entry) -> Answered {
    let answer = browser.send(method(entry), &path(entry), &[]).await;
    let place = answer.headers().get("location").and_then(|place| place.to_str().ok()).unwrap_or_default().to_owned();
    let turned_away = match answer.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
        StatusCode::NOT_FOUND => matches!(entry.access, Access::SetUpLink | Access::SecretLink | Access::Monitor),
        StatusCode::SEE_OTHER => place.starts_with("/sign-in") && entry.path != "/sign-out",
        // Without its form, sign-in and set-up never get as far as their rule.
        StatusCode::BAD_REQUEST => entry.access == Access::SetUpLink,
        _ => false,
    };
    if turned_away { Answered::TurnedAway } else { Answered::LetIn }
}

fn method(entry: &Entry) -> Method {
    entry.method.as_str().parse().expect("a method")
}

fn path(entry: &Entry) -> String {
    entry.path.replace("{id}", &uuid::Uuid::now_v7().to_string()).replace("{hash}", "none").replace("{secret}", "none")
}
