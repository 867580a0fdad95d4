//! What pages say of what was done comes from us, once, and never from an address.

use crate::{
    on_both_databases,
    support::{TestApp, browser::Browser, uploads::PNG},
};
use cloakroom::accounts::Role;
use reqwest::{Method, StatusCode, header};

const COOKIE: &str = "cloakroom-flash";

on_both_databases!(
    a_link_makes_no_page_say_anything,
    what_was_done_is_said_once,
    words_that_we_did_not_sign_are_not_said,
    what_scripts_ask_for_leaves_the_words_to_the_page,
    a_long_place_to_go_back_to_loses_no_words,
);

async fn a_link_makes_no_page_say_anything(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let id = app.upload(&admin, "holiday.png", "image/png", PNG).await;
    let browser = app.browser_of(&admin).await;
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    browser.get("/").await;
    let moved: cloakroom::ids::MoveId =
        app.rows("SELECT moved_in FROM r2_files", []).await[0].try_get_by_index(0).expect("a move");
    let trashed = format!("did=trash&move={moved}");
    for (page, query) in [
        ("/account", "did=password"),
        ("/account", "did=session"),
        ("/admin/users", "did=revocation"),
        (&*format!("/admin/users/{}", admin.id), "did=disable"),
        ("/", "did=purge"),
        ("/", &trashed),
        ("/trash", "did=purge"),
        ("/admin/files", &trashed),
    ] {
        let shown = browser.get(&format!("{page}?{query}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        assert!(!shown.html.contains("class=\"notice flash\""), "{page}?{query} says something");
    }
}

async fn what_was_done_is_said_once(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let answer = browser.send(Method::POST, "/account/name", &[("name", "Ada")]).await;
    assert_eq!(answer.headers()[header::LOCATION], "/account");
    let cookie = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookie.into_iter().find(|cookie| cookie.starts_with(COOKIE)).expect("a notice");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=60"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(browser.get("/account").await.shows("Your name was changed."));
    assert_eq!(browser.cookie_named(COOKIE), None);
    assert!(!browser.get("/account").await.shows("Your name was changed."));
}

async fn words_that_we_did_not_sign_are_not_said(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, "/account/name", &[("name", "Ada")]).await;
    let right = browser.cookie_named(COOKIE).expect("a notice");
    let (text, tag) = right.split_once('.').expect("text and tag");
    let other = text.replace(&text[text.len() - 8..], &"A".repeat(8));
    let session = browser.cookie().expect("a session").1;
    for forged in [format!("{other}.{tag}"), format!("{text}."), text.to_owned(), session, "%00.%00".into()] {
        browser.set_cookie(COOKIE, &forged);
        let page = browser.get("/account").await;
        assert_eq!(page.status, StatusCode::OK, "{forged}");
        assert!(!page.shows("Your name was changed."), "{forged}");
    }
    browser.set_cookie(COOKIE, &right);
    assert!(browser.get("/account").await.shows("Your name was changed."));
}

async fn what_scripts_ask_for_leaves_the_words_to_the_page(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, "/account/name", &[("name", "Ada")]).await;
    for headers in [&[("Sec-Fetch-Dest", "empty")][..], &[("HX-Request", "true"), ("HX-Target", "listing")]] {
        assert_eq!(asked_with(app, &browser, headers).await, (false, false), "{headers:?}");
    }
    let for_the_notice = &[("HX-Request", "true"), ("HX-Target", "flash"), ("Sec-Fetch-Dest", "empty")];
    assert_eq!(asked_with(app, &browser, for_the_notice).await, (true, true));
    let for_a_page_that_is_swapped_in = &[("HX-Boosted", "true"), ("Sec-Fetch-Dest", "empty")];
    assert_eq!(asked_with(app, &browser, for_a_page_that_is_swapped_in).await, (true, true));
}

async fn a_long_place_to_go_back_to_loses_no_words(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, &format!("{}.png", "é".repeat(90)), "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    let back = format!("/?name={}", "a".repeat(6_000));
    let answer = browser.send(Method::POST, "/files/trash", &[("id", &id), ("back", &back)]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let page = browser.get("/").await;
    assert!(page.shows("is in the trash."), "{}", page.html);
    assert!(browser.submit(&page, "/files/restoration", &[]).await.shows("is back."));
}

/// Whether the account's page said it, and whether it was gone afterwards.
async fn asked_with(app: &TestApp, browser: &Browser<'_>, headers: &[(&str, &str)]) -> (bool, bool) {
    let request = app.client.get(format!("{}/account", app.url)).header(header::COOKIE, browser.cookies());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = request.send().await.expect("an answer");
    let mut cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let is_gone = cookies.any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.starts_with(COOKIE)));
    (answer.text().await.expect("text").contains("Your name was changed."), is_gone)
}
