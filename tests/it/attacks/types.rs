//! Files that say they are something else: nothing is shown, opened or run as what it is not.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status, text},
    },
};
use chrono::TimeDelta;
use cloakroom::{
    database,
    files::{Ready, Scope, signed_url},
    storage::Disposition,
};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

on_both_databases!(
    a_type_that_two_readers_would_read_differently_is_never_signed,
    an_object_that_was_stored_with_such_a_type_is_never_read_as_a_page,
    what_is_read_is_what_the_app_says_it_is,
    all_instances_give_the_same_url_for_half_of_its_life,
    a_program_that_is_called_a_document_is_put_aside,
    a_document_is_not_renamed_to_a_program,
    a_picture_of_another_kind_is_called_what_it_is,
    #[with("ALLOWED_TYPES" => "image/jpeg")]
    a_picture_that_is_of_a_kind_that_is_not_taken_is_refused,
    an_object_that_readers_would_unpack_is_refused,
);

const LIES: [&str; 4] = [
    r#"image/x;a="\";b=",text/html;x=""#,
    r#"application/pdf;a="\";b=",text/html;x=""#,
    "image/png,text/html",
    "image/png;charset=\\",
];

async fn a_type_that_two_readers_would_read_differently_is_never_signed(app: &TestApp) {
    let ada = app.member().await;
    for lie in LIES {
        for upload_request in [
            json!({"fileName": "a.png", "contentType": lie}),
            json!({"fileName": "a.png", "contentType": lie, "size": 70}),
        ] {
            let answer = app.post_json(&ada, "/presign-upload", &upload_request).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{lie}");
            assert!(answer.text().await.expect("a body").contains("without quotes"), "{lie}");
        }
    }
    let built = app
        .presign(&ada, &json!({"fileName": "a.webm", "contentType": "video/webm;codecs=vp9;charset=utf-8", "size": 1}))
        .await;
    assert_eq!(text(&built["headers"], "Content-Type"), "video/webm;charset=utf-8");
    app.expect_orphans();
}

async fn an_object_that_was_stored_with_such_a_type_is_never_read_as_a_page(app: &TestApp) {
    let ada = app.member().await;
    for lie in LIES {
        let id = app.upload(&ada, "a.png", "image/png", PNG).await;
        let key =
            app.rows("SELECT object_key FROM r2_files ORDER BY id DESC", []).await[0].try_get_by_index::<String>(0);
        app.bucket().put_object_with_content_type(key.expect("a key"), b"<script>1</script>", lie).await.expect("put");
        let quoted = lie.replace('\'', "''");
        app.execute(&format!("UPDATE r2_files SET content_type = '{quoted}' WHERE content_type = 'image/png'")).await;
        let headers = read(app, &ada, &id).await;
        assert_eq!(headers["content-type"], "application/octet-stream", "{lie}");
        assert!(headers["content-disposition"].to_str().expect("text").starts_with("attachment;"), "{lie}");
    }
}

async fn what_is_read_is_what_the_app_says_it_is(app: &TestApp) {
    let ada = app.member().await;
    for (name, declared, served, disposition) in [
        ("a.png", "image/png", "image/png", "inline"),
        ("a.txt", "text/plain; charset=utf-8", "text/plain; charset=utf-8", "inline"),
        ("a.html", "text/html", "application/octet-stream", "attachment"),
        ("a.svg", "image/svg+xml; charset=utf-7", "image/svg+xml", "attachment"),
        ("a.zip", "application/x-own", "application/x-own", "attachment"),
    ] {
        let bytes = if declared == "image/png" { PNG } else { b"<svg xmlns='http://www.w3.org/2000/svg'/>" };
        let id = app.upload(&ada, name, declared, bytes).await;
        let headers = read(app, &ada, &id).await;
        assert_eq!(headers["content-type"], served, "{name}");
        assert!(headers["content-disposition"].to_str().expect("text").starts_with(disposition), "{name}");
        assert_eq!(headers["cache-control"], "private, max-age=900", "{name}");
    }
}

async fn all_instances_give_the_same_url_for_half_of_its_life(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await.parse().expect("an id");
    let file = Ready::find(&app.db, id, Scope::Own(ada.id)).await.expect("a file");
    let (one, other) = (app.second_instance().await, app.second_instance().await);
    let begun = database::now();
    let half = TimeDelta::seconds(450);
    let beginning = begun - TimeDelta::microseconds(begun.timestamp_micros().rem_euclid(450_000_000));
    let url =
        |state, now| signed_url(state, &file, Disposition::Inline, &actix_web::http::Method::GET, now).expect("signed");
    assert_eq!(url(&one, beginning), url(&other, beginning + half - TimeDelta::milliseconds(1)));
    assert_ne!(url(&one, beginning), url(&other, beginning + half));
}

async fn a_program_that_is_called_a_document_is_put_aside(app: &TestApp) {
    let ada = app.member().await;
    for (name, declared, bytes, state) in [
        ("invoice.pdf.exe", "application/pdf", &b"%PDF-1.7\n"[..], "quarantined"),
        ("holiday.jpg.SCR", "image/png", PNG, "quarantined"),
        ("invoice.pdf", "application/octet-stream", b"MZ\x90\0\x03\0\0\0\x04\0", "quarantined"),
        ("report.final.pdf", "application/pdf", b"%PDF-1.7\n", "ready"),
        ("archive.tar.gz", "application/gzip", b"\x1f\x8b\x08\0", "ready"),
        ("setup.exe", "application/octet-stream", b"MZ\x90\0\x03\0\0\0\x04\0", "ready"),
    ] {
        let presigned = app.presign_strictly(&ada, name, declared, bytes.len()).await;
        assert_eq!(status(app.put(&presigned, bytes)).await, 200);
        let saved: Value = app.save(&ada, &presigned).await.json().await.expect("JSON");
        assert_eq!(text(&saved, "state"), state, "{name} as {declared}");
    }
}

async fn a_document_is_not_renamed_to_a_program(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "invoice.pdf", "application/pdf", b"%PDF-1.7\n").await;
    let browser = app.browser_of(&ada).await;
    let place = format!("/files/{id}/name");
    let refused = browser.send(Method::POST, &place, &[("name", "invoice.pdf.exe")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.send(Method::POST, &place, &[("name", "bill.pdf")]).await.status(), StatusCode::SEE_OTHER);
}

async fn a_picture_of_another_kind_is_called_what_it_is(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "holiday.jpg", "image/jpeg", PNG).await;
    let kept = app.rows("SELECT content_type FROM r2_files WHERE width = 1 AND height = 1", []).await;
    assert_eq!(kept[0].try_get_by_index::<String>(0).expect("a type"), "image/png");
    assert_eq!(read(app, &ada, &id).await["content-type"], "image/png");
}

async fn a_picture_that_is_of_a_kind_that_is_not_taken_is_refused(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "holiday.jpg", "image/jpeg", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let answer = app.save(&ada, &presigned).await;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.text().await.expect("a body").contains("image/png"), "it says what the file is");
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 0);
}

async fn an_object_that_readers_would_unpack_is_refused(app: &TestApp) {
    let ada = app.member().await;
    for (header, value, answer) in [
        ("Content-Encoding", "gzip", 422),
        ("Content-Encoding", "br", 422),
        ("Content-Encoding", "identity, zstd", 422),
        ("Content-Encoding", "identity", 200),
        ("Content-Language", "de", 200),
        ("Expires", "Thu, 01 Dec 2044 16:00:00 GMT", 200),
    ] {
        for upload_request in [
            json!({"fileName": "a.bin", "contentType": "application/octet-stream", "size": 4}),
            json!({"fileName": "a.bin", "contentType": "application/octet-stream"}),
        ] {
            let presigned = app.presign(&ada, &upload_request).await;
            assert_eq!(status(app.put(&presigned, b"\x1f\x8b\x08\0").header(header, value)).await, 200);
            let saved = app.save(&ada, &presigned).await;
            assert_eq!(saved.status(), answer, "{header}: {value}");
            let words = saved.text().await.expect("a body");
            if answer != 200 {
                assert!(words.contains("encoded"), "{words}");
                assert!(words.contains("without that header"), "{words}");
            }
            let there = app.bucket().head_object(text(&presigned, "objectKey")).await.is_ok();
            assert_eq!(there, answer == 200, "{header}: {value}");
        }
    }
}

/// What the store says of a file that its owner opens.
async fn read(app: &TestApp, someone: &Someone, id: &str) -> HeaderMap {
    let content = format!("{}/files/{id}/content", app.url);
    let sent_on = app.client.get(content).bearer_auth(&someone.token).send().await.expect("an answer");
    let place = sent_on.headers()["location"].to_str().expect("text").to_owned();
    let read = app.client.get(place).send().await.expect("an answer");
    assert_eq!(read.status(), StatusCode::OK);
    read.headers().clone()
}
