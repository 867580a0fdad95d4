//! The trash as a page: what it shows and to whom, page by page, and what is done with several files of it.

use crate::{
    lists::insert_files,
    on_both_databases,
    support::{TestApp, uploads::PNG},
    thumbnails::{WEBP, upload},
};
use cloakroom::accounts::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    what_is_in_the_trash_is_seen_by_its_owner_alone_until_it_is_removed,
    the_trash_goes_on_without_gaps_and_comes_back_as_far_as_it_was_shown,
    several_files_are_restored_or_deleted_by_one_form,
);

async fn what_is_in_the_trash_is_seen_by_its_owner_alone_until_it_is_removed(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let id = upload(app, &ada, json!({"tone": "rose"}), WEBP).await;
    let (browser, admin) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let stranger = app.browser_of(&app.member().await).await;
    let (own, theirs) = (format!("/files/{id}/thumbnail"), format!("/admin/files/{id}/thumbnail"));
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    browser.get("/trash").await.assert_shows(&[&own, "tone-rose", "Gone in 30 days"]);
    let sent_on = browser.send(Method::GET, &own, &[]).await;
    let place = sent_on.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(&app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes")[..], WEBP);
    for (who, path) in [(&stranger, &own), (&admin, &own), (&admin, &theirs)] {
        assert_eq!(who.send(Method::GET, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!admin.get("/admin/files").await.shows(&theirs));
    for path in ["content", "download", "view"] {
        let answer = browser.send(Method::GET, &format!("/files/{id}/{path}"), &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    browser.send(Method::POST, "/trash/purge", &[("id", &id), ("confirmed", "yes")]).await;
    assert_eq!(browser.send(Method::GET, &own, &[]).await.status(), StatusCode::NOT_FOUND, "it is being removed");
}

async fn the_trash_goes_on_without_gaps_and_comes_back_as_far_as_it_was_shown(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 130).await;
    // All at once, as one move does it.
    app.execute(
        "UPDATE r2_files SET state = 'trashed', state_changed_at = upload_timestamp WHERE file_name < 'file-00100'",
    )
    .await;
    app.execute("UPDATE r2_files SET state = 'trashed' WHERE state = 'ready'").await;
    let browser = app.browser_of(&ada).await;
    let tiles = regex::Regex::new("<li class=\"card [^>]*data-id=\"([^\"]+)\"").expect("a pattern");
    let more = regex::Regex::new("class=\"button\" href=\"([^\"]+after=[^\"]+)\"").expect("a pattern");
    let through = regex::Regex::new("data-more data-place=\"([^\"]+)\"").expect("a pattern");
    let ids = |html: &str| tiles.captures_iter(html).map(|found| found[1].to_owned()).collect::<Vec<_>>();
    let (mut place, mut seen, mut sizes) = ("/trash".to_owned(), Vec::new(), Vec::new());
    loop {
        let page = browser.get(&place).await;
        let found = ids(&page.html);
        sizes.push(found.len());
        seen.extend(found);
        let again = browser.get(&through.captures(&page.html).expect("a place")[1]).await;
        assert_eq!(ids(&again.html), seen, "{place}");
        let Some(found) = more.captures(&page.html) else { break };
        assert!(more.is_match(&again.html));
        place = found[1].to_owned();
    }
    let different: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((sizes, different.len()), (vec![48, 48, 34], 130));
    app.execute("UPDATE r2_files SET state = 'ready'").await;
    assert!(browser.get(&place).await.shows("There are no more files."));
    assert!(browser.get("/trash").await.shows("The trash is empty."));
    for bad in ["/trash?after=x", "/trash?through=1.x"] {
        let page = browser.get(bad).await;
        assert_eq!(page.status, StatusCode::OK, "{bad}");
        page.assert_shows(&["was left out. This page's address is incomplete."]);
    }
}

async fn several_files_are_restored_or_deleted_by_one_form(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let mut ids = Vec::new();
    for name in ["1.png", "2.png", "3.png", "4.png"] {
        ids.push(app.upload(&ada, name, "image/png", PNG).await);
    }
    let all: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    browser.send(Method::POST, "/files/trash", &all).await;
    browser.get("/trash").await.assert_shows(&["4 files are in the trash."]);
    let page = browser.get("/trash").await;
    page.assert_shows(&["Select 1.png", ">4<span class=\"visually-hidden\"> files", "formaction=\"/trash/purge\""]);
    let page = browser.submit(&page, "/files/restoration", &all[..2]).await;
    assert_eq!(page.path, "/trash");
    page.assert_shows(&["2 files are back.", "Undo", "3.png"]);
    assert!(!page.shows("Select 1.png"));
    let page = browser.submit(&page, "/files/restoration", &all[2..3]).await;
    page.assert_shows(&["“3.png” is back."]);
    // Without a script, nothing keeps somebody from choosing nothing.
    for action in ["/files/restoration", "/trash/purge"] {
        let answer = browser.send(Method::POST, action, &[("back", "/trash")]).await;
        assert_eq!(
            (answer.status(), &answer.headers()["location"] == "/trash"),
            (StatusCode::SEE_OTHER, true),
            "{action}"
        );
        browser.get("/trash").await.assert_shows(&["No file was chosen. Choose at least one."]);
    }
    let fields = [all[3], ("back", "/trash")];
    let question = browser.send(Method::POST, "/trash/purge", &fields).await.text().await.expect("text");
    for words in ["Delete 1 file forever?", "It cannot be brought back."] {
        assert!(question.contains(words), "{question}");
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 3);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed'").await, 1);
}
