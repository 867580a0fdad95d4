//! Deleting an account: who gets its files, who may not be deleted, and what comes late.

use crate::{
    on_both_databases,
    places::{newest, upload_to},
    support::{
        Someone, TestApp,
        uploads::{PNG, status},
    },
};
use cloakroom::{
    accounts::Role,
    database,
    jobs::{deletions, sweep},
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    files_of_a_deleted_account_are_its_heirs_and_can_be_read,
    files_of_a_deleted_account_may_go_to_the_administrators_trash,
    folders_go_with_their_account_and_what_was_in_the_trash_with_them_stays_there,
    what_comes_late_for_a_deleted_account_is_removed,
    an_account_is_deleted_only_where_that_is_sound,
);

async fn files_of_a_deleted_account_are_its_heirs_and_can_be_read(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    app.upload(&bob, "b.txt", "text/plain", b"words").await;
    let give = [("id", id.as_str()), ("starred", "yes")];
    app.browser_of(&ada).await.send(Method::POST, "/files/favourites", &give).await;
    assert_eq!(delete(app, &admin, &ada, &bob.id.to_string()).await, StatusCode::SEE_OTHER);
    run(app).await;
    assert_eq!(app.count("SELECT count(*) FROM users").await, 2);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE ticket = 2 AND file_name = 'a.png'").await, 1);
    let browser = app.browser_of(&bob).await;
    browser.get("/").await.assert_shows(&["a.png", "b.txt"]);
    assert!(!browser.get("/?starred=yes").await.shows("Select a.png"), "a star was its owner's");
    browser.get(&format!("/files/{id}")).await.assert_shows(&["Given to another account", &ada.email]);
    let sent_on = browser.send(Method::GET, &format!("/files/{id}/content"), &[]).await;
    let place = sent_on.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(&app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes")[..], PNG);
    let log = app.browser_of(&admin).await.get("/admin/events").await;
    log.assert_shows(&["Account deleted", &ada.email]);
    // Whoever is nobody any more gets nothing.
    let refused = app.save(&ada, &serde_json::json!({"objectKey": "files/x"})).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}

async fn folders_go_with_their_account_and_what_was_in_the_trash_with_them_stays_there(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    upload_to(app, &ada, "kept.png", "Iceland/Day 1").await;
    upload_to(app, &ada, "kept too.png", "Iceland/Day 2/Morning").await;
    upload_to(app, &ada, "and this.png", "Iceland/Day 2/Evening").await;
    upload_to(app, &ada, "trashed.png", "Norway/Day 1").await;
    let browser = app.browser_of(&ada).await;
    let norway = newest(app, "Norway").await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &norway)]).await;
    assert_eq!(delete(app, &admin, &ada, &bob.id.to_string()).await, StatusCode::SEE_OTHER);
    run(app).await;
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 0);
    let browser = app.browser_of(&bob).await;
    let page = browser.get("/").await;
    page.assert_shows(&["Select kept.png"]);
    assert!(!page.shows("Select trashed.png"));
    browser.get("/trash").await.assert_shows(&["trashed.png"]);
}

async fn files_of_a_deleted_account_may_go_to_the_administrators_trash(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    assert_eq!(delete(app, &admin, &ada, "trash").await, StatusCode::SEE_OTHER);
    // It may have been done by the app itself; twice is harmless.
    run(app).await;
    run(app).await;
    let browser = app.browser_of(&admin).await;
    browser.get("/trash").await.assert_shows(&["a.png"]);
    assert!(!browser.get("/").await.shows("a.png"));
}

async fn what_comes_late_for_a_deleted_account_is_removed(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let presigned = app.presign_strictly(&ada, "late.png", "image/png", PNG.len()).await;
    assert_eq!(delete(app, &admin, &ada, "trash").await, StatusCode::SEE_OTHER);
    run(app).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    let state = app.second_instance().await;
    sweep::run(&state, database::now()).await.expect("swept");
    assert_eq!(app.bucket().list(String::new(), None).await.expect("listed")[0].contents.len(), 0);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state <> 'purging'").await, 0);
}

async fn an_account_is_deleted_only_where_that_is_sound(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    assert_eq!(delete(app, &admin, &admin, &bob.id.to_string()).await, StatusCode::CONFLICT);
    for files in ["", "nobody@example.com", &ada.id.to_string(), "01a21819-9415-71da-8788-8b52fe6b746d"] {
        assert_eq!(delete(app, &admin, &ada, files).await, StatusCode::UNPROCESSABLE_ENTITY, "{files}");
    }
    app.execute("UPDATE users SET quota = 10 WHERE role = 'member'").await;
    assert_eq!(delete(app, &admin, &ada, &bob.email).await, StatusCode::UNPROCESSABLE_ENTITY, "no room");
    app.execute("UPDATE users SET quota = NULL").await;
    let browser = app.browser_of(&admin).await;
    let path = format!("/admin/users/{}/delete", ada.id);
    let answer = browser.send(Method::POST, &path, &[("files", "trash"), ("confirmation", "no")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "unconfirmed");
    browser.send(Method::POST, &format!("/admin/users/{}/disablement", bob.id), &[]).await;
    assert_eq!(delete(app, &admin, &ada, &bob.email).await, StatusCode::UNPROCESSABLE_ENTITY, "disabled");
    assert_eq!(app.count("SELECT count(*) FROM users").await, 3);
}

async fn delete(app: &TestApp, admin: &Someone, whom: &Someone, files: &str) -> StatusCode {
    let fields = [("files", files), ("confirmation", &whom.email)];
    let browser = app.browser_of(admin).await;
    browser.send(Method::POST, &format!("/admin/users/{}/delete", whom.id), &fields).await.status()
}

async fn run(app: &TestApp) {
    let state = app.second_instance().await;
    deletions::run(&state, database::now()).await.expect("done");
}
