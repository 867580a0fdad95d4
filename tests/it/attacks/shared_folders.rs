//! What somebody who has the link of a folder tries to get beyond it.

use crate::{
    on_both_databases,
    places::{make, upload_to},
    support::{TestApp, shares::Terms, uploads::PNG},
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    no_folder_outside_is_opened_by_the_link_of_another,
    no_file_outside_is_had_by_the_link_of_a_folder,
    nobody_shares_anothers_folder,
);

async fn no_folder_outside_is_opened_by_the_link_of_another(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let above = make(app, &hers, "Above", "").await;
    let shared = make(app, &hers, "Shared", &above).await;
    let beside = make(app, &hers, "Beside", &above).await;
    let trashed = make(app, &hers, "Trashed", &shared).await;
    let in_trashed = make(app, &hers, "Deep", &trashed).await;
    let bobs = make(app, &his, "His", "").await;
    hers.send(Method::POST, "/folders/trash", &[("folder", &trashed)]).await;
    let share = app.share_folder(&hers, &shared, &Terms::default()).await;
    let file = app.upload(&ada, "one.png", "image/png", PNG).await;
    let of_files = app.share(&hers, &[&file], &Terms::default()).await;
    let guest = app.browser();
    let unknown = uuid::Uuid::now_v7().to_string();
    for id in
        [&*above, &beside, &trashed, &in_trashed, &bobs, &unknown, "x", "top", "%00", "..%2F..", &shared.to_uppercase()]
    {
        let page = guest.get(&format!("{}/folders/{id}", share.path)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
        for name in ["Above", "Beside", "His", "Deep"] {
            assert!(!page.shows(name), "{id} {name}");
        }
    }
    let other = guest.get(&format!("{}/folders/{shared}", of_files.path)).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "a link of files opens no folder");
    // What an address says besides is not heard.
    let page = guest.get(&format!("{}?folder={above}&within=everywhere&name=one", share.path)).await;
    assert!(!page.shows("one.png"));
    assert!(!page.shows("Beside"));
}

async fn no_file_outside_is_had_by_the_link_of_a_folder(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let above = make(app, &hers, "Above", "").await;
    let shared = make(app, &hers, "Shared", &above).await;
    let bobs = make(app, &his, "His", "").await;
    let outside = [
        app.upload(&ada, "top.png", "image/png", PNG).await,
        upload_to(app, &ada, "above.png", &format!(":{above}")).await,
        upload_to(app, &bob, "bobs.png", &format!(":{bobs}")).await,
    ];
    let odd = upload_to(app, &ada, "odd.png", &format!(":{shared}")).await;
    app.execute("UPDATE r2_files SET state = 'quarantined' WHERE file_name = 'odd.png'").await;
    let share = app.share_folder(&hers, &shared, &Terms::default()).await;
    let guest = app.browser();
    for id in outside.iter().chain([&odd]) {
        for what in ["", "/content", "/thumbnail"] {
            let place = format!("{}/files/{id}{what}", share.path);
            assert_eq!(guest.send(Method::GET, &place, &[]).await.status(), StatusCode::NOT_FOUND, "{place}");
        }
        let place = format!("{}/files/{id}/download", share.path);
        assert_eq!(guest.send(Method::POST, &place, &[]).await.status(), StatusCode::NOT_FOUND, "{place}");
    }
    assert_eq!(app.count("SELECT downloads FROM shares").await, 0);
}

async fn nobody_shares_anothers_folder(app: &TestApp) {
    let (ada, eve) = (app.member().await, app.member().await);
    let (hers, eves) = (app.browser_of(&ada).await, app.browser_of(&eve).await);
    let folder = make(app, &hers, "Hers", "").await;
    let trashed = make(app, &hers, "Trashed", "").await;
    hers.send(Method::POST, "/folders/trash", &[("folder", &trashed)]).await;
    for (browser, id) in [(&eves, &*folder), (&hers, &trashed), (&hers, "x"), (&hers, "\u{0}")] {
        let fresh = uuid::Uuid::new_v4().to_string();
        let fields = [Terms::default().fields(), vec![("share", &*fresh), ("folder", id)]].concat();
        assert_eq!(browser.send(Method::POST, "/shares", &fields).await.status(), StatusCode::NOT_FOUND, "{id}");
    }
    assert_eq!(app.count("SELECT count(*) FROM shares").await, 0);
}
