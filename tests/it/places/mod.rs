//! Folders: where people put their files, and what becomes of these there.

mod large;
mod moving;
mod shape;
mod shared;
mod together;
mod trash;
mod uploads;
mod ways;

use crate::support::{Someone, TestApp, browser::Browser, uploads::PNG};
use reqwest::Method;
use serde_json::{Value, json};

/// Makes a folder as its owner does; says its id.
pub async fn make(app: &TestApp, browser: &Browser<'_>, name: &str, within: &str) -> String {
    let page = browser.get(&format!("/folders/new?in={within}")).await;
    browser.submit(&page, "/folders", &[("name", name)]).await.assert_shows(&[&format!("“{name}” is made.")]);
    newest(app, name).await
}

/// The id of the newest folder of a name.
pub async fn newest(app: &TestApp, name: &str) -> String {
    let rows = app.rows("SELECT id FROM folders WHERE name = $1 ORDER BY id DESC", [name.into()]).await;
    let id: uuid::Uuid = rows[0].try_get("", "id").expect("an id");
    id.to_string()
}

/// Uploads a picture with the path of the folder that it came in; says its id.
pub async fn upload_to(app: &TestApp, someone: &Someone, name: &str, folder: &str) -> String {
    let request = json!({ "fileName": name, "contentType": "image/png", "size": PNG.len(), "folder": folder });
    let presigned = app.presign(someone, &request).await;
    assert!(app.put(&presigned, PNG).send().await.expect("an answer").status().is_success());
    let saved: Value = app.save(someone, &presigned).await.json().await.expect("JSON");
    saved["fileId"].as_str().expect("an id").to_owned()
}

/// Puts files and folders into a folder; `to` is its id, or `top`.
pub async fn put(browser: &Browser<'_>, things: &[(&str, &str)], to: &str) -> reqwest::StatusCode {
    let form: Vec<_> = things.iter().copied().chain([("to", to)]).collect();
    browser.send(Method::POST, "/files/move", &form).await.status()
}
