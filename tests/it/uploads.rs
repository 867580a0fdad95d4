//! Uploading by the guide's two endpoints.

use crate::{
    on_both_databases,
    support::{
        TestApp,
        uploads::{PNG, status, text},
    },
};
use chrono::TimeDelta;
use cloakroom::{
    accounts::Role,
    database,
    files::{Claim, claim_refused},
    jobs::purge,
    storage::ObjectKey,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    the_guides_three_calls_index_a_file,
    a_strict_url_does_exactly_one_thing,
    a_wrong_checksum_leaves_nothing,
    fifty_confirmations_at_once_make_one_row,
    many_files_confirmed_at_once_are_each_charged_once,
    a_key_that_is_not_the_callers_does_not_exist,
    only_the_issued_public_url_is_taken,
    an_empty_file_is_a_file,
    a_removal_that_was_cut_short_is_finished_later,
    bytes_that_contradict_their_type_are_put_aside,
    of_many_that_refuse_one_removes,
    #[with("MAX_UPLOAD_SIZE" => "1 KiB")]
    a_file_over_the_limit_is_refused_and_removed,
    #[with("ALLOWED_TYPES" => "image/*")]
    a_type_that_is_not_allowed_is_refused,
    #[with("DEFAULT_QUOTA" => "1000 B")]
    a_file_over_the_quota_is_refused_and_removed,
    #[with("DEFAULT_QUOTA" => "1000 B")]
    a_race_for_the_last_bytes_of_a_quota_has_one_winner,
);

async fn the_guides_three_calls_index_a_file(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign(&ada, &json!({"fileName": "test-image.png", "contentType": "image/png"})).await;
    assert_eq!((&presigned["success"], text(&presigned, "method")), (&json!(true), "PUT"));
    let put = app.client.put(text(&presigned, "presignedUrl")).header("Content-Type", "image/png").body(PNG);
    assert_eq!(status(put).await, 200);
    let body = json!({"objectKey": presigned["objectKey"], "publicFileUrl": presigned["publicFileUrl"]});
    for _ in 0..2 {
        let saved = app.post_json(&ada, "/save-metadata", &body).await;
        assert_eq!(saved.status(), StatusCode::OK);
        let saved: Value = saved.json().await.expect("JSON");
        assert_eq!((&saved["success"], text(&saved, "state")), (&json!(true), "ready"));
    }
    let select = "SELECT id, object_key, file_url, user_id, upload_timestamp FROM r2_files WHERE user_id = $1";
    let rows = app.rows(select, [ada.id.to_string().into()]).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].try_get::<String>("", "object_key").expect("a key"), text(&presigned, "objectKey"));
    assert_eq!(rows[0].try_get::<String>("", "file_url").expect("a URL"), text(&presigned, "publicFileUrl"));
}

async fn a_strict_url_does_exactly_one_thing(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    let other_key = text(&presigned, "presignedUrl").replacen("a.png", "b.png", 1);
    let mut longer = PNG.to_vec();
    longer.push(0);
    assert_eq!(status(app.put(&presigned, &longer)).await, 403, "another length");
    assert_eq!(status(app.put(&presigned, &PNG[1..])).await, 403, "another length");
    let mut retyped = presigned.clone();
    retyped["headers"]["Content-Type"] = json!("text/html");
    assert_eq!(status(app.put(&retyped, PNG)).await, 403, "another type");
    let mut replayable = presigned.clone();
    replayable["headers"].as_object_mut().expect("headers").remove("If-None-Match");
    assert_eq!(status(app.put(&replayable, PNG)).await, 403, "without If-None-Match");
    let mut elsewhere = presigned.clone();
    elsewhere["presignedUrl"] = json!(other_key);
    assert_eq!(status(app.put(&elsewhere, PNG)).await, 403, "another key");
    assert_eq!(status(app.put(&presigned, PNG).header("x-amz-meta-a", "b")).await, 403, "a header that was not signed");
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    assert_eq!(status(app.put(&presigned, PNG)).await, 412, "again");
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    assert_eq!(status(app.put(&presigned, PNG)).await, 412, "after confirmation");
}

async fn a_wrong_checksum_leaves_nothing(app: &TestApp) {
    let ada = app.member().await;
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let upload_request = json!({"fileName": "hello.txt", "contentType": "text/plain", "size": 5, "sha256": sha256});
    let presigned = app.presign(&ada, &upload_request).await;
    assert_eq!(status(app.put(&presigned, b"jello")).await, 400);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(status(app.put(&presigned, b"hello")).await, 200);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    let kept = app.rows("SELECT checksum FROM r2_files", []).await;
    let kept: String = kept[0].try_get_by_index(0).expect("the checksum that the store verified");
    assert_eq!(kept, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
}

async fn fifty_confirmations_at_once_make_one_row(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let answers = futures::future::join_all((0..50).map(|_| app.save(&ada, &presigned))).await;
    for answer in answers {
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 1);
}

/// That used bytes equal the rows' sum is asserted at the end, as after every test.
async fn many_files_confirmed_at_once_are_each_charged_once(app: &TestApp) {
    let ada = app.member().await;
    let one = async |number: usize| {
        let presigned = app.presign_strictly(&ada, &format!("{number}.png"), "image/png", PNG.len()).await;
        assert_eq!(status(app.put(&presigned, PNG)).await, 200);
        presigned
    };
    let presigned = futures::future::join_all((0..40).map(one)).await;
    let answers = futures::future::join_all(presigned.iter().chain(&presigned).map(|one| app.save(&ada, one))).await;
    for answer in answers {
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 40);
    assert_eq!(app.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM users").await, 40 * PNG.len() as i64);
}

async fn a_key_that_is_not_the_callers_does_not_exist(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let never_put = app.presign_strictly(&bob, "b.png", "image/png", PNG.len()).await;
    let mut answers = Vec::new();
    let uuid = uuid::Uuid::new_v4();
    for key in [
        text(&presigned, "objectKey"),
        text(&never_put, "objectKey"),
        "nonsense",
        "",
        "../x",
        &format!("{uuid}-test-image.png"),
        "files/\0",
    ] {
        let answer = app.post_json(&bob, "/save-metadata", &json!({"objectKey": key})).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{key:?}");
        answers.push(answer.text().await.expect("a body"));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
}

async fn only_the_issued_public_url_is_taken(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a b.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    for bad in ["https://evil.example/x.png", "javascript:alert(1)", "x"] {
        let body = json!({"objectKey": presigned["objectKey"], "publicFileUrl": bad});
        assert_eq!(
            app.post_json(&ada, "/save-metadata", &body).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{bad}"
        );
    }
    for good in [presigned["publicFileUrl"].clone(), json!(null), json!("")] {
        let body = json!({"objectKey": presigned["objectKey"], "publicFileUrl": good});
        assert_eq!(app.post_json(&ada, "/save-metadata", &body).await.status(), StatusCode::OK, "{good}");
    }
}

async fn a_removal_that_was_cut_short_is_finished_later(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let state = app.second_instance().await;
    let key = ObjectKey::parse("files/", text(&presigned, "objectKey")).expect("a key");
    let now = database::now();
    let claimed = claim_refused(&state.db, &key, String::new(), now).await.expect("claimed");
    assert_eq!(claimed, Claim::Won);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::NOT_FOUND, "a refused key never lives again");
    let due = purge::run(&state, now).await.expect("looked");
    assert!(due.is_some_and(|due| due.num_minutes() >= 60), "a slow PUT may still arrive: {due:?}");
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 1);
    assert_eq!(purge::run(&state, now + TimeDelta::days(9)).await.expect("finished"), None);
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
}

async fn of_many_that_refuse_one_removes(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign(&ada, &json!({"fileName": "a.png", "contentType": "image/png"})).await;
    let state = app.second_instance().await;
    let key = ObjectKey::parse("files/", text(&presigned, "objectKey")).expect("a key");
    let claims = (0..20).map(|_| claim_refused(&state.db, &key, String::new(), database::now()));
    let claims = futures::future::join_all(claims).await;
    let won = claims.into_iter().filter(|claim| matches!(claim, Ok(Claim::Won))).count();
    assert_eq!(won, 1);
}

async fn an_empty_file_is_a_file(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "empty.txt", "text/plain", b"").await;
    assert_eq!(
        app.count("SELECT count(*) FROM r2_files WHERE size = 0 AND state = 'ready' AND content_type = 'text/plain'")
            .await,
        1
    );
}

async fn bytes_that_contradict_their_type_are_put_aside(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let presigned = app.presign_strictly(&ada, "not-really.png", "image/png", 26).await;
    assert_eq!(status(app.put(&presigned, b"<html><script>alert(1)</sc")).await, 200);
    let saved: Value = app.save(&ada, &presigned).await.json().await.expect("JSON");
    assert_eq!(text(&saved, "state"), "quarantined");
    assert!(text(&saved, "message").contains("administrator"));
    let content = format!("{}/files/{}/content", app.url, text(&saved, "fileId"));
    assert_eq!(status(app.client.get(content).bearer_auth(&ada.token)).await, 404);
    let browser = app.browser_of(&admin).await;
    assert!(browser.get("/admin/files").await.shows("quarantined"));
    let opened =
        browser.send(reqwest::Method::GET, &format!("/admin/files/{}/content", text(&saved, "fileId")), &[]).await;
    assert!(opened.headers()["location"].to_str().expect("text").contains("response-content-disposition=attachment"));
}

async fn a_file_over_the_limit_is_refused_and_removed(app: &TestApp) {
    let ada = app.member().await;
    let upload_request = json!({"fileName": "big.bin", "contentType": "application/octet-stream", "size": 1_025});
    let answer = app.post_json(&ada, "/presign-upload", &upload_request).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().await.expect("a body").contains("1 KB"));
    refused_when_confirmed(app, "big.bin", "application/octet-stream", &[0; 1_025], StatusCode::PAYLOAD_TOO_LARGE)
        .await;
}

async fn a_type_that_is_not_allowed_is_refused(app: &TestApp) {
    let ada = app.member().await;
    let upload_request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
    assert_eq!(
        app.post_json(&ada, "/presign-upload", &upload_request).await.status(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    app.upload(&ada, "a.png", "image/png", PNG).await;
}

async fn a_file_over_the_quota_is_refused_and_removed(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "half.bin", "application/octet-stream", &[0; 600]).await;
    let upload_request = json!({"fileName": "much.bin", "contentType": "application/octet-stream", "size": 1_001});
    assert_eq!(app.post_json(&ada, "/presign-upload", &upload_request).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    refused_when_confirmed(app, "much.bin", "application/octet-stream", &[0; 1_001], StatusCode::PAYLOAD_TOO_LARGE)
        .await;
}

async fn a_race_for_the_last_bytes_of_a_quota_has_one_winner(app: &TestApp) {
    let ada = app.member().await;
    let mut presigned = Vec::new();
    for number in 0..8 {
        // Without a size, as those with one would count against the quota when they are begun.
        let upload_request = json!({"fileName": format!("{number}.bin"), "contentType": "application/octet-stream"});
        let one = app.presign(&ada, &upload_request).await;
        assert_eq!(status(app.put(&one, &[7; 600])).await, 200);
        presigned.push(one);
    }
    let answers = futures::future::join_all(presigned.iter().map(|one| app.save(&ada, one))).await;
    let won = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    for refused in answers.into_iter().filter(|answer| answer.status() != StatusCode::OK) {
        assert!(refused.text().await.expect("a body").contains("600 bytes of 1 KB"), "what is in use now");
    }
    // The others' rows weigh nothing, and keep their keys from living again until no PUT can arrive any more.
    assert_eq!((won, app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await), (1, 1));
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging' AND size = 0").await, 7);
}

/// By the guide's loose URL, on which only confirmation can refuse; the object must be gone, and stay refused.
async fn refused_when_confirmed(app: &TestApp, name: &str, content_type: &str, bytes: &[u8], expected: StatusCode) {
    let someone = app.member().await;
    let presigned = app.presign(&someone, &json!({"fileName": name, "contentType": content_type})).await;
    assert_eq!(status(app.put(&presigned, bytes)).await, 200);
    assert_eq!(app.save(&someone, &presigned).await.status(), expected);
    assert_eq!(app.save(&someone, &presigned).await.status(), StatusCode::NOT_FOUND);
}
