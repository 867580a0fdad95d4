//! Those who share: the list of their links, what the log has of them, and what becomes of links without their owner.

use crate::{
    on_both_databases,
    support::{TestApp, shares::Terms, uploads::PNG},
};
use cloakroom::{accounts::Role, database, jobs::deletions};
use reqwest::{Method, StatusCode};

on_both_databases!(
    what_its_owner_has_no_more_is_not_shared_any_more,
    links_are_listed_by_pages_with_how_they_are_used,
    a_share_and_its_changes_are_in_the_log,
    administrators_end_links_and_turn_them_off_for_one_or_for_all,
);

async fn what_its_owner_has_no_more_is_not_shared_any_more(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&app.browser_of(&ada).await, &[&id], &Terms::default()).await;
    let (guest, admins) = (app.browser(), app.browser_of(&admin).await);
    let status = async || guest.get(&share.path).await.status;
    let account = format!("/admin/users/{}", ada.id);
    admins.send(Method::POST, &format!("{account}/disablement"), &[]).await;
    assert_eq!(status().await, StatusCode::GONE, "its owner is shut out");
    admins.send(Method::POST, &format!("{account}/enablement"), &[]).await;
    assert_eq!(status().await, StatusCode::OK);
    let heir = bob.id.to_string();
    let deleted = admins
        .send(Method::POST, &format!("{account}/delete"), &[("files", &heir), ("confirmation", &ada.email)])
        .await;
    assert_eq!(deleted.status(), StatusCode::SEE_OTHER);
    assert!([StatusCode::GONE, StatusCode::NOT_FOUND].contains(&status().await));
    deletions::run(&app.second_instance().await, database::now()).await.expect("given away");
    assert_eq!(status().await, StatusCode::NOT_FOUND);
    assert_eq!(app.count("SELECT count(*) FROM shares").await, 0);
    assert!(app.browser_of(&bob).await.get("/").await.shows("one.png"));
}

async fn links_are_listed_by_pages_with_how_they_are_used(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    for number in 1..=51 {
        let title = format!("Link {number:02}");
        app.share(&browser, &[&id], &Terms { title: &title, ..Terms::default() }).await;
    }
    let limited = Terms { title: "Limited", password: "fjord-lantern", most_downloads: "3", ..Terms::default() };
    app.share(&browser, &[&id], &limited).await;
    let page = browser.get("/shared").await;
    page.assert_shows(&["Limited", "0 of 3", "Link 51", "Link 03", "Earlier links"]);
    assert!(!page.shows("Link 02"));
    let next = page.html.split("/shared?before=").nth(1).and_then(|rest| rest.split('"').next()).expect("a next page");
    let next = browser.get(&format!("/shared?before={next}")).await;
    next.assert_shows(&["Link 02", "Link 01"]);
    assert!(!next.shows("Link 03"));
    assert!(!next.shows("Earlier links"));
    assert!(app.browser_of(&bob).await.get("/shared").await.shows("You share nothing."));
    let file = browser.get(&format!("/files/{id}")).await;
    file.assert_shows(&["Shared by", "Limited"]);
}

async fn a_share_and_its_changes_are_in_the_log(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let place = format!("/shares/{}", share.id);
    let page = browser.get(&place).await;
    let terms = Terms { end: "never", most_downloads: "9", ..Terms::default() };
    browser.submit(&page, &format!("{place}/terms"), &terms.fields()).await;
    for (step, field) in [("pause", ""), ("continuation", ""), ("link", ""), ("end", ""), ("restoration", "active")] {
        browser.send(Method::POST, &format!("{place}/{step}"), &[("state", field)]).await;
    }
    let log = app.browser_of(&admin).await.get("/admin/events").await;
    log.assert_shows(&[
        "Link made",
        "1 file",
        "Link changed",
        "end, download limit",
        "Link paused",
        "Link works again",
        "New link in the place of an old one",
        "Sharing stopped",
        "Sharing goes on after all",
    ]);
}

async fn administrators_end_links_and_turn_them_off_for_one_or_for_all(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (browser, admins) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let guest = app.browser();
    let owner = ada.id.to_string();
    for account in [None, Some(("account", owner.as_str()))] {
        let turn = async |how| {
            let fields: Vec<_> = account.into_iter().chain([("sharing", how)]).collect();
            admins.send(Method::POST, "/admin/sharing", &fields).await.status()
        };
        assert_eq!(turn("off").await, StatusCode::SEE_OTHER);
        assert_eq!(guest.get(&share.path).await.status, StatusCode::GONE);
        let refused = browser.get(&format!("/shares/new?id={id}")).await;
        let refused = browser.submit(&refused, "/shares", &Terms::default().fields()).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(turn("on").await, StatusCode::SEE_OTHER);
        assert_eq!(guest.get(&share.path).await.status, StatusCode::OK);
    }
    let page = admins.get("/admin/shares").await;
    page.assert_shows(&["Iceland", &ada.email, "Turn links off for everyone"]);
    let ended = admins.submit(&page, &format!("/admin/shares/{}/end", share.id), &[]).await;
    ended.assert_shows(&["Sharing stopped.", "There are no links."]);
    assert_eq!(guest.get(&share.path).await.status, StatusCode::GONE);
    let log = admins.get("/admin/events").await;
    log.assert_shows(&["Sharing stopped", "Sharing by links turned off", "Sharing by links turned on"]);
}
