//! What no folder can be, whoever writes to the database.

use super::{make, newest, put, upload_to};
use crate::{
    on_both_databases,
    support::{Kind, TestApp},
};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;

on_both_databases!(
    no_folder_lies_in_itself_in_anothers_or_too_deep_whoever_writes,
    folders_lie_thirty_two_deep_at_most,
    two_that_are_put_into_each_other_at_once_make_no_circle,
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
    for depth in 0..5 {
        let sql = format!("UPDATE folders SET parent_id = {c}, parent_depth = {depth} WHERE id = {a}");
        assert!(refused(app, &sql).await, "a circle, at {depth}");
        let sql = format!("UPDATE folders SET parent_id = {d}, parent_depth = {depth} WHERE id = {b}");
        assert!(refused(app, &sql).await, "in another's, at {depth}");
    }
    assert!(refused(app, &format!("UPDATE folders SET parent_id = id, parent_depth = 1 WHERE id = {a}")).await);
    assert!(refused(app, &format!("UPDATE folders SET name_key = (SELECT name_key FROM folders WHERE id = {a}), parent_id = NULL, parent_depth = 0 WHERE id = {b}")).await, "two of one name");
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
    assert_eq!(app.count("SELECT max(depth) FROM folders").await, 32);
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
    assert_eq!(app.count("SELECT depth FROM folders WHERE name = 'b'").await, 32);
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
    assert_eq!(app.count("SELECT count(*) FROM folders WHERE depth = 2").await, 5);
}
