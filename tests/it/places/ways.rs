//! Going about in folders: making them, their names, what a page shows, and that they are their owner's alone.

use super::{make, put, upload_to};
use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use cloakroom::accounts::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_folder_is_shown_with_what_lies_in_it_and_the_way_to_it,
    a_name_stands_once_beside_others_and_is_taken_back,
    what_is_searched_for_in_a_folder_is_found_below_it_or_everywhere,
    folders_are_their_owners_alone,
    many_folders_come_a_hundred_at_a_time,
    a_file_is_looked_at_among_those_of_its_folder,
    what_no_database_can_hold_is_no_failure,
);

async fn a_folder_is_shown_with_what_lies_in_it_and_the_way_to_it(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland 2026", "").await;
    let coast = make(app, &browser, "South coast", &iceland).await;
    app.upload(&ada, "top.png", "image/png", PNG).await;
    upload_to(app, &ada, "fjord.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "beach.png", &format!(":{coast}")).await;
    let page = browser.get("/").await;
    page.assert_shows(&["Select top.png", "Iceland 2026", "1 folder, 1 file", &format!("/folders/{iceland}")]);
    assert!(!page.shows("Select fjord.png"), "what lies in a folder is shown there");
    let page = browser.get(&format!("/folders/{iceland}")).await;
    page.assert_shows(&["<h1>Iceland 2026</h1>", "Select fjord.png", "South coast", "1 file · "]);
    assert!(!page.shows("Select beach.png"));
    let page = browser.get(&format!("/folders/{coast}?view=list")).await;
    page.assert_shows(&["<h1>South coast</h1>", &format!("href=\"/folders/{iceland}\""), "Select beach.png"]);
    let empty = make(app, &browser, "Empty one", &coast).await;
    browser.get(&format!("/folders/{empty}")).await.assert_shows(&["Nothing in here yet."]);
    for nowhere in ["/folders/x", "/folders/00000000-0000-0000-0000-000000000000", "/?folder=x"] {
        assert_eq!(browser.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

async fn a_name_stands_once_beside_others_and_is_taken_back(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let first = make(app, &browser, "Iceland", "").await;
    let second = make(app, &browser, "Norway", "").await;
    let page = browser.get("/folders/new").await;
    for (name, why) in [("ICELAND", "This name is taken."), (" ", "no name"), ("a/b", "slash"), ("..", "..")] {
        let page = browser.submit(&page, "/folders", &[("name", name)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        page.assert_shows(&[why, "aria-invalid"]);
    }
    make(app, &browser, "Iceland", &first).await;
    let page = browser.get(&format!("/folders/{second}/name")).await;
    let action = format!("/folders/{second}/name");
    let refused = browser.submit(&page, &action, &[("name", "Iceland")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&page, &action, &[("name", "Norge")]).await;
    page.assert_shows(&["Renamed.", "<h1>Norge</h1>", "Undo"]);
    browser.submit(&page, &action, &[]).await.assert_shows(&["<h1>Norway</h1>"]);
    // In other letters it is still itself.
    let page = browser.get(&action).await;
    browser.submit(&page, &action, &[("name", "NORWAY")]).await.assert_shows(&["<h1>NORWAY</h1>"]);
}

async fn what_is_searched_for_in_a_folder_is_found_below_it_or_everywhere(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    for (name, folder) in [("top", None), ("mid", Some(&iceland)), ("low", Some(&coast))] {
        match folder {
            Some(folder) => upload_to(app, &ada, &format!("sea {name}.png"), &format!(":{folder}")).await,
            None => app.upload(&ada, &format!("sea {name}.png"), "image/png", PNG).await,
        };
    }
    for (path, found) in [
        ("/?name=sea", ["top", "mid", "low"].as_slice()),
        ("/?name=sea&within=here", &["top"]),
        (&format!("/folders/{iceland}?name=sea"), &["mid", "low"]),
        (&format!("/folders/{iceland}?name=sea&within=here"), &["mid"]),
        (&format!("/folders/{iceland}?name=sea&within=everywhere"), &["top", "mid", "low"]),
        (&format!("/folders/{iceland}?type=image"), &["mid", "low"]),
        (&format!("/folders/{coast}?name=sea"), &["low"]),
        ("/?within=below", &["top", "mid", "low"]),
    ] {
        let page = browser.get(path).await;
        let shown = ["top", "mid", "low"].into_iter().filter(|name| page.shows(&format!("Select sea {name}.png")));
        assert_eq!(shown.collect::<Vec<_>>(), found, "{path}");
    }
    let page = browser.get(&format!("/folders/{iceland}?name=sea&view=list")).await;
    page.assert_shows(&["In Iceland and the folders below.", "Look everywhere", "Iceland/Coast", "2 match “sea”"]);
    let page = browser.get("/?name=low").await;
    page.assert_shows(&["Iceland/Coast"]);
}

async fn folders_are_their_owners_alone(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let browser = app.browser_of(&ada).await;
    let hers = make(app, &browser, "Hers", "").await;
    let file = upload_to(app, &ada, "1.png", &format!(":{hers}")).await;
    let theirs = app.upload(&admin, "2.png", "image/png", PNG).await;
    for other in [app.browser_of(&app.member().await).await, app.browser_of(&admin).await] {
        for path in ["", "/name"] {
            let page = other.get(&format!("/folders/{hers}{path}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        }
        let own = make(app, &other, "Own", "").await;
        let own_file = [("id", theirs.as_str())];
        for (path, form) in [
            ("/folders", vec![("name", "x"), ("in", hers.as_str())]),
            (&format!("/folders/{hers}/name"), vec![("name", "x")]),
            ("/folders/trash", vec![("folder", hers.as_str())]),
            ("/folders/restoration", vec![("folder", hers.as_str())]),
            ("/files/move", vec![("folder", hers.as_str()), ("to", own.as_str())]),
            ("/files/move", vec![("folder", own.as_str()), ("to", hers.as_str())]),
            ("/files/move", vec![own_file[0], ("to", hers.as_str())]),
            ("/files/move", vec![("id", file.as_str()), ("to", own.as_str())]),
        ] {
            let status = other.send(Method::POST, path, &form).await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{path} {form:?}");
        }
    }
    // What names another's folder at an upload lands at the top.
    let bob = app.member().await;
    upload_to(app, &bob, "3.png", &format!(":{hers}/Below")).await;
    browser.get(&format!("/folders/{hers}")).await.assert_shows(&["Select 1.png", "1 file"]);
    app.browser_of(&bob).await.get("/").await.assert_shows(&["Below"]);
}

async fn many_folders_come_a_hundred_at_a_time(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    for number in 0..13 {
        let path = (0..8).map(|low| format!("{:03}", number * 8 + low));
        for name in path {
            make(app, &browser, &name, "").await;
        }
    }
    let page = browser.get("/").await;
    page.assert_shows(&[">000<", ">099<", "More folders"]);
    assert!(!page.shows(">100<"));
    let next = regex::Regex::new(r#"href="(/\?folders=[^"]+)""#).expect("a pattern");
    let next = next.captures(&page.html).expect("a next page")[1].to_owned();
    let page = browser.get(&next).await;
    page.assert_shows(&[">100<", ">103<"]);
    for shown_before in [">099<", "More folders"] {
        assert!(!page.shows(shown_before), "{shown_before}");
    }
    assert_eq!(put(&browser, &[], "top").await, StatusCode::SEE_OTHER, "nothing was chosen");
}

async fn a_file_is_looked_at_among_those_of_its_folder(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    app.upload(&ada, "top.png", "image/png", PNG).await;
    let first = upload_to(app, &ada, "one.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "two.png", &format!(":{iceland}")).await;
    let page = browser.get(&format!("/files/{first}/view")).await;
    page.assert_shows(&["2 of 2 in Iceland", &format!("href=\"/folders/{iceland}\""), "two.png"]);
    assert!(!page.shows("top.png"));
    let page = browser.get(&format!("/files/{first}")).await;
    page.assert_shows(&["<dt>Folder</dt>", &format!("href=\"/folders/{iceland}\"")]);
}

async fn what_no_database_can_hold_is_no_failure(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    // One letter that is eighteen without its form, as often as a name has room for.
    let longest = "\u{fdfa}".repeat(66);
    make(app, &browser, &longest, "").await;
    let page = browser.get("/?folders=%00").await;
    page.assert_shows(&[&longest]);
    let body = json!({ "folder": "", "names": ["a\u{0}b", "c"] });
    assert_eq!(app.post_json(&ada, "/same-names", &body).await.status(), StatusCode::OK);
    let many: Vec<String> = (0..501).map(|number| number.to_string()).collect();
    let too_many = app.post_json(&ada, "/same-names", &json!({ "names": many })).await;
    assert_eq!(too_many.status(), StatusCode::BAD_REQUEST);
    for (path, form) in [
        ("/folders", [("name", "a\u{0}b"), ("in", "")]),
        ("/files/move", [("id", "\u{0}"), ("to", "top")]),
        ("/files/move", [("folder", "\u{0}"), ("to", "\u{0}")]),
        ("/folders/trash", [("folder", "\u{0}"), ("back", "\u{0}")]),
        ("/files/move", [("found", "name=%00"), ("to", "top")]),
        ("/files/move", [("found", "folder=x"), ("to", "top")]),
    ] {
        let status = browser.send(Method::POST, path, &form).await.status();
        assert!(status.is_client_error(), "{path} {form:?}: {status}");
    }
}
