//! The folder that a file comes in: signed into its object, kept in its row, shown, and searched.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status, text},
    },
};
use cloakroom::{
    accounts::Role,
    database,
    storage::ObjectKey,
    uploads::{Refused, register},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    a_file_is_found_and_shown_with_the_folder_that_it_came_in,
    another_name_leaves_a_file_in_its_folder,
    a_folder_is_signed_and_nothing_else_is_sent_for_it,
    a_folder_that_none_can_be_called_is_refused_with_words,
    what_is_no_folder_in_an_object_is_ignored,
);

const FOLDER: &str = "Íslands ferð/Day 1";

async fn a_file_is_found_and_shown_with_the_folder_that_it_came_in(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let id = upload(app, &ada, "waterfall.png", FOLDER).await;
    app.upload(&ada, "day 1.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    for (search, is_found) in [("islands", true), ("FERÐ/day", true), ("waterf", true), ("norway", false)] {
        let page = browser.get(&format!("/?view=list&name={search}")).await;
        assert_eq!(page.shows("waterfall.png"), is_found, "{search}");
        assert_eq!(page.shows(FOLDER), is_found, "{search}");
    }
    browser.get("/?name=day+1").await.assert_shows(&["waterfall.png", "day 1.png"]);
    browser.get(&format!("/files/{id}")).await.assert_shows(&["<dt>Folder</dt>", FOLDER]);
    browser.get(&format!("/files/{id}/view")).await.assert_shows(&[FOLDER]);
    let browser = app.browser_of(&admin).await;
    browser.get("/admin/files?name=islands").await.assert_shows(&["waterfall.png", FOLDER]);
    browser.get(&format!("/admin/files/{id}")).await.assert_shows(&["<dt>Folder</dt>", FOLDER]);
    let kept = app.rows("SELECT folder_path FROM r2_files WHERE folder_path IS NOT NULL", []).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].try_get::<String>("", "folder_path").expect("text"), FOLDER);
}

async fn another_name_leaves_a_file_in_its_folder(app: &TestApp) {
    let ada = app.member().await;
    let id = upload(app, &ada, "waterfall.png", FOLDER).await;
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, &format!("/files/{id}/name"), &[("name", "Gullfoss.png")]).await;
    browser.get("/?name=islands").await.assert_shows(&["Gullfoss.png"]);
    assert!(!browser.get("/?name=waterfall").await.shows("Gullfoss.png"));
    let page = browser.get("/?sort=name&within=everywhere").await;
    page.assert_shows(&["Gullfoss.png"]);
}

async fn a_folder_is_signed_and_nothing_else_is_sent_for_it(app: &TestApp) {
    let ada = app.member().await;
    let mut presigned = presign(app, &ada, "a.png", FOLDER).await;
    assert_eq!(presigned["headers"]["x-amz-meta-folder"], "%C3%8Dslands%20fer%C3%B0/Day%201");
    presigned["headers"]["x-amz-meta-folder"] = json!("Norway");
    assert_eq!(status(app.put(&presigned, PNG)).await, 403, "another folder");
    presigned["headers"].as_object_mut().expect("headers").remove("x-amz-meta-folder");
    assert_eq!(status(app.put(&presigned, PNG)).await, 403, "none");
    let without = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(
        status(app.put(&without, PNG).header("x-amz-meta-folder", "Norway")).await,
        403,
        "one that was not asked for"
    );
}

async fn a_folder_that_none_can_be_called_is_refused_with_words(app: &TestApp) {
    let ada = app.member().await;
    let long = "é/".repeat(400) + "é";
    let longer = "a".repeat(60_000);
    for bad in ["/", "a//b", "/etc", "..", "a/../b", ".", "a\\b", "a\nb", "a\0b", "a/\u{202e}b", &long, &longer] {
        let mut request = json!({"fileName": "a.png", "contentType": "image/png", "size": 1, "folder": bad});
        let answer = app.post_json(&ada, "/presign-upload", &request).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["code"], "bad_folder", "{bad:?}");
        request["folder"] = json!("");
        assert_eq!(app.post_json(&ada, "/presign-upload", &request).await.status(), StatusCode::OK);
    }
    let loose = json!({"fileName": "a.png", "contentType": "image/png", "folder": "Iceland"});
    let answer = app.post_json(&ada, "/presign-upload", &loose).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(answer.text().await.expect("words").contains("thumbnail and objectKey need size beside them."));
}

async fn what_is_no_folder_in_an_object_is_ignored(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let bucket = app.bucket();
    for bad in ["../x", "a b", "%2e%2e", "a%2Fb", "%ff", "<script>"] {
        let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
        let key = ObjectKey::parse("files/", text(&presigned, "objectKey")).expect("a key");
        let request = bucket.put_object_builder(key.as_str(), PNG).with_content_type("image/png");
        let request = request.with_metadata("folder", bad).expect("a header");
        request.execute().await.expect("put");
        register(&state, &key, &cloakroom::files::Bringer::nobody(), Refused::Removed, database::now())
            .await
            .expect("registered");
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready' AND folder_path IS NULL").await, 6);
}

async fn presign(app: &TestApp, someone: &Someone, name: &str, folder: &str) -> Value {
    let size = PNG.len();
    app.presign(someone, &json!({"fileName": name, "contentType": "image/png", "size": size, "folder": folder})).await
}

/// The file's id.
async fn upload(app: &TestApp, someone: &Someone, name: &str, folder: &str) -> String {
    let presigned = presign(app, someone, name, folder).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let saved: Value = app.save(someone, &presigned).await.json().await.expect("JSON");
    text(&saved, "fileId").to_owned()
}
