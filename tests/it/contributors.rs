//! People who may add files to a folder that somebody shares with them: what they add is its owner's, and they may put it away again.

use crate::{
    on_both_databases,
    places::{make, newest, upload_to},
    support::{
        Someone, TestApp,
        multipart::file_of,
        requests::refusal,
        uploads::{PNG, status, text},
    },
};
use chrono::TimeDelta;
use cloakroom::{accounts::Role, database, jobs::sweep};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    what_a_member_adds_is_the_owners_and_lies_in_the_shared_folder,
    a_member_puts_away_what_they_added_and_takes_it_back,
    a_large_file_is_added_in_parts,
    the_owner_changes_what_somebody_may_do_at_once,
    what_was_sent_and_never_confirmed_is_found_and_known_by_who_added_it,
    #[with("DEFAULT_QUOTA" => "100 B")]
    what_is_added_takes_the_owners_space_and_not_the_members,
    a_folder_that_is_shared_comes_as_one_archive,
    who_added_a_file_is_forgotten_with_their_account,
    a_move_into_a_folder_that_people_see_says_so,
);

/// Presign, PUT and confirm as a member; what is answered at the end.
pub async fn add(app: &TestApp, member: &Someone, name: &str, (shared, path): (&str, &str)) -> Value {
    let presigned = app.presign(member, &wish(name, (shared, path))).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200, "{name}");
    let saved = app.save(member, &presigned).await;
    assert_eq!(saved.status(), StatusCode::OK, "{name}");
    saved.json().await.expect("JSON")
}

pub fn wish(name: &str, (shared, path): (&str, &str)) -> Value {
    json!({"fileName": name, "contentType": "image/png", "size": PNG.len(), "sharedFolder": shared, "folder": path})
}

async fn what_a_member_adds_is_the_owners_and_lies_in_the_shared_folder(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let coast = make(app, &hers, "Coast", &iceland).await;
    let place = app.share_to_add(&hers, &iceland, &bob).await;
    his.get(&place).await.assert_shows(&["You can add files", &format!("data-shared-folder=\"{iceland}\"")]);
    let saved = add(app, &bob, "his.png", (&iceland, "")).await;
    assert_eq!(saved["ticket"], Value::Null, "how much she uploaded is not his business");
    add(app, &bob, "low.png", (&coast, "Day 1")).await;
    let inner = newest(app, "Day 1").await;
    hers.get(&format!("/folders/{iceland}")).await.assert_shows(&["his.png"]);
    hers.get(&format!("/folders/{inner}")).await.assert_shows(&["low.png"]);
    his.get(&place).await.assert_shows(&["his.png"]);
    assert!(!his.get("/").await.shows("his.png"), "it is not his own");
    let id = text(&saved, "fileId");
    hers.get(&format!("/files/{id}")).await.assert_shows(&["Added by", "Person", "to a shared folder"]);
    assert!(!his.get(&format!("/files/{id}")).await.shows("his.png"));
    let hidden = his.get(&format!("{place}/files/{id}")).await;
    assert!(!hidden.shows(&ada.email), "no more of her than her name");
}

async fn a_member_puts_away_what_they_added_and_takes_it_back(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let her_file = upload_to(app, &ada, "hers.png", &format!(":{iceland}")).await;
    let place = app.share_to_add(&hers, &iceland, &bob).await;
    let added = add(app, &bob, "his.png", (&iceland, "")).await;
    let (trash, view) = (format!("{place}/trash"), format!("{place}/files/{}", text(&added, "fileId")));
    assert!(!his.get(&format!("{place}/files/{her_file}")).await.shows(&trash), "it is hers");
    let page = his.get(&view).await;
    let gone = his.submit(&page, &trash, &[]).await;
    gone.assert_shows(&["“his.png” is in the trash.", "Undo"]);
    assert!(!his.get(&place).await.shows("data-view aria-label=\"his.png\""));
    hers.get("/trash").await.assert_shows(&["his.png"]);
    let back = his.submit(&gone, &format!("{place}/restoration"), &[]).await;
    back.assert_shows(&["“his.png” is back"]);
    his.get(&place).await.assert_shows(&["data-view aria-label=\"his.png\""]);
    let low = make(app, &hers, "Low", &iceland).await;
    let low_file = add(app, &bob, "low.png", (&low, "")).await;
    let page = his.get(&format!("{place}/files/{}", text(&low_file, "fileId"))).await;
    let gone = his.submit(&page, &trash, &[]).await;
    hers.send(Method::POST, "/folders/trash", &[("folder", &low)]).await;
    his.submit(&gone, &format!("{place}/restoration"), &[]).await;
    assert!(!hers.get("/").await.shows("low.png"), "it stays away with its folder");
}

async fn a_large_file_is_added_in_parts(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    let bytes = file_of(9 << 20);
    let request = json!({"fileName": "film.bin", "contentType": "application/x-own", "size": bytes.len(),
        "sharedFolder": iceland});
    let upload: Value = app.post_json(&bob, "/multipart-uploads", &request).await.json().await.expect("JSON");
    app.send_part(&bob, &upload, 1, &bytes).await;
    let listed: Value = app.listed_parts(&bob, &upload).await.json().await.expect("JSON");
    assert_eq!(listed["parts"].as_array().map(Vec::len), Some(1), "it goes on where it was");
    app.send_part(&bob, &upload, 2, &bytes).await;
    assert_eq!(app.complete(&bob, &upload).await.status(), StatusCode::OK);
    hers.get(&format!("/folders/{iceland}")).await.assert_shows(&["film.bin"]);
    let other: Value = app.post_json(&bob, "/multipart-uploads", &request).await.json().await.expect("JSON");
    assert_eq!(app.give_up(&bob, &other).await, StatusCode::NO_CONTENT);
}

async fn the_owner_changes_what_somebody_may_do_at_once(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let place = app.share_with(&hers, &iceland, &bob).await;
    let refused = app.post_json(&bob, "/presign-upload", &wish("a.png", (&iceland, ""))).await;
    assert_eq!(refusal(refused).await.1, "folder_not_shared", "he may look");
    let people = format!("/folders/{iceland}/people");
    let page = hers.get(&people).await;
    hers.submit(&page, &format!("{people}/role"), &[("role", "contributor")])
        .await
        .assert_shows(&["What they may do was changed."]);
    let begun = app.presign(&bob, &wish("begun.png", (&iceland, ""))).await;
    assert_eq!(status(app.put(&begun, PNG)).await, 200);
    app.expect_orphans();
    add(app, &bob, "added.png", (&iceland, "")).await;
    let page = hers.get(&people).await;
    hers.submit(&page, &format!("{people}/role"), &[("role", "viewer")]).await;
    let refused = app.post_json(&bob, "/presign-upload", &wish("b.png", (&iceland, ""))).await;
    assert_eq!(refusal(refused).await.1, "folder_not_shared");
    assert_eq!(app.save(&bob, &begun).await.status(), StatusCode::NOT_FOUND);
    let again = json!({"objectKey": begun["objectKey"], "sharedFolder": iceland, "fileName": "begun.png",
        "contentType": "image/png", "size": PNG.len()});
    assert_eq!(app.post_json(&bob, "/presign-upload", &again).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    his.get(&place).await.assert_shows(&["added.png"]);
    let removed = hers.submit(&hers.get(&people).await, &format!("{people}/removal"), &[]).await;
    hers.submit(&removed, &people, &[]).await.assert_shows(&["Shared with Person."]);
    assert_eq!(app.count("SELECT count(*) FROM folder_grants WHERE role = 'viewer'").await, 1, "as it was");
    let bad = hers.send(Method::POST, &people, &[("email", &bob.email), ("role", "owner")]).await;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
    let log = app.browser_of(&admin).await.get("/admin/events").await;
    log.assert_shows(&[&format!("with {}, who can add files", bob.email)]);
}

async fn what_was_sent_and_never_confirmed_is_found_and_known_by_who_added_it(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    let sent = app.presign(&bob, &wish("sent.png", (&iceland, ""))).await;
    assert_eq!(status(app.put(&sent, PNG)).await, 200);
    let later = database::now() + TimeDelta::hours(2);
    assert_eq!(sweep::run(&app.second_instance().await, later).await.expect("swept").found, 1);
    hers.get(&format!("/folders/{iceland}")).await.assert_shows(&["sent.png"]);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE contributor_id IS NOT NULL").await, 1);
    app.execute("UPDATE r2_files SET state = 'trashed'").await;
    let again: Value = app.save(&bob, &sent).await.json().await.expect("JSON");
    assert_eq!(again["state"], "ready", "what she did with it since is not his business");
}

async fn what_is_added_takes_the_owners_space_and_not_the_members(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    app.upload(&bob, "own.png", "image/png", PNG).await;
    add(app, &bob, "added.png", (&iceland, "")).await;
    let used = format!("SELECT used_bytes FROM users WHERE email = '{}'", ada.email);
    assert_eq!(app.count(&used).await, PNG.len() as i64);
    let refused = app.post_json(&bob, "/presign-upload", &wish("more.png", (&iceland, ""))).await;
    let (status, code, words) = refusal(refused).await;
    assert_eq!((status, code.as_str()), (422, "folder_full"));
    assert!(!words.contains("100"), "what she has is not his business: {words}");
}

async fn a_folder_that_is_shared_comes_as_one_archive(app: &TestApp) {
    let (ada, bob, eve) = (app.member().await, app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let travels = make(app, &hers, "Travels", "").await;
    let iceland = make(app, &hers, "Iceland", &travels).await;
    let coast = make(app, &hers, "Coast", &iceland).await;
    let above = upload_to(app, &ada, "above.png", &format!(":{travels}")).await;
    let high = upload_to(app, &ada, "high.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "low.png", &format!(":{coast}")).await;
    let place = app.share_with(&hers, &iceland, &bob).await;
    his.get(&place).await.assert_shows(&["Download all", &format!("data-archive-base=\"{place}/archive\"")]);
    let ask = async |someone: &Someone, what: &str, body: Value| {
        app.post_json(someone, &format!("{place}/archive/{what}"), &body).await
    };
    let all: Value = ask(&bob, "entries", json!({})).await.json().await.expect("JSON");
    let paths: Vec<(&str, &str)> =
        all["entries"].as_array().expect("entries").iter().map(|one| (text(one, "name"), text(one, "path"))).collect();
    assert_eq!(paths, [("high.png", ""), ("low.png", "Coast")]);
    let below: Value = ask(&bob, "entries", json!({ "folder": coast })).await.json().await.expect("JSON");
    assert_eq!(below["files"], 1);
    assert_eq!(ask(&bob, "entries", json!({ "folder": travels })).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask(&eve, "entries", json!({})).await.status(), StatusCode::NOT_FOUND);
    let urls: Value = ask(&bob, "urls", json!({ "ids": [high, above] })).await.json().await.expect("JSON");
    assert_eq!(urls["urls"].as_array().map(Vec::len), Some(1), "what lies above is not shared");
    let bytes = app.client.get(text(&urls["urls"][0], "url")).send().await.expect("an answer").bytes().await;
    assert_eq!(bytes.expect("bytes"), PNG);
}

async fn who_added_a_file_is_forgotten_with_their_account(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    let added = add(app, &bob, "his.png", (&iceland, "")).await;
    let sent = app.presign(&bob, &wish("late.png", (&iceland, ""))).await;
    assert_eq!(status(app.put(&sent, PNG)).await, 200);
    let form = [("files", &*admin.id.to_string()), ("confirmation", &*bob.email)];
    let admins = app.browser_of(&admin).await;
    admins.send(Method::POST, &format!("/admin/users/{}/delete", bob.id), &form).await;
    cloakroom::jobs::deletions::run(&app.second_instance().await, database::now()).await.expect("given away");
    let page = hers.get(&format!("/files/{}", text(&added, "fileId"))).await;
    page.assert_shows(&["his.png"]);
    assert!(!page.shows("Added by"));
    let later = database::now() + TimeDelta::hours(2);
    assert_eq!(sweep::run(&app.second_instance().await, later).await.expect("swept").found, 1);
    hers.get(&format!("/folders/{iceland}")).await.assert_shows(&["late.png"]);
}

async fn a_move_into_a_folder_that_people_see_says_so(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_with(&hers, &iceland, &bob).await;
    let file = upload_to(app, &ada, "one.png", "").await;
    let warning = "Shared with people: they will see these files.";
    let page = hers.send(Method::POST, "/files/move", &[("id", &file)]).await.text().await.expect("a page");
    assert!(page.contains(warning), "{page}");
    let moved = hers.send(Method::POST, "/files/move", &[("id", &file), ("to", &iceland), ("back", "/")]).await;
    assert_eq!(moved.status(), StatusCode::SEE_OTHER);
    hers.get("/").await.assert_shows(&[&format!("moved to Iceland. {warning}")]);
}
