//! Finding files again: the gallery, a file's page, the trash, and the admin's list.

use crate::{
    on_both_databases,
    support::{Kind, TestApp, uploads::PNG},
};
use cloakroom::{accounts::Role, files::listing};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

on_both_databases!(
    a_confirmed_file_appears_in_the_gallery_and_can_be_read,
    a_deleted_file_waits_in_the_trash_and_comes_back,
    a_page_leads_to_the_next_without_gaps,
    the_thousandth_page_reads_no_more_rows_than_the_first,
    an_admin_finds_any_upload_by_user_type_and_name,
    hostile_names_are_shown_as_text,
);

async fn a_confirmed_file_appears_in_the_gallery_and_can_be_read(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    assert!(browser.get("/").await.shows("Nothing here yet"));
    let id = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let gallery = browser.get("/").await;
    assert!(gallery.shows("holiday.png") && gallery.html.contains(&format!("src=\"/files/{id}/content\"")));
    let page = browser.get(&format!("/files/{id}")).await;
    assert!(page.shows("holiday.png") && page.shows(&format!("{} B", PNG.len())) && page.shows("image/png"));
    let mut places = Vec::new();
    for _ in 0..2 {
        let answer = browser.send(Method::GET, &format!("/files/{id}/content"), &[]).await;
        assert_eq!(answer.status(), StatusCode::FOUND);
        places.push(answer.headers()["location"].to_str().expect("text").to_owned());
    }
    assert_eq!(places[0], places[1], "one URL, so that browsers can cache what it leads to");
    let stored = app.client.get(&places[0]).send().await.expect("an answer");
    assert_eq!(stored.headers()["cache-control"], "private, max-age=31536000, immutable");
    assert!(
        stored.headers()["content-disposition"].to_str().expect("text").starts_with("inline; filename=\"holiday.png\"")
    );
    assert_eq!(stored.bytes().await.expect("bytes"), PNG);
    let head = browser.send(Method::HEAD, &format!("/files/{id}/content"), &[]).await;
    let stored = app.client.head(head.headers()["location"].to_str().expect("text")).send().await.expect("an answer");
    assert_eq!(
        (stored.status(), stored.headers()["content-length"].to_str().ok()),
        (StatusCode::OK, Some(&*PNG.len().to_string()))
    );
    let download = browser.send(Method::GET, &format!("/files/{id}/download"), &[]).await;
    let stored =
        app.client.get(download.headers()["location"].to_str().expect("text")).send().await.expect("an answer");
    assert!(stored.headers()["content-disposition"].to_str().expect("text").starts_with("attachment;"));
}

async fn a_deleted_file_waits_in_the_trash_and_comes_back(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    let page = browser.get(&format!("/files/{id}")).await;
    let gallery = browser.submit(&page, &format!("/files/{id}/trash"), &[]).await;
    assert!(gallery.path == "/" && gallery.shows("is in the trash"));
    assert_eq!(browser.get(&format!("/files/{id}/content")).await.status, StatusCode::NOT_FOUND);
    let again = browser.send(Method::POST, &format!("/files/{id}/trash"), &[]).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    assert!(browser.get("/trash").await.shows("holiday.png"));
    let back = browser.submit(&gallery, &format!("/files/{id}/restoration"), &[]).await;
    assert_eq!((back.status, back.path), (StatusCode::OK, format!("/files/{id}")));
    assert!(browser.get("/").await.shows("holiday.png"));
}

async fn a_page_leads_to_the_next_without_gaps(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 130).await;
    let browser = app.browser_of(&ada).await;
    let (mut place, mut seen) = ("/".to_owned(), Vec::new());
    let names = regex::Regex::new("card-name\">(file-[0-9]+)").expect("a pattern");
    let next = regex::Regex::new("href=\"(/\\?after=[^\"]+)\"").expect("a pattern");
    loop {
        let page = browser.get(&place).await;
        seen.extend(names.captures_iter(&page.html).map(|found| found[1].to_owned()));
        let Some(found) = next.captures(&page.html) else { break };
        place = found[1].to_owned();
    }
    let expected: Vec<String> = (1..=130).rev().map(|number| format!("file-{number}")).collect();
    assert_eq!(seen, expected);
    for bad in ["/?after=x", "/?after=1-", "/?after=99999999999999999999-1", "/?after=-9223372036854775808-1"] {
        assert_eq!(browser.get(bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

async fn the_thousandth_page_reads_no_more_rows_than_the_first(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 10_000).await;
    insert_files(app, "someone-else", 2_000).await;
    let mut after = None;
    let mut costs = Vec::new();
    let pages = 10_000 / listing::PAGE as usize;
    for number in 0..pages {
        if number == 0 || number == pages - 1 {
            costs.push(plan(app, listing::ready_statement(ada.id, after, app.backend())).await);
        }
        after = listing::list_ready(&app.db, ada.id, after).await.expect("a page").next;
    }
    match app.kind {
        Kind::Sqlite => {
            assert!(
                costs
                    .iter()
                    .all(|plan| plan.contains("SEARCH r2_files USING INDEX r2_files_of_user (user_id=? AND state=?")
                        && !plan.contains("TEMP B-TREE")),
                "{costs:?}"
            );
            assert!(costs[1].contains("AND upload_timestamp<?"), "{costs:?}");
        }
        Kind::Postgres => {
            for plan in &costs {
                assert!(
                    plan.contains("r2_files_of_user")
                        && plan.contains("Index Scan Backward")
                        && !plan.contains("Removed by Filter")
                        && !plan.contains("Sort"),
                    "{plan}"
                );
                assert!(plan.contains(&format!("rows={} loops=1", listing::PAGE + 1)), "{plan}");
            }
        }
    }
}

async fn an_admin_finds_any_upload_by_user_type_and_name(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "Holiday.png", "image/png", PNG).await;
    app.upload(&bob, "100%_sure.txt", "text/plain", b"words").await;
    let browser = app.browser_of(&admin).await;
    for (query, holiday, sure) in [
        ("", true, true),
        (&format!("?user={}", ada.email), true, false),
        (&format!("?user={}", bob.id), false, true),
        ("?user=nobody%40example.com", false, false),
        ("?type=image", true, false),
        ("?type=text/plain", false, true),
        ("?name=hOLI", true, false),
        ("?name=%25_", false, true),
        ("?name=_olida", false, false),
        ("?type=image&name=holiday&user=", true, false),
    ] {
        let page = browser.get(&format!("/admin/files{query}")).await;
        assert_eq!((page.shows("Holiday.png"), page.shows("100%_sure.txt")), (holiday, sure), "{query}");
    }
    for hostile in ["?name=%00", "?name=%ff", "?after=x", "?user=%27%3B--", "?type=%25%25", "?unknown=1"] {
        assert!(browser.get(&format!("/admin/files{hostile}")).await.status.as_u16() < 500, "{hostile}");
    }
    assert_eq!(app.browser_of(&ada).await.get("/admin/files").await.status, StatusCode::FORBIDDEN);
}

async fn hostile_names_are_shown_as_text(app: &TestApp) {
    let ada = app.member().await;
    let name = "<img src=x onerror=alert(1)>\"'.png";
    let id = app.upload(&ada, name, "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    for place in ["/".to_owned(), format!("/files/{id}")] {
        let page = browser.get(&place).await;
        assert!(page.shows(name) && !page.html.contains("<img src=x"), "{place}");
    }
}

/// Rows as registration makes them, without their objects.
async fn insert_files(app: &TestApp, owner: &str, count: u32) {
    let rows = match app.kind {
        Kind::Postgres => format!(
            "INSERT INTO r2_files (object_key, file_url, user_id, upload_timestamp, file_name, size)
             SELECT '{owner}/' || n, '', '{owner}', now() + n * interval '1 millisecond', 'file-' || n, 0 FROM generate_series(1, {count}) AS n"
        ),
        Kind::Sqlite => format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
             INSERT INTO r2_files (object_key, file_url, user_id, upload_timestamp, file_name, size)
             SELECT '{owner}/' || n, '', '{owner}', strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + n, 'unixepoch'), 'file-' || n, 0 FROM numbers"
        ),
    };
    app.execute(&rows).await;
    app.execute("ANALYZE r2_files").await;
}

/// How the database goes about a statement, on PostgreSQL with the rows it really read.
async fn plan(app: &TestApp, statement: Statement) -> String {
    let explain = match app.backend() {
        DbBackend::Postgres => "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ",
        _ => "EXPLAIN QUERY PLAN ",
    };
    let statement = Statement { sql: format!("{explain}{}", statement.sql), ..statement };
    let rows = app.db.query_all_raw(statement).await.expect("a plan");
    let column = if app.backend() == DbBackend::Postgres { 0 } else { 3 };
    rows.iter().map(|row| row.try_get_by_index::<String>(column).expect("text")).collect::<Vec<_>>().join("\n")
}
