//! Downloading all that is behind a link as one archive: what is in it, what it counts as, and when it ends.

use crate::{
    lists::insert_files,
    on_both_databases,
    places::{make, put, upload_to},
    support::{
        TestApp,
        shares::Terms,
        uploads::{PNG, text},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    all_that_a_link_shows_is_listed_and_read_under_one_counted_download,
    a_folder_comes_with_what_lies_below_the_open_one,
    the_last_download_comes_to_its_end_and_no_other_begins,
    more_than_a_page_comes_under_one_permit,
    a_download_whose_answer_was_lost_is_not_counted_again,
    what_is_remembered_of_downloads_is_bounded,
    nothing_that_only_looks_counts,
    a_link_without_originals_has_no_archive,
    a_password_is_asked_for_first,
    one_file_is_downloaded_by_itself,
);

async fn all_that_a_link_shows_is_listed_and_read_under_one_counted_download(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let two = app.upload(&ada, "two.png", "image/png", PNG).await;
    app.upload(&ada, "other.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one, &two], &Terms::default()).await;
    let guest = app.browser();
    guest.get(&share.path).await.assert_shows(&[
        "Download all",
        "data-named=\"Iceland\"",
        &format!("{}/archive/entries", share.path),
    ]);
    let (found, permit) = share.begin_archive(&guest, &json!({})).await;
    assert_eq!((&found["files"], &found["bytes"], &found["next"]), (&json!(2), &json!(2 * PNG.len()), &Value::Null));
    assert_eq!(paths(&found), [("one.png", ""), ("two.png", "")]);
    let answer = share.ask_archive(&guest, "urls", &json!({ "permit": permit, "ids": [one, two] })).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-robots-tag"], "noindex, nofollow");
    let urls: Value = answer.json().await.expect("JSON");
    let url = url::Url::parse(text(&urls["urls"][0], "url")).expect("a URL");
    assert!(url.query_pairs().any(|(name, value)| name == "X-Amz-Expires" && value == "60"));
    let answer = app.client.get(url).header("Origin", &app.url).send().await.expect("an answer");
    assert_eq!(&answer.bytes().await.expect("bytes")[..], PNG);
    share.ask_archive(&guest, "entries", &json!({ "permit": permit })).await;
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
}

async fn a_folder_comes_with_what_lies_below_the_open_one(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let above = make(app, &browser, "Above", "").await;
    let iceland = make(app, &browser, "Island", &above).await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    let deep = make(app, &browser, "Deep", &coast).await;
    upload_to(app, &ada, "above.png", &format!(":{above}")).await;
    upload_to(app, &ada, "fjord.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "beach.png", &format!(":{deep}")).await;
    let share = app.share_folder(&browser, &iceland, &Terms::default()).await;
    let guest = app.browser();
    let (found, _) = share.begin_archive(&guest, &json!({})).await;
    assert_eq!(paths(&found), [("beach.png", "Coast/Deep"), ("fjord.png", "")]);
    guest.get(&format!("{}/folders/{coast}", share.path)).await.assert_shows(&[&format!("value=\"{coast}\"")]);
    let (found, permit) = share.begin_archive(&guest, &json!({ "folder": coast })).await;
    assert_eq!(paths(&found), [("beach.png", "Deep")]);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 2);
    put(&browser, &[("folder", &deep)], &above).await;
    let answer = share.ask_archive(&guest, "entries", &json!({ "folder": coast, "permit": permit })).await;
    assert_eq!(paths(&answer.json().await.expect("JSON")), [], "what was moved out is not in it");
    let empty = share.ask_archive(&guest, "entries", &json!({ "folder": coast })).await;
    assert_eq!(empty.status(), StatusCode::CONFLICT, "nobody is charged for nothing");
    assert_eq!(app.count("SELECT downloads FROM shares").await, 2);
}

async fn the_last_download_comes_to_its_end_and_no_other_begins(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let two = app.upload(&ada, "two.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one, &two], &Terms { most_downloads: "1", ..Terms::default() }).await;
    let guest = app.browser();
    let (_, permit) = share.begin_archive(&guest, &json!({})).await;
    assert_eq!(guest.get(&share.path).await.status, StatusCode::GONE, "it is used up");
    let urls = share.ask_archive(&guest, "urls", &json!({ "permit": permit, "ids": [one, two] })).await;
    assert_eq!(urls.status(), StatusCode::OK);
    assert_eq!(urls.json::<Value>().await.expect("JSON")["urls"].as_array().map(Vec::len), Some(2));
    let again = share.ask_archive(&guest, "entries", &json!({})).await;
    assert_eq!(again.status(), StatusCode::CONFLICT);
    let single = guest.send(Method::POST, &format!("{}/files/{one}/download", share.path), &[]).await;
    assert_eq!(single.status(), StatusCode::GONE, "a permit is for archives alone");
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
}

async fn more_than_a_page_comes_under_one_permit(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let folder = make(app, &browser, "Many", "").await;
    upload_to(app, &ada, "first.png", &format!(":{folder}")).await;
    insert_files(app, &ada.id.to_string(), 10_000).await;
    app.execute("UPDATE r2_files SET owner_id = (SELECT owner_id FROM folders), folder_id = (SELECT id FROM folders)")
        .await;
    let share = app.share_folder(&browser, &folder, &Terms { most_downloads: "1", ..Terms::default() }).await;
    let guest = app.browser();
    let refused = share.ask_archive(&guest, "entries", &json!({})).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "so many no archive has");
    app.execute("DELETE FROM r2_files WHERE id > 601").await;
    let (found, permit) = share.begin_archive(&guest, &json!({})).await;
    assert_eq!(found["entries"].as_array().map(Vec::len), Some(500));
    let next = json!({ "permit": permit, "after": found["next"] });
    let found: Value = share.ask_archive(&guest, "entries", &next).await.json().await.expect("JSON");
    assert_eq!(found["entries"].as_array().map(Vec::len), Some(101));
    assert_eq!((&found["next"], &found["permit"]), (&Value::Null, &Value::Null));
    let ids = vec![found["entries"][0]["fileId"].clone(); 21];
    let answer = share.ask_archive(&guest, "urls", &json!({ "permit": permit, "ids": ids })).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "so many are signed for nobody");
}

async fn nothing_that_only_looks_counts(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one], &Terms::default()).await;
    let guest = app.browser();
    for what in ["entries", "urls"] {
        let place = format!("{}/archive/{what}", share.path);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let status = guest.send(method.clone(), &place, &[]).await.status();
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {what}");
        }
        let form = guest.send(Method::POST, &place, &[("permit", "")]).await;
        assert!(form.status().is_client_error(), "another site can send a form");
    }
    assert_eq!(app.count("SELECT downloads FROM shares").await, 0);
}

async fn a_link_without_originals_has_no_archive(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let two = app.upload(&ada, "two.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one, &two], &Terms::default()).await;
    let guest = app.browser();
    let (_, permit) = share.begin_archive(&guest, &json!({})).await;
    let terms = Terms { has_originals: "", ..Terms::default() };
    let page = browser.get(&format!("/shares/{}", share.id)).await;
    browser.submit(&page, &format!("/shares/{}/terms", share.id), &terms.fields()).await;
    let page = guest.get(&share.path).await;
    assert!(!page.shows("Download all"));
    assert!(!page.shows("/archive/"));
    for (what, body) in [
        ("entries", json!({})),
        ("entries", json!({ "permit": permit })),
        ("urls", json!({ "permit": permit, "ids": [one] })),
    ] {
        assert_eq!(share.ask_archive(&guest, what, &body).await.status(), StatusCode::NOT_FOUND, "{what} {body}");
    }
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
}

async fn a_password_is_asked_for_first(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let terms = Terms { password: "fjord-lantern", ..Terms::default() };
    let share = app.share(&browser, &[&one], &terms).await;
    let (guest, other) = (app.browser(), app.browser());
    let refused = share.ask_archive(&guest, "entries", &json!({})).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    guest.send(Method::POST, &format!("{}/password", share.path), &[("password", "fjord-lantern")]).await;
    let (_, permit) = share.begin_archive(&guest, &json!({})).await;
    let urls = json!({ "permit": permit, "ids": [one] });
    assert_eq!(share.ask_archive(&guest, "urls", &urls).await.status(), StatusCode::OK);
    assert_eq!(share.ask_archive(&other, "urls", &urls).await.status(), StatusCode::CONFLICT);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
}

async fn a_download_whose_answer_was_lost_is_not_counted_again(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [one, two] =
        [app.upload(&ada, "one.png", "image/png", PNG).await, app.upload(&ada, "two.png", "image/png", PNG).await];
    let share = app.share(&browser, &[&one, &two], &Terms { most_downloads: "1", ..Terms::default() }).await;
    let guest = app.browser();
    let (number, other) = (json!({ "download": "0".repeat(32) }), json!({ "download": "1".repeat(32) }));
    let (found, _) = share.begin_archive(&guest, &number).await;
    let (again, permit) = share.begin_archive(&guest, &number).await;
    assert_eq!(found["entries"], again["entries"]);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
    let urls = share.ask_archive(&guest, "urls", &json!({ "permit": permit, "ids": [one, two] })).await;
    assert_eq!(urls.status(), StatusCode::OK, "its permit is as good as the first");
    for begun in [&other, &json!({})] {
        let answer = share.ask_archive(&guest, "entries", begun).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{begun} is another download");
    }
    app.execute("UPDATE shares SET most_downloads = NULL").await;
    share.begin_archive(&guest, &other).await;
    assert_eq!(app.count("SELECT downloads FROM shares").await, 2);
    // It lasts as long as the permit that it was given, and no longer than the link's password.
    app.execute("UPDATE shares SET archives_begun = replace(archives_begun, ':1', ':0')").await;
    let over = share.ask_archive(&guest, "entries", &number).await;
    assert_eq!(over.status(), StatusCode::CONFLICT);
    app.execute("UPDATE shares SET password_version = password_version + 1").await;
    share.begin_archive(&guest, &number).await;
    assert_eq!(app.count("SELECT downloads FROM shares").await, 3);
}

async fn what_is_remembered_of_downloads_is_bounded(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [one, two] =
        [app.upload(&ada, "one.png", "image/png", PNG).await, app.upload(&ada, "two.png", "image/png", PNG).await];
    let share = app.share(&browser, &[&one, &two], &Terms::default()).await;
    let guest = app.browser();
    let begin = async |number: u32| {
        share.begin_archive(&guest, &json!({ "download": format!("{number:032x}") })).await;
    };
    for number in 0..40 {
        begin(number).await;
    }
    assert_eq!(app.count("SELECT CAST(length(archives_begun) AS BIGINT) FROM shares").await, 32 * 44);
    begin(39).await;
    begin(8).await;
    assert_eq!(app.count("SELECT downloads FROM shares").await, 40);
    begin(7).await;
    assert_eq!(app.count("SELECT downloads FROM shares").await, 41, "that was too long ago");
}

async fn one_file_is_downloaded_by_itself(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one], &Terms::default()).await;
    let page = app.browser().get(&share.path).await;
    assert!(page.shows("Download</button>"));
    assert!(!page.shows("Download all"));
}

fn paths(found: &Value) -> Vec<(&str, &str)> {
    let entries = found["entries"].as_array().expect("entries").iter();
    let mut paths: Vec<_> = entries.map(|entry| (text(entry, "name"), text(entry, "path"))).collect();
    paths.sort_unstable();
    paths
}
