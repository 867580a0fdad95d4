//! Nobody rewrites the log, not even who can write to the database as the app does; and what it names does nothing in a spreadsheet.

use crate::{
    log_filters::insert,
    on_both_databases,
    support::{Kind, TestApp, uploads::PNG},
};
use chrono::TimeDelta;
use cloakroom::{accounts::Role, audit::ageing, database};
use reqwest::Method;
use sea_orm::ConnectionTrait;

on_both_databases!(
    #[with("AUDIT_DAYS" => "0")]
    an_event_is_neither_changed_nor_removed_by_sql,
    what_is_fresh_stays_whatever_the_settings_say,
    a_name_is_no_formula_in_a_spreadsheet,
);

async fn an_event_is_neither_changed_nor_removed_by_sql(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "beach.png", "image/png", PNG).await;
    insert(app, 3, "file.renamed", 400).await;
    let before = app.count("SELECT count(*) FROM audit_events").await;
    let mut attempts = vec![
        "UPDATE audit_events SET actor = 'somebody else'",
        "UPDATE audit_events SET at = at WHERE action = 'file.renamed'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE action = 'file.renamed'",
    ];
    if app.kind == Kind::Postgres {
        attempts.push("TRUNCATE audit_events");
    }
    for sql in attempts {
        let error = app.db.execute_unprepared(sql).await.expect_err(sql);
        assert!(error.to_string().contains("append-only"), "{sql}: {error}");
    }
    assert_eq!(app.count("SELECT count(*) FROM audit_events").await, before);
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE actor = 'somebody else'").await, 0);
}

async fn what_is_fresh_stays_whatever_the_settings_say(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "beach.png", "image/png", PNG).await;
    app.execute("INSERT INTO settings (name, value) VALUES ('events_kept_since', '2999-01-01T00:00:00.000000+00:00')")
        .await;
    app.db.execute_unprepared("DELETE FROM audit_events").await.expect_err("refused");
    let now = database::now() + TimeDelta::days(400);
    ageing::run(&app.db, TimeDelta::days(365), now).await.expect_err("a clock that is a year ahead");
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.uploaded'").await, 1);
}

async fn a_name_is_no_formula_in_a_spreadsheet(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let name = "=HYPERLINK(\"https:example.com\",\"open\").png";
    app.upload(&ada, name, "image/png", PNG).await;
    let browser = app.browser_of(&admin).await;
    let text = browser.send(Method::GET, "/admin/events.csv?what=uploads", &[]).await.text().await.expect("text");
    assert!(text.contains("\"'=HYPERLINK("), "{text}");
    let text = browser.send(Method::GET, "/admin/events.jsonl?what=uploads", &[]).await.text().await.expect("text");
    assert!(text.contains("\"=HYPERLINK("), "programs get it as it is: {text}");
}
