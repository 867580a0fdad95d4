//! Uploads into folders: the path that a file came in becomes folders, whoever registers it.

use super::{make, newest, upload_to};
use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use cloakroom::{
    database,
    files::Bringer,
    storage::ObjectKey,
    uploads::{Refused, register},
};
use reqwest::Method;
use serde_json::json;

on_both_databases!(
    a_path_becomes_folders_once_however_many_come_at_once,
    what_nobody_confirms_is_found_in_its_folder,
    an_upload_into_a_folder_that_is_gone_begins_at_the_top,
);

async fn a_path_becomes_folders_once_however_many_come_at_once(app: &TestApp) {
    let ada = app.member().await;
    let names: Vec<String> = (0..20).map(|number| format!("{number}.png")).collect();
    let uploads = names.iter().map(|name| upload_to(app, &ada, name, "Iceland/Day 1"));
    futures::future::join_all(uploads).await;
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 2);
    let day = newest(app, "Day 1").await;
    let browser = app.browser_of(&ada).await;
    browser.get(&format!("/folders/{day}")).await.assert_shows(&["20 files", "Select 19.png"]);
    // In other letters, it is the same folder.
    upload_to(app, &ada, "20.png", "ICELAND/day 1/Evening").await;
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 3);
    browser.get(&format!("/folders/{day}")).await.assert_shows(&["Evening"]);
}

async fn what_nobody_confirms_is_found_in_its_folder(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let request = json!({
        "fileName": "1.png", "contentType": "image/png", "size": PNG.len(), "folder": format!(":{iceland}/Raw")
    });
    let presigned = app.presign(&ada, &request).await;
    assert!(app.put(&presigned, PNG).send().await.expect("an answer").status().is_success());
    // It is called otherwise by the time that it is found.
    browser.send(Method::POST, &format!("/folders/{iceland}/name"), &[("name", "Ísland")]).await;
    let state = app.second_instance().await;
    let key = ObjectKey::parse("files/", presigned["objectKey"].as_str().expect("a key")).expect("a key");
    register(&state, &key, &Bringer::nobody(), Refused::PutAside, database::now()).await.expect("registered");
    let raw = newest(app, "Raw").await;
    browser.get(&format!("/folders/{raw}")).await.assert_shows(&["Ísland", "Select 1.png"]);
    let path = app.rows("SELECT folder_path FROM r2_files", []).await;
    assert_eq!(path[0].try_get::<String>("", "folder_path").expect("text"), "Raw");
}

async fn an_upload_into_a_folder_that_is_gone_begins_at_the_top(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    upload_to(app, &ada, "1.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "2.png", &format!(":{iceland}/Raw")).await;
    upload_to(app, &ada, "3.png", "Iceland").await;
    let page = browser.get("/").await;
    page.assert_shows(&["Select 1.png", "Raw", "Iceland"]);
    let another = newest(app, "Iceland").await;
    assert_ne!(another, iceland, "one in the trash is not filled any more");
    browser.get(&format!("/folders/{another}")).await.assert_shows(&["Select 3.png"]);
}
