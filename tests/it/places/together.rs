//! Folders that are selected in bulk, with files beside them: to the trash and back, as one archive, and what cannot be done.

use super::{make, upload_to};
use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

const TRASH: &str = "/files/trash";
const UNDO: &str = "/files/restoration";

on_both_databases!(
    files_and_folders_go_to_the_trash_together_and_one_undo_brings_all_back,
    folders_go_together_with_all_that_a_list_finds,
    what_is_anothers_is_not_found_and_nothing_changes,
    more_folders_than_a_form_may_name_are_refused_in_words,
    a_link_of_folders_and_files_is_refused_in_words,
);

async fn files_and_folders_go_to_the_trash_together_and_one_undo_brings_all_back(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [iceland, norway] = [make(app, &browser, "Iceland", "").await, make(app, &browser, "Norway", "").await];
    let within = upload_to(app, &ada, "fjord.png", &format!(":{norway}")).await;
    let one = app.upload(&ada, "1.png", "image/png", PNG).await;
    let two = app.upload(&ada, "2.png", "image/png", PNG).await;
    app.upload(&ada, "kept.png", "image/png", PNG).await;
    let form = [("id", one.as_str()), ("id", &two), ("folder", &iceland), ("folder", &norway), ("back", "/")];
    browser.send(Method::POST, TRASH, &form).await;
    let page = browser.get("/").await;
    page.assert_shows(&["2 files and 2 folders are in the trash.", "Undo", "Select kept.png"]);
    for gone in ["Select 1.png", "Select Iceland", "Select Norway"] {
        assert!(!page.shows(gone), "{gone}");
    }
    assert_eq!(
        app.count("SELECT count(*) FROM audit_events WHERE action = 'folder.trashed'").await,
        2,
        "each is an act"
    );
    let page = browser.submit(&page, UNDO, &[]).await;
    page.assert_shows(&["2 files and 2 folders are back.", "Select 1.png", "Select Iceland", "Select Norway"]);
    browser.get(&format!("/folders/{norway}")).await.assert_shows(&["Select fjord.png"]);
    // What lies in a folder that goes comes back with it, named or not.
    browser.send(Method::POST, TRASH, &[("id", &within), ("folder", &norway)]).await;
    let page = browser.get("/").await;
    page.assert_shows(&["“Norway” is in the trash."]);
    browser.submit(&page, UNDO, &[]).await.assert_shows(&["“Norway” is back."]);
    browser.get(&format!("/folders/{norway}")).await.assert_shows(&["Select fjord.png"]);
    // Taken back once, it is not taken back again.
    browser.submit(&page, UNDO, &[]).await.assert_shows(&["Nothing was changed"]);
}

async fn folders_go_together_with_all_that_a_list_finds(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [iceland, norway] = [make(app, &browser, "Iceland", "").await, make(app, &browser, "Norway", "").await];
    let kept = upload_to(app, &ada, "kept.png", &format!(":{norway}")).await;
    for name in ["1.png", "2.png", "3.png"] {
        app.upload(&ada, name, "image/png", PNG).await;
    }
    let all = [("found", "sort=newest"), ("folder", iceland.as_str())];
    let asked = browser.send(Method::POST, "/files/move", &all).await.text().await.expect("a page");
    assert!(asked.contains("Move all files of this list and 1 folder"), "{asked}");
    browser.send(Method::POST, "/files/move", &[all[0], all[1], ("to", &norway)]).await;
    let page = browser.get("/").await;
    page.assert_shows(&["3 files and 1 folder moved to Norway."]);
    browser.submit(&page, "/files/move", &[]).await.assert_shows(&["3 files and 1 folder moved back."]);
    browser.send(Method::POST, TRASH, &all).await;
    let page = browser.get("/").await;
    page.assert_shows(&["3 files and 1 folder are in the trash."]);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1, "{kept} is not of the list");
    browser.submit(&page, UNDO, &[]).await.assert_shows(&["3 files and 1 folder are back.", "Select 3.png"]);
}

async fn what_is_anothers_is_not_found_and_nothing_changes(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let (hers, eves) = (app.browser_of(&ada).await, app.browser_of(&eve).await);
    let folder = make(app, &hers, "Hers", "").await;
    let file = upload_to(app, &ada, "hers.png", &format!(":{folder}")).await;
    let target = make(app, &eves, "Target", "").await;
    let own = app.upload(&eve, "own.png", "image/png", PNG).await;
    let unknown = uuid::Uuid::now_v7().to_string();
    for id in [&*folder, &unknown, "x", "%00"] {
        for form in [
            vec![("folder", id)],
            vec![("folder", id), ("folder", id), ("id", &own)],
            vec![("folder", id), ("id", &file)],
        ] {
            let status = eves.send(Method::POST, TRASH, &form).await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{form:?}");
            let form: Vec<_> = form.into_iter().chain([("to", target.as_str())]).collect();
            let status = eves.send(Method::POST, "/files/move", &form).await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{form:?}");
        }
        let body = json!({ "folders": [id] });
        assert_eq!(app.post_json(&eve, "/archives/entries", &body).await.status(), StatusCode::NOT_FOUND, "{id}");
        let status = eves.send(Method::POST, "/shares/new", &[("folder", id)]).await.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
    }
    // Another's step takes nothing back, and beside one's own folder another's goes nowhere.
    hers.send(Method::POST, TRASH, &[("folder", &folder)]).await;
    let step = hers.get("/").await.form(UNDO);
    let step = step.split("name=\"folders\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a step");
    eves.send(Method::POST, UNDO, &[("folders", step)]).await;
    assert_eq!(app.count("SELECT count(*) FROM folders WHERE state = 'trashed'").await, 1);
    hers.send(Method::POST, UNDO, &[("folders", step)]).await;
    eves.send(Method::POST, TRASH, &[("folder", &folder), ("folder", &target)]).await;
    eves.get("/").await.assert_shows(&["“Target” is in the trash.", "Select own.png"]);
    hers.get("/").await.assert_shows(&["Select Hers"]);
    hers.get(&format!("/folders/{folder}")).await.assert_shows(&["Select hers.png"]);
    for bad in [[("folders", "x")], [("folders", "%00")]] {
        assert!(eves.send(Method::POST, UNDO, &bad).await.status().is_client_error(), "{bad:?}");
    }
}

async fn more_folders_than_a_form_may_name_are_refused_in_words(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let folder = make(app, &browser, "Iceland", "").await;
    let form = vec![("folder", folder.as_str()); 101];
    for action in [TRASH, "/files/move"] {
        let answer = browser.send(Method::POST, action, &form).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{action}");
        let page = answer.text().await.expect("a page");
        assert!(page.contains("Choose at most 100 folders."), "{page}");
    }
    let body = json!({ "folders": vec![&folder; 101] });
    assert_eq!(app.post_json(&ada, "/archives/entries", &body).await.status(), StatusCode::BAD_REQUEST);
    browser.get("/").await.assert_shows(&["Select Iceland"]);
}

async fn a_link_of_folders_and_files_is_refused_in_words(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let [iceland, norway] = [make(app, &browser, "Iceland", "").await, make(app, &browser, "Norway", "").await];
    let file = app.upload(&ada, "1.png", "image/png", PNG).await;
    let share = "/shares/new";
    for form in [
        [("folder", iceland.as_str()), ("id", &file)],
        [("folder", &iceland), ("folder", &norway)],
        [("folder", &iceland), ("found", "sort=newest")],
    ] {
        let answer = browser.send(Method::POST, share, &form).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        let page = answer.text().await.expect("a page");
        assert!(page.contains("A link is of files, or of one folder. Choose either."), "{page}");
    }
    let answer = browser.send(Method::POST, share, &[("folder", &iceland)]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.expect("a page").contains("Iceland"), "one folder has a link");
}
