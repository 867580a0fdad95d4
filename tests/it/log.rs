//! The log: what was done to many at once is one line, which opens, however much there is.

use crate::{
    on_both_databases,
    support::{Kind, Someone, TestApp, browser::Page, plans::plan, uploads::PNG},
};
use cloakroom::{
    accounts::Role,
    audit::{filter::Filter, log},
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    what_is_done_to_many_at_once_is_one_line_that_opens,
    what_was_done_before_stands_alone,
    a_long_act_neither_hides_what_was_before_nor_is_read_whole,
);

async fn what_is_done_to_many_at_once_is_one_line_that_opens(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let mut ids = Vec::new();
    for name in ["beach.png", "dunes.png", "lake.png"] {
        ids.push(app.upload(&ada, name, "image/png", PNG).await);
    }
    let owner = app.browser_of(&ada).await;
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    owner.send(Method::POST, "/files/trash", &fields).await;
    owner.send(Method::POST, "/files/restoration", &fields[..1]).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get("/admin/events").await;
    page.assert_shows(&["3 files", "and 2 more", &ada.email]);
    let trashed = lines(&page).into_iter().filter(|line| line.contains("Put in the trash")).collect::<Vec<_>>();
    let [line] = &trashed[..] else { panic!("{trashed:?}") };
    let restored = lines(&page).into_iter().filter(|line| line.contains("Restored")).collect::<Vec<_>>();
    let [line_of_one] = &restored[..] else { panic!("{restored:?}") };
    assert!(!line_of_one.contains("/admin/events/"), "one file stands alone: {line_of_one}");
    let act = browser.get(&link(line)).await;
    act.assert_shows(&["Put in the trash: 3 files", &ada.email, "127.0.0.1"]);
    for name in ["beach.png", "dunes.png", "lake.png"] {
        assert_eq!(act.html.matches(name).count(), 1, "{name}: {}", act.html);
    }
    // Each file's own history is as it was.
    owner.get(&format!("/files/{}", ids[0])).await.assert_shows(&["Put in the trash", "Restored"]);
    for nothing in ["/admin/events/0", "/admin/events/x", "/admin/events/99999999999999999999"] {
        assert_eq!(browser.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    let within = app.count("SELECT max(id) FROM audit_events WHERE act_id IS NOT NULL").await;
    assert_eq!(browser.get(&format!("/admin/events/{within}")).await.status, StatusCode::NOT_FOUND);
}

async fn what_was_done_before_stands_alone(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let before = "INSERT INTO audit_events (at, actor, action, subject, detail, address) VALUES";
    let now = if app.kind == Kind::Postgres { "now()" } else { "'2026-11-01T00:00:00+00:00'" };
    for name in ["old-1.png", "old-2.png"] {
        app.execute(&format!("{before} ({now}, 'ada', 'file.trashed', '{name}', '', '')")).await;
    }
    let page = app.browser_of(&admin).await.get("/admin/events").await;
    page.assert_shows(&["old-1.png", "old-2.png"]);
    assert!(!page.html.contains("/admin/events/"), "nothing opens: {}", page.html);
}

async fn a_long_act_neither_hides_what_was_before_nor_is_read_whole(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    insert_act(app, &admin, "early", 150).await;
    let long = insert_act(app, &admin, "long", 20_000).await;
    insert_act(app, &admin, "late", 2).await;
    app.execute(if app.kind == Kind::Postgres { "VACUUM ANALYZE audit_events" } else { "ANALYZE audit_events" }).await;
    let browser = app.browser_of(&admin).await;
    browser.get("/admin/events").await.assert_shows(&["2 files", "20,000 files", "150 files"]);
    let before = browser.get(&format!("/admin/events?before={long}")).await;
    before.assert_shows(&["150 files"]);
    assert!(!before.shows("20,000 files"), "{}", before.html);
    let (mut place, mut names) = (format!("/admin/events/{long}"), Vec::new());
    let pattern = regex::Regex::new("long-([0-9]+)").expect("a pattern");
    for _ in 0..3 {
        let page = browser.get(&place).await;
        page.assert_shows(&["20,000 files"]);
        names.extend(pattern.captures_iter(&page.html).map(|found| found[1].parse::<u32>().expect("a number")));
        place = link(&page.html[page.html.find("class=\"more\"").expect("more")..]);
    }
    assert_eq!(names, (1..=301).collect::<Vec<_>>(), "each once, in their order");
    let plan = plan(app, log::statement(&Filter::default(), None, 101, app.backend())).await;
    assert!(plan.contains("audit_events_by_act"), "{plan}");
    for waste in ["Sort", "B-TREE", "Removed by Filter"] {
        assert!(!plan.contains(waste), "{plan}");
    }
}

/// The rows of the log.
fn lines(page: &Page) -> Vec<String> {
    let body = page.html.split("<tbody>").nth(1).expect("a table");
    body.split("</tr>").map(str::to_owned).collect()
}

fn link(html: &str) -> String {
    let start = html.find("/admin/events/").expect("a link");
    html[start..].split('"').next().expect("its end").to_owned()
}

/// An act as a change of many files writes it; the place of its line.
async fn insert_act(app: &TestApp, actor: &Someone, name: &str, count: u32) -> i64 {
    let first = app.count("SELECT coalesce(max(id), 0) + 1 FROM audit_events").await;
    let columns = "id, at, actor, action, subject, detail, address, act_id, act_size";
    let act = format!("CASE WHEN n = 1 THEN NULL ELSE {first} END, CASE WHEN n = 1 THEN {count} ELSE 1 END");
    let row = |now: &str| {
        format!("{first} + n - 1, {now}, '{}', 'file.trashed', '{name}-' || n, '', '127.0.0.1', {act}", actor.email)
    };
    let numbers = match app.kind {
        Kind::Postgres => format!("SELECT {} FROM generate_series(1, {count}) AS n", row("now()")),
        Kind::Sqlite => format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
             SELECT {} FROM numbers",
            row("'2026-11-01T00:00:00+00:00'")
        ),
    };
    app.execute(&format!("INSERT INTO audit_events ({columns}) {numbers}")).await;
    if app.kind == Kind::Postgres {
        app.execute("SELECT setval(pg_get_serial_sequence('audit_events', 'id'), (SELECT max(id) FROM audit_events))")
            .await;
    }
    first
}
