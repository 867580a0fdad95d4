//! What happens to files: to the trash and back, into quarantine and out of it, and away for ever.

use crate::{
    on_both_databases,
    support::{Someone, TestApp, uploads::PNG},
};
use cloakroom::{
    accounts::{Principal, Role},
    database,
    files::{
        Scope,
        transition::{self, Purgeable, Selection, TRASH_KEEPS, Transition},
    },
    ids::FileId,
    jobs::purge,
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_deleted_file_waits_in_the_trash_and_comes_back,
    many_files_are_moved_at_once_and_undone_at_once,
    another_ones_files_stay_where_they_are,
    a_file_that_is_deleted_for_ever_is_asked_for_once_more_and_weighs_nothing,
    the_trash_lets_go_after_thirty_days,
    an_admin_puts_into_quarantine_and_releases,
    an_admin_types_a_word_before_files_go_for_ever,
    an_owner_lets_go_of_what_was_put_aside,
    two_at_once_move_a_file_once,
    an_object_that_cannot_be_removed_keeps_no_other_waiting,
    every_move_is_written_down,
);

async fn a_deleted_file_waits_in_the_trash_and_comes_back(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get(&format!("/files/{id}")).await;
    let gallery = browser.submit(&page, "/files/trash", &[]).await;
    assert_eq!(gallery.path, "/");
    gallery.assert_shows(&["“holiday.png” is in the trash."]);
    assert_eq!(browser.get(&format!("/files/{id}/content")).await.status, StatusCode::NOT_FOUND);
    let again = browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    let trash = browser.get("/trash").await;
    trash.assert_shows(&["holiday.png", "Gone in 30 days"]);
    let back = browser.submit(&gallery, "/files/restoration", &[]).await;
    assert_eq!(back.path, "/");
    back.assert_shows(&["“holiday.png” is back."]);
    assert!(browser.get("/").await.html.contains(&format!("data-id=\"{id}\"")));
}

async fn many_files_are_moved_at_once_and_undone_at_once(app: &TestApp) {
    let ada = app.member().await;
    let ids = upload_some(app, &ada, 3).await;
    let kept = app.upload(&ada, "kept.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/").await;
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    let page = browser.submit(&page, "/files/trash", &fields).await;
    page.assert_shows(&["3 files are in the trash.", "kept.png"]);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed'").await, 3);
    // What was restored on its own meanwhile stays where it is.
    assert_eq!(
        browser.send(Method::POST, "/files/restoration", &[("id", &ids[0])]).await.status(),
        StatusCode::SEE_OTHER
    );
    let page = browser.submit(&page, "/files/restoration", &[]).await;
    assert!(page.shows("2 files are back."), "{}", page.html);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 4);
    for bad in [&[("id", "x")], &[("move", "x")]] {
        let status = browser.send(Method::POST, "/files/trash", bad).await.status();
        assert!(status.is_client_error(), "{bad:?}: {status}");
    }
    let moved = browser.send(Method::POST, "/files/trash", &[("id", &kept), ("back", "//evil.example")]).await;
    let place = moved.headers()["location"].to_str().expect("text");
    assert_eq!(place.split('?').next(), Some("/"), "{place}");
}

async fn another_ones_files_stay_where_they_are(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let id = app.upload(&ada, "private.png", "image/png", PNG).await;
    let own = app.upload(&eve, "own.png", "image/png", PNG).await;
    let (owner, other) = (app.browser_of(&ada).await, app.browser_of(&eve).await);
    for (place, fields) in [
        ("/files/trash", vec![("id", id.as_str())]),
        ("/files/restoration", vec![("id", id.as_str())]),
        ("/trash/purge", vec![("id", id.as_str()), ("confirmed", "yes")]),
        (&*format!("/files/{id}/name"), vec![("name", "mine.png")]),
    ] {
        assert_eq!(other.send(Method::POST, place, &fields).await.status(), StatusCode::NOT_FOUND, "{place}");
    }
    // Beside a file of one's own as well, and by the move that moved it.
    other.send(Method::POST, "/files/trash", &[("id", &id), ("id", &own)]).await;
    assert_eq!(owner.get(&format!("/files/{id}")).await.status, StatusCode::OK);
    owner.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    let id = app.rows("SELECT moved_in FROM r2_files WHERE file_name = 'private.png'", []).await;
    let id: uuid::Uuid = id[0].try_get_by_index(0).expect("a move");
    other.send(Method::POST, "/files/restoration", &[("move", &id.to_string())]).await;
    other.send(Method::POST, "/trash/purge", &[("all", "yes"), ("confirmed", "yes")]).await;
    assert_eq!(
        app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed' AND file_name = 'private.png'").await,
        1
    );
}

async fn a_file_that_is_deleted_for_ever_is_asked_for_once_more_and_weighs_nothing(app: &TestApp) {
    let ada = app.member().await;
    let ids = upload_some(app, &ada, 3).await;
    let browser = app.browser_of(&ada).await;
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    browser.send(Method::POST, "/files/trash", &fields).await;
    let question = browser.send(Method::POST, "/trash/purge", &fields[..1]).await;
    assert_eq!(question.status(), StatusCode::OK);
    assert!(question.text().await.expect("text").contains("Delete 1 file forever?"));
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed'").await, 3);
    browser.send(Method::POST, "/trash/purge", &[fields[0], ("confirmed", "yes")]).await;
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 2 * PNG.len() as i64);
    let page = browser.get("/trash").await;
    let question = browser.submit(&page, "/trash/purge", &[]).await;
    assert!(question.shows("Delete 2 files forever?"), "{}", question.html);
    let page = browser.submit(&question, "/trash/purge", &[]).await;
    page.assert_shows(&["Deleted forever.", "The trash is empty."]);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 0);
    // The objects go at once; the rows stay until no upload to their keys can arrive any more.
    let state = app.second_instance().await;
    purge::run(&state, database::now()).await.expect("removed");
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging'").await, 3);
    let listed = app.bucket().list(String::new(), None).await.expect("listed");
    assert_eq!(listed.iter().flat_map(|page| &page.contents).count(), 0);
    purge::run(&state, database::now() + chrono::TimeDelta::days(9)).await.expect("finished");
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
}

async fn the_trash_lets_go_after_thirty_days(app: &TestApp) {
    let ada = app.member().await;
    let ids = upload_some(app, &ada, 2).await;
    app.browser_of(&ada).await.send(Method::POST, "/files/trash", &[("id", &ids[0])]).await;
    let now = database::now();
    let due = transition::expire(&app.db, now).await.expect("looked").expect("one is due later");
    assert!((due - now - TRASH_KEEPS).num_seconds().abs() < 60);
    assert_eq!(transition::expire(&app.db, due).await.expect("looked"), None);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging'").await, 1);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, PNG.len() as i64);
    assert_eq!(
        app.count("SELECT count(*) FROM audit_events WHERE action = 'file.purged' AND actor = 'Cloakroom'").await,
        1
    );
    purge::run(&app.second_instance().await, now).await.expect("removed");
}

async fn an_admin_puts_into_quarantine_and_releases(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "odd.png", "image/png", PNG).await;
    let (browser, owner) = (app.browser_of(&admin).await, app.browser_of(&ada).await);
    let page = browser.get(&format!("/admin/files/{id}")).await;
    page.assert_shows(&["ready", &ada.email]);
    browser.send(Method::POST, "/admin/files/quarantine", &[("id", &id)]).await;
    assert_eq!(owner.get(&format!("/files/{id}")).await.status, StatusCode::NOT_FOUND);
    assert!(owner.get("/trash").await.shows("Put aside"));
    assert!(browser.get("/admin").await.shows("A file is in quarantine"));
    browser.send(Method::POST, "/admin/files/release", &[("id", &id)]).await;
    assert_eq!(owner.get(&format!("/files/{id}")).await.status, StatusCode::OK);
    let page = browser.get(&format!("/admin/files/{id}")).await;
    page.assert_shows(&["Put into quarantine", "Released from quarantine"]);
}

async fn an_admin_types_a_word_before_files_go_for_ever(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let ids = upload_some(app, &ada, 2).await;
    let browser = app.browser_of(&admin).await;
    let both = [("id", ids[0].as_str()), ("id", ids[1].as_str())];
    assert_eq!(browser.send(Method::POST, "/admin/files/purge", &both).await.status(), StatusCode::CONFLICT);
    browser.send(Method::POST, "/admin/files/trash", &both[..1]).await;
    for wrong in [&[][..], &[("confirmation", "DELETE")], &[("confirmation", "yes")]] {
        let answer = browser.send(Method::POST, "/admin/files/purge", &[&both[..], wrong].concat()).await;
        assert_eq!(answer.status(), StatusCode::OK, "{wrong:?}");
        assert!(answer.text().await.expect("text").contains("Type “delete”"), "{wrong:?}");
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging'").await, 0);
    let answer =
        browser.send(Method::POST, "/admin/files/purge", &[&both[..], &[("confirmation", "delete")]].concat()).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging'").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1);
    purge::run(&app.second_instance().await, database::now()).await.expect("removed");
}

async fn an_owner_lets_go_of_what_was_put_aside(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "liar.png", "image/png", b"words").await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/trash").await;
    page.assert_shows(&["Put aside", "liar.png"]);
    let fields = [("from", "quarantine"), ("id", id.as_str()), ("confirmed", "yes")];
    assert_eq!(browser.send(Method::POST, "/trash/purge", &fields).await.status(), StatusCode::SEE_OTHER);
    assert!(!browser.get("/trash").await.shows("liar.png"));
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 0);
    purge::run(&app.second_instance().await, database::now()).await.expect("removed");
}

async fn two_at_once_move_a_file_once(app: &TestApp) {
    let ada = app.member().await;
    let ids: Vec<FileId> = upload_some(app, &ada, 4).await.iter().map(|id| id.parse().expect("an id")).collect();
    let (selection, by, now) = (Selection::These(ids), Principal::command_line(), database::now());
    let (selection, by, scope) = (&selection, &by, Scope::Own(ada.id));
    let trash = || transition::apply(&app.db, Transition::Trash, selection, scope, by, now);
    let moved = futures::future::join_all((0..8).map(|_| trash())).await;
    assert_eq!(moved.into_iter().map(|moved| moved.expect("no error").count).sum::<usize>(), 4);
    let purge = || transition::purge(&app.db, Purgeable::Trashed, selection, scope, by, now);
    let gone = futures::future::join_all((0..8).map(|_| purge())).await;
    assert_eq!(gone.into_iter().map(|gone| gone.expect("no error").count).sum::<usize>(), 4);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.purged'").await, 4);
    purge::run(&app.second_instance().await, now).await.expect("removed");
}

/// An adopted row can have a key that no URL can name.
async fn an_object_that_cannot_be_removed_keeps_no_other_waiting(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "gone.png", "image/png", PNG).await;
    let columns = "object_key, file_url, user_id, owner_id, state, size";
    let row = format!("SELECT 'odd/../key', '', '{}', id, 'trashed', 7 FROM users", ada.id);
    app.execute(&format!("INSERT INTO r2_files ({columns}) {row}")).await;
    app.execute("UPDATE users SET used_bytes = used_bytes + 7").await;
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    let all = [("all", "yes"), ("confirmed", "yes")];
    assert_eq!(browser.send(Method::POST, "/trash/purge", &all).await.status(), StatusCode::SEE_OTHER);
    let state = app.second_instance().await;
    purge::run(&state, database::now()).await.expect("looked through");
    let listed = app.bucket().list(String::new(), None).await.expect("listed");
    assert_eq!(listed.iter().flat_map(|page| &page.contents).count(), 0);
    purge::run(&state, database::now() + chrono::TimeDelta::days(9)).await.expect("finished");
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
}

async fn every_move_is_written_down(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let owner = app.browser_of(&ada).await;
    owner.send(Method::POST, "/files/trash", &[("id", &id)]).await;
    owner.send(Method::POST, "/files/restoration", &[("id", &id)]).await;
    let page = owner.get(&format!("/files/{id}")).await;
    page.assert_shows(&["Put in the trash", "Restored", &ada.email]);
    let log = app.browser_of(&admin).await.get("/admin/events").await;
    log.assert_shows(&["Put in the trash", "Restored", "holiday.png", &ada.email, "127.0.0.1"]);
}

async fn upload_some(app: &TestApp, someone: &Someone, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(app.upload(someone, &format!("file {number}.png"), "image/png", PNG).await);
    }
    ids
}
