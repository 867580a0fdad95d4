//! What is put right by itself: removals that fail, refused objects, undoing what was done at one moment, links that moved.

use crate::{
    on_both_databases,
    support::{
        TestApp,
        uploads::{PNG, status, text},
    },
};
use cloakroom::{
    accounts::Role,
    database,
    jobs::purge,
    storage::ObjectKey,
    uploads::{Refused, register},
};
use reqwest::Method;

on_both_databases!(
    objects_that_cannot_be_removed_keep_none_behind_them_waiting,
    undoing_catches_no_file_that_another_moved_at_the_same_moment,
    a_disabled_owner_keeps_no_object_over_the_quota,
    an_object_of_nobody_stays,
    the_link_of_a_file_is_where_the_app_is_now,
);

/// No store takes keys of more than 1,024 bytes.
async fn objects_that_cannot_be_removed_keep_none_behind_them_waiting(app: &TestApp) {
    let ada = app.member().await;
    for number in 0..6 {
        let (key, columns) = (format!("{number}{}", "x".repeat(1_100)), "object_key, file_url, user_id, state, size");
        app.execute(&format!("INSERT INTO r2_files ({columns}) VALUES ('{key}', '', '{}', 'purging', 0)", ada.id))
            .await;
    }
    let id = app.upload(&ada, "gone.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    let state = app.second_instance().await;
    // As if the rows had been there for days.
    app.execute("UPDATE r2_files SET state_changed_at = upload_timestamp WHERE file_name = ''").await;
    browser.send(Method::POST, "/trash/purge", &[("id", &id), ("confirmed", "yes")]).await;
    let mut passes = 0;
    let there = async || {
        app.bucket().list("files/".into(), None).await.expect("listed").iter().any(|page| !page.contents.is_empty())
    };
    while there().await && passes < 2 {
        // The store that fails four times in a row is taken to be away, so a pass may end early.
        let _ = purge::run(&state, database::now()).await;
        passes += 1;
    }
    assert!(!there().await, "after two passes");
    app.execute("DELETE FROM r2_files WHERE file_name = ''").await;
}

async fn undoing_catches_no_file_that_another_moved_at_the_same_moment(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (own, strangers) = (
        app.upload(&admin, "own.png", "image/png", PNG).await,
        app.upload(&ada, "strangers.png", "image/png", PNG).await,
    );
    app.browser_of(&ada).await.send(Method::POST, "/files/trash", &[("id", &strangers)]).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get(&format!("/admin/files/{own}")).await;
    let page = browser.submit(&page, "/admin/files/trash", &[]).await;
    app.execute("UPDATE r2_files SET state_changed_at = (SELECT max(state_changed_at) FROM r2_files)").await;
    let page = browser.submit(&page, "/admin/files/restoration", &[]).await;
    assert!(page.shows("“own.png” is back."), "{}", page.html);
    let still = "SELECT count(*) FROM r2_files WHERE state = 'trashed' AND file_name = 'strangers.png'";
    assert_eq!(app.count(still).await, 1);
}

async fn a_disabled_owner_keeps_no_object_over_the_quota(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    app.execute("UPDATE users SET quota = 1, disabled_at = created_at").await;
    let state = app.second_instance().await;
    let key = ObjectKey::parse("files/", text(&presigned, "objectKey")).expect("a key");
    let refused = register(&state, &key, &cloakroom::files::Bringer::nobody(), Refused::Removed, database::now()).await;
    assert_eq!(refused.expect_err("refused").problem().code, "over_quota");
    assert!(app.bucket().head_object(key.as_str()).await.is_err(), "the object is gone");
}

async fn an_object_of_nobody_stays(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    app.execute("DELETE FROM api_tokens").await;
    app.execute("DELETE FROM users").await;
    let state = app.second_instance().await;
    let key = ObjectKey::parse("files/", text(&presigned, "objectKey")).expect("a key");
    register(&state, &key, &cloakroom::files::Bringer::nobody(), Refused::Removed, database::now())
        .await
        .expect_err("nobody's");
    assert!(app.bucket().head_object(key.as_str()).await.is_ok(), "the object is there");
    app.expect_orphans();
}

async fn the_link_of_a_file_is_where_the_app_is_now(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    app.execute("UPDATE r2_files SET file_url = 'https://before.example/files/x/content'").await;
    let page = app.browser_of(&ada).await.get(&format!("/files/{id}")).await;
    assert!(!page.shows("before.example"), "{}", page.html);
    page.assert_shows(&[&format!("/files/{id}/content")]);
}
