//! What somebody who has a link, or none, tries to get beyond it.

use crate::{
    on_both_databases,
    places::{make, put},
    support::{
        TestApp,
        shares::{Shared, Terms},
        uploads::PNG,
    },
};
use cloakroom::accounts::Role;
use futures::future::join_all;
use reqwest::{Method, StatusCode, header};

on_both_databases!(
    the_cookie_of_one_link_opens_no_other,
    the_id_of_a_link_opens_nothing,
    another_file_of_the_same_owner_is_not_behind_a_link,
    a_file_that_was_put_away_is_behind_a_link_no_more,
    a_link_ends_by_the_servers_clock,
    whoever_tries_passwords_of_a_link_is_slowed_down,
    of_a_hundred_at_once_at_three_instances_one_gets_the_last_download,
    nobody_else_changes_a_link,
    an_id_that_is_anothers_makes_no_link,
    what_another_site_makes_a_guest_send_is_refused,
);

const PASSWORD: &str = "fjord-lantern";

async fn locked(app: &TestApp) -> (String, Shared, Shared) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let terms = Terms { password: PASSWORD, ..Terms::default() };
    let (one, other) = (app.share(&browser, &[&id], &terms).await, app.share(&browser, &[&id], &terms).await);
    (id, one, other)
}

async fn the_cookie_of_one_link_opens_no_other(app: &TestApp) {
    let (id, one, other) = locked(app).await;
    let guest = app.browser();
    let answer = guest.send(Method::POST, &format!("{}/password", one.path), &[("password", PASSWORD)]).await;
    let cookie = answer.headers()[header::SET_COOKIE].to_str().expect("text");
    for part in ["HttpOnly", "SameSite=Lax", &format!("Path={}", one.path), "Max-Age=43200"] {
        assert!(cookie.contains(part), "no {part} in {cookie}");
    }
    // This browser sends it everywhere.
    assert_eq!(guest.get(&one.path).await.status, StatusCode::OK);
    for place in ["", "/content", "/thumbnail"] {
        let place = format!("{}/files/{id}{place}", other.path);
        assert_eq!(guest.send(Method::GET, &place, &[]).await.status(), StatusCode::FORBIDDEN, "{place}");
    }
    assert_eq!(guest.get(&other.path).await.status, StatusCode::FORBIDDEN);
    let download = format!("{}/files/{id}/download", other.path);
    assert_eq!(guest.send(Method::POST, &download, &[]).await.status(), StatusCode::FORBIDDEN);
    let value = guest.cookie_named("cloakroom-share").expect("a cookie");
    guest.set_cookie("cloakroom-share", &value[1..]);
    assert_eq!(guest.get(&one.path).await.status, StatusCode::FORBIDDEN, "what was changed is worth nothing");
}

async fn the_id_of_a_link_opens_nothing(app: &TestApp) {
    let (id, one, _) = locked(app).await;
    let guest = app.browser();
    let bare = one.id.replace('-', "");
    for link in [&*one.id, &bare, &bare[..22], &id, "a;b-AAAAAAAAAAAAAAAAAAAAAA", "%00", "%E2%80%AE"] {
        for place in [format!("/s/{link}"), format!("/s/{link}/files/{id}"), format!("/s/{link}/files/{id}/content")] {
            assert_eq!(guest.send(Method::GET, &place, &[]).await.status(), StatusCode::NOT_FOUND, "{place}");
        }
        let password = guest.send(Method::POST, &format!("/s/{link}/password"), &[("password", PASSWORD)]).await;
        assert_eq!(password.status(), StatusCode::NOT_FOUND, "{link}");
    }
}

async fn another_file_of_the_same_owner_is_not_behind_a_link(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shown = app.upload(&ada, "one.png", "image/png", PNG).await;
    let hidden = app.upload(&ada, "two.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&shown], &Terms::default()).await;
    let guest = app.browser();
    for id in [&*hidden, "x", "..", "0197c0a2-0000-7000-8000-00000000005c"] {
        for what in ["", "/content", "/thumbnail"] {
            let place = format!("{}/files/{id}{what}", share.path);
            assert_eq!(guest.send(Method::GET, &place, &[]).await.status(), StatusCode::NOT_FOUND, "{place}");
        }
        let place = format!("{}/files/{id}/download", share.path);
        assert_eq!(guest.send(Method::POST, &place, &[]).await.status(), StatusCode::NOT_FOUND, "{place}");
    }
    for place in ["/", &*format!("/files/{shown}"), &format!("/files/{shown}/content")] {
        let status = guest.send(Method::GET, place, &[]).await.status();
        assert!([StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED].contains(&status), "{place}: {status}");
    }
    assert_eq!(app.count("SELECT downloads FROM shares").await, 0);
}

async fn a_file_that_was_put_away_is_behind_a_link_no_more(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (browser, admins) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let guest = app.browser();
    let is_there = async || {
        let file = format!("{}/files/{id}", share.path);
        let mut statuses = Vec::new();
        for place in ["", "/content"] {
            statuses.push(guest.send(Method::GET, &format!("{file}{place}"), &[]).await.status());
        }
        statuses.push(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status());
        let is_listed = guest.get(&share.path).await.shows("one.png");
        let count = statuses.iter().filter(|status| status.is_success() || status.is_redirection()).count();
        assert_eq!(count, if is_listed { 3 } else { 0 }, "{statuses:?}");
        is_listed
    };
    assert!(is_there().await);
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    assert!(!is_there().await, "it is in the trash");
    browser.send(Method::POST, "/files/restoration", &[("id", &id)]).await;
    let folder = make(app, &browser, "Iceland", "").await;
    put(&browser, &[("id", &id)], &folder).await;
    assert!(is_there().await, "it is where it was put");
    browser.send(Method::POST, "/folders/trash", &[("folder", &folder)]).await;
    assert!(!is_there().await, "its folder is in the trash");
    browser.send(Method::POST, "/folders/restoration", &[("folder", &folder)]).await;
    put(&browser, &[("id", &id)], "top").await;
    assert!(is_there().await);
    admins.send(Method::POST, "/admin/files/quarantine", &[("id", &id)]).await;
    assert!(!is_there().await, "it is in quarantine");
    admins.send(Method::POST, "/admin/files/release", &[("id", &id)]).await;
    assert!(is_there().await);
    let stranger = app.member().await.id;
    app.execute(&format!("UPDATE r2_files SET user_id = '{stranger}', owner_id = NULL")).await;
    assert!(!is_there().await, "it is somebody else's");
    app.execute(&format!("UPDATE r2_files SET user_id = '{}'", ada.id)).await;
    app.expect_orphans();
}

async fn a_link_ends_by_the_servers_clock(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms { end: "1d", ..Terms::default() }).await;
    let guest = app.browser();
    assert_eq!(guest.get(&share.path).await.status, StatusCode::OK);
    app.execute("UPDATE shares SET ends_at = created_at").await;
    let answer = app
        .client
        .get(format!("{}{}", app.url, share.path))
        .header(header::DATE, "Thu, 01 Jan 1970 00:00:00 GMT")
        .header(header::IF_MODIFIED_SINCE, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_eq!(answer.send().await.expect("an answer").status(), StatusCode::GONE);
    let download = format!("{}/files/{id}/download", share.path);
    assert_eq!(guest.send(Method::POST, &download, &[]).await.status(), StatusCode::GONE);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 0);
}

async fn whoever_tries_passwords_of_a_link_is_slowed_down(app: &TestApp) {
    let (_, one, other) = locked(app).await;
    let guest = app.browser();
    let place = format!("{}/password", one.path);
    for number in 0..5 {
        let answer = guest.send(Method::POST, &place, &[("password", "wrong-lantern")]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    // Until whoever guesses on has to wait longer than a test takes.
    loop {
        let answer = guest.send(Method::POST, &place, &[("password", "wrong-lantern")]).await;
        let wait = answer.headers().get(header::RETRY_AFTER).map(|wait| wait.to_str().expect("text"));
        if wait.is_some_and(|wait| wait.parse::<u64>().expect("seconds") > 4) {
            break;
        }
    }
    let slowed = guest.send(Method::POST, &place, &[("password", PASSWORD)]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS, "the right one has to wait as well");
    let another = guest.send(Method::POST, &format!("{}/password", other.path), &[("password", PASSWORD)]).await;
    assert_eq!(another.status(), StatusCode::SEE_OTHER, "another link is another");
    // Who signs in from there has nothing to do with it.
    app.browser_of(&app.member().await).await;
}

async fn of_a_hundred_at_once_at_three_instances_one_gets_the_last_download(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms { most_downloads: "1", ..Terms::default() }).await;
    let (second, third) = tokio::join!(app.another_instance(), app.another_instance());
    let urls = [&*app.url, &*second.url, &*third.url];
    let downloads = (0..100).map(|number| {
        let place = format!("{}{}/files/{id}/download", urls[number % 3], share.path);
        async move { app.client.post(place).send().await.expect("an answer") }
    });
    let mut handed_out = 0;
    for answer in join_all(downloads).await {
        let place = answer.headers().get(header::LOCATION).and_then(|place| place.to_str().ok()).unwrap_or_default();
        handed_out += usize::from(place.starts_with(&app.store_origin));
        let is_told = answer.status() == StatusCode::GONE || answer.status() == StatusCode::SEE_OTHER;
        assert!(is_told, "{}", answer.status());
    }
    assert_eq!(handed_out, 1);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
    second.stop().await;
    third.stop().await;
}

async fn nobody_else_changes_a_link(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let place = format!("/shares/{}", share.id);
    let before = app.rows("SELECT title, state, secret_version FROM shares", []).await;
    for other in [&bob, &admin] {
        let others = app.browser_of(other).await;
        assert_eq!(others.get(&place).await.status, StatusCode::NOT_FOUND);
        assert_eq!(others.get(&format!("/shares/new?id={id}")).await.status, StatusCode::NOT_FOUND);
        for step in ["terms", "pause", "continuation", "link", "end", "restoration"] {
            let fields = [Terms { title: "Eve", ..Terms::default() }.fields(), vec![("state", "active")]].concat();
            let answer = others.send(Method::POST, &format!("{place}/{step}"), &fields).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{step}");
        }
    }
    let after = app.rows("SELECT title, state, secret_version FROM shares", []).await;
    let text = |rows: &[sea_orm::QueryResult]| {
        let row = &rows[0];
        let get = |name: &str| row.try_get::<String>("", name).expect("text");
        (get("title"), get("state"), row.try_get::<i64>("", "secret_version").expect("a number"))
    };
    assert_eq!(text(&before), text(&after));
}

async fn an_id_that_is_anothers_makes_no_link(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let own = app.upload(&eve, "eve.png", "image/png", PNG).await;
    let share = app.share(&app.browser_of(&ada).await, &[&id], &Terms::default()).await;
    let eves = app.browser_of(&eve).await;
    let make = async |share: &str, file: &str| {
        let fields = [Terms::default().fields(), vec![("share", share), ("id", file)]].concat();
        eves.send(Method::POST, "/shares", &fields).await.status()
    };
    assert_eq!(make(&share.id, &own).await, StatusCode::NOT_FOUND, "it is taken");
    // Not even when the other is gone does it open what she shares.
    app.execute("DELETE FROM shares").await;
    assert_eq!(make(&share.id, &own).await, StatusCode::SEE_OTHER);
    assert_eq!(app.browser().get(&share.path).await.status, StatusCode::NOT_FOUND);
    let fresh = uuid::Uuid::new_v4().to_string();
    assert_eq!(make(&fresh, &id).await, StatusCode::NOT_FOUND, "another's file");
}

async fn what_another_site_makes_a_guest_send_is_refused(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&app.browser_of(&ada).await, &[&id], &Terms::default()).await;
    let place = format!("{}{}/files/{id}/download", app.url, share.path);
    let with = async |name: &'static str, value: &'static str| {
        app.client.post(&place).header(name, value).send().await.expect("an answer").status()
    };
    assert_eq!(with("Sec-Fetch-Site", "cross-site").await, StatusCode::FORBIDDEN);
    assert_eq!(with("Origin", "https://evil.example").await, StatusCode::FORBIDDEN);
    // Pages that send no referrer send no origin either, and plain http has nothing else.
    assert_eq!(with("Origin", "null").await, StatusCode::SEE_OTHER);
    let elsewhere = format!("{}/files/trash", app.url);
    let refused = app.client.post(elsewhere).header("Origin", "null").send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
}
