//! What the two endpoints answer to everything that is wrong, and while something is away.

use crate::{
    on_both_databases,
    support::{
        Kind, Someone, TestApp,
        postgres::on_server,
        uploads::{PNG, status, text},
    },
};
use cloakroom::accounts::Principal;
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_both_databases!(
    every_wrong_request_has_its_own_answer,
    hostile_names_are_signed_safely_or_refused,
    a_body_over_64_kib_is_refused_before_it_is_read,
    a_token_works_until_it_is_revoked,
    guessing_tokens_gets_slower,
    #[with("R2_ENDPOINT" => "http://127.0.0.1:1", "R2_BUCKET_NAME" => "bucket", "R2_ACCESS_KEY_ID" => "id", "R2_SECRET_ACCESS_KEY" => "secret")]
    while_the_store_is_away_confirmation_says_so,
    #[with("R2_ENDPOINT" => "http://127.0.0.1:1", "R2_BUCKET_NAME" => "bucket", "R2_ACCESS_KEY_ID" => "id", "R2_SECRET_ACCESS_KEY" => "secret", "R2_PUBLIC_BASE_URL" => "https://pub.example.com/")]
    on_a_public_bucket_script_needs_a_strict_upload,
    a_session_that_cannot_be_written_is_a_safe_503,
);

async fn every_wrong_request_has_its_own_answer(app: &TestApp) {
    let ada = app.member().await;
    let png = |extra: Value| {
        let mut upload_request = json!({"fileName": "a.png", "contentType": "image/png"});
        upload_request.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        upload_request.to_string()
    };
    let presign = "/presign-upload";
    for (path, body, expected, code) in [
        (presign, "not json".to_owned(), 400, "malformed"),
        (presign, "[]".to_owned(), 400, "malformed"),
        (presign, "{}".to_owned(), 400, "malformed"),
        (presign, png(json!({"fileName": 7})), 400, "malformed"),
        (presign, png(json!({"fileName": null})), 400, "malformed"),
        (presign, r#"{"fileName": "\ud800.png", "contentType": "image/png"}"#.to_owned(), 400, "malformed"),
        (presign, png(json!({"contentType": "png"})), 400, "malformed"),
        (presign, png(json!({"contentType": "image/*"})), 400, "malformed"),
        (presign, png(json!({"contentType": "image/png\r\nx-amz-acl: public-read"})), 400, "malformed"),
        (presign, png(json!({"size": -1})), 400, "malformed"),
        (presign, png(json!({"size": 1.5})), 400, "malformed"),
        (presign, png(json!({"size": "1"})), 400, "malformed"),
        (presign, png(json!({"size": 1, "sha256": "abc"})), 400, "malformed"),
        (presign, png(json!({"sha256": "a".repeat(64)})), 400, "malformed"),
        (presign, png(json!({"size": u64::MAX})), 413, "too_large"),
        (presign, png(json!({"fileName": ""})), 422, "bad_file_name"),
        (presign, png(json!({"fileName": "../../etc/passwd"})), 422, "bad_file_name"),
        (presign, png(json!({"fileName": "a\u{0}b"})), 422, "bad_file_name"),
        ("/save-metadata", "{}".to_owned(), 400, "malformed"),
        ("/save-metadata", json!({"objectKey": 1}).to_string(), 400, "malformed"),
        ("/save-metadata", json!({"objectKey": "x"}).to_string(), 404, "not_found"),
    ] {
        let answer = post(app, Some(&ada), path, "application/json", body.clone()).await;
        assert_problem(answer, expected, code, &body).await;
    }
    let good = png(json!({}));
    assert_problem(post(app, Some(&ada), presign, "text/plain", good.clone()).await, 400, "malformed", "text/plain")
        .await;
    assert_problem(post(app, None, presign, "application/json", good).await, 401, "not_signed_in", "nobody").await;
    let get = app.client.get(format!("{}{presign}", app.url)).send().await.expect("an answer");
    assert_problem(get, 405, "method_not_allowed", "GET").await;
}

async fn hostile_names_are_signed_safely_or_refused(app: &TestApp) {
    let ada = app.member().await;
    let long = "é".repeat(10_000);
    let ask = async |name: &str| {
        let upload_request = json!({"fileName": name, "contentType": "image/png", "size": PNG.len()});
        app.post_json(&ada, "/presign-upload", &upload_request).await
    };
    for name in [".", "..", "../x", "..\\x", "a/b", "..;/x", "\n", "a\rb", "\u{202e}gpj.exe", "x\u{feff}"] {
        assert_eq!(ask(name).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
    }
    for name in ["%2e%2e", "%2e%2e%2fx", "...", "a?b#c", "a  b", "👩‍👩‍👧.jpg", "a+b&c=d", "'\"<>.png", &long, "~", "*"]
    {
        let answer = ask(name).await;
        assert_eq!(answer.status(), StatusCode::OK, "{name:?}");
        let presigned: Value = answer.json().await.expect("JSON");
        let url = url::Url::parse(text(&presigned, "presignedUrl")).expect("a URL");
        let path = percent_encoding::percent_decode_str(url.path()).decode_utf8().expect("UTF-8");
        assert_eq!(path, format!("/cloakroom/{}", text(&presigned, "objectKey")), "{name:?}");
        assert_eq!(status(app.put(&presigned, PNG)).await, 200, "{name:?}");
        assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK, "{name:?}");
    }
}

async fn a_body_over_64_kib_is_refused_before_it_is_read(app: &TestApp) {
    let ada = app.member().await;
    let body = json!({"fileName": "a".repeat(70_000), "contentType": "image/png"}).to_string();
    assert_problem(
        post(app, Some(&ada), "/presign-upload", "application/json", body.clone()).await,
        413,
        "body_too_large",
        "length known",
    )
    .await;
    let parts = body.into_bytes().chunks(1_000).map(<[u8]>::to_vec).map(Ok::<_, std::io::Error>).collect::<Vec<_>>();
    let streamed = reqwest::Body::wrap_stream(futures::stream::iter(parts));
    let request = app
        .client
        .post(format!("{}/presign-upload", app.url))
        .bearer_auth(&ada.token)
        .header("Content-Type", "application/json");
    assert_problem(request.body(streamed).send().await.expect("an answer"), 413, "body_too_large", "length unknown")
        .await;
}

async fn a_token_works_until_it_is_revoked(app: &TestApp) {
    let ada = app.member().await;
    let kept: String = app.rows("SELECT token_hash FROM api_tokens", []).await[0].try_get_by_index(0).expect("a hash");
    assert_eq!(kept.len(), 64, "{kept}");
    assert!(!ada.token.contains(&kept), "{kept}");
    let token = cloakroom::accounts::tokens::create(
        &app.db,
        ada.id,
        "short-lived",
        None,
        &Principal::command_line(),
        cloakroom::database::now(),
    )
    .await
    .expect("a token");
    cloakroom::accounts::tokens::revoke_named(
        &app.accounts,
        ada.id,
        "short-lived",
        &Principal::command_line(),
        cloakroom::database::now(),
    )
    .await
    .expect("revoked");
    let revoked = Someone { token, ..ada };
    let answer = app.post_json(&revoked, "/save-metadata", &json!({"objectKey": "x"})).await;
    assert_problem(answer, 401, "not_signed_in", "revoked").await;
}

async fn guessing_tokens_gets_slower(app: &TestApp) {
    let ada = app.member().await;
    let mut refused = None;
    // A body that is wrong as well must not keep a guess from being counted.
    for (number, body) in
        (0..40).map(|number| (number, if number % 2 == 0 { json!({}) } else { json!({"objectKey": "x"}) }))
    {
        let guess = Someone { id: ada.id, email: String::new(), token: format!("cloakroom_{number}") };
        let answer = app.post_json(&guess, "/save-metadata", &body).await;
        match answer.status() {
            StatusCode::UNAUTHORIZED => {}
            StatusCode::TOO_MANY_REQUESTS => {
                refused = Some(answer);
                break;
            }
            other => panic!("{other}"),
        }
    }
    let answer = refused.expect("guessing was slowed");
    let wait = answer.headers()["retry-after"].to_str().expect("text").parse::<u64>().expect("seconds");
    assert!((1..=900).contains(&wait));
    let answer = app.post_json(&ada, "/save-metadata", &json!({"objectKey": "x"})).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND, "the right token works whoever else guesses");
}

async fn while_the_store_is_away_confirmation_says_so(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    let answer = app.save(&ada, &presigned).await;
    assert!(answer.headers().contains_key("retry-after"));
    assert_problem(answer, 503, "store_unavailable", "no store").await;
    assert_eq!(status(app.client.get(format!("{}/healthz", app.url))).await, 200);
    assert_eq!(status(app.client.get(format!("{}/readyz", app.url))).await, 503);
}

async fn on_a_public_bucket_script_needs_a_strict_upload(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let loose =
        app.post_json(&ada, "/presign-upload", &json!({"fileName": "a.svg", "contentType": "image/svg+xml"})).await;
    assert_problem(loose, 415, "type_not_allowed", "loose").await;
    let strict = app.presign_strictly(&ada, "a ü.svg", "image/svg+xml", 10).await;
    assert!(text(&strict["headers"], "Content-Disposition").starts_with("attachment;"));
    let url = text(&strict, "publicFileUrl");
    assert!(url.starts_with("https://pub.example.com/files/"), "{url}");
    assert!(url.ends_with("/a%20%C3%BC.svg"), "{url}");
}

async fn a_session_that_cannot_be_written_is_a_safe_503(app: &TestApp) {
    let ada = app.member().await;
    app.execute("ALTER TABLE sessions RENAME TO sessions_hidden").await;
    let form =
        format!("email={}&password={}", ada.email.replace('@', "%40"), crate::support::PASSWORD.replace(' ', "+"));
    let request =
        app.client.post(format!("{}/sign-in", app.url)).header("Content-Type", "application/x-www-form-urlencoded");
    let answer = request.body(form).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    for name in ["content-security-policy", "x-content-type-options", "retry-after"] {
        assert!(answer.headers().contains_key(name), "{name}");
    }
    app.execute("ALTER TABLE sessions_hidden RENAME TO sessions").await;
}

/// Uploads go on while the database is away, and are indexed when it is back.
#[tokio::test]
async fn an_upload_outlives_a_database_that_goes_away() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let ada = app.member().await;
    let before = app.presign_strictly(&ada, "before.png", "image/png", PNG.len()).await;
    let name: String = app.rows("SELECT current_database()::text", []).await[0].try_get_by_index(0).expect("a name");
    on_server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    on_server(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;

    let during = app.presign_strictly(&ada, "during.png", "image/png", PNG.len()).await;
    for presigned in [&before, &during] {
        assert_eq!(status(app.put(presigned, PNG)).await, 200);
        let answer = app.save(&ada, presigned).await;
        assert!(answer.headers().contains_key("retry-after"));
        assert_problem(answer, 503, "database_unavailable", "away").await;
    }
    on_server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    // A pooler asks once a second whether it is back.
    let returned = Instant::now();
    for presigned in [&before, &during] {
        while app.save(&ada, presigned).await.status() == StatusCode::SERVICE_UNAVAILABLE {
            assert!(returned.elapsed() < Duration::from_secs(10), "it is back, and still said to be away");
        }
        assert_eq!(app.save(&ada, presigned).await.status(), StatusCode::OK);
    }
    // The test's own connections died as well; each is noticed once.
    while app.db.execute_unprepared("SELECT 1").await.is_err() {}
    app.finish().await;
}

async fn post(
    app: &TestApp,
    someone: Option<&Someone>,
    path: &str,
    content_type: &str,
    body: String,
) -> reqwest::Response {
    let request = app.client.post(format!("{}{path}", app.url)).header("Content-Type", content_type).body(body);
    let request = someone.into_iter().fold(request, |request, someone| request.bearer_auth(&someone.token));
    request.send().await.expect("an answer")
}

async fn assert_problem(answer: reqwest::Response, expected: u16, code: &str, what: &str) {
    let found = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_else(|error| panic!("{what}: no JSON: {error}"));
    assert_eq!((found, text(&body, "code"), &body["success"]), (expected, code, &json!(false)), "{what}: {body}");
    assert!(text(&body, "error").len() > 10, "{body}");
}
