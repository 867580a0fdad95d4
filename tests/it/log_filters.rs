//! The log is narrowed down by its address, taken away as a file, and let go of when it is old.

use crate::{
    on_both_databases,
    support::{Kind, TestApp, browser::Browser, uploads::PNG},
};
use chrono::{TimeDelta, Utc};
use cloakroom::{accounts::Role, audit::ageing, database};
use reqwest::{Method, StatusCode};
use serde_json::Value;

on_both_databases!(
    the_log_is_narrowed_down_by_who_what_whom_and_when,
    an_act_on_files_of_many_is_found_by_each_of_them,
    an_upload_is_in_the_log_once_with_who_brought_it,
    a_download_is_in_the_log_and_a_view_is_not,
    a_refused_upload_is_in_the_log,
    an_export_has_exactly_what_is_filtered_and_is_in_the_log,
    an_export_goes_on_over_many_pages,
    // The app itself does so at its start.
    #[with("AUDIT_DAYS" => "0")]
    events_are_let_go_of_when_they_are_old,
);

async fn the_log_is_narrowed_down_by_who_what_whom_and_when(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "beach.png", "image/png", PNG).await;
    app.upload(&bob, "dunes.png", "image/png", PNG).await;
    let browser = app.browser_of(&admin).await;
    let shown = async |query: &str| {
        let page = browser.get(&format!("/admin/events?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        (page.shows("beach.png"), page.shows("dunes.png"))
    };
    for (query, expected) in [
        (String::new(), (true, true)),
        (format!("who={}", ada.email.to_uppercase()), (true, false)),
        ("what=uploads".to_owned(), (true, true)),
        ("what=file.uploaded".to_owned(), (true, true)),
        ("what=downloads".to_owned(), (false, false)),
        (format!("whom={}", bob.email), (false, true)),
        (format!("whom={}", bob.id), (false, true)),
        ("whom=beach.png".to_owned(), (true, false)),
        ("from=2020-01-01".to_owned(), (true, true)),
        ("to=2020-01-01".to_owned(), (false, false)),
        (format!("who={}&whom={}", ada.email, bob.email), (false, false)),
    ] {
        assert_eq!(shown(&query).await, expected, "{query}");
    }
    let odd = browser.get("/admin/events?what=nonsense&from=soon&who=%00").await;
    assert_eq!(odd.status, StatusCode::OK);
    odd.assert_shows(&["unknown kind of event", "such as 2026-11-24"]);
    let nothing = browser.get("/admin/events?who=nobody@example.com").await;
    nothing.assert_shows(&["No event matches."]);
}

async fn an_act_on_files_of_many_is_found_by_each_of_them(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let ids =
        [app.upload(&ada, "beach.png", "image/png", PNG).await, app.upload(&bob, "dunes.png", "image/png", PNG).await];
    let browser = app.browser_of(&admin).await;
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    browser.send(Method::POST, "/admin/files/trash", &fields).await;
    for whom in [&ada.email, &bob.email] {
        let page = browser.get(&format!("/admin/events?what=file.trashed&whom={whom}")).await;
        page.assert_shows(&["2 files"]);
    }
    let of_bob = export(&browser, &format!("what=file.trashed&whom={}", bob.email)).await;
    assert_eq!(of_bob.iter().map(|event| event["subject"].clone()).collect::<Vec<_>>(), ["dunes.png"]);
}

async fn an_upload_is_in_the_log_once_with_who_brought_it(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "beach.png", "image/png", PNG.len()).await;
    app.put(&presigned, PNG).send().await.expect("put");
    for _ in 0..2 {
        assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::OK);
    }
    let rows =
        app.rows("SELECT actor, subject, detail, address FROM audit_events WHERE action = 'file.uploaded'", []).await;
    let [row] = &rows[..] else { panic!("{} events", rows.len()) };
    let text = |column| row.try_get::<String>("", column).expect("text");
    assert_eq!(
        [text("actor"), text("subject"), text("detail"), text("address")],
        [ada.email.as_str(), "beach.png", "by token", "127.0.0.1"]
    );
}

async fn a_download_is_in_the_log_and_a_view_is_not(app: &TestApp) {
    let ada = app.member().await;
    let picture = app.upload(&ada, "beach.png", "image/png", PNG).await;
    let page = app.upload(&ada, "page.html", "text/html", b"<p>words</p>").await;
    let browser = app.browser_of(&ada).await;
    let downloads = "SELECT count(*) FROM audit_events WHERE action = 'file.downloaded'";
    browser.send(Method::GET, &format!("/files/{picture}/content"), &[]).await;
    browser.send(Method::HEAD, &format!("/files/{picture}/download"), &[]).await;
    browser.send(Method::GET, &format!("/files/{picture}/download"), &[]).await;
    written(app, downloads, 1).await;
    // What can run script is only ever saved.
    browser.send(Method::GET, &format!("/files/{page}/content"), &[]).await;
    written(app, downloads, 2).await;
    assert_eq!(app.count(&format!("{downloads} AND subject = 'beach.png' AND actor = '{}'", ada.email)).await, 1);
}

async fn a_refused_upload_is_in_the_log(app: &TestApp) {
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "beach.png", "image/png", PNG.len()).await;
    app.put(&presigned, PNG).send().await.expect("put");
    app.execute("UPDATE users SET quota = 1").await;
    assert!(app.save(&ada, &presigned).await.status().is_client_error());
    written(app, "SELECT count(*) FROM audit_events WHERE action = 'file.refused' AND subject = 'beach.png'", 1).await;
}

async fn an_export_has_exactly_what_is_filtered_and_is_in_the_log(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "a, \"b\".png", "image/png", PNG).await;
    app.upload(&admin, "dunes.png", "image/png", PNG).await;
    let browser = app.browser_of(&admin).await;
    let query = format!("what=uploads&who={}", ada.email);
    let answer = browser.send(Method::GET, &format!("/admin/events.csv?{query}"), &[]).await;
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"cloakroom-log.csv\"");
    let text = answer.text().await.expect("text");
    let mut lines = csv_lines(&text);
    assert_eq!(lines.remove(0)[5..8], ["action", "subject", "user_id"]);
    let [line] = &lines[..] else { panic!("{text}") };
    assert_eq!(line[5..8], ["file.uploaded", "a, \"b\".png", &ada.id.to_string()]);
    let events = export(&browser, &query).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["actor"], Value::from(ada.email.as_str()));
    let exports = "SELECT count(*) FROM audit_events WHERE action = 'log.exported' AND detail = ";
    assert_eq!(app.count(&format!("{exports}'who {}, what uploads'", ada.email)).await, 2);
    // What cannot be understood hands nothing out.
    assert_eq!(browser.send(Method::GET, "/admin/events.csv?what=x", &[]).await.status(), StatusCode::BAD_REQUEST);
    let member = app.browser_of(&ada).await.send(Method::GET, "/admin/events.csv", &[]).await;
    assert_eq!(member.status(), StatusCode::FORBIDDEN);
}

async fn an_export_goes_on_over_many_pages(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let browser = app.browser_of(&admin).await;
    insert(app, 1_234, "file.renamed", 1).await;
    let events = export(&browser, "what=file.renamed").await;
    let names: Vec<String> = events.iter().map(|event| event["subject"].as_str().expect("text").to_owned()).collect();
    assert_eq!(names, (1..=1_234).map(|n| format!("n{n}")).collect::<Vec<_>>());
}

async fn events_are_let_go_of_when_they_are_old(app: &TestApp) {
    let now = database::now();
    insert(app, 2_500, "file.renamed", 366).await;
    insert(app, 10, "file.trashed", 364).await;
    let left = app.count("SELECT count(*) FROM audit_events").await - 2_500;
    assert_eq!(ageing::run(&app.db, TimeDelta::days(365), now).await.expect("run"), 2_500);
    assert_eq!(app.count("SELECT count(*) FROM audit_events").await, left + 1, "and one that says so");
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'log.aged'").await, 1);
    assert_eq!(ageing::run(&app.db, TimeDelta::days(365), now).await.expect("run"), 0);
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'log.aged'").await, 1, "nothing to say");
}

/// What an export as JSON Lines has.
async fn export(browser: &Browser<'_>, query: &str) -> Vec<Value> {
    let answer = browser.send(Method::GET, &format!("/admin/events.jsonl?{query}"), &[]).await;
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    let text = answer.text().await.expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The fields of each line, as RFC 4180 has them.
fn csv_lines(text: &str) -> Vec<Vec<String>> {
    let lines = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records();
    lines.map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect()
}

/// Events as they were written some days ago.
pub async fn insert(app: &TestApp, count: u32, action: &str, days: i64) {
    #[expect(clippy::disallowed_methods, reason = "so long ago")]
    let at = (Utc::now() - TimeDelta::days(days)).to_rfc3339();
    let columns = "at, actor, action, subject, detail, address";
    let row = format!("'{at}', 'somebody', '{action}', 'n' || n, '', ''");
    app.execute(&match app.kind {
        Kind::Postgres => format!(
            "INSERT INTO audit_events ({columns}) SELECT '{at}'::timestamptz, 'somebody', '{action}', 'n' || n, '', ''
            FROM generate_series(1, {count}) AS n"
        ),
        Kind::Sqlite => format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO audit_events ({columns}) SELECT {row} FROM numbers"
        ),
    })
    .await;
}

/// The journal writes beside requests.
async fn written(app: &TestApp, sql: &str, count: i64) {
    let written = async {
        while app.count(sql).await < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), written).await.expect("written in time");
    assert_eq!(app.count(sql).await, count);
}
