//! What no folder can be, whoever writes to the database.

use super::{make, newest, put, upload_to};
use crate::{
    migrations::since,
    on_both_databases,
    support::{Kind, TestApp, shares::Terms},
};
use migration::{Migrator, MigratorTrait};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;

on_both_databases!(
    no_folder_lies_in_itself_in_anothers_or_too_deep_whoever_writes,
    folders_lie_thirty_two_deep_at_most,
    two_that_are_put_into_each_other_at_once_make_no_circle,
    heights_are_right_whoever_moves_folders_at_once,
    folders_from_before_have_their_heights_and_all_that_hangs_on_them,
);

async fn refused(app: &TestApp, sql: &str) -> bool {
    app.db.execute_unprepared(sql).await.is_err()
}

fn id(app: &TestApp, text: &str) -> String {
    match app.kind {
        Kind::Postgres => format!("'{text}'"),
        Kind::Sqlite => format!("x'{}'", text.replace('-', "")),
    }
}

async fn no_folder_lies_in_itself_in_anothers_or_too_deep_whoever_writes(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let a = make(app, &hers, "a", "").await;
    let b = make(app, &hers, "b", &a).await;
    let c = make(app, &hers, "c", &b).await;
    let d = make(app, &his, "d", "").await;
    let file = upload_to(app, &ada, "1.png", &format!(":{c}")).await;
    let [a, b, c, d, file] = [&a, &b, &c, &d, &file].map(|text| id(app, text));
    for height in [1, 2, 3, 32] {
        let sql = format!("UPDATE folders SET parent_id = {c}, height = {height} WHERE id = {a}");
        assert!(refused(app, &sql).await, "a circle, at {height}");
        let sql = format!("UPDATE folders SET parent_id = {d}, height = {height} WHERE id = {b}");
        assert!(refused(app, &sql).await, "in another's, at {height}");
    }
    for height in [0, 1, 2, 4, 33] {
        let sql = format!("UPDATE folders SET height = {height} WHERE id = {a}");
        assert!(refused(app, &sql).await, "a height that it has not: {height}");
    }
    assert!(refused(app, &format!("UPDATE folders SET parent_id = id WHERE id = {a}")).await, "in itself");
    assert!(refused(app, &format!("UPDATE folders SET name_key = (SELECT name_key FROM folders WHERE id = {a}), parent_id = NULL WHERE id = {b}")).await, "two of one name");
    assert!(
        refused(app, &format!("UPDATE r2_files SET folder_id = {d} WHERE file_id = {file}")).await,
        "another's folder"
    );
    assert!(refused(app, &format!("DELETE FROM folders WHERE id = {c}")).await, "a folder that has files");
    assert!(refused(app, &format!("UPDATE folders SET state = 'quarantined' WHERE id = {c}")).await, "no such state");
}

async fn folders_lie_thirty_two_deep_at_most(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let path = (1..=40).map(|number| number.to_string()).collect::<Vec<_>>().join("/");
    upload_to(app, &ada, "deep.png", &path).await;
    assert_eq!(app.count("SELECT max(height) FROM folders").await, 32);
    let deepest = newest(app, "32").await;
    browser.get(&format!("/folders/{deepest}")).await.assert_shows(&["deep.png", "1 file"]);
    let page = browser.get(&format!("/folders/new?in={deepest}")).await;
    let page = browser.submit(&page, "/folders", &[("name", "deeper")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows(&["32 deep at most"]);
    // A folder that has one in it fits nowhere at depth 31 and below.
    let a = make(app, &browser, "a", "").await;
    make(app, &browser, "b", &a).await;
    let [above, fits] = [newest(app, "31").await, newest(app, "30").await];
    assert_eq!(put(&browser, &[("folder", &a)], &above).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(put(&browser, &[("folder", &a)], &fits).await, StatusCode::SEE_OTHER);
    assert_eq!(app.count("SELECT height FROM folders WHERE name = '1'").await, 32);
    // What has one in it by now does not come back to where it only just lay.
    assert_eq!(put(&browser, &[("folder", &deepest)], "top").await, StatusCode::SEE_OTHER);
    let page = browser.get("/").await;
    make(app, &browser, "below", &deepest).await;
    let page = browser.submit(&page, "/files/move", &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows(&["32 deep at most"]);
}

async fn two_that_are_put_into_each_other_at_once_make_no_circle(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    for round in 0..5 {
        let [one, other] = [format!("one {round}"), format!("other {round}")];
        let [a, b] = [make(app, &browser, &one, "").await, make(app, &browser, &other, "").await];
        let [into_b, into_a] = [[("folder", a.as_str())], [("folder", b.as_str())]];
        let (first, second) = tokio::join!(put(&browser, &into_b, &b), put(&browser, &into_a, &a));
        let mut outcomes = [first, second];
        outcomes.sort();
        assert_eq!(outcomes, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY]);
    }
    assert_eq!(app.count("SELECT count(*) FROM folders WHERE height = 2").await, 5);
}

/// Past the application, and so past its locks.
async fn heights_are_right_whoever_moves_folders_at_once(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let mut folders = Vec::new();
    for number in 0..6 {
        let made = make(app, &browser, &number.to_string(), "").await;
        folders.push(id(app, &made));
    }
    let wrong = "SELECT count(*) FROM folders WHERE height <> 1 + coalesce((
        SELECT max(inside.height) FROM folders AS inside WHERE inside.parent_id = folders.id), 0)";
    let mut done = 0;
    for round in 0..12 {
        let moves = (0..3).map(|step| {
            let (what, to) = ((round * 5 + step * 2) % 6, (round + step * 3 + 1) % 6);
            let to = if what == to { "NULL" } else { folders[to].as_str() };
            format!("UPDATE folders SET parent_id = {to} WHERE id = {}", folders[what])
        });
        let moves: Vec<String> = moves.collect();
        let [one, two, three] = [&moves[0], &moves[1], &moves[2]].map(|sql| app.db.execute_unprepared(sql));
        let (one, two, three) = tokio::join!(one, two, three);
        done += [one, two, three].iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(app.count(wrong).await, 0, "a height that is another makes room for a circle");
    }
    assert!(done > 12, "{done}");
}

async fn folders_from_before_have_their_heights_and_all_that_hangs_on_them(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let top = make(app, &browser, "top", "").await;
    let low = make(app, &browser, "low", &top).await;
    upload_to(app, &ada, "1.png", &format!(":{low}")).await;
    app.share_folder(&browser, &top, &Terms::default()).await;
    app.share_with(&browser, &top, &bob).await;
    Migrator::down(app.db.unlimited(), since("_folder_heights")).await.expect("before them");
    let before = "SELECT count(*) FROM folders AS inside JOIN folders ON folders.id = inside.parent_id AND folders.depth = inside.parent_depth";
    assert_eq!(app.count(before).await, 1);
    Migrator::up(app.db.unlimited(), None).await.expect("with them");
    assert_eq!(app.count("SELECT height FROM folders WHERE name = 'top'").await, 2);
    for kept in ["folder_totals", "folder_grants", "shares", "r2_files"] {
        let kept = format!("SELECT count(*) FROM {kept} JOIN folders ON folders.id = {kept}.folder_id");
        assert!(app.count(&kept).await > 0, "{kept}");
    }
    assert_eq!(put(&browser, &[("folder", &low)], "top").await, StatusCode::SEE_OTHER);
    assert_eq!(app.count("SELECT count(*) FROM folders WHERE height = 1").await, 2);
    assert_eq!(app.count("SELECT max(folders) FROM folder_totals").await, 0, "they are counted as before");
}
