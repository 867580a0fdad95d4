//! A form that is refused comes back where it was, with what was typed and the reason at its field; a link that opens nothing says what
//! it was; and a page that is not there shows the way around the site.

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp, uploads::PNG},
};
use cloakroom::{
    accounts::{Principal, Role, password_links},
    database,
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    forms_of_ones_own_come_back_as_they_were_sent,
    too_many_passwords_are_refused_where_they_are_typed,
    a_link_that_was_used_says_what_it_was,
    a_page_that_is_not_there_shows_the_way_around,
    a_drawing_that_can_run_script_is_no_document_of_ours,
);

async fn forms_of_ones_own_come_back_as_they_were_sent(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/account").await;
    let page = browser.submit(&page, "/account/tokens", &[("name", "laptop")]).await;
    let long = "é".repeat(201);
    let kept = app.rows("SELECT id FROM api_tokens WHERE name = 'laptop'", []).await[0].try_get_by_index(0);
    let kept: uuid::Uuid = kept.expect("an id");
    let kept = kept.to_string();
    let rename = format!("/files/{id}/name");
    for (action, fields, problem, again) in [
        ("/account/name", vec![("name", long.as_str())], "name-problem", vec![long.as_str()]),
        (
            "/account/tokens",
            vec![("name", "laptop"), ("lasts", "365")],
            "token-problem",
            vec!["value=\"laptop\"", "value=\"365\" selected"],
        ),
        (
            "/account/tokens",
            vec![("name", "laptop"), ("lasts", "never")],
            "token-problem",
            vec!["value=\"never\" selected"],
        ),
        (
            "/account/password",
            vec![("current", "not this one"), ("new", "four plain words"), ("keep", kept.as_str())],
            "current-problem",
            vec!["checked> laptop"],
        ),
        (
            "/account/password",
            vec![("current", PASSWORD), ("new", "short"), ("keep", kept.as_str())],
            "password-problem",
            vec!["checked> laptop"],
        ),
        (rename.as_str(), vec![("name", "holiday.exe")], "name-problem", vec!["value=\"holiday.exe\""]),
    ] {
        // A file is renamed on its own page.
        let from =
            if action == rename { browser.get(&format!("/files/{id}")).await } else { browser.get("/account").await };
        let page = browser.submit(&from, action, &fields).await;
        assert!(page.status.is_client_error(), "{action}: {}", page.status);
        page.assert_shows(&[&format!("id=\"{problem}\""), "aria-invalid=\"true\"", "aria-label=\"Main\""]);
        page.assert_shows(&again);
        let described = regex::Regex::new(&format!("aria-describedby=\"[^\"]*{problem}\"")).expect("a pattern");
        assert_eq!(described.find_iter(&page.html).count(), 1, "{action}");
        assert!(![PASSWORD, "four plain words"].iter().any(|typed| page.shows(typed)), "no password is sent back");
    }
    assert!(page.shows("The token is made."));
}

async fn too_many_passwords_are_refused_where_they_are_typed(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let fields = [("current", "not this one"), ("new", "four plain words")];
    let (form, question) = (("/account/password", "Current password"), ("/account/confirmation", "Your password"));
    let mut last = browser.send(Method::POST, form.0, &fields).await;
    for _ in 0..40 {
        if last.status() == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        last = browser.send(Method::POST, form.0, &fields).await;
    }
    assert!(last.headers().contains_key("retry-after"));
    let page = last.text().await.expect("text");
    for part in ["Too many failed attempts.", form.1] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let wanted = [("confirmation-path", "/account/tokens"), ("name", "phone"), ("confirmation-password", "x")];
    let asked = browser.send(Method::POST, question.0, &wanted).await;
    assert_eq!(asked.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(asked.headers().contains_key("retry-after"));
    let page = asked.text().await.expect("text");
    for part in ["Too many failed attempts.", question.1, "value=\"phone\"", "value=\"/account/tokens\""] {
        assert!(page.contains(part), "no {part} in {page}");
    }
}

async fn a_link_that_was_used_says_what_it_was(app: &TestApp) {
    let (ada, now) = (app.member().await, database::now());
    let link = password_links::create(&app.db, ada.id, &Principal::command_line(), now).await.expect("a link");
    let path = format!("/password/{link}");
    let browser = app.browser();
    let page = browser.get(&path).await;
    let fields = [("password", "four plain words")];
    assert_eq!(browser.submit(&page, &path, &fields).await.status, StatusCode::OK);
    let set_up = app.set_up_link.clone().expect("a link");
    let set_up = &set_up[set_up.find("/set-up").expect("a path")..];
    for (path, fields, words) in [
        (path.as_str(), &fields[..], "It was for a new password"),
        (
            "/invitations/0123456789",
            &[("name", "A"), ("email", "a@example.com"), fields[0]],
            "This invitation has ended",
        ),
        (set_up, &[], "A set-up link works until there is an account."),
    ] {
        let late = app.browser();
        let page = late.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.assert_shows(&[words, "href=\"/sign-in\""]);
        if !fields.is_empty() {
            let answer = late.send(Method::POST, path, fields).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert!(answer.text().await.expect("text").contains(words), "{path}");
        }
    }
}

async fn a_page_that_is_not_there_shows_the_way_around(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (browser, admin) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    for (who, path, status) in [
        (&browser, "/nowhere", StatusCode::NOT_FOUND),
        (&browser, "/files/0197aaaa-0000-7000-8000-000000000000", StatusCode::NOT_FOUND),
        (&browser, "/admin/users", StatusCode::FORBIDDEN),
        (&browser, "/files/trash", StatusCode::METHOD_NOT_ALLOWED),
        (&admin, "/admin/nowhere", StatusCode::NOT_FOUND),
    ] {
        let page = who.get(path).await;
        assert_eq!(page.status, status, "{path}");
        page.assert_shows(&["aria-label=\"Main\"", "href=\"/trash\""]);
    }
    let nobodys = app.browser().get("/nowhere").await;
    assert_eq!(nobodys.status, StatusCode::NOT_FOUND);
    assert!(!nobodys.shows("aria-label=\"Main\""));
}

async fn a_drawing_that_can_run_script_is_no_document_of_ours(app: &TestApp) {
    let ada = app.member().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let id = app.upload(&ada, "logo.svg", "image/svg+xml", svg).await;
    let empty = app.upload(&ada, "empty.txt", "text/plain", b"").await;
    let browser = app.browser_of(&ada).await;
    let content = format!("\"/files/{id}/content\"");
    let frames = ["<iframe", "<object", "<embed", &format!("href={content}")];
    for path in [format!("/files/{id}"), format!("/files/{id}/view"), "/".to_owned()] {
        let page = browser.get(&path).await;
        page.assert_shows(&["logo.svg"]);
        let main = &page.html[page.html.find("<main").expect("content")..];
        assert!(!frames.iter().any(|frame| main.contains(frame)), "{path}: {main}");
        // A picture, or the address of one.
        let ways = ["src=", "data-picture=", "data-without-thumbnail="].map(|way| format!("{way}{content}"));
        assert_ne!(main.matches(&content).count(), 0, "{path}");
        assert_eq!(
            main.matches(&content).count(),
            ways.iter().map(|way| main.matches(way).count()).sum::<usize>(),
            "{path}"
        );
    }
    for path in [format!("/files/{empty}"), format!("/files/{empty}/view")] {
        browser.get(&path).await.assert_shows(&["This file is empty."]);
    }
}
