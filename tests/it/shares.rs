//! Links: what they show to whom, on what terms, and how they are made, changed and stopped.

use crate::{
    on_both_databases,
    support::{
        TestApp,
        shares::{Terms, path_in},
        uploads::PNG,
    },
};
use reqwest::{Method, StatusCode, header};

on_both_databases!(
    a_link_shows_its_files_and_nothing_else,
    nothing_is_made_before_its_form_is_sent_and_then_once,
    terms_are_changed_at_once_or_refused_in_words,
    a_link_that_is_closed_says_why,
    what_only_looks_is_not_counted,
    originals_are_not_had_by_looking_where_they_are_not_shared_or_counted,
    with_another_session_key_a_link_goes_on_and_a_new_one_is_offered,
);

async fn a_link_shows_its_files_and_nothing_else(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    assert!(browser.get("/shared").await.shows("You share nothing."));
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let two = app.upload(&ada, "two.txt", "text/plain", b"words").await;
    app.upload(&ada, "other.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one, &two], &Terms::default()).await;
    assert!(share.path.starts_with("/s/iceland-"), "{}", share.path);
    let guest = app.browser();
    let page = guest.get(&share.path).await;
    page.assert_shows(&["Person shares", "Iceland", "2 files", "one.png", "two.txt", "og:title", "name=\"robots\""]);
    assert!(!page.shows("other.png"));
    let answer = guest.send(Method::GET, &share.path, &[]).await;
    assert_eq!(answer.headers()["x-robots-tag"], "noindex, nofollow");
    assert_eq!(answer.headers()[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let file = format!("{}/files/{one}", share.path);
    guest.get(&file).await.assert_shows(&["one.png", "2 of 2", "two.txt", "Download"]);
    let sent_on = guest.send(Method::GET, &format!("{file}/content"), &[]).await;
    assert_eq!(sent_on.status(), StatusCode::FOUND);
    let answer = guest.send(Method::POST, &format!("{file}/download"), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let place = answer.headers()[header::LOCATION].to_str().expect("text").to_owned();
    let query = url::Url::parse(&place).expect("a URL");
    let value = |name: &str| query.query_pairs().find(|pair| pair.0 == name).map(|pair| pair.1.into_owned());
    assert_eq!(value("X-Amz-Expires").as_deref(), Some("60"));
    assert!(value("response-content-disposition").expect("a disposition").starts_with("attachment"));
    assert_eq!(&app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes")[..], PNG);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
    assert_eq!(app.count("SELECT visits FROM shares").await, 2);
    let hidden = Terms { shows_owner: "", ..Terms::default() };
    let nameless = app.share(&browser, &[&one], &hidden).await;
    let page = guest.get(&nameless.path).await;
    page.assert_shows(&["Shared with you", "1 picture"]);
    assert!(!page.shows("Person"));
}

async fn nothing_is_made_before_its_form_is_sent_and_then_once(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let draft = browser.get(&format!("/shares/new?id={id}")).await;
    draft.assert_shows(&["Share “one”", "Copy link", "7 days"]);
    let path = path_in(&draft.html).expect("the link is shown");
    assert_eq!(app.count("SELECT count(*) FROM shares").await, 0);
    assert_eq!(app.browser().get(&path).await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let page = browser.submit(&draft, "/shares", &Terms { title: "one", ..Terms::default() }.fields()).await;
        page.assert_shows(&["The link works now."]);
        assert_eq!(path_in(&page.html), Some(path.clone()), "it is the one that was shown");
    }
    assert_eq!(app.count("SELECT count(*) FROM shares").await, 1);
    assert!(app.browser().get(&path).await.shows("one.png"));
    for bad in ["/shares/new", "/shares/new?id=x", "/shares/new?id=0197c0a2-0000-7000-8000-00000000005c"] {
        let status = browser.get(bad).await.status;
        assert!(status.is_client_error(), "{bad}: {status}");
    }
    let damaged = browser.send(Method::POST, "/shares", &[("share", "x"), ("id", &id)]).await;
    assert_eq!(damaged.status(), StatusCode::BAD_REQUEST);
}

async fn terms_are_changed_at_once_or_refused_in_words(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let (place, action) = (format!("/shares/{}", share.id), format!("/shares/{}/terms", share.id));
    let guest = app.browser();
    let download = format!("{}/files/{id}/download", share.path);
    for _ in 0..2 {
        assert_eq!(guest.send(Method::POST, &download, &[]).await.status(), StatusCode::SEE_OTHER);
    }
    let page = browser.get(&place).await;
    for (terms, words) in [
        (Terms { title: "", ..Terms::default() }, "A link needs a title."),
        (Terms { password: "short", ..Terms::default() }, "at least 6 characters"),
        (Terms { most_downloads: "0", ..Terms::default() }, "Write how many downloads"),
        (Terms { most_downloads: "1", ..Terms::default() }, "downloaded 2 times already"),
        (Terms { end: "date", ..Terms::default() }, "Choose the last day"),
    ] {
        let refused = browser.submit(&page, &action, &terms.fields()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        refused.assert_shows(&[words]);
    }
    let past = [("title", "a"), ("end", "date"), ("until", "2020-01-01")];
    let refused = browser.submit(&page, &action, &past).await;
    refused.assert_shows(&["This day is over."]);
    let terms =
        Terms { title: "Été", end: "never", password: "fjord-lantern", most_downloads: "9", ..Terms::default() };
    let page = browser.submit(&page, &action, &terms.fields()).await;
    page.assert_shows(&["Saved.", "Share “Été”", "It works until you stop sharing", "It has one."]);
    assert!(path_in(&page.html).expect("a link").starts_with("/s/ete-"));
    let locked = guest.get(&share.path).await;
    assert_eq!(locked.status, StatusCode::FORBIDDEN);
    assert!(!locked.shows("Été"), "what is behind a password is not told");
    assert!(!locked.shows("og:title"));
    // What is not changed stays: the password is not in the form.
    let kept = [terms.fields(), vec![("has_password", "yes")]].concat();
    let kept: Vec<_> = kept.into_iter().filter(|(name, _)| *name != "password").collect();
    browser.submit(&page, &action, &kept).await.assert_shows(&["Saved.", "It has one."]);
    let wrong = guest.submit(&locked, &format!("{}/password", share.path), &[("password", "wrong-lantern")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.assert_shows(&["This is not the password."]);
    let open = guest.submit(&wrong, &format!("{}/password", share.path), &[("password", "fjord-lantern")]).await;
    open.assert_shows(&["Été", "one.png", "7 downloads are left."]);
    let other = Terms { password: "another-lantern", ..terms };
    browser.submit(&page, &action, &other.fields()).await;
    assert_eq!(guest.get(&share.path).await.status, StatusCode::FORBIDDEN, "with another password it is locked again");
}

async fn a_link_that_is_closed_says_why(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms { most_downloads: "1", ..Terms::default() }).await;
    let (place, guest) = (format!("/shares/{}", share.id), app.browser());
    let inside = ["", "/content", "/thumbnail"].map(|what| format!("{}/files/{id}{what}", share.path));
    let is_closed = async |words: &str| {
        let page = guest.get(&share.path).await;
        assert_eq!(page.status, StatusCode::GONE, "{words}");
        page.assert_shows(&[words, "Person", "name=\"robots\""]);
        for place in &inside {
            assert_eq!(guest.send(Method::GET, place, &[]).await.status(), StatusCode::GONE, "{words} {place}");
        }
        let download = format!("{}/files/{id}/download", share.path);
        assert_eq!(guest.send(Method::POST, &download, &[]).await.status(), StatusCode::GONE, "{words}");
    };
    assert_eq!(guest.send(Method::POST, &format!("{place}/pause"), &[]).await.status(), StatusCode::UNAUTHORIZED);
    let list = browser.get("/shared").await;
    let paused = browser.submit(&list, &format!("{place}/pause"), &[]).await;
    paused.assert_shows(&["The link is paused.", "Paused", "Continue"]);
    is_closed("This link is paused").await;
    assert_eq!(browser.send(Method::POST, &format!("{place}/pause"), &[]).await.status(), StatusCode::CONFLICT);
    browser.submit(&paused, &format!("{place}/continuation"), &[]).await.assert_shows(&["The link works again."]);
    assert_eq!(guest.get(&share.path).await.status, StatusCode::OK);
    let stopped = browser.submit(&list, &format!("{place}/end"), &[]).await;
    stopped.assert_shows(&["Sharing stopped.", "Undo", "You share nothing."]);
    is_closed("This link has ended").await;
    assert_eq!(browser.get(&place).await.status, StatusCode::NOT_FOUND);
    let back = browser.submit(&stopped, &format!("{place}/restoration"), &[]).await;
    back.assert_shows(&["The link works again.", "Iceland"]);
    let file = format!("{}/files/{id}", share.path);
    assert_eq!(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status(), StatusCode::SEE_OTHER);
    is_closed("This link is used up").await;
    for unknown in ["/s/", "/s/x", "/s/iceland-AAAAAAAAAAAAAAAAAAAAAA", &format!("/s/{}", share.id)] {
        let answer = guest.send(Method::GET, unknown, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{unknown}");
        assert_eq!(answer.headers()["x-robots-tag"], "noindex, nofollow", "{unknown}");
    }
}

async fn what_only_looks_is_not_counted(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let file = format!("{}/files/{id}", share.path);
    let guest = app.browser();
    for place in [share.path.clone(), file.clone(), format!("{file}/content"), format!("{file}/thumbnail")] {
        guest.send(Method::HEAD, &place, &[]).await;
        let ahead = app.client.get(format!("{}{place}", app.url)).header("Sec-Purpose", "prefetch;prerender");
        ahead.send().await.expect("an answer");
    }
    for method in [Method::GET, Method::HEAD] {
        let answer = guest.send(method, &format!("{file}/download"), &[]).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(app.count("SELECT visits + downloads FROM shares").await, 0);
    guest.get(&share.path).await;
    guest.get(&format!("{}?after=1-1", share.path)).await;
    assert_eq!(app.count("SELECT visits FROM shares").await, 1, "its next page is no other visit");
}

async fn originals_are_not_had_by_looking_where_they_are_not_shared_or_counted(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let guest = app.browser();
    for (terms, download) in [
        (Terms { has_originals: "", ..Terms::default() }, StatusCode::NOT_FOUND),
        (Terms { most_downloads: "5", ..Terms::default() }, StatusCode::SEE_OTHER),
    ] {
        let share = app.share(&browser, &[&id], &terms).await;
        let file = format!("{}/files/{id}", share.path);
        let page = guest.get(&file).await;
        assert!(!page.shows("/content"), "{}", page.html);
        assert_eq!(page.shows("/download"), download == StatusCode::SEE_OTHER);
        assert!(!guest.get(&share.path).await.shows("/content"));
        assert_eq!(guest.send(Method::GET, &format!("{file}/content"), &[]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status(), download);
    }
}

async fn with_another_session_key_a_link_goes_on_and_a_new_one_is_offered(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    // As it is when the key that made it is gone.
    let other = "0".repeat(64);
    app.execute(&format!("UPDATE shares SET secret_hash = '{other}'")).await;
    let place = format!("/shares/{}", share.id);
    let page = browser.get(&place).await;
    page.assert_shows(&["it cannot be shown again", "Make a new link"]);
    assert_eq!(path_in(&page.html), None);
    let page = browser.submit(&page, &format!("{place}/link"), &[]).await;
    page.assert_shows(&["There is a new link."]);
    let path = path_in(&page.html).expect("a link");
    assert_ne!(path, share.path);
    assert!(app.browser().get(&path).await.shows("one.png"));
    assert_eq!(app.browser().get(&share.path).await.status, StatusCode::NOT_FOUND);
}
