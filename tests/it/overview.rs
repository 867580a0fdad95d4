//! What administrators see at a glance: figures, days, kinds, and whether all answers.

use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use cloakroom::accounts::Role;

on_both_databases!(
    what_is_stored_is_told_by_kind_and_by_person,
    files_are_counted_whoever_changes_them,
    uploads_stand_on_the_days_of_who_reads,
    nothing_to_do_is_said_and_so_is_what_answers,
);

async fn what_is_stored_is_told_by_kind_and_by_person(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "beach.png", "image/png", PNG).await;
    let trashed = app.upload(&ada, "notes.txt", "text/plain", b"words").await;
    app.browser_of(&ada).await.send(reqwest::Method::POST, "/files/trash", &[("id", &trashed)]).await;
    let page = app.browser_of(&admin).await.get("/admin").await;
    page.assert_shows(&["What is stored", "Pictures: 69 bytes", "Documents: 5 bytes", &ada.email, "74 bytes"]);
    assert!(!page.shows("Archives"), "what there is none of is left out: {}", page.html);
}

async fn files_are_counted_whoever_changes_them(app: &TestApp) {
    app.expect_orphans();
    let counted = "SELECT CAST(coalesce(sum(files), 0) AS BIGINT) FROM file_totals";
    let row = "INSERT INTO r2_files (object_key, file_url, user_id) VALUES";
    app.execute(&format!("{row} ('one', 'https://x', 'user_123'), ('two', 'https://x', 'user_123')")).await;
    assert_eq!(app.count(counted).await, 2, "the guide's own rows");
    app.execute("UPDATE r2_files SET size = 7, kind = 'image' WHERE object_key = 'one'").await;
    app.execute("UPDATE r2_files SET state = 'trashed'").await;
    let weight = "SELECT CAST(sum(bytes) AS BIGINT) FROM file_totals WHERE state = 'trashed' AND kind = 'image'";
    assert_eq!(app.count(weight).await, 7);
    app.execute("UPDATE r2_files SET state = 'purging' WHERE object_key = 'two'").await;
    assert_eq!(app.count(counted).await, 1, "not what is on its way out");
    app.execute("DELETE FROM r2_files").await;
    assert_eq!(app.count(counted).await, 0);
    assert_eq!(app.count("SELECT CAST(sum(bytes) AS BIGINT) FROM file_totals").await, 0);
}

async fn uploads_stand_on_the_days_of_who_reads(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "beach.png", "image/png", PNG).await;
    let browser = app.browser_of(&admin).await;
    #[expect(clippy::disallowed_methods, reason = "what day it is")]
    let now = chrono::Utc::now();
    let days =
        regex::Regex::new(r#"<th scope="row">(\d+ \w+ \d+)</th>\s*<td class="number">1</td>"#).expect("a pattern");
    // As late as it gets, and as early.
    for (zone, offset) in [("Pacific/Kiritimati", 14), ("Pacific/Niue", -11)] {
        browser.set_cookie("cloakroom_zone", zone);
        let page = browser.get("/admin").await;
        let found = days.captures(&page.html).unwrap_or_else(|| panic!("no day: {}", page.html));
        let day = (now + chrono::TimeDelta::hours(offset)).format("%-d %b %Y").to_string();
        assert_eq!(found[1], day, "{zone}");
    }
}

async fn nothing_to_do_is_said_and_so_is_what_answers(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get("/admin").await;
    page.assert_shows(&["Storage answers in ", "The database answers in "]);
    let state = app.second_instance().await;
    state.store.get_to_know(cloakroom::database::now()).await.expect("known");
    let page = browser.get("/admin").await;
    page.assert_shows(&["Nothing yet."]);
}
