//! What an archive is made of, and where its files are read: of the caller's own, in sight, and no more than one may have.

use crate::{
    lists::insert_files,
    on_both_databases,
    places::{make, upload_to},
    support::{
        Someone, TestApp,
        uploads::{PNG, text},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    a_selection_is_listed_and_read_from_the_store,
    a_folder_is_listed_with_the_paths_below_it,
    folders_are_listed_side_by_side_each_under_its_name,
    only_what_its_owner_sees_is_listed_or_signed,
    all_that_a_list_finds_comes_by_pages,
    more_than_an_archive_has_are_refused,
    what_nobody_could_mean_is_refused,
    a_name_that_no_file_may_have_is_replaced,
);

async fn a_selection_is_listed_and_read_from_the_store(app: &TestApp) {
    let ada = app.member().await;
    let first = app.upload(&ada, "a.png", "image/png", PNG).await;
    let second = app.upload(&ada, "a.png", "image/png", PNG).await;
    let found = entries(app, &ada, &json!({ "ids": [first, second] })).await;
    assert_eq!((&found["files"], &found["bytes"]), (&json!(2), &json!(2 * PNG.len())));
    assert_eq!(found["next"], Value::Null);
    assert_eq!(names(&found), ["a.png", "a.png"]);
    assert_eq!(found["entries"][0]["size"], json!(PNG.len()));
    let answer = app.post_json(&ada, "/archives/urls", &json!({ "ids": [first] })).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let urls: Value = answer.json().await.expect("JSON");
    let url = url::Url::parse(text(&urls["urls"][0], "url")).expect("a URL");
    let value = |name: &str| url.query_pairs().find(|pair| pair.0 == name).map(|pair| pair.1.into_owned());
    assert_eq!(value("X-Amz-Expires").as_deref(), Some("60"));
    assert!(value("response-content-disposition").expect("a disposition").starts_with("attachment"));
    let request = app.client.get(url).header("Origin", &app.url).header("Range", "bytes=4-");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT, "it is gone on with where it was");
    assert_eq!(answer.headers()["access-control-allow-origin"], app.url.as_str(), "a page may read it");
    assert_eq!(&answer.bytes().await.expect("bytes")[..], &PNG[4..]);
}

async fn a_folder_is_listed_with_the_paths_below_it(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let top = make(app, &browser, "Trips", "").await;
    let iceland = make(app, &browser, "Iceland", &top).await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    upload_to(app, &ada, "above.png", &format!(":{top}")).await;
    upload_to(app, &ada, "fjord.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "beach.png", &format!(":{coast}/Day 1")).await;
    let found = entries(app, &ada, &json!({ "folder": iceland })).await;
    assert_eq!(paths(&found), [("beach.png", "Coast/Day 1"), ("fjord.png", "")]);
    browser.send(Method::POST, "/folders/trash", &[("folder", &coast)]).await;
    let found = entries(app, &ada, &json!({ "folder": iceland })).await;
    assert_eq!(paths(&found), [("fjord.png", "")], "what is in the trash is not in an archive");
    browser.send(Method::POST, "/folders/trash", &[("folder", &top)]).await;
    let answer = app.post_json(&ada, "/archives/entries", &json!({ "folder": iceland })).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

async fn folders_are_listed_side_by_side_each_under_its_name(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let top = make(app, &browser, "Trips", "").await;
    let iceland = make(app, &browser, "Iceland", &top).await;
    let beside = make(app, &browser, "Iceland 2", &top).await;
    let norway = make(app, &browser, "Norway", "").await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    for (name, folder) in
        [("a.png", &top), ("b.png", &iceland), ("c.png", &beside), ("d.png", &norway), ("e.png", &coast)]
    {
        upload_to(app, &ada, name, &format!(":{folder}")).await;
    }
    let found = entries(app, &ada, &json!({ "folders": [iceland, beside, norway] })).await;
    let listed = [("b.png", "Iceland"), ("c.png", "Iceland 2"), ("d.png", "Norway"), ("e.png", "Iceland/Coast")];
    assert_eq!(paths(&found), listed);
    assert_eq!((&found["files"], &found["bytes"]), (&json!(4), &json!(4 * PNG.len())));
    let found = entries(app, &ada, &json!({ "folders": [top, coast] })).await;
    assert_eq!(found["files"], json!(4), "what lies in both comes once");
    assert!(paths(&found).contains(&("e.png", "Trips/Iceland/Coast")));
    browser.send(Method::POST, "/folders/trash", &[("folder", &coast)]).await;
    let found = entries(app, &ada, &json!({ "folders": [iceland, coast] })).await;
    assert_eq!(paths(&found), [("b.png", "Iceland")], "what is in the trash is not in an archive");
}

async fn only_what_its_owner_sees_is_listed_or_signed(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let kept = app.upload(&ada, "kept.png", "image/png", PNG).await;
    let trashed = app.upload(&ada, "trashed.png", "image/png", PNG).await;
    let other = app.upload(&bob, "other.png", "image/png", PNG).await;
    let folder = make(app, &browser, "Hidden", "").await;
    let hidden = upload_to(app, &ada, "hidden.png", &format!(":{folder}")).await;
    browser.send(Method::POST, "/files/trash", &[("id", &trashed)]).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &folder)]).await;
    let all = json!({ "ids": [kept, trashed, other, hidden] });
    let found = entries(app, &ada, &all).await;
    assert_eq!((names(&found), &found["files"]), (vec!["kept.png"], &json!(1)));
    let urls: Value = app.post_json(&ada, "/archives/urls", &all).await.json().await.expect("JSON");
    assert_eq!(urls["urls"].as_array().map(Vec::len), Some(1));
    assert_eq!(urls["urls"][0]["fileId"], json!(kept));
    let of_others = app.post_json(&bob, "/archives/entries", &json!({ "folder": folder })).await;
    assert_eq!(of_others.status(), StatusCode::NOT_FOUND);
    let nobody = app.client.post(format!("{}/archives/urls", app.url)).json(&all).send().await.expect("an answer");
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

async fn all_that_a_list_finds_comes_by_pages(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    app.upload(&ada, "other.txt", "text/plain", b"words").await;
    insert_files(app, &ada.id.to_string(), 1_001).await;
    let mut request = json!({ "found": "name=file&sort=name" });
    let mut seen = std::collections::BTreeSet::new();
    for (page, expected) in [500, 500, 1].into_iter().enumerate() {
        let found = entries(app, &ada, &request).await;
        assert_eq!(found["entries"].as_array().map(Vec::len), Some(expected), "page {page}");
        assert_eq!(found["files"], if page == 0 { json!(1_001) } else { Value::Null }, "page {page}");
        seen.extend(names(&found).into_iter().map(str::to_owned));
        request["after"] = found["next"].clone();
    }
    assert_eq!(seen.len(), 1_001);
    assert_eq!(request["after"], Value::Null, "the last page has no next one");
}

async fn more_than_an_archive_has_are_refused(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 10_001).await;
    let answer = app.post_json(&ada, "/archives/entries", &json!({ "found": "name=file" })).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["code"], "too_many_files");
}

async fn what_nobody_could_mean_is_refused(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    let many = vec![id.clone(); 501];
    for body in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": ["x"] }),
        json!({ "ids": ["\u{0}"] }),
        json!({ "ids": many }),
        json!({ "ids": [id], "found": "" }),
        json!({ "ids": [id], "after": "x" }),
        json!({ "folder": "\u{0}" }),
        json!({ "found": "type=nonsense" }),
        json!({ "found": "folder=x" }),
        json!({ "found": "name=%00" }),
        json!({ "found": 5 }),
        json!({ "folders": ["x"] }),
        json!({ "folders": ["\u{0}"] }),
        json!({ "ids": [id], "folders": [id] }),
    ] {
        let status = app.post_json(&ada, "/archives/entries", &body).await.status();
        assert!(status.is_client_error(), "{body}: {status}");
    }
    for body in [json!({}), json!({ "ids": ["x"] }), json!({ "ids": vec![id.clone(); 21] })] {
        let status = app.post_json(&ada, "/archives/urls", &body).await.status();
        assert!(status.is_client_error(), "{body}: {status}");
    }
}

async fn a_name_that_no_file_may_have_is_replaced(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    app.execute("UPDATE r2_files SET file_name = '../../etc/passwd'").await;
    let found = entries(app, &ada, &json!({ "ids": [id] })).await;
    assert_eq!(names(&found), [format!("file-{id}")]);
}

async fn entries(app: &TestApp, someone: &Someone, body: &Value) -> Value {
    let answer = app.post_json(someone, "/archives/entries", body).await;
    assert_eq!(answer.status(), StatusCode::OK, "{body}");
    answer.json().await.expect("JSON")
}

fn names(found: &Value) -> Vec<&str> {
    found["entries"].as_array().expect("entries").iter().map(|entry| text(entry, "name")).collect()
}

fn paths(found: &Value) -> Vec<(&str, &str)> {
    let entries = found["entries"].as_array().expect("entries").iter();
    let mut paths: Vec<_> = entries.map(|entry| (text(entry, "name"), text(entry, "path"))).collect();
    paths.sort_unstable();
    paths
}
