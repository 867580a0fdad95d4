//! Many small files in one request: each is answered by itself, as if it had been asked for alone.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status, text},
    },
};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    many_are_signed_and_confirmed_in_one_request_each,
    #[with("DEFAULT_QUOTA" => "1000 B")]
    many_at_once_stay_within_the_quota,
    #[with("PRESIGN_BURST" => "3", "PRESIGN_PER_SECOND" => "1")]
    each_of_many_counts_as_begun,
    none_and_too_many_are_refused,
);

async fn sign(app: &TestApp, someone: &Someone, uploads: &Value) -> Vec<Value> {
    let answer = app.post_json(someone, "/presign-upload/batch", &json!({"uploads": uploads})).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.expect("JSON");
    answer["uploads"].as_array().expect("an array").clone()
}

async fn confirm(app: &TestApp, someone: &Someone, keys: &[&str]) -> Vec<Value> {
    let answer = app.post_json(someone, "/save-metadata/batch", &json!({"objectKeys": keys})).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.expect("JSON");
    answer["files"].as_array().expect("an array").clone()
}

fn png(name: &str, size: usize) -> Value {
    json!({"fileName": name, "contentType": "image/png", "size": size})
}

async fn many_are_signed_and_confirmed_in_one_request_each(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let wrong = json!({"fileName": "c.png", "contentType": "png", "size": 1});
    let signed =
        sign(app, &ada, &json!([png("a.png", PNG.len()), png("../b.png", 1), wrong, png("d.png", PNG.len())])).await;
    let statuses: Vec<_> = signed.iter().map(|one| (one["success"].as_bool(), one["status"].as_u64())).collect();
    assert_eq!(statuses, [(Some(true), None), (Some(false), Some(422)), (Some(false), Some(400)), (Some(true), None)]);
    assert_eq!((text(&signed[1], "code"), text(&signed[2], "code")), ("bad_file_name", "malformed"));
    assert_eq!(status(app.put(&signed[0], PNG)).await, 200);
    assert_eq!(status(app.put(&signed[3], PNG)).await, 200);
    let (first, last) = (text(&signed[0], "objectKey"), text(&signed[3], "objectKey"));

    let others = confirm(app, &bob, &[first]).await;
    assert_eq!(others[0]["status"], 404, "another's");
    let files = confirm(app, &ada, &[first, "nonsense", last, last]).await;
    assert_eq!(
        files.iter().map(|one| one["state"].as_str()).collect::<Vec<_>>(),
        [Some("ready"), None, Some("ready"), Some("ready")]
    );
    assert_eq!(files[1]["status"], 404);
    assert_eq!(files[2]["fileId"], files[3]["fileId"]);
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 2);
}

async fn many_at_once_stay_within_the_quota(app: &TestApp) {
    let ada = app.member().await;
    let uploads: Vec<_> =
        (0..20).map(|number| json!({"fileName": format!("{number}.txt"), "contentType": "text/plain"})).collect();
    // Without sizes they are all let in, as nobody knows yet.
    let signed = sign(app, &ada, &json!(uploads)).await;
    for one in &signed {
        assert_eq!(status(app.put(one, &[b'x'; 100])).await, 200);
    }
    let keys: Vec<_> = signed.iter().map(|one| text(one, "objectKey")).collect();
    let files = confirm(app, &ada, &keys).await;
    let (kept, refused): (Vec<_>, Vec<_>) = files.iter().partition(|one| one["success"] == true);
    assert_eq!((kept.len(), refused.len()), (10, 10));
    assert!(refused.iter().all(|one| one["code"] == "over_quota"));
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 10);
}

async fn each_of_many_counts_as_begun(app: &TestApp) {
    let ada = app.member().await;
    let uploads: Vec<_> = (0..50).map(|number| png(&format!("{number}.png"), 1)).collect();
    let signed = sign(app, &ada, &json!(uploads)).await;
    let refused: Vec<_> = signed.iter().filter(|one| one["success"] == false).collect();
    assert!(refused.len() > 30, "{}", refused.len());
    assert!(refused.iter().all(|one| one["status"] == 429 && one["retryAfter"].as_u64() >= Some(1)), "{refused:?}");
}

async fn none_and_too_many_are_refused(app: &TestApp) {
    let ada = app.member().await;
    for count in [0, 51] {
        let uploads = vec![png("a.png", 1); count];
        let answer = app.post_json(&ada, "/presign-upload/batch", &json!({"uploads": uploads})).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{count} to sign");
        let answer = app.post_json(&ada, "/save-metadata/batch", &json!({"objectKeys": vec!["x"; count]})).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{count} to confirm");
    }
    let answer = app.post_json(&ada, "/presign-upload/batch", &json!({"uploads": vec![png("a.png", 1); 50]})).await;
    assert_eq!(answer.status(), StatusCode::OK, "fifty");
}
