//! Thumbnails: small pictures that browsers make and send beside files, shown in their place, and gone with them.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status, text},
    },
    sweep::{key_of, on_an_odd_store},
};
use chrono::TimeDelta;
use cloakroom::{
    database,
    ids::{FileId, UserId},
    jobs::{purge, sweep},
    storage::{ObjectKey, ThumbnailKey},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    a_thumbnail_that_comes_beside_a_picture_is_shown_in_its_place,
    a_picture_is_known_as_its_browser_has_seen_it,
    a_thumbnails_address_is_the_same_everywhere_and_may_be_kept,
    what_is_no_thumbnail_is_removed_and_its_file_is_unharmed,
    a_thumbnail_is_taken_once_and_only_as_it_was_signed_for,
    a_thumbnail_of_somebody_elses_file_is_nobodys,
    a_file_that_came_without_a_thumbnail_gets_one_once,
    a_file_that_can_be_written_to_again_takes_no_thumbnail,
    nothing_is_left_of_a_thumbnail_after_its_file,
    what_is_put_aside_shows_no_thumbnail,
    a_picture_that_nobody_confirmed_is_found_with_its_thumbnail,
    thumbnails_of_uploads_that_were_given_up_are_removed_in_time,
    what_no_picture_can_be_is_refused_with_words,
);

/// A lossy WebP as its header has it: 8 pixels by 6.
pub const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x10\0\0\x9d\x01\x2a\x08\0\x06\0\0\0\0\0";
const WITH_THUMBNAIL: &str = "SELECT count(*) FROM r2_files WHERE thumbnail = 'webp'";

async fn a_thumbnail_that_comes_beside_a_picture_is_shown_in_its_place(app: &TestApp) {
    let ada = app.member().await;
    let id = upload(app, &ada, json!({}), WEBP).await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/").await;
    page.assert_shows(&[&format!("/files/{id}/thumbnail")]);
    assert!(!page.shows(&format!("src=\"/files/{id}/content")), "no card loads an original");
    let sent_on = browser.send(Method::GET, &format!("/files/{id}/thumbnail"), &[]).await;
    assert_eq!(sent_on.status(), StatusCode::FOUND);
    let read = app.client.get(header(&sent_on, "location")).send().await.expect("an answer");
    assert_eq!(header(&read, "content-type"), "image/webp");
    assert_eq!(header(&read, "cache-control"), "private, max-age=86400, immutable");
    assert_eq!(&read.bytes().await.expect("bytes")[..], WEBP);
}

async fn a_picture_is_known_as_its_browser_has_seen_it(app: &TestApp) {
    let ada = app.member().await;
    let seen = json!({
        "width": 1, "height": 1, "tone": "sky", "takenAt": "2026-07-14T10:22:31+02:00", "camera": " Canon EOS R5 ", "hasPlace": true,
    });
    let id = upload(app, &ada, seen, WEBP).await;
    let browser = app.browser_of(&ada).await;
    browser.get("/").await.assert_shows(&["tone-sky"]);
    let page = browser.get(&format!("/files/{id}")).await;
    page.assert_shows(&["14 Jul 2026, 10:22", "Canon EOS R5", "The picture says where it was taken."]);
    let kept = app.rows("SELECT CAST(camera_clock AS TEXT) AS camera_clock, camera FROM r2_files", []).await;
    assert_eq!(kept[0].try_get::<String>("", "camera").expect("text"), "Canon EOS R5");
    let camera_clock = kept[0].try_get::<String>("", "camera_clock").expect("text");
    assert_eq!(camera_clock.replace('T', " "), "2026-07-14 10:22:31");
}

async fn a_thumbnails_address_is_the_same_everywhere_and_may_be_kept(app: &TestApp) {
    let ada = app.member().await;
    let id = upload(app, &ada, json!({}), WEBP).await;
    let other = app.another_instance().await;
    let path = format!("/files/{id}/thumbnail");
    let first = app.browser_of(&ada).await.send(Method::GET, &path, &[]).await;
    let second =
        app.client.get(format!("{}{path}", other.url)).bearer_auth(&ada.token).send().await.expect("an answer");
    other.stop().await;
    assert_eq!(header(&first, "location"), header(&second, "location"));
    let keep =
        header(&first, "cache-control").strip_prefix("private, max-age=").and_then(|text| text.parse::<u64>().ok());
    assert!(keep.is_some_and(|seconds| (1..=43_200).contains(&seconds)), "{keep:?}");
}

async fn what_is_no_thumbnail_is_removed_and_its_file_is_unharmed(app: &TestApp) {
    let ada = app.member().await;
    let mut large = WEBP.to_vec();
    large[26..28].copy_from_slice(&513_u16.to_le_bytes());
    let bomb = [&PNG[..16], &[0, 1, 0, 0, 0, 1, 0, 0], &PNG[24..]].concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for bad in [large, bomb, svg, PNG.to_vec(), b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), vec![0; 65_536]] {
        let id = upload(app, &ada, json!({}), &bad).await;
        assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready' AND thumbnail IS NULL").await, 1);
        let answer = app.browser_of(&ada).await.send(Method::GET, &format!("/files/{id}/thumbnail"), &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(app.bucket().head_object(&key(&ada, &id)).await.is_err(), "it is gone");
        app.execute("DELETE FROM r2_files").await;
        app.execute("UPDATE users SET used_bytes = 0").await;
    }
    app.expect_orphans();
}

async fn a_thumbnail_is_taken_once_and_only_as_it_was_signed_for(app: &TestApp) {
    let ada = app.member().await;
    let presigned = presign(app, &ada, json!({}), WEBP.len()).await;
    let thumbnail = &presigned["thumbnail"];
    assert_eq!(status(app.put(thumbnail, &[WEBP, b"more"].concat())).await, 403, "longer");
    let mut other = thumbnail.clone();
    other["headers"]["Content-Type"] = json!("text/html");
    assert_eq!(status(app.put(&other, WEBP)).await, 403, "another type");
    assert_eq!(status(app.put(thumbnail, WEBP)).await, 200);
    assert_eq!(status(app.put(thumbnail, WEBP)).await, 412, "again");
    let other = presign(app, &ada, json!({}), WEBP.len()).await;
    let path = |url: &str| url.split_once('?').map(|(path, _)| path.to_owned()).expect("a query");
    let (mine, theirs) = (text(thumbnail, "presignedUrl"), text(&other["thumbnail"], "presignedUrl"));
    let mut moved = thumbnail.clone();
    moved["presignedUrl"] = json!(mine.replace(&path(mine), &path(theirs)));
    assert_eq!(status(app.put(&moved, WEBP)).await, 403, "another key");
    app.expect_orphans();
}

async fn a_thumbnail_of_somebody_elses_file_is_nobodys(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    for (path, body) in [("thumbnail-url", json!({"contentType": "image/webp", "size": 34})), ("thumbnail", json!({}))]
    {
        let answer = app.post_json(&eve, &format!("/files/{id}/{path}"), &body).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let answer = app.browser_of(&eve).await.send(Method::GET, &format!("/files/{id}/thumbnail"), &[]).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    // Eve's own object beside the file of Ada says nothing of it.
    app.bucket().put_object(format!("thumbs/{id}/{}/512", eve.id), WEBP).await.expect("put");
    assert_eq!(app.post_json(&ada, &format!("/files/{id}/thumbnail"), &json!({})).await.status(), 422);
    app.expect_orphans();
}

async fn a_file_that_came_without_a_thumbnail_gets_one_once(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    app.browser_of(&ada).await.get("/").await.assert_shows(&["data-without-thumbnail"]);
    let path = format!("/files/{id}/thumbnail");
    assert_eq!(app.post_json(&ada, &path, &json!({})).await.status(), 422, "nothing came");
    let request = json!({"contentType": "image/webp", "size": WEBP.len()});
    let signed: Value = app.post_json(&ada, &format!("{path}-url"), &request).await.json().await.expect("JSON");
    assert_eq!(status(app.put(&signed, WEBP)).await, 200);
    let again: Value = app.post_json(&ada, &format!("{path}-url"), &request).await.json().await.expect("JSON");
    assert_eq!(again, json!({"isThere": true}), "it came, and nobody told of it");
    let seen = json!({"width": 1, "height": 1, "tone": "moss", "hasPlace": false});
    assert_eq!(app.post_json(&ada, &path, &seen).await.status(), 200);
    let other = json!({"tone": "red"});
    assert_eq!(app.post_json(&ada, &path, &other).await.status(), 200, "it has one");
    let signed: Value = app.post_json(&ada, &format!("{path}-url"), &request).await.json().await.expect("JSON");
    assert_eq!(signed, json!({"isThere": true}));
    let page = app.browser_of(&ada).await.get("/").await;
    page.assert_shows(&[&path, "tone-moss"]);
    assert!(!page.shows("data-without-thumbnail"));
    let other = app.upload(&ada, "a.own", "application/x-own", b"words").await;
    let answer = app.post_json(&ada, &format!("/files/{other}/thumbnail-url"), &request).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT, "nobody knows what it looks like");
}

/// As it may be another picture by then.
async fn a_file_that_can_be_written_to_again_takes_no_thumbnail(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign(&ada, &json!({"fileName": "a.png", "contentType": "image/png"})).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let saved: Value = app.save(&ada, &presigned).await.json().await.expect("JSON");
    let path = format!("/files/{}/thumbnail-url", text(&saved, "fileId"));
    let answer = app.post_json(&ada, &path, &json!({"contentType": "image/webp", "size": 34})).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert!(!app.browser_of(&ada).await.get("/").await.shows("data-without-thumbnail"));
}

async fn nothing_is_left_of_a_thumbnail_after_its_file(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let told = upload(app, &ada, json!({}), WEBP).await;
    // It came, and nobody told of it.
    let untold = app.upload(&ada, "b.png", "image/png", PNG).await;
    app.bucket().put_object(key(&ada, &untold), WEBP).await.expect("put");
    let browser = app.browser_of(&ada).await;
    for id in [&told, &untold] {
        browser.send(Method::POST, "/files/trash", &[("id", id)]).await;
        browser.send(Method::POST, "/trash/purge", &[("id", id), ("confirmed", "yes")]).await;
    }
    purge::run(&state, database::now() + TimeDelta::days(9)).await.expect("removed");
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
    let left = app.bucket().list(String::new(), None).await.expect("listed");
    assert!(left.iter().all(|page| page.contents.is_empty()), "{left:?}");
}

async fn what_is_put_aside_shows_no_thumbnail(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(cloakroom::accounts::Role::Admin).await);
    let id = upload(app, &ada, json!({}), WEBP).await;
    let (browser, admin) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let (own, theirs) = (format!("/files/{id}/thumbnail"), format!("/admin/files/{id}/thumbnail"));
    assert_eq!(admin.send(Method::GET, &theirs, &[]).await.status(), StatusCode::FOUND);
    admin.get("/admin/files").await.assert_shows(&[&theirs]);
    admin.send(Method::POST, "/admin/files/quarantine", &[("id", &id)]).await;
    for answer in [browser.send(Method::GET, &own, &[]).await, admin.send(Method::GET, &theirs, &[]).await] {
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    assert!(!admin.get("/admin/files").await.shows(&theirs));
    assert!(!browser.get("/trash").await.shows(&own));
    admin.send(Method::POST, "/admin/files/release", &[("id", &id)]).await;
    assert_eq!(browser.send(Method::GET, &own, &[]).await.status(), StatusCode::FOUND);
}

async fn a_picture_that_nobody_confirmed_is_found_with_its_thumbnail(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let presigned = presign(app, &ada, json!({"tone": "rose", "takenAt": "2026-07-14T10:22:31"}), WEBP.len()).await;
    assert_eq!(status(app.put(&presigned["thumbnail"], WEBP)).await, 200);
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let found = sweep::run(&state, database::now()).await.expect("swept").found;
    assert_eq!(
        (found, app.count(&format!("{WITH_THUMBNAIL} AND tone = 'rose' AND camera_clock IS NOT NULL")).await),
        (1, 1)
    );
}

async fn thumbnails_of_uploads_that_were_given_up_are_removed_in_time(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let now = database::now();
    let of = |key: &ObjectKey| ThumbnailKey::of("files/", key).as_str().to_owned();
    let keys = [20, 10, 7, 0].map(|days| key_of(&ada, now - TimeDelta::days(days), "a.png"));
    // Of the first, the picture is there; and one of whom this database knows nothing.
    let long_ago = FileId::first_at(now - TimeDelta::days(30));
    let unknown = ObjectKey::new("files/", long_ago, UserId::generate(), "a.png".parse().expect("a name"));
    store.insert(&of(&unknown), "image/webp", WEBP);
    store.insert(unknown.as_str(), "image/png", PNG);
    store.insert(keys[0].as_str(), "image/png", PNG);
    for key in &keys {
        store.insert(&of(key), "image/webp", WEBP);
    }
    store.insert("thumbs/other", "image/webp", WEBP);
    let swept = sweep::run(&state, now).await.expect("swept");
    // The other's is put aside.
    assert_eq!((swept.found, swept.orphans), (2, 1));
    let left = store.keys();
    assert!(!left.contains(&of(&keys[1])), "{left:?}");
    assert_eq!(left.len(), 7);
    // Those that could still come then cannot come for ever.
    assert_eq!(sweep::run(&state, now + TimeDelta::days(9)).await.expect("swept").orphans, 2);
}

async fn what_no_picture_can_be_is_refused_with_words(app: &TestApp) {
    let ada = app.member().await;
    for (picture, thumbnail) in [
        (json!({"width": 1}), json!(null)),
        (json!({"width": 0, "height": 1}), json!(null)),
        (json!({"tone": "pink"}), json!(null)),
        (json!({"takenAt": "yesterday"}), json!(null)),
        (json!({"camera": "a\u{202e}b"}), json!(null)),
        (json!(null), json!({"contentType": "image/png", "size": 1})),
        (json!(null), json!({"contentType": "image/webp", "size": 65_537})),
        (json!(null), json!({"contentType": "image/webp", "size": 0})),
    ] {
        let request = json!({
            "fileName": "a.png", "contentType": "image/png", "size": 6_000_000, "picture": picture, "thumbnail": thumbnail,
        });
        for path in ["/presign-upload", "/multipart-uploads"] {
            let answer = app.post_json(&ada, path, &request).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {request}");
        }
    }
    let text =
        json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1, "picture": {"width": 1, "height": 1}});
    assert_eq!(app.post_json(&ada, "/presign-upload", &text).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let loose = json!({"fileName": "a.png", "contentType": "image/png", "picture": {"width": 1, "height": 1}});
    assert_eq!(app.post_json(&ada, "/presign-upload", &loose).await.status(), StatusCode::BAD_REQUEST);
    app.expect_orphans();
}

/// Presigns a picture with what was seen of it and a thumbnail.
async fn presign(app: &TestApp, someone: &Someone, seen: Value, size: usize) -> Value {
    let thumbnail = json!({"contentType": "image/webp", "size": size});
    let request = json!({
        "fileName": "a.png", "contentType": "image/png", "size": PNG.len(), "picture": seen, "thumbnail": thumbnail,
    });
    app.presign(someone, &request).await
}

/// Presign, both PUTs, and confirm; the file's id.
pub async fn upload(app: &TestApp, someone: &Someone, seen: Value, thumbnail: &[u8]) -> String {
    let presigned = presign(app, someone, seen, thumbnail.len()).await;
    assert_eq!(status(app.put(&presigned["thumbnail"], thumbnail)).await, 200);
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let saved: Value = app.save(someone, &presigned).await.json().await.expect("JSON");
    text(&saved, "fileId").to_owned()
}

fn key(owner: &Someone, id: &str) -> String {
    format!("thumbs/{id}/{}/512", owner.id)
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
