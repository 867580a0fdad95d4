//! Requests for files: what a guest sends is its owner's, within the link's terms, and nothing else is told.

use crate::{
    contributors::wish,
    on_both_databases,
    places::make,
    reconcile::run,
    support::{
        TestApp,
        multipart::{crc32c_of, file_of},
        requests::{Guest, Wish, refusal},
        uploads::{PNG, status, text},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use cloakroom::{
    accounts::Role,
    database,
    jobs::{deletions, reconcile::Mode, sweep},
    state::AppState,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    what_a_guest_sends_lies_in_the_folder_and_is_new_until_it_is_seen,
    limits_hold_at_the_beginning_and_at_the_end,
    of_many_at_once_as_many_come_as_a_request_takes,
    what_was_begun_while_a_request_was_open_is_taken,
    a_large_file_comes_in_parts_by_a_request,
    what_came_and_was_not_confirmed_is_found_with_its_sender,
    folders_that_a_guest_sends_lie_in_the_requests_folder,
    what_was_sent_outlives_the_request_and_its_owner,
    a_dry_run_foretells_what_a_requests_limits_leave_out,
    a_dry_run_holds_what_comes_by_no_request_against_no_limit,
);

async fn what_a_guest_sends_lies_in_the_folder_and_is_new_until_it_is_seen(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    assert!(browser.get("/requests").await.shows("No requests."));
    app.upload(&ada, "own.txt", "text/plain", b"own").await;
    let folder = make(app, &browser, "From guests", "").await;
    let request = app.ask_for_files(&browser, &folder, &Wish::default()).await;
    assert!(request.path.starts_with("/d/wedding-"), "{}", request.path);
    let page = app.browser().get(&request.path).await;
    page.assert_shows(&["Person asks for files", "Wedding", "All of them.", "Up to ", "name=\"robots\"", "Your name"]);
    assert!(!page.shows("From guests"), "where files lie is nobody's business");
    let grace = Guest { says: ("Grace Hopper".into(), "From the church".into()), ..request.guest() };
    let first = app.send_as(&grace, "one.txt", b"one").await;
    let second = app.send_as(&request.guest(), "two.txt", b"two").await;
    assert_eq!((&first["ticket"], &second["ticket"]), (&json!(1), &json!(2)), "the link's own numbers");
    assert!(first.get("fileUrl").is_none());
    let again = app.send_as(&grace, "one.txt", b"one").await;
    assert_eq!(again["ticket"], json!(3), "it is another file");

    let gallery = browser.get(&format!("/folders/{folder}")).await;
    gallery.assert_shows(&[
        "one.txt",
        "two.txt",
        "New from Grace Hopper",
        "New from Wedding",
        "3<span class=\"visually-hidden\"> new",
    ]);
    browser.get("/requests").await.assert_shows(&["Wedding", "3 files", "3 new", "From guests"]);
    let id = text(&first, "fileId");
    let page = browser.get(&format!("/files/{id}")).await;
    page.assert_shows(&["Sent by", "Grace Hopper, for “Wedding”", "From the church", "by the link of a request"]);
    let gallery = browser.get(&format!("/folders/{folder}")).await;
    gallery.assert_shows(&["2<span class=\"visually-hidden\"> new"]);
    browser.send(Method::POST, "/requests/seen", &[]).await;
    let gallery = browser.get(&format!("/folders/{folder}")).await;
    assert!(!gallery.shows("New from"));
    assert!(!gallery.shows("visually-hidden\"> new"));
    assert_eq!(app.count("SELECT CAST(used_bytes AS BIGINT) FROM users WHERE used_bytes > 0").await, 12);
}

async fn limits_hold_at_the_beginning_and_at_the_end(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let wish = Wish { most_files: "2", most_bytes: "100 B", most_file_bytes: "60 B", ..Wish::default() };
    let request = app.ask_for_files(&browser, "", &wish).await;
    let guest = request.guest();
    app.browser().get(&request.path).await.assert_shows(&["Up to 60 bytes each, 2 files and 100 bytes in all."]);
    let ask = |size: usize| json!({"fileName": "a.txt", "contentType": "text/plain", "size": size});
    let (status_of, code, _) = refusal(app.ask_as(&guest, "presign-upload", &ask(61)).await).await;
    assert_eq!((status_of, &*code), (413, "too_large"));
    let loose = json!({"fileName": "a.txt", "contentType": "text/plain"});
    let (_, code, _) = refusal(app.ask_as(&guest, "presign-upload", &loose).await).await;
    assert_eq!(code, "size_required", "no URL takes whatever comes");
    // Both are on their way when the link is made smaller.
    let (one, two) = (app.presign_as(&guest, "one.txt", 60).await, app.presign_as(&guest, "two.txt", 40).await);
    for (presigned, size) in [(&one, 60), (&two, 40)] {
        assert_eq!(status(app.put(presigned, &vec![b'x'; size])).await, 200);
    }
    let (_, code, words) = refusal(app.ask_as(&guest, "presign-upload", &ask(1)).await).await;
    assert_eq!(code, "link_full", "what is on its way counts: {words}");
    app.execute("UPDATE drop_links SET most_bytes = 70").await;
    assert_eq!(app.save_as(&guest, &one).await.status(), StatusCode::OK);
    let (status_of, code, _) = refusal(app.save_as(&guest, &two).await).await;
    assert_eq!((status_of, &*code), (422, "link_full"));
    assert_eq!(app.save_as(&guest, &two).await.status(), StatusCode::NOT_FOUND, "it was removed");
    assert_eq!(app.count("SELECT CAST(files * 1000 + bytes AS BIGINT) FROM drop_links").await, 1_060);
    assert_eq!(app.count("SELECT CAST(used_bytes AS BIGINT) FROM users WHERE used_bytes > 0").await, 60);
    let terms = Wish { most_files: "5", most_bytes: "50 B", ..Wish::default() };
    let page = browser.get(&format!("/requests/{}", request.id)).await;
    let refused = browser.submit(&page, &format!("/requests/{}/terms", request.id), &terms.fields()).await;
    refused.assert_shows(&["60 bytes have come already."]);
}

async fn of_many_at_once_as_many_come_as_a_request_takes(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish { most_files: "3", ..Wish::default() }).await;
    let guest = request.guest();
    let mut begun = Vec::new();
    for number in 0..12 {
        let presigned = app.presign_as(&guest, &format!("{number}.txt"), 4).await;
        assert_eq!(status(app.put(&presigned, b"four")).await, 200);
        begun.push(presigned);
    }
    let answers = futures::future::join_all(begun.iter().map(|one| app.save_as(&guest, one))).await;
    let taken = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    assert_eq!(taken, 3);
    assert!(answers.iter().all(|answer| [200, 422].contains(&answer.status().as_u16())));
    assert_eq!(app.count("SELECT files FROM drop_links").await, 3);
    assert_eq!(app.count("SELECT count(*) FROM drop_files").await, 3);
    assert_eq!(app.count("SELECT CAST(max(number) AS BIGINT) FROM drop_files").await, 3);
    let page = app.browser().get(&request.path).await;
    assert_eq!(page.status, StatusCode::GONE);
    page.assert_shows(&["This request is full"]);
}

async fn what_was_begun_while_a_request_was_open_is_taken(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let guest = request.guest();
    let presigned = app.presign_as(&guest, "late.txt", 4).await;
    assert_eq!(status(app.put(&presigned, b"late")).await, 200);
    browser.send(Method::POST, &format!("/requests/{}/end", request.id), &[]).await;
    let again =
        json!({"fileName": "late.txt", "contentType": "text/plain", "size": 4, "objectKey": presigned["objectKey"]});
    let (_, code, _) = refusal(app.ask_as(&guest, "presign-upload", &again).await).await;
    assert_eq!(code, "link_closed", "no URL is signed any more");
    assert_eq!(app.save_as(&guest, &presigned).await.status(), StatusCode::OK, "it was on its way");
    // What was signed before somebody ended it and began after is not: such a key is nobody's.
    browser.send(Method::POST, &format!("/requests/{}/restoration", request.id), &[("state", "active")]).await;
    let presigned = app.presign_as(&guest, "after.txt", 4).await;
    assert_eq!(status(app.put(&presigned, b"late")).await, 200);
    app.execute("UPDATE drop_links SET state = 'ended', state_changed_at = '2020-01-01 00:00:00+00:00'").await;
    let (_, code, _) = refusal(app.save_as(&guest, &presigned).await).await;
    assert_eq!(code, "link_closed");
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1);
}

async fn a_large_file_comes_in_parts_by_a_request(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let guest = Guest { says: ("Grace".into(), String::new()), ..request.guest() };
    let file = file_of(9 << 20);
    let begin = json!({"fileName": "large.bin", "contentType": "application/octet-stream", "size": file.len()});
    let answer = app.ask_as(&guest, "multipart-uploads", &begin).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let upload: Value = answer.json().await.expect("JSON");
    let (id, size) = (text(&upload, "uploadId").to_owned(), upload["partSize"].as_u64().expect("a size") as usize);
    for (number, part) in file.chunks(size).enumerate() {
        let parts = json!([{"partNumber": number + 1, "size": part.len(), "crc32c": crc32c_of(part)}]);
        let body = json!({"objectKey": upload["objectKey"], "parts": parts});
        let answer = app.ask_as(&guest, &format!("multipart-uploads/{id}/part-urls"), &body).await;
        let signed: Value = answer.json().await.expect("JSON");
        assert_eq!(status(app.put(&signed["parts"][0], part)).await, 200);
    }
    // Whoever has an account and the id gets no further by it.
    let key = json!({"objectKey": upload["objectKey"]});
    let eve = app.member().await;
    let answer = app.post_json(&eve, &format!("/multipart-uploads/{id}/completion"), &key).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let answer = app.ask_as(&guest, &format!("multipart-uploads/{id}/completion"), &key).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let saved: Value = answer.json().await.expect("JSON");
    assert_eq!(saved["ticket"], json!(1));
    browser.get("/requests").await.assert_shows(&["1 file", "1 new"]);
}

async fn what_came_and_was_not_confirmed_is_found_with_its_sender(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let grace = Guest { says: ("Grace".into(), "é 日本".into()), ..request.guest() };
    let presigned = app.presign_as(&grace, "left.txt", 4).await;
    assert_eq!(status(app.put(&presigned, b"left")).await, 200);
    let instance = app.second_instance().await;
    sweep::run(&instance, database::now()).await.expect("a sweep");
    assert_eq!(app.count("SELECT files FROM drop_links").await, 1, "it counts as if it had been confirmed");
    let saved: Value = app.save_as(&grace, &presigned).await.json().await.expect("JSON");
    assert_eq!(saved["ticket"], json!(1));
    let page = browser.get(&format!("/files/{}", text(&saved, "fileId"))).await;
    page.assert_shows(&["Grace, for “Wedding”", "é 日本"]);
}

async fn folders_that_a_guest_sends_lie_in_the_requests_folder(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let (folder, other) = (make(app, &browser, "Guests", "").await, make(app, &browser, "Private", "").await);
    let request = app.ask_for_files(&browser, &folder, &Wish::default()).await;
    for path in ["Day 1".to_owned(), format!(":{other}"), format!(":{other}/Day 1")] {
        let body = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1, "folder": path});
        let presigned: Value = app.ask_as(&request.guest(), "presign-upload", &body).await.json().await.expect("JSON");
        assert_eq!(status(app.put(&presigned, b"a")).await, 200);
        assert_eq!(app.save_as(&request.guest(), &presigned).await.status(), StatusCode::OK, "{path}");
    }
    browser.get(&format!("/folders/{folder}")).await.assert_shows(&["Day 1", "a.txt"]);
    assert!(!browser.get(&format!("/folders/{other}")).await.shows("a.txt"), "no guest chooses another folder");
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 3);
}

async fn what_was_sent_outlives_the_request_and_its_owner(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let (browser, office) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let grace = Guest { says: ("Grace".into(), "a note".into()), ..request.guest() };
    let kept = app.send_as(&grace, "kept.txt", b"kept").await;
    let gone = app.send_as(&grace, "gone.txt", b"gone").await;
    browser.send(Method::POST, "/files/trash", &[("id", text(&gone, "fileId"))]).await;
    assert!(browser.get("/requests").await.shows("1 new"), "what is in the trash is no news");
    browser.send(Method::POST, &format!("/requests/{}/end", request.id), &[]).await;
    // Somebody's next request clears away what was ended long ago.
    app.execute("UPDATE drop_links SET state_changed_at = '2020-01-01 00:00:00+00:00'").await;
    app.ask_for_files(&browser, "", &Wish { title: "Other", ..Wish::default() }).await;
    assert_eq!(app.count("SELECT count(*) FROM drop_links").await, 1);
    let place = format!("/files/{}", text(&kept, "fileId"));
    browser.get(&place).await.assert_shows(&["Grace, for “Wedding”", "a note"]);
    let form = [("files", bob.id.to_string()), ("confirmation", ada.email.clone())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let deleted = office.send(Method::POST, &format!("/admin/users/{}/delete", ada.id), &form).await;
    assert_eq!(deleted.status(), StatusCode::SEE_OTHER);
    deletions::run(&app.second_instance().await, database::now()).await.expect("given away");
    assert_eq!(app.count("SELECT count(*) FROM drop_links").await, 0);
    app.browser_of(&bob).await.get(&place).await.assert_shows(&["kept.txt"]);
    assert_eq!(app.count("SELECT count(*) FROM drop_files WHERE owner IS NULL").await, 2);
}

/// Of each request all three were begun while it was open and had room. What an hour has gone by over goes, or is put aside where it is
/// only too large, and before that stays as it is.
async fn a_dry_run_foretells_what_a_requests_limits_leave_out(app: &TestApp) {
    app.expect_orphans();
    let (ada, state) = (app.member().await, app.second_instance().await);
    let browser = app.browser_of(&ada).await;
    for (limit, at_first, later) in [
        ("state = 'ended', state_changed_at = '2020-01-01 00:00:00+00:00'", 0, 0),
        ("ends_at = '2020-01-01 00:00:00+00:00'", 0, 0),
        ("most_file_bytes = 5", 2, 1),
        ("most_files = 3", 2, 0),
        ("most_bytes = 13", 2, 0),
    ] {
        let request = app.ask_for_files(&browser, "", &Wish::default()).await;
        app.send_as(&request.guest(), "before.txt", b"one").await;
        for size in [6, 5, 4] {
            leave(app, &request.guest(), size).await;
        }
        app.execute(&format!("UPDATE drop_links SET {limit} WHERE title = 'Wedding'")).await;
        assert_eq!(added(&state, database::now()).await, at_first, "{limit}");
        assert_eq!(added(&state, database::now() + TimeDelta::hours(2)).await, later, "{limit}");
        app.execute("UPDATE drop_links SET title = 'Earlier'").await;
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'quarantined'").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM drop_files").await, 11, "what is put aside takes no place");
}

async fn a_dry_run_holds_what_comes_by_no_request_against_no_limit(app: &TestApp) {
    let (ada, bob, state) = (app.member().await, app.member().await, app.second_instance().await);
    let browser = app.browser_of(&ada).await;
    let folder = make(app, &browser, "Iceland", "").await;
    let request = app.ask_for_files(&browser, &folder, &Wish { most_files: "1", ..Wish::default() }).await;
    leave(app, &request.guest(), 4).await;
    app.execute("UPDATE drop_links SET files = 1").await;
    app.share_to_add(&browser, &folder, &bob).await;
    for name in ["one.png", "two.png"] {
        let presigned = app.presign(&bob, &wish(name, (&folder, ""))).await;
        assert_eq!(status(app.put(&presigned, PNG)).await, 200, "{name}");
    }
    assert_eq!(added(&state, database::now()).await, 2, "the guest's is one too many");
    app.execute("DELETE FROM drop_links").await;
    assert_eq!(added(&state, database::now()).await, 1, "the link is no more, so the file came by none");
}

/// Sends a file that is never confirmed.
async fn leave(app: &TestApp, guest: &Guest, size: usize) {
    let presigned = app.presign_as(guest, "left.txt", size).await;
    assert_eq!(status(app.put(&presigned, &vec![b'x'; size])).await, 200);
}

/// How many files a comparison adds, of which a dry run says the same.
async fn added(state: &AppState, now: DateTime<Utc>) -> u64 {
    let foretold = run(state, Mode::DryRun, now).await;
    assert_eq!(run(state, Mode::Repair, now).await, foretold);
    foretold.orphans
}
