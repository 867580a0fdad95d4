//! The whole way of a large file, to the embedded bucket.

use crate::{
    on_both_databases,
    support::{
        TestApp,
        multipart::{crc32c_of, file_of},
        uploads::{status, text},
    },
};
use reqwest::StatusCode;
use serde_json::{Value, json};

const MIB: usize = 1 << 20;

on_both_databases!(
    a_large_file_goes_to_the_embedded_bucket_in_parts,
    a_part_that_was_damaged_is_refused_and_sent_again,
    what_is_given_up_leaves_nothing_in_the_embedded_bucket,
    #[with("DEFAULT_QUOTA" => "12 MiB")]
    a_large_file_over_the_quota_is_removed,
);

async fn a_large_file_goes_to_the_embedded_bucket_in_parts(app: &TestApp) {
    let ada = app.member().await;
    let file = file_of(17 * MIB + 7);
    let request =
        json!({"fileName": "Urlaub é.mov", "contentType": "video/quicktime", "size": file.len(), "folder": "a/b c"});
    let begun = app.post_json(&ada, "/multipart-uploads", &request).await;
    assert_eq!(begun.status(), StatusCode::OK);
    let upload: Value = begun.json().await.expect("JSON");
    app.send_part(&ada, &upload, 3, &file).await;
    app.send_part(&ada, &upload, 1, &file).await;
    app.send_part(&ada, &upload, 1, &file).await;
    let early = app.complete(&ada, &upload).await;
    assert_eq!(early.status(), StatusCode::CONFLICT);
    let early: Value = early.json().await.expect("JSON");
    assert_eq!(early["missing"], json!([2]));
    let there: Value = app.listed_parts(&ada, &upload).await.json().await.expect("JSON");
    let sizes = json!([{"partNumber": 1, "size": 8 * MIB}, {"partNumber": 3, "size": MIB + 7}]);
    assert_eq!(there["parts"], sizes);
    let late = app.signed_part(&ada, &upload, 2, &file[8 * MIB..16 * MIB]).await;
    app.send_part(&ada, &upload, 2, &file).await;
    let answers = futures::future::join_all((0..5).map(|_| app.complete(&ada, &upload))).await;
    for answer in answers {
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(status(app.put(&late, &file[8 * MIB..16 * MIB])).await, 404, "the upload is over");
    assert_eq!(app.give_up(&ada, &upload).await, StatusCode::NO_CONTENT);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE verified_by = 'parts'").await, 1);
    let id = text(&upload, "objectKey").split('/').nth(1).expect("an id").to_owned();
    app.browser_of(&ada).await.get(&format!("/files/{id}")).await.assert_shows(&["MD5 of each of 3 parts"]);
    let content = app.client.get(format!("{}/files/{id}/content", app.url)).bearer_auth(&ada.token);
    let place = content.send().await.expect("an answer").headers()["location"].to_str().expect("text").to_owned();
    let bytes = app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes");
    assert!(bytes == file, "the same bytes");
}

async fn a_part_that_was_damaged_is_refused_and_sent_again(app: &TestApp) {
    let ada = app.member().await;
    let file = file_of(5 * MIB);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    let signed = app.signed_part(&ada, &upload, 1, &file).await;
    let mut damaged = file.clone();
    damaged[1_000] ^= 1;
    assert_eq!(status(app.put(&signed, &damaged)).await, 400);
    assert_eq!(status(app.put(&signed, &file[1..])).await, 403, "another length");
    let early = app.complete(&ada, &upload).await;
    assert_eq!(early.status(), StatusCode::CONFLICT);
    assert_eq!(status(app.put(&signed, &file)).await, 200);
    assert_eq!(text(&signed["headers"], "x-amz-checksum-crc32c"), crc32c_of(&file));
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::OK);
}

async fn what_is_given_up_leaves_nothing_in_the_embedded_bucket(app: &TestApp) {
    let ada = app.member().await;
    let file = file_of(9 * MIB);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    app.send_parts(&ada, &upload, &file).await;
    for _ in 0..2 {
        assert_eq!(app.give_up(&ada, &upload).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(app.listed_parts(&ada, &upload).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
}

async fn a_large_file_over_the_quota_is_removed(app: &TestApp) {
    let ada = app.member().await;
    let file = file_of(9 * MIB);
    let upload = app.begun(&ada, "a.bin", file.len()).await;
    app.send_parts(&ada, &upload, &file).await;
    app.execute("UPDATE users SET quota = 1000").await;
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(app.complete(&ada, &upload).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 0);
}
