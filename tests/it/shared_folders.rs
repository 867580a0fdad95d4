//! Links of folders: they show what is in one and below it at the moment, and nothing above.

use crate::{
    on_both_databases,
    places::{make, put, upload_to},
    support::{TestApp, shares::Terms, uploads::PNG},
};
use cloakroom::{accounts::Role, database, jobs::trash_expiry};
use reqwest::{Method, StatusCode, header};

on_both_databases!(
    a_link_of_a_folder_shows_what_is_in_it_now_and_nothing_above,
    what_is_moved_out_is_gone_from_a_link_at_once_and_what_is_moved_in_is_there,
    the_trash_closes_a_link_of_a_folder_and_restoring_opens_it,
    a_folder_that_is_gone_for_ever_ends_its_link_in_words,
    downloads_from_a_shared_folder_are_counted_as_from_others,
    subfolders_come_a_hundred_at_a_time,
    its_owner_is_told_that_a_folder_is_shared,
    whoever_moves_files_into_a_shared_folder_is_warned,
    a_link_of_a_folder_shows_a_folder_of_its_owner_whoever_writes,
);

async fn a_link_of_a_folder_shows_what_is_in_it_now_and_nothing_above(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let travels = make(app, &browser, "Travels", "").await;
    let iceland = make(app, &browser, "Island", &travels).await;
    let coast = make(app, &browser, "Coast", &iceland).await;
    let deep = make(app, &browser, "Deep", &coast).await;
    app.upload(&ada, "top.png", "image/png", PNG).await;
    upload_to(app, &ada, "above.png", &format!(":{travels}")).await;
    let high = upload_to(app, &ada, "high.png", &format!(":{iceland}")).await;
    let low = upload_to(app, &ada, "low.png", &format!(":{coast}")).await;
    let share = app.share_folder(&browser, &iceland, &Terms::default()).await;
    let guest = app.browser();
    let page = guest.get(&share.path).await;
    page.assert_shows(&["Person shares", ">Iceland</h1>", "1 folder, 1 file", "high.png", ">Coast<", "og:title"]);
    for hidden in ["Travels", "Island", "top.png", "above.png", "low.png", "data-folder-menu", "crumbs"] {
        assert!(!page.shows(hidden), "{hidden}");
    }
    let below = format!("{}/folders/{coast}", share.path);
    let page = guest.get(&below).await;
    page.assert_shows(&[
        ">Coast</h1>",
        "low.png",
        ">Deep<",
        &format!("<a href=\"{}\">Iceland</a>", share.path),
        "noindex",
    ]);
    assert!(!page.shows("Travels"));
    assert!(!page.shows("high.png"));
    let page = guest.get(&format!("{}/folders/{deep}", share.path)).await;
    page.assert_shows(&[">Deep</h1>", "Nothing in here yet.", &format!("<a href=\"{below}\">Coast</a>")]);
    assert_eq!(guest.get(&format!("{}/folders/{iceland}", share.path)).await.status, StatusCode::OK, "it is itself");
    // The viewer stays in the file's own folder.
    let page = guest.get(&format!("{}/files/{low}", share.path)).await;
    page.assert_shows(&["low.png", &format!("href=\"{below}?at=")]);
    assert!(!page.shows("high.png"));
    guest.get(&format!("{}/files/{high}", share.path)).await.assert_shows(&[&format!("href=\"{}?at=", share.path)]);
    let answer = guest.send(Method::GET, &below, &[]).await;
    assert_eq!(answer.headers()["x-robots-tag"], "noindex, nofollow");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(app.count("SELECT visits FROM shares").await, 1, "who walks on is no other visit");
}

async fn what_is_moved_out_is_gone_from_a_link_at_once_and_what_is_moved_in_is_there(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    let (low, other) = (make(app, &browser, "Low", &shared).await, make(app, &browser, "Other", "").await);
    let file = upload_to(app, &ada, "one.png", &format!(":{low}")).await;
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    let guest = app.browser();
    let statuses = async || {
        let (folder, file) = (format!("{}/folders/{low}", share.path), format!("{}/files/{file}", share.path));
        let mut all = Vec::new();
        for place in [&*file, &format!("{file}/content"), &folder] {
            all.push(guest.send(Method::GET, place, &[]).await.status().as_u16());
        }
        all.push(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status().as_u16());
        all
    };
    assert_eq!(statuses().await, [200, 302, 200, 303]);
    put(&browser, &[("id", &file)], &other).await;
    assert_eq!(statuses().await, [404, 404, 200, 404], "the file is elsewhere");
    put(&browser, &[("id", &file)], "top").await;
    assert_eq!(statuses().await, [404, 404, 200, 404], "the file is in no folder");
    put(&browser, &[("id", &file)], &low).await;
    put(&browser, &[("folder", &low)], &other).await;
    assert_eq!(statuses().await, [404, 404, 404, 404], "its folder is elsewhere");
    assert!(!guest.get(&share.path).await.shows(">Low<"));
    put(&browser, &[("folder", &low)], &shared).await;
    assert_eq!(statuses().await, [200, 302, 200, 303]);
    browser.send(Method::POST, "/files/trash", &[("id", &file)]).await;
    assert_eq!(statuses().await, [404, 404, 200, 404], "the file is in the trash");
    browser.send(Method::POST, "/files/restoration", &[("id", &file)]).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &low)]).await;
    assert_eq!(statuses().await, [404, 404, 404, 404], "its folder is in the trash");
    assert_eq!(guest.get(&share.path).await.status, StatusCode::OK, "the rest is there");
}

async fn the_trash_closes_a_link_of_a_folder_and_restoring_opens_it(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let above = make(app, &browser, "Above", "").await;
    let shared = make(app, &browser, "Island", &above).await;
    let file = upload_to(app, &ada, "one.png", &format!(":{shared}")).await;
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    let guest = app.browser();
    for folder in [&shared, &above] {
        browser.send(Method::POST, "/folders/trash", &[("folder", folder)]).await;
        let page = guest.get(&share.path).await;
        assert_eq!(page.status, StatusCode::GONE);
        page.assert_shows(&["This link shows nothing now", "Its folder was put away. Ask Person."]);
        assert!(!page.shows("Island"));
        let file = format!("{}/files/{file}", share.path);
        for place in ["", "/content", "/thumbnail"] {
            let status = guest.send(Method::GET, &format!("{file}{place}"), &[]).await.status();
            assert_eq!(status, StatusCode::GONE, "{place}");
        }
        assert_eq!(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status(), StatusCode::GONE);
        browser.get("/shared").await.assert_shows(&["In the trash"]);
        browser.get(&format!("/shares/{}", share.id)).await.assert_shows(&["Its folder is in the trash"]);
        browser.send(Method::POST, "/folders/restoration", &[("folder", folder)]).await;
        guest.get(&share.path).await.assert_shows(&["one.png"]);
    }
}

async fn a_folder_that_is_gone_for_ever_ends_its_link_in_words(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    upload_to(app, &ada, "one.png", &format!(":{shared}")).await;
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    browser.send(Method::POST, "/folders/trash", &[("folder", &shared)]).await;
    browser.send(Method::POST, "/trash/purge", &[("folder", &shared), ("confirmed", "yes")]).await;
    let guest = app.browser();
    assert_eq!(guest.get(&share.path).await.status, StatusCode::GONE, "it is on its way out");
    trash_expiry::run(&app.second_instance().await, database::now()).await.expect("run");
    assert_eq!(app.count("SELECT count(*) FROM folders").await, 0);
    let page = guest.get(&share.path).await;
    assert_eq!(page.status, StatusCode::GONE);
    page.assert_shows(&["This link has ended", "Ask Person for a new one."]);
    browser.get("/shared").await.assert_shows(&["Iceland", "Ended"]);
    let place = format!("/shares/{}", share.id);
    browser.send(Method::POST, &format!("{place}/end"), &[]).await;
    browser.send(Method::POST, &format!("{place}/restoration"), &[("state", "active")]).await;
    assert_eq!(guest.get(&share.path).await.status, StatusCode::GONE, "nothing brings it back");
}

async fn downloads_from_a_shared_folder_are_counted_as_from_others(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    let low = make(app, &browser, "Low", &shared).await;
    let files = [
        upload_to(app, &ada, "1.png", &format!(":{shared}")).await,
        upload_to(app, &ada, "2.png", &format!(":{low}")).await,
    ];
    let limited = Terms { most_downloads: "2", password: "fjord-lantern", ..Terms::default() };
    let share = app.share_folder(&browser, &shared, &limited).await;
    let guest = app.browser();
    let below = format!("{}/folders/{low}", share.path);
    assert_eq!(guest.get(&below).await.status, StatusCode::FORBIDDEN, "it has a password");
    guest.send(Method::POST, &format!("{}/password", share.path), &[("password", "fjord-lantern")]).await;
    guest.get(&below).await.assert_shows(&["2 downloads are left."]);
    for file in &files {
        let file = format!("{}/files/{file}", share.path);
        assert_eq!(guest.send(Method::GET, &format!("{file}/content"), &[]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(app.count("SELECT downloads FROM shares").await, 2);
    let page = guest.get(&below).await;
    assert_eq!(page.status, StatusCode::GONE);
    page.assert_shows(&["This link is used up"]);
    let looking = app.share_folder(&browser, &shared, &Terms { has_originals: "", ..Terms::default() }).await;
    let file = format!("{}/files/{}", looking.path, files[1]);
    assert!(guest.get(&file).await.shows("2.png"));
    assert_eq!(guest.send(Method::GET, &format!("{file}/content"), &[]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(guest.send(Method::POST, &format!("{file}/download"), &[]).await.status(), StatusCode::NOT_FOUND);
}

async fn subfolders_come_a_hundred_at_a_time(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    for number in 0..102 {
        make(app, &browser, &format!("{number:03}"), &shared).await;
    }
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    let guest = app.browser();
    let page = guest.get(&share.path).await;
    page.assert_shows(&[">000<", ">099<", "More folders", "102 folders"]);
    assert!(!page.shows(">100<"));
    let next = regex::Regex::new(r#"href="(/s/[^"]+\?folders=[^"]+)""#).expect("a pattern");
    let next = next.captures(&page.html).expect("a next page")[1].to_owned();
    let page = guest.get(&next).await;
    page.assert_shows(&[">100<", ">101<"]);
    assert!(!page.shows(">099<"));
    assert_eq!(guest.get(&format!("{}?folders=%00", share.path)).await.status, StatusCode::OK);
}

async fn its_owner_is_told_that_a_folder_is_shared(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    let low = make(app, &browser, "Low", &shared).await;
    make(app, &browser, "Other", "").await;
    upload_to(app, &ada, "one.png", &format!(":{shared}")).await;
    app.execute("UPDATE r2_files SET has_place = TRUE").await;
    let draft = browser.get(&format!("/shares/new?folder={shared}")).await;
    draft.assert_shows(&["Share “Shared”", "now and later", "Pictures in it say where they were taken."]);
    assert!(!browser.get("/").await.shows("Shared ·"), "nothing is made yet");
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    browser.get("/").await.assert_shows(&["Shared · 1 folder, 1 file"]);
    for folder in [&shared, &low] {
        let page = browser.get(&format!("/folders/{folder}")).await;
        page.assert_shows(&["Shared by", &format!("/shares/{}", share.id), "Iceland"]);
    }
    browser.get("/shared").await.assert_shows(&["Iceland", "Folder · 1 folder, 1 file"]);
    let admins = app.browser_of(&admin).await;
    admins.get("/admin/shares").await.assert_shows(&["Iceland", "Folder · 1 folder, 1 file"]);
    admins.get("/admin/events").await.assert_shows(&["Link made", "folder Shared"]);
    browser.send(Method::POST, &format!("/shares/{}/end", share.id), &[]).await;
    assert!(!browser.get("/").await.shows("Shared ·"));
    assert!(!browser.get(&format!("/folders/{low}")).await.shows("Shared by"));
}

async fn whoever_moves_files_into_a_shared_folder_is_warned(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    let low = make(app, &browser, "Low", &shared).await;
    let other = make(app, &browser, "Other", "").await;
    let file = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    let warning = "Shared by a link";
    let asked = async |form: &[(&str, &str)]| {
        let form: Vec<_> = form.iter().copied().chain([("id", &*file)]).collect();
        browser.send(Method::POST, "/files/move", &form).await.text().await.expect("a page")
    };
    assert_eq!(asked(&[]).await.matches(warning).count(), 1, "of the two at the top one is shared");
    assert_eq!(asked(&[("words", "low"), ("choosing", "yes")]).await.matches(warning).count(), 1, "it lies in it");
    assert_eq!(asked(&[("words", "other"), ("choosing", "yes")]).await.matches(warning).count(), 0);
    let moved = async |to: &str| {
        put(&browser, &[("id", &file)], to).await;
        browser.get("/").await
    };
    let page = moved(&low).await;
    page.assert_shows(&["moved to Low. Shared by a link: whoever has it will see these files.", "Undo"]);
    assert!(!moved(&other).await.shows(warning));
    browser.send(Method::POST, &format!("/shares/{}/pause", share.id), &[]).await;
    assert!(!moved(&low).await.shows(warning), "nobody sees them now");
}

async fn a_link_of_a_folder_shows_a_folder_of_its_owner_whoever_writes(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let (shared, file) = (make(app, &hers, "Hers", "").await, app.upload(&ada, "one.png", "image/png", PNG).await);
    let bobs = make(app, &his, "His", "").await;
    app.share_folder(&hers, &shared, &Terms::default()).await;
    app.share(&hers, &[&file], &Terms::default()).await;
    let bobs: uuid::Uuid = bobs.parse().expect("an id");
    for (sql, why) in [
        ("UPDATE shares SET folder_id = $1 WHERE shows = 'folder'", "another's folder"),
        (
            "UPDATE shares SET folder_id = (SELECT folder_id FROM shares WHERE shows = 'folder') WHERE id <> $1 AND shows = 'files'",
            "of files, and of a folder",
        ),
        ("UPDATE shares SET shows = 'all' WHERE id <> $1", "neither"),
    ] {
        let statement = sea_orm::Statement::from_sql_and_values(app.backend(), sql, [bobs.into()]);
        assert!(sea_orm::ConnectionTrait::execute_raw(&app.db, statement).await.is_err(), "{why}");
    }
    let refused = his.get(&format!("/shares/new?folder={shared}")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}
