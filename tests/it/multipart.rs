//! Large files, which come in parts, on a store that does what R2 does and fails as it could.

use crate::support::{
    Kind, Someone, TestApp,
    multipart::{crc32c_of, file_of},
    odd_store::{OddStore, Oddity},
    uploads::{status, text},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

const MIB: usize = 1 << 20;

async fn app_with(kind: Kind, store: &OddStore, more: &[(&str, &str)]) -> TestApp {
    let settings = store.settings();
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.extend(more);
    let app = TestApp::start(kind, &settings).await;
    // The bucket that is looked into afterwards is the embedded one.
    app.expect_orphans();
    app
}

async fn json_of(answer: reqwest::Response) -> Value {
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn a_large_file_comes_in_parts_and_goes_on_where_it_stopped() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = OddStore::start(0, &[Oddity::ShortLists]).await;
        let app = app_with(kind, &store, &[]).await;
        let ada = app.member().await;
        let file = file_of(33 * MIB);
        let upload = app.begun(&ada, "holiday.mov", file.len()).await;
        assert_eq!((&upload["partSize"], &upload["partCount"]), (&json!(8 * MIB), &json!(5)));
        for number in [5, 2, 4] {
            app.send_part(&ada, &upload, number, &file).await;
        }
        let there = json_of(app.listed_parts(&ada, &upload).await).await;
        let part = |number: u32, size: usize| json!({"partNumber": number, "size": size});
        assert_eq!(there["parts"], json!([part(2, 8 * MIB), part(4, 8 * MIB), part(5, MIB)]));
        let early = app.complete(&ada, &upload).await;
        assert_eq!(early.status(), StatusCode::CONFLICT);
        let early = json_of(early).await;
        assert_eq!((text(&early, "code"), &early["missing"]), ("parts_missing", &json!([1, 3])));
        for number in [1, 3] {
            app.send_part(&ada, &upload, number, &file).await;
        }
        for _ in 0..3 {
            let done = app.complete(&ada, &upload).await;
            assert_eq!(done.status(), StatusCode::OK);
            assert_eq!(done.headers()["cache-control"], "no-store");
            let done = json_of(done).await;
            assert_eq!((text(&done, "state"), text(&done, "fileUrl")), ("ready", text(&upload, "publicFileUrl")));
        }
        assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE verified_by = 'parts'").await, 1);
        assert_eq!(app.count("SELECT used_bytes FROM users").await, file.len() as i64);
        is_read(&app, &ada, &upload, &file).await;
        app.finish().await;
    }
}

async fn is_read(app: &TestApp, ada: &Someone, upload: &Value, file: &[u8]) {
    let id = text(upload, "objectKey").split('/').nth(1).expect("an id").to_owned();
    let page = app.browser_of(ada).await.get(&format!("/files/{id}")).await;
    page.assert_shows(&["CRC32C or MD5 of each of 5 parts", "Storage checked the bytes against it"]);
    let content = app.client.get(format!("{}/files/{id}/content", app.url)).bearer_auth(&ada.token);
    let place = content.send().await.expect("an answer").headers()["location"].to_str().expect("text").to_owned();
    let bytes = app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes");
    assert!(bytes == file, "the same bytes");
}

#[tokio::test]
async fn an_upload_in_parts_is_there_for_who_began_it_alone() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[]).await;
    let (ada, bob) = (app.member().await, app.member().await);
    let (upload, other) = (app.begun(&ada, "a.bin", 9 * MIB).await, app.begun(&ada, "a.bin", 9 * MIB).await);
    let mut altered = upload.clone();
    let id = text(&upload, "uploadId");
    altered["uploadId"] = json!(format!("{}{}", if id.starts_with('A') { "B" } else { "A" }, &id[1..]));
    let mut of_another_key = upload.clone();
    of_another_key["objectKey"] = other["objectKey"].clone();
    let mut nonsense = upload.clone();
    (nonsense["uploadId"], nonsense["objectKey"]) = (json!("nonsense"), json!("../x"));
    for (who, upload) in [(&bob, &upload), (&ada, &altered), (&ada, &of_another_key), (&ada, &nonsense)] {
        let part = json!([{"partNumber": 1, "size": 8 * MIB, "crc32c": "AAAAAA=="}]);
        assert_eq!(app.part_urls(who, upload, &part).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(app.listed_parts(who, upload).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(app.complete(who, upload).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(app.give_up(who, upload).await, StatusCode::NOT_FOUND);
    }
    assert_eq!(store.unfinished_uploads(), 2);
    assert_eq!(app.listed_parts(&ada, &upload).await.status(), StatusCode::OK);
    app.finish().await;
}

#[tokio::test]
async fn a_part_s_url_takes_exactly_that_part_until_the_file_is_there() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[]).await;
    let ada = app.member().await;
    let file = file_of(9 * MIB);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    let signed = app.signed_part(&ada, &upload, 2, &file[8 * MIB..]).await;
    assert_eq!(status(app.put(&signed, &vec![1; MIB])).await, 400, "other bytes");
    assert_eq!(status(app.put(&signed, &file[8 * MIB - 1..])).await, 403, "more of them");
    assert_eq!(status(app.put(&signed, &file[8 * MIB + 1..])).await, 403, "fewer");
    let mut unchecked = signed.clone();
    unchecked["headers"] = json!({});
    assert_eq!(status(app.put(&unchecked, &file[8 * MIB..])).await, 403, "without its checksum");
    let mut another = signed.clone();
    another["presignedUrl"] = json!(text(&signed, "presignedUrl").replace("partNumber=2", "partNumber=1"));
    assert_eq!(status(app.put(&another, &file[8 * MIB..])).await, 403, "another part");
    app.send_parts(&ada, &upload, &file).await;
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::OK);
    assert_eq!(status(app.put(&signed, &file[8 * MIB..])).await, 404, "again, afterwards");
    app.finish().await;
}

#[tokio::test]
async fn only_the_parts_that_were_agreed_on_are_signed() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[]).await;
    let ada = app.member().await;
    let upload = app.begun(&ada, "a.bin", 17 * MIB).await;
    let part = |number: usize, size: usize| json!({"partNumber": number, "size": size, "crc32c": "AAAAAA=="});
    let md5 = json!({"partNumber": 3, "size": MIB, "contentMd5": "XUFAKrxLKna5cZ2REBfFkg=="});
    for (parts, expected) in [
        (json!([part(1, 8 * MIB), part(2, 8 * MIB), part(3, MIB), md5]), StatusCode::OK),
        (json!([part(1, 8 * MIB - 1)]), StatusCode::UNPROCESSABLE_ENTITY),
        (json!([part(3, 8 * MIB)]), StatusCode::UNPROCESSABLE_ENTITY),
        (json!([part(0, 8 * MIB)]), StatusCode::UNPROCESSABLE_ENTITY),
        (json!([part(4, MIB)]), StatusCode::UNPROCESSABLE_ENTITY),
        (json!([part(4_294_967_295, 8 * MIB)]), StatusCode::UNPROCESSABLE_ENTITY),
        (json!([{"partNumber": 1, "size": 8 * MIB}]), StatusCode::BAD_REQUEST),
        (json!([{"partNumber": 1, "size": 8 * MIB, "crc32c": "nonsense"}]), StatusCode::BAD_REQUEST),
        (json!([{"partNumber": 1, "size": 8 * MIB, "contentMd5": "AAAAAA=="}]), StatusCode::BAD_REQUEST),
        (json!([{"partNumber": -1, "size": 8 * MIB, "crc32c": "AAAAAA=="}]), StatusCode::BAD_REQUEST),
        (json!([]), StatusCode::BAD_REQUEST),
        (json!(vec![part(1, 8 * MIB); 32]), StatusCode::OK),
        (json!(vec![part(1, 8 * MIB); 33]), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(app.part_urls(&ada, &upload, &parts).await.status(), expected, "{parts}");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_may_begin_in_parts_is_what_may_be_uploaded() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[("MAX_UPLOAD_SIZE", "100 MiB"), ("ALLOWED_TYPES", "image/*")]).await;
    let ada = app.member().await;
    let ask = |name: &str, content_type: &str, size: Value, folder: &str| json!({"fileName": name, "contentType": content_type, "size": size, "folder": folder});
    for (request, expected, code) in [
        (ask("a.png", "image/png", json!(0), "a"), 422, "parts_too_small"),
        (ask("a.png", "image/png", json!(5 * MIB - 1), "a"), 422, "parts_too_small"),
        (ask("a.png", "image/png", json!(100 * MIB + 1), "a"), 413, "too_large"),
        (ask("a.png", "image/png", json!(u64::MAX), "a"), 413, "too_large"),
        (ask("a.png", "image/png", json!(-1), "a"), 400, "malformed"),
        (ask("a.txt", "text/plain", json!(100 * MIB), "a"), 415, "type_not_allowed"),
        (ask("", "image/png", json!(100 * MIB), "a"), 422, "bad_file_name"),
        (ask("a.png", "nonsense", json!(100 * MIB), "a"), 400, "malformed"),
        (ask("a.png", "image/png", json!(100 * MIB), "a/../b"), 422, "bad_folder"),
    ] {
        let answer = app.post_json(&ada, "/multipart-uploads", &request).await;
        assert_eq!(answer.status().as_u16(), expected, "{request}");
        assert_eq!(text(&json_of(answer).await, "code"), code, "{request}");
    }
    assert_eq!(store.unfinished_uploads(), 0);
    let by_one_put = json!({"fileName": "a.png", "contentType": "image/png", "size": 65 * MIB});
    let refused = app.post_json(&ada, "/presign-upload", &by_one_put).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(text(&json_of(refused).await, "code"), "parts_required");
    app.finish().await;
}

#[tokio::test]
async fn what_was_said_of_a_file_is_what_its_object_is_stored_with() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[]).await;
    let ada = app.member().await;
    let file = file_of(5 * MIB);
    let request =
        json!({"fileName": "é.html", "contentType": "text/html", "size": file.len(), "folder": "Iceland/Day 1"});
    let upload = json_of(app.post_json(&ada, "/multipart-uploads", &request).await).await;
    let md5 = json!([{"partNumber": 1, "size": file.len(), "contentMd5": md5_of(&file)}]);
    let signed = json_of(app.part_urls(&ada, &upload, &md5).await).await["parts"][0].clone();
    assert_eq!(status(app.put(&signed, &file)).await, 200);
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::OK);
    let stored = store.headers_of(text(&upload, "objectKey"));
    assert_eq!(
        (&stored["content-type"], &stored["x-amz-meta-folder"]),
        (&"text/html".parse().expect("text"), &"Iceland/Day%201".parse().expect("text"))
    );
    assert!(stored["content-disposition"].to_str().expect("text").starts_with("attachment"));
    assert!(stored["cache-control"].to_str().expect("text").contains("immutable"));
    app.finish().await;
}

fn md5_of(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use md5::{Digest, Md5};
    BASE64_STANDARD.encode(Md5::digest(bytes))
}

#[tokio::test]
async fn an_upload_that_the_store_lost_is_begun_anew() {
    let store = OddStore::start(0, &[]).await;
    let app = app_with(Kind::Sqlite, &store, &[]).await;
    let ada = app.member().await;
    let file = file_of(9 * MIB);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    app.send_part(&ada, &upload, 1, &file).await;
    let signed = app.signed_part(&ada, &upload, 2, &file[8 * MIB..]).await;
    store.forget_uploads();
    assert_eq!(status(app.put(&signed, &file[8 * MIB..])).await, 404);
    assert_eq!(app.listed_parts(&ada, &upload).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.give_up(&ada, &upload).await, StatusCode::NO_CONTENT);
    store.set_odd(&[Oddity::Away]);
    assert_eq!(app.begin(&ada, "b.bin", file.len()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.listed_parts(&ada, &upload).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.give_up(&ada, &upload).await, StatusCode::SERVICE_UNAVAILABLE);
    app.finish().await;
}

#[tokio::test]
async fn a_completion_that_failed_goes_on_when_it_is_asked_for_again() {
    for (odd, first) in [(Oddity::FailsToComplete, 503), (Oddity::CompletesAndFails, 200)] {
        let store = OddStore::start(0, &[odd]).await;
        let app = app_with(Kind::Sqlite, &store, &[]).await;
        let ada = app.member().await;
        let file = file_of(9 * MIB);
        let upload = app.begun(&ada, "a.bin", file.len()).await;
        app.send_parts(&ada, &upload, &file).await;
        assert_eq!(app.complete(&ada, &upload).await.status().as_u16(), first, "{odd:?}");
        store.set_odd(&[]);
        assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::OK);
        assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1);
        assert_eq!(app.count("SELECT used_bytes FROM users").await, file.len() as i64);
        app.finish().await;
    }
}

#[test]
fn the_tests_own_checksum_is_the_one_of_rfc_3720() {
    assert_eq!(crc32c_of(b"123456789"), "4waSgw==");
}
