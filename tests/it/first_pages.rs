//! The first page of a document, which a browser draws and sends as its thumbnail: it stands on the document's paper.

use crate::{
    on_both_databases,
    support::{Someone, TestApp, uploads::status},
    thumbnails::WEBP,
};
use chrono::TimeDelta;
use cloakroom::{database, jobs::purge};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    a_document_that_has_its_first_page_is_paper_with_it,
    a_first_page_says_nothing_of_its_document,
    a_document_asks_for_its_first_page_if_one_can_be_drawn,
    nothing_is_left_of_a_first_page_after_its_document,
);

const PDF: &[u8] = b"%PDF-1.4\n";

async fn a_document_that_has_its_first_page_is_paper_with_it(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.pdf", "application/pdf", PDF).await;
    assert_eq!(add(app, &ada, &id, json!({})).await, StatusCode::OK);
    let browser = app.browser_of(&ada).await;
    let page = format!("<span class=\"page\"><img src=\"/files/{id}/thumbnail\"");
    let gallery = browser.get("/").await;
    gallery.assert_shows(&["thumb paper-tile kind-pdf", &page]);
    assert!(!gallery.shows("data-without-thumbnail"));
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    let trash = browser.get("/trash").await;
    trash.assert_shows(&["thumb paper-tile kind-pdf"]);
    assert!(!trash.shows(&page), "there it says how long it is still there");
}

async fn a_first_page_says_nothing_of_its_document(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.pdf", "application/pdf", PDF).await;
    assert_eq!(add(app, &ada, &id, json!({"width": 362, "height": 512})).await, StatusCode::UNPROCESSABLE_ENTITY);
    let beside = json!({
        "fileName": "b.pdf", "contentType": "application/pdf", "size": PDF.len(),
        "thumbnail": {"contentType": "image/webp", "size": WEBP.len()},
    });
    let answer = app.post_json(&ada, "/presign-upload", &beside).await;
    assert_eq!(
        answer.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "it comes afterwards, so that no document waits for it"
    );
}

async fn a_document_asks_for_its_first_page_if_one_can_be_drawn(app: &TestApp) {
    for (name, content_type, bytes, asks) in [
        ("a.pdf", "application/pdf", PDF, true),
        ("a.md", "text/markdown", b"# words", true),
        ("a.txt", "text/plain", b"", false),
        ("a.html", "text/html", b"<p>words", false),
        ("a.own", "application/x-own", b"words", false),
    ] {
        let ada = app.member().await;
        app.upload(&ada, name, content_type, bytes).await;
        let gallery = app.browser_of(&ada).await.get("/").await;
        assert_eq!(gallery.shows("data-without-thumbnail"), asks, "{name}");
        gallery.assert_shows(&["thumb paper-tile"]);
    }
}

async fn nothing_is_left_of_a_first_page_after_its_document(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let id = app.upload(&ada, "a.pdf", "application/pdf", PDF).await;
    assert_eq!(add(app, &ada, &id, json!({})).await, StatusCode::OK);
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    browser.send(Method::POST, "/trash/purge", &[("id", &id), ("confirmed", "yes")]).await;
    purge::run(&state, database::now() + TimeDelta::days(9)).await.expect("removed");
    let left = app.bucket().list(String::new(), None).await.expect("listed");
    assert!(left.iter().all(|page| page.contents.is_empty()), "{left:?}");
}

/// Sends a first page and tells of it; what is answered to that.
async fn add(app: &TestApp, someone: &Someone, id: &str, seen: Value) -> StatusCode {
    let path = format!("/files/{id}/thumbnail");
    let request = json!({"contentType": "image/webp", "size": WEBP.len()});
    let signed: Value = app.post_json(someone, &format!("{path}-url"), &request).await.json().await.expect("JSON");
    assert_eq!(status(app.put(&signed, WEBP)).await, 200);
    app.post_json(someone, &path, &seen).await.status()
}
