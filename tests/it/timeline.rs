//! Long lists: any part of them is shown as the whole has it, their months lead into them, and all that they find is moved at once.

use crate::{lists::insert_files, on_both_databases, support::TestApp, taken::upload};
use cloakroom::files::{
    Ready, Scope, State,
    file::File,
    list::{
        page::{self, Span},
        search::{Order, Search},
    },
};
use reqwest::StatusCode;
use serde_json::json;

on_both_databases!(
    any_part_of_a_list_is_what_the_whole_has_there,
    a_list_that_begins_further_down_leads_back_up,
    months_are_those_of_who_reads_them_and_lead_to_their_files,
    the_months_are_those_of_what_is_found,
    all_that_a_list_finds_is_trashed_at_once_and_brought_back,
    what_nobody_looked_for_stays,
);

async fn any_part_of_a_list_is_what_the_whole_has_there(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 130).await;
    for order in Order::ALL {
        let search = Search { order, ..Search::all(Scope::Own(ada.id)) }.in_state(State::Ready);
        let list = async |span| page::list_ready(&app.db, &search, span).await.expect("a page");
        let ids = |files: &[Ready]| files.iter().map(Ready::id).collect::<Vec<_>>();
        let first = list(Span::First).await;
        let second = list(Span::After(first.end.clone().expect("an end"))).await;
        let second_end = second.end.clone().expect("an end");
        let third = list(Span::After(second_end.clone())).await;
        let before = list(Span::Before(third.files[0].cursor(&search))).await;
        assert_eq!((ids(&before.files), before.has_earlier), (ids(&second.files), true), "{order:?}");
        assert_eq!(before.end, Some(second_end.clone()), "{order:?}");
        let before = list(Span::Before(second.files[0].cursor(&search))).await;
        assert_eq!((ids(&before.files), before.has_earlier), (ids(&first.files), false), "{order:?}");
        let few = list(Span::Before(first.files[5].cursor(&search))).await;
        assert_eq!(ids(&few.files), ids(&first.files[..5]), "{order:?}");
        let at = list(Span::At(second.files[0].cursor(&search))).await;
        assert_eq!((ids(&at.files), at.has_earlier, at.has_more), (ids(&second.files), true, true), "{order:?}");
        let at = list(Span::At(first.files[0].cursor(&search))).await;
        assert_eq!((ids(&at.files), at.has_earlier), (ids(&first.files), false), "{order:?}");
        let between = list(Span::Between(second.files[0].cursor(&search), second_end)).await;
        assert_eq!(ids(&between.files), ids(&second.files), "{order:?}");
    }
}

async fn a_list_that_begins_further_down_leads_back_up(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 60).await;
    let browser = app.browser_of(&ada).await;
    let first = browser.get("/").await;
    assert!(!first.shows("data-earlier>"), "there is nothing before the first");
    let second = browser.get(&address(&first.html, "after")).await;
    second.assert_shows(&["data-earlier>", "file-00001", "Previous"]);
    let again = browser.get(&address(&second.html, "before")).await;
    again.assert_shows(&["file-00060", "file-00013"]);
    assert!(!again.shows("data-earlier>"));
    assert!(!again.shows("file-00012"));
    for bad in ["/?before=x", "/?at=1-1&through=x", "/?sort=name&before=1-1-", "/?before=%00"] {
        let page = browser.get(bad).await;
        assert_eq!(page.status, StatusCode::OK, "{bad}");
        page.assert_shows(&["was left out."]);
    }
}

async fn months_are_those_of_who_reads_them_and_lead_to_their_files(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    browser.get("/timeline").await.assert_shows(&["No file matches."]);
    for (name, taken) in [
        ("late.png", "2025-10-31T23:30:00+00:00"),
        ("early.png", "2025-11-02T08:00:00+00:00"),
        ("middle.png", "2024-02-29T12:00:00+00:00"),
    ] {
        upload(app, &ada, name, json!({ "takenAt": taken })).await;
    }
    let months = browser.get("/timeline").await;
    months.assert_shows(&["data-month=\"2025-10\" data-files=\"1\"", "data-month=\"2025-11\" data-files=\"1\""]);
    browser.set_cookie("cloakroom_zone", "Europe/Berlin");
    let months = browser.get("/timeline").await;
    months.assert_shows(&["<h2>2025</h2>", "data-month=\"2025-11\" data-files=\"2\"", "data-month=\"2024-02\""]);
    assert!(!months.shows("2025-10"), "it was November in Berlin");
    let november = browser.get(&month(&months.html, "2025-11")).await;
    november.assert_shows(&["data-day=\"2025-11-02\"", "data-day=\"2025-11-01\"", "late.png"]);
    let february = browser.get(&month(&months.html, "2024-02")).await;
    february.assert_shows(&["data-day=\"2024-02-29\"", "middle.png", "data-earlier>"]);
    assert!(!february.shows("late.png"));
    // The other way round.
    let months = browser.get("/timeline?sort=oldest").await;
    let november = browser.get(&month(&months.html, "2025-11")).await;
    november.assert_shows(&["data-day=\"2025-11-01\"", "late.png", "early.png", "data-earlier>"]);
    assert!(!november.shows("middle.png"));
}

async fn the_months_are_those_of_what_is_found(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    for (name, taken) in [("a.png", "2025-10-01T00:00:00Z"), ("b.png", "2025-09-01T00:00:00Z")] {
        upload(app, &ada, name, json!({ "takenAt": taken })).await;
    }
    upload(app, &bob, "bob.png", json!({ "takenAt": "2025-08-01T00:00:00Z" })).await;
    let browser = app.browser_of(&ada).await;
    let months = browser.get("/timeline?name=b").await;
    months.assert_shows(&["2025-09", "/?name=b&after="]);
    assert!(!months.shows("2025-10"));
    assert!(!months.shows("2025-08"));
    browser
        .get("/timeline?from=today")
        .await
        .assert_shows(&["“today” was left out. A date must be written", "2025-10"]);
}

async fn all_that_a_list_finds_is_trashed_at_once_and_brought_back(app: &TestApp) {
    app.expect_orphans();
    let (ada, bob) = (app.member().await, app.member().await);
    insert_files(app, &ada.id.to_string(), 2_300).await;
    app.upload(&bob, "file-bob", "text/plain", b"words").await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/?name=file-0").await;
    let told = browser.submit(&page, "/files/trash", &[("found", "name=file-0")]).await;
    told.assert_shows(&["2300 files are in the trash."]);
    assert_eq!(ready(app, &ada).await, 0);
    assert_eq!(ready(app, &bob).await, 1, "nobody else's");
    browser.submit(&told, "/files/restoration", &[]).await.assert_shows(&["2300 files"]);
    assert_eq!(ready(app, &ada).await, 2_300);
}

async fn what_nobody_looked_for_stays(app: &TestApp) {
    let ada = app.member().await;
    for name in ["note one.txt", "note two.txt", "other.txt"] {
        app.upload(&ada, name, "text/plain", b"words").await;
    }
    let browser = app.browser_of(&ada).await;
    let page = browser.get("/?name=note").await;
    for bad in ["from=today", "name=%00", "sort=up"] {
        let answer = browser.submit(&page, "/files/trash", &[("found", bad)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(ready(app, &ada).await, 3);
    browser.submit(&page, "/files/trash", &[("found", "name=note&type=document")]).await;
    assert_eq!(ready(app, &ada).await, 1);
}

async fn ready(app: &TestApp, someone: &crate::support::Someone) -> usize {
    let search = Search::all(Scope::Own(someone.id)).in_state(State::Ready);
    let (mut count, mut span) = (0, Span::First);
    loop {
        let page = page::list_ready(&app.db, &search, span).await.expect("a page");
        count += page.files.len();
        let Some(next) = page.next() else { return count };
        span = Span::After(next.clone());
    }
}

/// The address in a page with this parameter.
fn address(html: &str, parameter: &str) -> String {
    let found = regex::Regex::new(&format!(r#"href="(/\?[^"]*{parameter}=[^"]*)""#)).expect("a pattern");
    found.captures(html).expect("an address")[1].replace("&#38;", "&").replace("&amp;", "&")
}

/// Where a month of a timeline leads.
fn month(html: &str, key: &str) -> String {
    let found = regex::Regex::new(&format!(r#"href="([^"]+)" data-month="{key}""#)).expect("a pattern");
    found.captures(html).expect("a month")[1].replace("&#38;", "&").replace("&amp;", "&")
}
