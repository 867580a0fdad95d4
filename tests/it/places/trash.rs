//! A folder in the trash: out of sight with all that is in it, back with it, or gone for ever.

use super::{make, newest, put, upload_to};
use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use chrono::TimeDelta;
use cloakroom::{database, jobs::trash_expiry};
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_folder_goes_with_all_that_is_in_it_as_one_act_and_comes_back_as_one,
    what_comes_back_finds_a_place_and_a_name,
    a_folder_that_is_deleted_forever_takes_all_with_it_and_nothing_else,
    the_trash_keeps_a_folder_for_thirty_days,
);

async fn a_folder_goes_with_all_that_is_in_it_as_one_act_and_comes_back_as_one(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    let high = upload_to(app, &ada, "high.png", &format!(":{iceland}")).await;
    let low = upload_to(app, &ada, "low.png", &format!(":{coast}")).await;
    app.upload(&ada, "top.png", "image/png", PNG).await;
    browser.send(Method::POST, "/files/favourites", &[("id", &low), ("starred", "yes"), ("quiet", "yes")]).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    let page = browser.get("/").await;
    page.assert_shows(&["“Iceland” is in the trash.", "Undo", "Select top.png"]);
    for path in [format!("/folders/{iceland}"), format!("/folders/{coast}")] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for id in [&high, &low] {
        for part in ["", "/view", "/content", "/download"] {
            let status = browser.send(Method::GET, &format!("/files/{id}{part}"), &[]).await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{part}");
        }
        let status = browser.send(Method::POST, "/files/trash", &[("id", id)]).await.status();
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    for path in ["/?name=png", "/?within=everywhere", "/?type=image"] {
        let found = browser.get(path).await;
        found.assert_shows(&["Select top.png"]);
        assert!(!found.shows("Select low.png"), "{path}");
    }
    assert!(!browser.get("/?starred=yes").await.shows("Select low.png"));
    let trash = browser.get("/trash").await;
    trash.assert_shows(&["Iceland", "Gone in 30 days"]);
    assert!(!trash.shows("low.png"));
    browser.submit(&page, "/folders/restoration", &[]).await.assert_shows(&["“Iceland” is back.", "Iceland"]);
    browser.get(&format!("/folders/{coast}")).await.assert_shows(&["Select low.png"]);
    browser.get("/?starred=yes").await.assert_shows(&["Select low.png"]);
    let again = browser.send(Method::POST, "/folders/restoration", &[("folder", &iceland)]).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
}

async fn what_comes_back_finds_a_place_and_a_name(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    let file = upload_to(app, &ada, "1.png", &format!(":{coast}")).await;
    browser.send(Method::POST, "/files/trash", &[("id", &file)]).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &coast)]).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    make(app, &browser, "Coast", "").await;
    // Its parent is gone, and another has its name at the top.
    browser.send(Method::POST, "/folders/restoration", &[("folder", &coast)]).await;
    browser.get("/").await.assert_shows(&["“Coast (2)” is back."]);
    assert_eq!(newest(app, "Coast (2)").await, coast);
    // The file comes back to its folder, which is in sight again.
    browser.send(Method::POST, "/files/restoration", &[("id", &file)]).await;
    browser.get(&format!("/folders/{coast}")).await.assert_shows(&["Select 1.png"]);
    // A file whose folder is in the trash comes back to the top.
    browser.send(Method::POST, "/files/trash", &[("id", &file)]).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &coast)]).await;
    browser.send(Method::POST, "/files/restoration", &[("id", &file)]).await;
    browser.get("/").await.assert_shows(&["Select 1.png"]);
}

async fn a_folder_that_is_deleted_forever_takes_all_with_it_and_nothing_else(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    for name in ["Highlands", "North"] {
        let folder = make(app, &browser, name, &iceland).await;
        make(app, &browser, "Low", &folder).await;
        make(app, &browser, "High", &folder).await;
    }
    for (name, folder) in [("1.png", &iceland), ("2.png", &coast), ("odd.png", &coast)] {
        upload_to(app, &ada, name, &format!(":{folder}")).await;
    }
    app.upload(&ada, "top.png", "image/png", PNG).await;
    app.execute("UPDATE r2_files SET state = 'quarantined' WHERE file_name = 'odd.png'").await;
    let purge = "/trash/purge";
    let early = browser.send(Method::POST, purge, &[("folder", &iceland), ("confirmed", "yes")]).await;
    assert_eq!(early.status(), StatusCode::SEE_OTHER);
    assert_eq!(app.count("SELECT count(*) FROM folders WHERE state = 'ready'").await, 8, "it is not in the trash");
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    let asked = browser.send(Method::POST, purge, &[("folder", &iceland)]).await.text().await.expect("a page");
    assert!(asked.contains("Delete 1 folder with 2 files forever?"), "{asked}");
    let another = app.browser_of(&app.member().await).await;
    another.send(Method::POST, purge, &[("folder", &iceland), ("confirmed", "yes")]).await;
    assert_eq!(app.count("SELECT count(*) FROM folders WHERE state = 'trashed'").await, 1);
    browser.send(Method::POST, purge, &[("folder", &iceland), ("confirmed", "yes")]).await;
    browser.get("/trash").await.assert_shows(&["The trash is empty."]);
    trash_expiry::run(&app.second_instance().await, database::now()).await.expect("run");
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE folder_id IS NOT NULL").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'quarantined'").await, 1);
    assert_eq!(app.count("SELECT used_bytes FROM users WHERE used_bytes > 0").await, 2 * PNG.len() as i64);
    browser.get("/").await.assert_shows(&["Select top.png"]);
}

async fn the_trash_keeps_a_folder_for_thirty_days(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let iceland = make(app, &browser, "Iceland", "").await;
    let file = upload_to(app, &ada, "1.png", &format!(":{iceland}")).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    let (state, now, day) = (app.second_instance().await, database::now(), TimeDelta::days(1));
    let due = trash_expiry::run(&state, now + day * 29).await.expect("run").expect("it is due");
    assert!(due <= day, "{due}");
    browser.send(Method::POST, "/folders/restoration", &[("folder", &iceland)]).await;
    assert_eq!(put(&browser, &[("id", &file)], "top").await, StatusCode::SEE_OTHER);
    browser.send(Method::POST, "/folders/trash", &[("folder", &iceland)]).await;
    trash_expiry::run(&state, now + day * 31).await.expect("run");
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 0);
    browser.get("/").await.assert_shows(&["Select 1.png"]);
}
