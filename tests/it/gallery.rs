//! Looking at files: the gallery, the viewer, a file's page.

use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
    thumbnails::{self, WEBP},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_confirmed_file_appears_in_the_gallery_and_can_be_read,
    a_file_is_renamed_and_downloads_under_its_new_name,
    a_new_name_keeps_the_extension_unless_it_is_changed_on_purpose,
    a_new_name_is_taken_back_as_long_as_the_file_has_it,
    the_viewer_leads_to_the_files_beside_it_in_its_list,
    a_picture_says_how_large_it_is,
    the_view_that_was_chosen_is_remembered,
    hostile_names_are_shown_as_text,
    a_picture_that_can_be_seen_through_stands_on_a_check,
);

async fn a_confirmed_file_appears_in_the_gallery_and_can_be_read(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    assert!(browser.get("/").await.shows("Nothing here yet"));
    let id = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let gallery = browser.get("/").await;
    gallery.assert_shows(&["holiday.png", &format!("data-without-thumbnail=\"/files/{id}/content\"")]);
    let page = browser.get(&format!("/files/{id}")).await;
    page.assert_shows(&["holiday.png", &format!("{} bytes", PNG.len()), "image/png"]);
    let mut places = Vec::new();
    for _ in 0..3 {
        let answer = browser.send(Method::GET, &format!("/files/{id}/content"), &[]).await;
        assert_eq!(answer.status(), StatusCode::FOUND);
        places.push(answer.headers()["location"].to_str().expect("text").to_owned());
    }
    // It changes once in seven and a half minutes, which may be just now.
    let is_one = places[0] == places[1] || places[1] == places[2];
    assert!(is_one, "one URL, so that browsers can cache what it leads to: {places:?}");
    let stored = app.client.get(&places[0]).send().await.expect("an answer");
    assert_eq!(stored.headers()["cache-control"], "private, max-age=900");
    assert!(
        stored.headers()["content-disposition"].to_str().expect("text").starts_with("inline; filename=\"holiday.png\"")
    );
    assert_eq!(stored.bytes().await.expect("bytes"), PNG);
    let head = browser.send(Method::HEAD, &format!("/files/{id}/content"), &[]).await;
    let stored = app.client.head(head.headers()["location"].to_str().expect("text")).send().await.expect("an answer");
    assert_eq!(
        (stored.status(), stored.headers()["content-length"].to_str().ok()),
        (StatusCode::OK, Some(&*PNG.len().to_string()))
    );
    let download = browser.send(Method::GET, &format!("/files/{id}/download"), &[]).await;
    let stored =
        app.client.get(download.headers()["location"].to_str().expect("text")).send().await.expect("an answer");
    assert!(stored.headers()["content-disposition"].to_str().expect("text").starts_with("attachment;"));
}

async fn a_new_name_keeps_the_extension_unless_it_is_changed_on_purpose(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    let (browser, path) = (app.browser_of(&ada).await, format!("/files/{id}/name"));
    for (fields, name) in [
        (vec![("name", "Plage")], "Plage.png"),
        (vec![("name", "Plage.jpg")], "Plage.jpg"),
        (vec![("name", "Plage."), ("back", "/")], "Plage"),
        (vec![("name", "Plage.png")], "Plage.png"),
        (vec![("name", "Mer"), ("drops_extension", "yes")], "Mer"),
    ] {
        browser.send(Method::POST, &path, &fields).await;
        assert_eq!(
            app.rows("SELECT file_name FROM r2_files", []).await[0].try_get::<String>("", "file_name").expect("text"),
            name
        );
    }
    assert_eq!(browser.send(Method::POST, &path, &[("name", "../x")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_new_name_is_taken_back_as_long_as_the_file_has_it(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "notes", "text/plain", b"words").await;
    let (browser, path) = (app.browser_of(&ada).await, format!("/files/{id}/name"));
    let page = browser.get(&format!("/files/{id}")).await;
    let renamed = browser.submit(&page, &path, &[("name", "notes.txt")]).await;
    // The toast with its Undo is the first form of the page.
    renamed.assert_shows(&["Renamed.", "data-undo"]);
    let page = browser.submit(&renamed, &path, &[]).await;
    page.assert_shows(&["notes.txt → notes<", "\">notes</h1>"]);
    let page = browser.submit(&renamed, &path, &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "it has another name by now");
    assert!(browser.get(&format!("/files/{id}")).await.shows("\">notes</h1>"));
}

async fn a_file_is_renamed_and_downloads_under_its_new_name(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "dsc_0042.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    // So that the signed link under the old name is remembered.
    browser.send(Method::GET, &format!("/files/{id}/download"), &[]).await;
    let page = browser.get(&format!("/files/{id}")).await;
    page.assert_shows(&["<p class=\"ticket-print\">1</p>", "<details class=\"storage-facts\">"]);
    let page = browser.submit(&page, &format!("/files/{id}/name"), &[("name", "Été à la plage.png")]).await;
    page.assert_shows(&["Renamed.", "dsc_0042.png → Été à la plage.png"]);
    assert!(browser.get("/?name=ete+a").await.shows("Été à la plage.png"));
    assert!(!browser.get("/?name=dsc").await.shows("Été à la plage.png"));
    let download = browser.send(Method::GET, &format!("/files/{id}/download"), &[]).await;
    let place = download.headers()["location"].to_str().expect("text").to_owned();
    let stored = app.client.get(place).send().await.expect("an answer");
    let disposition = stored.headers()["content-disposition"].to_str().expect("text").to_owned();
    assert!(disposition.contains("%C3%89t%C3%A9"), "{disposition}");
    for bad in ["", "..", "a/b", "gpj\u{202e}.exe"] {
        let answer = browser.send(Method::POST, &format!("/files/{id}/name"), &[("name", bad)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        let page = answer.text().await.expect("a page");
        assert!(page.contains("role=\"alert\""), "{bad:?}: {page}");
        assert!(page.contains(">Rename</button>"), "{bad:?}: {page}");
    }
}

async fn the_viewer_leads_to_the_files_beside_it_in_its_list(app: &TestApp) {
    let ada = app.member().await;
    for name in ["b.png", "a.png", "c.png"] {
        app.upload(&ada, name, "image/png", PNG).await;
    }
    app.upload(&ada, "b.txt", "text/plain", b"words").await;
    let browser = app.browser_of(&ada).await;
    let list = browser.get("/?sort=name&type=image").await;
    let link = regex::Regex::new("href=\"(/files/[^\"]+)\" data-view").expect("a pattern");
    let places: Vec<String> = link.captures_iter(&list.html).map(|found| found[1].replace("&#38;", "&")).collect();
    assert_eq!(places.len(), 3);
    let beside = [(None, Some("b.png")), (Some("a.png"), Some("c.png")), (Some("b.png"), None)];
    for (place, (previous, next)) in places.iter().zip(beside) {
        let page = browser.get(place).await;
        assert_eq!(page.html.contains("Previous: "), previous.is_some(), "{place}");
        assert!(previous.is_none_or(|name| page.shows(&format!("Previous: {name}"))), "{place}");
        assert_eq!(page.html.contains("Next: "), next.is_some(), "{place}");
        assert!(next.is_none_or(|name| page.shows(&format!("Next: {name}"))), "{place}");
        assert!(page.shows("href=\"/?type=image&sort=name\""), "{}", page.html);
    }
}

async fn a_picture_says_how_large_it_is(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "pixel.png", "image/png", PNG).await;
    let other = app.upload(&ada, "notes.txt", "text/plain", b"words").await;
    let browser = app.browser_of(&ada).await;
    assert!(browser.get(&format!("/files/{id}")).await.shows("1 × 1 pixels"));
    assert!(!browser.get(&format!("/files/{other}")).await.shows("pixels"));
}

async fn the_view_that_was_chosen_is_remembered(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "pixel.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    assert!(!browser.get("/").await.html.contains("<table class=\"list\""));
    assert!(browser.get("/?view=list").await.html.contains("<table class=\"list\""));
    assert!(browser.get("/").await.html.contains("<table class=\"list\""));
    assert!(!browser.get("/?view=grid").await.html.contains("<table class=\"list\""));
}

async fn hostile_names_are_shown_as_text(app: &TestApp) {
    let ada = app.member().await;
    let name = "<img src=x onerror=alert(1)>\"'.png";
    let id = app.upload(&ada, name, "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    for place in ["/".to_owned(), format!("/files/{id}")] {
        let page = browser.get(&place).await;
        assert!(page.shows(name), "{place}");
        assert!(!page.html.contains("<img src=x"), "{place}");
    }
}

async fn a_picture_that_can_be_seen_through_stands_on_a_check(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let check = "preview-image see-through";
    let clear = thumbnails::upload(app, &ada, json!({"tone": "ink", "isTransparent": true}), WEBP).await;
    browser.get("/").await.assert_shows(&["thumb see-through"]);
    browser.get(&format!("/files/{clear}/view")).await.assert_shows(&[check]);
    let opaque = thumbnails::upload(app, &ada, json!({"tone": "sky", "isTransparent": false}), WEBP).await;
    browser.get("/").await.assert_shows(&["thumb tone-sky"]);
    assert!(!browser.get(&format!("/files/{opaque}/view")).await.shows(check));
    let unknown = app.upload(&ada, "a.png", "image/png", PNG).await;
    browser.get(&format!("/files/{unknown}/view")).await.assert_shows(&[check]);
}
