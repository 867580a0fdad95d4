//! The terms of requests for files: how they are made, what they ask, when they are closed, and whether there may be any.

use crate::{
    on_both_databases,
    places::make,
    support::{
        TestApp,
        requests::{Guest, Wish, refusal},
        uploads::text,
    },
};
use cloakroom::accounts::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_request_without_a_folder_has_one_made_and_is_made_once,
    a_request_that_is_closed_says_why,
    a_name_is_asked_for_and_what_is_not_asked_for_is_not_taken,
    an_admin_sees_all_requests_ends_them_and_turns_them_off,
);

async fn a_request_without_a_folder_has_one_made_and_is_made_once(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let draft = browser.get("/requests/new").await;
    draft.assert_shows(&["Request files", "Copy link", "7 days"]);
    assert_eq!(app.count("SELECT count(*) FROM drop_links").await, 0);
    for _ in 0..2 {
        let page = browser.submit(&draft, "/requests", &Wish { title: "A/B", ..Wish::default() }.fields()).await;
        page.assert_shows(&["The link works now.", "your folder A-B"]);
    }
    assert_eq!(app.count("SELECT count(*) FROM drop_links").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 1);
    for (wish, words) in [
        (Wish { title: "", ..Wish::default() }, "A request needs a title."),
        (Wish { most_files: "none", ..Wish::default() }, "how many files may come"),
        (Wish { most_bytes: "much", ..Wish::default() }, "how much may come in all"),
        (Wish { most_file_bytes: "-1", ..Wish::default() }, "how large a file may be"),
        (Wish { password: "short", ..Wish::default() }, "at least 6 characters"),
        (Wish { end: "date", ..Wish::default() }, "Choose the last day"),
    ] {
        let draft = browser.get("/requests/new").await;
        let refused = browser.submit(&draft, "/requests", &wish.fields()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        refused.assert_shows(&[words]);
    }
    for bad in ["/requests/new?folder=x", "/requests/new?folder=0197c0a2-0000-7000-8000-00000000005c", "/requests/x"] {
        assert_eq!(browser.get(bad).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

async fn a_request_that_is_closed_says_why(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let folder = make(app, &browser, "Guests", "").await;
    let request = app.ask_for_files(&browser, &folder, &Wish::default()).await;
    let (place, visitor) = (format!("/requests/{}", request.id), app.browser());
    let shut = async |title: &str| {
        let page = visitor.get(&request.path).await;
        assert_eq!(page.status, StatusCode::GONE, "{title}");
        page.assert_shows(&[title]);
        let body = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
        for what in ["presign-upload", "multipart-uploads"] {
            let (status, code, _) = refusal(app.ask_as(&request.guest(), what, &body).await).await;
            assert_eq!((status, &*code), (422, "link_closed"), "{title}");
        }
    };
    browser.send(Method::POST, &format!("{place}/pause"), &[]).await;
    shut("This request is paused").await;
    browser.get("/requests").await.assert_shows(&["Paused"]);
    browser.send(Method::POST, &format!("{place}/continuation"), &[]).await;
    assert_eq!(visitor.get(&request.path).await.status, StatusCode::OK);
    browser.send(Method::POST, "/folders/trash", &[("folder", &folder)]).await;
    shut("This request takes nothing now").await;
    browser.send(Method::POST, "/folders/restoration", &[("folder", &folder)]).await;
    assert_eq!(visitor.get(&request.path).await.status, StatusCode::OK);
    app.execute("UPDATE drop_links SET ends_at = '2020-01-01 00:00:00+00:00'").await;
    shut("This request has ended").await;
    app.execute("UPDATE drop_links SET ends_at = NULL").await;
    browser.send(Method::POST, &format!("{place}/end"), &[]).await;
    shut("This request has ended").await;
    assert_eq!(browser.get(&place).await.status, StatusCode::NOT_FOUND);
    browser.send(Method::POST, &format!("{place}/restoration"), &[("state", "active")]).await;
    assert_eq!(visitor.get(&request.path).await.status, StatusCode::OK);
    browser.send(Method::POST, &format!("{place}/link"), &[]).await;
    assert_eq!(visitor.get(&request.path).await.status, StatusCode::NOT_FOUND, "it has another link");
}

async fn a_name_is_asked_for_and_what_is_not_asked_for_is_not_taken(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let wish = Wish { asks_name: "required", asks_note: "off", shows_owner: "", ..Wish::default() };
    let request = app.ask_for_files(&browser, "", &wish).await;
    let page = app.browser().get(&request.path).await;
    page.assert_shows(&["Files are asked for", "Your name", "required"]);
    assert!(!page.shows("Person"));
    assert!(!page.shows("A note"));
    let body = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
    let (_, code, words) = refusal(app.ask_as(&request.guest(), "presign-upload", &body).await).await;
    assert_eq!((&*code, &*words), ("sender_required", "Write your name first."));
    let long = Guest { says: ("x".repeat(81), String::new()), ..request.guest() };
    let (_, code, _) = refusal(app.ask_as(&long, "presign-upload", &body).await).await;
    assert_eq!(code, "bad_sender");
    let grace = Guest { says: ("Grace".into(), "unasked".into()), ..request.guest() };
    let id = app.send_as(&grace, "one.txt", b"one").await;
    let page = browser.get(&format!("/files/{}", text(&id, "fileId"))).await;
    page.assert_shows(&["Grace, for “Wedding”"]);
    assert!(!page.shows("unasked"));
}

async fn an_admin_sees_all_requests_ends_them_and_turns_them_off(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (hers, office) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let request = app.ask_for_files(&hers, "", &Wish::default()).await;
    office.get("/admin/requests").await.assert_shows(&["Wedding", &ada.email, "Turn requests off for everyone"]);
    let visitor = app.browser();
    let owner = app.rows("SELECT owner FROM drop_links", []).await.remove(0).try_get::<uuid::Uuid>("", "owner");
    let owner = owner.expect("an owner").to_string();
    for account in [None, Some(owner.as_str())] {
        let mut form = vec![("kind", "drop"), ("sharing", "off")];
        form.extend(account.map(|account| ("account", account)));
        office.send(Method::POST, "/admin/sharing", &form).await;
        assert_eq!(visitor.get(&request.path).await.status, StatusCode::GONE);
        let draft = hers.get("/requests/new").await;
        let refused = hers.submit(&draft, "/requests", &Wish::default().fields()).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        form[1].1 = "on";
        office.send(Method::POST, "/admin/sharing", &form).await;
        assert_eq!(visitor.get(&request.path).await.status, StatusCode::OK);
    }
    office.send(Method::POST, &format!("/admin/requests/{}/end", request.id), &[]).await;
    assert_eq!(visitor.get(&request.path).await.status, StatusCode::GONE);
    office.get("/admin/events").await.assert_shows(&["Request ended", "Requests for files turned off"]);
}
