//! How long films and sounds play: said by who uploads them, and shown on their tiles and their pages.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{status, text},
    },
    thumbnails::WEBP,
};
use cloakroom::{database, jobs::sweep};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    a_film_tells_how_long_it_plays,
    a_sound_tells_it_on_its_paper,
    a_film_that_nobody_confirmed_is_found_with_its_length,
    a_film_without_a_frame_gets_its_length_with_it,
    a_length_that_cannot_be_is_refused,
);

const MP4: &[u8] = b"\0\0\0\x1cftypXAVC\x01\x11\x02\xffXAVCmp42iso2";
const MP3: &[u8] = b"\xff\xf3\x48\xc4\0\0\0\x03";

async fn a_film_tells_how_long_it_plays(app: &TestApp) {
    let ada = app.member().await;
    let presigned = presign(app, &ada, "a.mp4", MP4.len(), json!({"durationMs": 83_450})).await;
    let id = send(app, &ada, &presigned, MP4).await;
    let browser = app.browser_of(&ada).await;
    let (mark, words) = ("<span data-words=\"1:23\"></span>", "Video, length 1:23, ");
    browser.get("/").await.assert_shows(&[mark, words]);
    for path in [format!("/files/{id}"), format!("/files/{id}/view")] {
        browser.get(&path).await.assert_shows(&["<dt>Length</dt><dd>1:23"]);
    }
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    browser.get("/trash").await.assert_shows(&[mark, words]);
}

async fn a_sound_tells_it_on_its_paper(app: &TestApp) {
    let ada = app.member().await;
    let request = json!({
        "fileName": "a.mp3", "contentType": "audio/mpeg", "size": MP3.len(), "picture": {"durationMs": 3_723_000},
    });
    let presigned = app.presign(&ada, &request).await;
    assert_eq!(status(app.put(&presigned, MP3)).await, 200);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    app.browser_of(&ada).await.get("/").await.assert_shows(&["data-words=\"1:02:03 · ", "Audio, length 1:02:03, "]);
}

async fn a_film_that_nobody_confirmed_is_found_with_its_length(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let presigned = presign(app, &ada, "a.mp4", MP4.len(), json!({"durationMs": 1})).await;
    assert_eq!(status(app.put(&presigned["thumbnail"], WEBP)).await, 200);
    assert_eq!(status(app.put(&presigned, MP4)).await, 200);
    assert_eq!(sweep::run(&state, database::now()).await.expect("swept").found, 1);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE duration_ms = 1").await, 1);
}

async fn a_film_without_a_frame_gets_its_length_with_it(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.mp4", "video/mp4", MP4).await;
    let path = format!("/files/{id}/thumbnail");
    let request = json!({"contentType": "image/webp", "size": WEBP.len()});
    let signed: Value = app.post_json(&ada, &format!("{path}-url"), &request).await.json().await.expect("JSON");
    assert_eq!(status(app.put(&signed, WEBP)).await, 200);
    assert_eq!(app.post_json(&ada, &path, &json!({"durationMs": 360_000_000})).await.status(), StatusCode::OK);
    app.browser_of(&ada).await.get("/").await.assert_shows(&["data-words=\"100:00:00\""]);
}

async fn a_length_that_cannot_be_is_refused(app: &TestApp) {
    let ada = app.member().await;
    for (name, content_type, duration, refused) in [
        ("a.mp4", "video/mp4", json!(0), 422),
        ("a.mp4", "video/mp4", json!(360_000_001), 422),
        ("a.mp4", "video/mp4", json!(u64::MAX), 422),
        ("a.mp4", "video/mp4", json!(-1), 400),
        ("a.mp4", "video/mp4", json!(1.5), 400),
        ("a.mp4", "video/mp4", json!("1:23"), 400),
        ("a.png", "image/png", json!(1_000), 422),
        ("a.txt", "text/plain", json!(1_000), 422),
    ] {
        let picture = json!({"durationMs": duration});
        let request = json!({"fileName": name, "contentType": content_type, "size": 6_000_000, "picture": picture});
        for path in ["/presign-upload", "/multipart-uploads"] {
            let answer = app.post_json(&ada, path, &request).await;
            assert_eq!(answer.status().as_u16(), refused, "{path} {request}");
        }
    }
    let sound = json!({
        "fileName": "a.mp3", "contentType": "audio/mpeg", "size": 1, "picture": {"durationMs": 1, "width": 1, "height": 1},
    });
    assert_eq!(app.post_json(&ada, "/presign-upload", &sound).await.status(), 422, "a sound is not wide");
    let id = app.upload(&ada, "a.png", "image/png", crate::support::uploads::PNG).await;
    let answer = app.post_json(&ada, &format!("/files/{id}/thumbnail"), &json!({"durationMs": 1_000})).await;
    assert_eq!(answer.status(), 422);
}

/// Presigns a film with what was seen of it and a frame.
async fn presign(app: &TestApp, someone: &Someone, name: &str, size: usize, seen: Value) -> Value {
    let thumbnail = json!({"contentType": "image/webp", "size": WEBP.len()});
    let request = json!({
        "fileName": name, "contentType": "video/mp4", "size": size, "picture": seen, "thumbnail": thumbnail,
    });
    app.presign(someone, &request).await
}

/// Both PUTs, and confirm; the file's id.
async fn send(app: &TestApp, someone: &Someone, presigned: &Value, bytes: &[u8]) -> String {
    assert_eq!(status(app.put(&presigned["thumbnail"], WEBP)).await, 200);
    assert_eq!(status(app.put(presigned, bytes)).await, 200);
    let saved: Value = app.save(someone, presigned).await.json().await.expect("JSON");
    text(&saved, "fileId").to_owned()
}
