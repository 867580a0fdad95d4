//! What somebody who has the link of a request tries to get, or to do, beyond it.

use crate::{
    on_both_databases,
    support::{
        TestApp,
        requests::{Guest, Wish, refusal},
        uploads::{status, text},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    what_was_begun_by_one_link_goes_on_by_no_other_way,
    a_guest_learns_nothing_of_what_others_sent,
    the_link_of_one_kind_opens_nothing_of_the_other,
    a_password_of_a_request_is_asked_of_every_endpoint,
    what_a_link_signs_says_so_and_cannot_be_sent_without_it,
    nobody_changes_anothers_request,
    #[with("PRESIGN_OPEN" => "5", "PRESIGN_BURST" => "1000")]
    guests_who_begin_without_end_are_stopped_and_their_host_is_not,
);

async fn what_was_begun_by_one_link_goes_on_by_no_other_way(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let one = app.ask_for_files(&hers, "", &Wish::default()).await;
    let other = app.ask_for_files(&hers, "", &Wish { title: "Other", ..Wish::default() }).await;
    let bobs = app.ask_for_files(&his, "", &Wish::default()).await;
    let presigned = app.presign_as(&one.guest(), "one.txt", 3).await;
    assert_eq!(status(app.put(&presigned, b"one")).await, 200);
    let key = json!({"objectKey": presigned["objectKey"]});
    let again =
        json!({"fileName": "one.txt", "contentType": "text/plain", "size": 3, "objectKey": presigned["objectKey"]});
    for guest in [other.guest(), bobs.guest()] {
        for (what, body) in [("save-metadata", &key), ("presign-upload", &again)] {
            assert_eq!(app.ask_as(&guest, what, body).await.status(), StatusCode::NOT_FOUND, "{what}");
        }
    }
    // A key of the owner's own is none of the link's.
    let own = app.presign_strictly(&ada, "own.txt", "text/plain", 3).await;
    let body = json!({"objectKey": own["objectKey"]});
    assert_eq!(app.ask_as(&one.guest(), "save-metadata", &body).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.post_json(&bob, "/save-metadata", &key).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.save_as(&one.guest(), &presigned).await.status(), StatusCode::OK);
}

async fn a_guest_learns_nothing_of_what_others_sent(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let sent = app.send_as(&request.guest(), "private.txt", b"private").await;
    let visitor = app.browser();
    let page = visitor.get(&request.path).await;
    for hidden in ["private.txt", "1 file", &ada.email] {
        assert!(!page.shows(hidden), "{hidden}");
    }
    let id = text(&sent, "fileId");
    for place in [
        format!("{}/files/{id}", request.path),
        format!("{}/files/{id}/content", request.path),
        format!("{}/same-names", request.path),
        request.path.replace("/d/", "/s/"),
        format!("{}/files/{id}", request.path.replace("/d/", "/s/")),
    ] {
        assert_eq!(visitor.get(&place).await.status, StatusCode::NOT_FOUND, "{place}");
    }
    assert_ne!(visitor.get(&format!("/files/{id}")).await.path, format!("/files/{id}"), "it takes an account");
}

async fn the_link_of_one_kind_opens_nothing_of_the_other(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let file = app.upload(&ada, "one.txt", "text/plain", b"one").await;
    let share = app.share(&browser, &[&file], &crate::support::shares::Terms::default()).await;
    let path = share.path.replace("/s/", "/d/");
    assert_eq!(app.browser().get(&path).await.status, StatusCode::NOT_FOUND);
    let guest = Guest { path, ..Guest::default() };
    let body = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
    for what in ["presign-upload", "save-metadata", "multipart-uploads", "preflights"] {
        assert_eq!(app.ask_as(&guest, what, &body).await.status(), StatusCode::NOT_FOUND, "{what}");
    }
}

async fn a_password_of_a_request_is_asked_of_every_endpoint(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish { password: "fjord-lantern", ..Wish::default() }).await;
    let other = app.ask_for_files(&browser, "", &Wish { password: "fjord-lantern", ..Wish::default() }).await;
    let visitor = app.browser();
    let page = visitor.get(&request.path).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!page.shows("Wedding"), "what is behind a password is not told");
    let body = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1, "objectKey": "x", "headers": []});
    for what in ["presign-upload", "save-metadata", "multipart-uploads", "preflights", "multipart-uploads/x/part-urls"]
    {
        let (_, code, _) = refusal(app.ask_as(&request.guest(), what, &body).await).await;
        assert_eq!(code, "link_locked", "{what}");
    }
    let wrong = visitor.send(Method::POST, &format!("{}/password", request.path), &[("password", "wrong")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    visitor.send(Method::POST, &format!("{}/password", request.path), &[("password", "fjord-lantern")]).await;
    let unlocked = Guest { cookie: Some(visitor.cookies()), ..request.guest() };
    app.send_as(&unlocked, "one.txt", b"one").await;
    // What opened one opens no other, though the password is the same.
    let moved = Guest { cookie: Some(visitor.cookies()), ..other.guest() };
    let (_, code, _) = refusal(app.ask_as(&moved, "presign-upload", &body).await).await;
    assert_eq!(code, "link_locked");
}

async fn what_a_link_signs_says_so_and_cannot_be_sent_without_it(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let presigned = app.presign_as(&request.guest(), "one.txt", 3).await;
    assert_eq!(presigned["headers"]["x-amz-meta-link"], json!(request.id));
    for (name, value) in [("x-amz-meta-link", None), ("x-amz-meta-link", Some("another")), ("x-amz-meta-folder", None)]
    {
        let mut forged = presigned.clone();
        let headers = forged["headers"].as_object_mut().expect("headers");
        headers.remove(name);
        headers.extend(value.map(|value| (name.to_owned(), json!(value))));
        assert_eq!(status(app.put(&forged, b"one")).await, 403, "{name}");
    }
    let more = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 3});
    let mut own = app.presign(&ada, &more).await;
    own["headers"]["x-amz-meta-link"] = json!(request.id);
    assert_eq!(status(app.put(&own, b"one")).await, 403, "nor can it be said of what was signed for somebody");
}

async fn nobody_changes_anothers_request(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let (hers, eves) = (app.browser_of(&ada).await, app.browser_of(&eve).await);
    let request = app.ask_for_files(&hers, "", &Wish::default()).await;
    let place = format!("/requests/{}", request.id);
    assert_eq!(eves.get(&place).await.status, StatusCode::NOT_FOUND);
    let fields = Wish::default().fields();
    for what in ["terms", "link", "pause", "continuation", "end"] {
        let answer = eves.send(Method::POST, &format!("{place}/{what}"), &fields).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{what}");
    }
    let taken = [fields.clone(), vec![("request", &*request.id)]].concat();
    assert_eq!(eves.send(Method::POST, "/requests", &taken).await.status(), StatusCode::NOT_FOUND);
    assert!(!eves.get("/requests").await.shows("Wedding"));
    assert_eq!(app.count("SELECT count(*) FROM drop_links WHERE state = 'active'").await, 1);
}

async fn guests_who_begin_without_end_are_stopped_and_their_host_is_not(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let request = app.ask_for_files(&browser, "", &Wish::default()).await;
    let guest = request.guest();
    for number in 0..5 {
        app.presign_as(&guest, &format!("{number}.txt"), 1).await;
    }
    let body = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
    assert_eq!(app.ask_as(&guest, "presign-upload", &body).await.status(), StatusCode::TOO_MANY_REQUESTS);
    app.upload(&ada, "own.txt", "text/plain", b"own").await;
}
