//! An upload that goes on under its key, after its URL has expired.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status, text},
    },
};
use cloakroom::ids::{FileId, UrlKind};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    a_url_is_signed_again_under_the_key_of_its_upload,
    nobody_has_a_key_signed_that_was_not_issued_to_them,
    a_file_that_was_removed_takes_no_other_bytes,
    #[with("DEFAULT_QUOTA" => "1000 B")]
    an_upload_that_is_signed_again_counts_once,
    a_small_file_is_held_against_its_crc32c_where_there_is_no_sha256,
);

async fn again(app: &TestApp, someone: &Someone, key: &str, size: Option<usize>) -> (StatusCode, Value) {
    let request = json!({"fileName": "x.png", "contentType": "image/png", "size": size, "objectKey": key});
    let answer = app.post_json(someone, "/presign-upload", &request).await;
    (answer.status(), answer.json().await.expect("JSON"))
}

async fn a_url_is_signed_again_under_the_key_of_its_upload(app: &TestApp) {
    let ada = app.member().await;
    let first = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    let (signed, second) = again(app, &ada, text(&first, "objectKey"), Some(PNG.len())).await;
    assert_eq!(signed, StatusCode::OK);
    assert_eq!(second["objectKey"], first["objectKey"]);
    assert!(text(&second["headers"], "Content-Disposition").contains("a.png"), "the name is the first one");
    assert_eq!(status(app.put(&second, PNG)).await, 200);
    assert_eq!(status(app.put(&first, PNG)).await, 412, "either once");
    let (signed, third) = again(app, &ada, text(&first, "objectKey"), Some(PNG.len())).await;
    assert_eq!(signed, StatusCode::OK, "it is not confirmed");
    assert_eq!(status(app.put(&third, PNG)).await, 412);
    assert_eq!(app.save(&ada, &first).await.status(), StatusCode::OK);
    let (refused, words) = again(app, &ada, text(&first, "objectKey"), Some(PNG.len())).await;
    assert_eq!((refused, text(&words, "code")), (StatusCode::CONFLICT, "conflict"));
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 1);
}

async fn nobody_has_a_key_signed_that_was_not_issued_to_them(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let strict = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    let loose = app.presign(&ada, &json!({"fileName": "a.png", "contentType": "image/png"})).await;
    let key = text(&strict, "objectKey");
    let made_up = format!("files/{}/{}/a.png", FileId::generate(UrlKind::Strict), ada.id);
    let renamed = key.replace("a.png", "b.png");
    assert_eq!(again(app, &bob, key, Some(PNG.len())).await.0, StatusCode::NOT_FOUND, "another's");
    for bad in [&*made_up, &renamed, "nonsense", "../x", "", &key.replace(&ada.id.to_string(), &bob.id.to_string())] {
        assert_eq!(again(app, &ada, bad, Some(PNG.len())).await.0, StatusCode::NOT_FOUND, "{bad}");
    }
    assert_eq!(again(app, &ada, key, None).await.0, StatusCode::BAD_REQUEST, "without a size");
    let loose = text(&loose, "objectKey");
    assert_eq!(
        again(app, &ada, loose, Some(PNG.len())).await.0,
        StatusCode::BAD_REQUEST,
        "of a URL that took any size"
    );
}

async fn a_file_that_was_removed_takes_no_other_bytes(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG).header("Content-Encoding", "gzip")).await, 200);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let (refused, _) = again(app, &ada, text(&presigned, "objectKey"), Some(PNG.len())).await;
    assert_eq!(refused, StatusCode::NOT_FOUND, "it was refused");
}

async fn an_upload_that_is_signed_again_counts_once(app: &TestApp) {
    let ada = app.member().await;
    let upload = app.presign_strictly(&ada, "a.bin", "application/x-own", 600).await;
    for _ in 0..5 {
        assert_eq!(again(app, &ada, text(&upload, "objectKey"), Some(600)).await.0, StatusCode::OK);
    }
    let begin = |size: usize| {
        let request = json!({"fileName": "b.bin", "contentType": "application/x-own", "size": size});
        async move { app.post_json(&ada, "/presign-upload", &request).await.status() }
    };
    assert_eq!(begin(401).await, StatusCode::PAYLOAD_TOO_LARGE);
}

async fn a_small_file_is_held_against_its_crc32c_where_there_is_no_sha256(app: &TestApp) {
    let ada = app.member().await;
    let request = |more: Value| {
        let mut request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 9});
        request.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        request
    };
    let presigned = app.presign(&ada, &request(json!({"crc32c": "4waSgw=="}))).await;
    assert_eq!(status(app.put(&presigned, b"123456780")).await, 400, "other bytes");
    let mut unchecked = presigned.clone();
    unchecked["headers"].as_object_mut().expect("headers").remove("x-amz-checksum-crc32c");
    assert_eq!(status(app.put(&unchecked, b"123456789")).await, 403, "without its checksum");
    assert_eq!(status(app.put(&presigned, b"123456789")).await, 200);
    let saved: Value = app.save(&ada, &presigned).await.json().await.expect("JSON");
    let page = app.browser_of(&ada).await.get(&format!("/files/{}", text(&saved, "fileId"))).await;
    page.assert_shows(&["CRC32C of the file", "Storage checked the bytes against it"]);
    let sha256 = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
    for bad in [json!({"crc32c": "nonsense"}), json!({"crc32c": "4waSgw==", "sha256": sha256})] {
        let refused = app.post_json(&ada, "/presign-upload", &request(bad.clone())).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}
