//! Favourites: what their owner stars, how it is found, and how that is taken back.

use crate::{
    lists::insert_files,
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use cloakroom::accounts::Role;
use reqwest::{Method, StatusCode};

const ACTION: &str = "/files/favourites";

on_both_databases!(
    files_are_starred_together_and_an_undo_takes_back_just_those,
    a_star_is_its_owners_to_give_and_stays_through_the_trash,
    all_that_a_search_finds_is_starred_a_thousand_at_a_time,
);

async fn files_are_starred_together_and_an_undo_takes_back_just_those(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let mut ids = Vec::new();
    for name in ["1.png", "2.png", "3.png"] {
        ids.push(app.upload(&ada, name, "image/png", PNG).await);
    }
    let page = browser.get("/").await;
    assert!(!page.shows("Favourites</label>"), "no chip while there is nothing behind it");
    browser.send(Method::POST, ACTION, &[("id", &ids[0]), ("starred", "yes")]).await;
    let page = browser.get("/").await;
    page.assert_shows(&["“1.png” is among your favourites.", "Undo", "Favourites</label>", ", favourite</span>"]);
    // The first has its star already.
    let both = [("id", ids[0].as_str()), ("id", &ids[1]), ("starred", "yes")];
    browser.send(Method::POST, ACTION, &both).await;
    let page = browser.get("/?starred=yes").await;
    page.assert_shows(&["“2.png” is among your favourites.", "Select 1.png", "Select 2.png"]);
    assert!(!page.shows("Select 3.png"));
    let page = browser.submit(&page, ACTION, &[]).await;
    page.assert_shows(&["“2.png” is no longer among your favourites.", "Select 1.png"]);
    assert!(!page.shows("Select 2.png"));
    let others = browser.get("/?starred=no").await;
    others.assert_shows(&["Select 2.png", "Select 3.png"]);
    assert!(!others.shows("Select 1.png"));
}

async fn a_star_is_its_owners_to_give_and_stays_through_the_trash(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "1.png", "image/png", PNG).await;
    let (owner, admin) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let stranger = app.browser_of(&app.member().await).await;
    let give = [("id", id.as_str()), ("starred", "yes")];
    for other in [&stranger, &admin] {
        assert_eq!(other.send(Method::POST, ACTION, &give).await.status(), StatusCode::NOT_FOUND);
    }
    for bad in [
        &give[..1],
        &[("id", "x"), ("starred", "yes")],
        &[("id", &id), ("starred", "perhaps")],
        &[("step", "x"), ("starred", "no")],
    ] {
        let status = owner.send(Method::POST, ACTION, bad).await.status();
        assert!(status.is_client_error(), "{bad:?}: {status}");
    }
    let quiet = [give[0], give[1], ("quiet", "yes")];
    assert_eq!(owner.send(Method::POST, ACTION, &quiet).await.status(), StatusCode::NO_CONTENT);
    let page = owner.get(&format!("/files/{id}/view")).await;
    page.assert_shows(&["aria-pressed=\"true\"", "value=\"no\""]);
    assert!(!page.shows("among your favourites"), "what asks quietly is told nothing");
    owner.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    assert_eq!(owner.send(Method::POST, ACTION, &give).await.status(), StatusCode::NOT_FOUND);
    owner.send(Method::POST, "/files/restoration", &[("id", &id)]).await;
    owner.get("/?starred=yes").await.assert_shows(&["Select 1.png"]);
    let page = owner.get("/?starred=perhaps").await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows(&["was left out", "Select 1.png"]);
}

async fn all_that_a_search_finds_is_starred_a_thousand_at_a_time(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 1_003).await;
    let browser = app.browser_of(&ada).await;
    let fields = [("found", "name=file-"), ("starred", "yes")];
    for words in ["The first 1000 files are among your favourites.", "3 files are among your favourites."] {
        browser.send(Method::POST, ACTION, &fields).await;
        browser.get("/").await.assert_shows(&[words]);
    }
    browser.send(Method::POST, ACTION, &fields).await;
    browser.get("/").await.assert_shows(&["Nothing was changed"]);
}
