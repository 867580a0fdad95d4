//! Putting files and folders elsewhere, and taking that back.

use super::{make, put, upload_to};
use crate::{
    lists::insert_files,
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use reqwest::{Method, StatusCode};

const ACTION: &str = "/files/move";

on_both_databases!(
    files_and_folders_move_together_and_an_undo_takes_each_back_to_where_it_was,
    where_to_is_asked_in_a_tree_that_one_can_type_into,
    ten_thousand_files_move_at_once_and_back,
    what_cannot_be_moved_is_refused_in_words_and_nothing_moves,
);

async fn files_and_folders_move_together_and_an_undo_takes_each_back_to_where_it_was(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [a, b] = [make(app, &browser, "A", "").await, make(app, &browser, "B", "").await];
    let inner = make(app, &browser, "Inner", &a).await;
    let top = app.upload(&ada, "top.png", "image/png", PNG).await;
    let low = upload_to(app, &ada, "low.png", &format!(":{inner}")).await;
    let form = [("id", top.as_str()), ("id", &low), ("folder", &inner), ("to", &b), ("back", "/")];
    browser.send(Method::POST, ACTION, &form).await;
    let page = browser.get("/").await;
    page.assert_shows(&["2 files and 1 folder moved to B.", "Undo"]);
    browser.get(&format!("/folders/{b}")).await.assert_shows(&["Select top.png", "Select low.png", "Inner", "2 files"]);
    let page = browser.submit(&page, ACTION, &[]).await;
    page.assert_shows(&["2 files and 1 folder moved back.", "Select top.png"]);
    browser
        .get(&format!("/folders/{inner}"))
        .await
        .assert_shows(&["Select low.png", &format!("href=\"/folders/{a}\"")]);
    // One is named, and what is there already stays.
    browser.send(Method::POST, ACTION, &[("id", &top), ("to", &b)]).await;
    let page = browser.get("/").await;
    page.assert_shows(&["“top.png” moved to B."]);
    browser.send(Method::POST, ACTION, &[("folder", &b), ("to", "top")]).await;
    browser.get("/").await.assert_shows(&["Nothing was changed"]);
    // What was moved again since is not taken back.
    browser.send(Method::POST, ACTION, &[("id", &top), ("to", &a)]).await;
    browser.get("/").await;
    browser.submit(&page, ACTION, &[]).await.assert_shows(&["Nothing was changed"]);
    // The trash, and back, leaves it where it was.
    browser.send(Method::POST, "/files/trash", &[("id", &top)]).await;
    browser.send(Method::POST, "/files/restoration", &[("id", &top)]).await;
    browser.get(&format!("/folders/{a}")).await.assert_shows(&["Select top.png"]);
}

async fn where_to_is_asked_in_a_tree_that_one_can_type_into(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let coast = make(app, &browser, "South coast", &iceland).await;
    let beach = make(app, &browser, "Beach", &coast).await;
    let file = app.upload(&ada, "1.png", "image/png", PNG).await;
    let ask = async |more: &[(&str, &str)]| {
        let form: Vec<_> = [("id", file.as_str())].into_iter().chain(more.iter().copied()).collect();
        let answer = browser.send(Method::POST, ACTION, &form).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.expect("a page")
    };
    let expect = |page: &str, shown: &[&str], hidden: &[&str]| {
        for text in shown {
            assert!(page.contains(text), "no {text} in {page}");
        }
        for text in hidden {
            assert!(!page.contains(text), "{text} in {page}");
        }
    };
    expect(&ask(&[]).await, &["Move 1 file", "Iceland"], &["South coast"]);
    // The way to where somebody is, is open.
    expect(&ask(&[("here", &coast)]).await, &["South coast", "Beach"], &[]);
    let page = ask(&[("choosing", "yes"), ("open", &iceland), ("toggle", &coast), ("to", &iceland)]).await;
    expect(&page, &["Beach", &format!("value=\"{iceland}\" required autocomplete=\"off\" checked")], &[]);
    let page = ask(&[("choosing", "yes"), ("open", &iceland), ("open", &coast), ("toggle", &iceland)]).await;
    assert!(!page.contains("South coast"), "what is closed hides what is below");
    let page = ask(&[("choosing", "yes"), ("words", "BEA")]).await;
    expect(&page, &["Beach", "in Iceland/South coast"], &["value=\"top\""]);
    let page = ask(&[("choosing", "yes"), ("words", "nowhere")]).await;
    assert!(page.contains("No folder is called so."));
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    let page = ask(&[("choosing", "yes"), ("words", "beach")]).await;
    assert!(!page.contains(&beach), "what is in the trash takes nothing");
    let long = "x".repeat(201);
    let form = [("id", file.as_str()), ("choosing", "yes"), ("words", &long)];
    assert_eq!(browser.send(Method::POST, ACTION, &form).await.status(), StatusCode::BAD_REQUEST);
}

async fn ten_thousand_files_move_at_once_and_back(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    insert_files(app, &ada.id.to_string(), 10_003).await;
    app.execute("UPDATE r2_files SET owner_id = (SELECT id FROM users WHERE role = 'member' LIMIT 1)").await;
    app.execute("UPDATE users SET used_bytes = (SELECT coalesce(sum(size), 0) FROM r2_files) WHERE role = 'member'")
        .await;
    let all = make(app, &browser, "All", "").await;
    browser.send(Method::POST, ACTION, &[("found", "sort=newest"), ("to", &all)]).await;
    let page = browser.get("/").await;
    page.assert_shows(&["The first 10,000 files moved to All.", "Undo"]);
    assert_eq!(app.count("SELECT files FROM folder_totals").await, 10_000);
    browser.submit(&page, ACTION, &[]).await.assert_shows(&["10000 files moved back."]);
    assert_eq!(app.count("SELECT files FROM folder_totals").await, 0);
    // A narrowed list moves what it finds, wherever it lies.
    browser.send(Method::POST, ACTION, &[("found", "name=file-0000"), ("to", &all)]).await;
    browser.get("/").await.assert_shows(&["9 files moved to All."]);
}

async fn what_cannot_be_moved_is_refused_in_words_and_nothing_moves(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [a, b] = [make(app, &browser, "A", "").await, make(app, &browser, "B", "").await];
    let inner = make(app, &browser, "Inner", &a).await;
    make(app, &browser, "a", &b).await;
    let file = app.upload(&ada, "1.png", "image/png", PNG).await;
    for (to, words) in [(&a, "into itself"), (&inner, "into itself"), (&b, "This name is taken in B.")] {
        let form = [("folder", a.as_str()), ("id", &file), ("to", to)];
        let answer = browser.send(Method::POST, ACTION, &form).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        let page = answer.text().await.expect("a page");
        for text in [words, "Move 1 file and 1 folder"] {
            assert!(page.contains(text), "no {text} in {page}");
        }
        browser.get("/").await.assert_shows(&["Select 1.png"]);
    }
    for bad in [
        [("id", file.as_str()), ("to", "x")],
        [("id", "x"), ("to", &a)],
        [("folder", "x"), ("to", &a)],
        [("step", "x"), ("to", &a)],
    ] {
        let status = browser.send(Method::POST, ACTION, &bad).await.status();
        assert!(status.is_client_error(), "{bad:?}: {status}");
    }
    browser.send(Method::POST, "/folders/trash", &[("folder", &b)]).await;
    assert_eq!(put(&browser, &[("id", &file)], &b).await, StatusCode::NOT_FOUND, "a folder in the trash");
}
