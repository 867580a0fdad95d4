//! Finding files again among many: searching, narrowing down, every order, page by page, and what the databases do for it.

use crate::{
    on_both_databases,
    support::{Kind, TestApp, plans::plan, uploads::PNG},
};
use cloakroom::{
    accounts::Role,
    files::{
        Cursor, Scope, State,
        list::{
            facets::Facets,
            page::{self, Span},
            search::{Order, Search, SearchQuery},
        },
    },
};
use reqwest::StatusCode;

on_both_databases!(
    a_page_leads_to_the_next_without_gaps_in_every_order,
    coming_back_shows_as_much_as_there_was,
    files_are_found_by_name_type_and_date,
    files_are_counted_by_type_as_far_as_people_would,
    the_thousandth_page_reads_no_more_rows_than_the_first_in_any_order,
    files_from_before_are_found_by_their_names_in_any_spelling,
    a_rare_name_is_found_among_many_without_reading_all,
    an_admin_finds_any_upload_by_user_type_name_state_and_size,
);

async fn a_page_leads_to_the_next_without_gaps_in_every_order(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 130).await;
    let browser = app.browser_of(&ada).await;
    let names = regex::Regex::new("card-name\"[^>]*>(file-[0-9]+)").expect("a pattern");
    let next = regex::Regex::new("class=\"button\" href=\"([^\"]+after=[^\"]+)\"").expect("a pattern");
    let by = |key: fn(u32) -> (u32, u32), is_up: bool| {
        let mut numbers: Vec<u32> = (1..=130).collect();
        numbers.sort_by_key(|number| key(*number));
        if !is_up {
            numbers.reverse();
        }
        numbers.into_iter().map(|number| format!("file-{number:05}")).collect::<Vec<_>>()
    };
    for (order, expected) in [
        (Order::Newest, by(|number| (number, 0), false)),
        (Order::Oldest, by(|number| (number, 0), true)),
        (Order::Name, by(|number| (number, 0), true)),
        (Order::NameBackwards, by(|number| (number, 0), false)),
        (Order::Largest, by(|number| (number % 10, number), false)),
        (Order::Smallest, by(|number| (number % 10, number), true)),
        // Every third is an image, the others are not; backwards by group, each from its newest.
        (Order::Type, by(|number| (u32::from(number % 3 == 0), number), false)),
    ] {
        let (mut place, mut seen) = (format!("/?sort={}", order.as_str()), Vec::new());
        loop {
            let page = browser.get(&place).await;
            seen.extend(names.captures_iter(&page.html).map(|found| found[1].to_owned()));
            let Some(found) = next.captures(&page.html) else { break };
            place = found[1].replace("&#38;", "&");
        }
        assert_eq!(seen, expected, "{order:?}");
    }
    for bad in [
        "/?after=x",
        "/?after=1-",
        "/?through=99999999999999999999-1",
        "/?sort=up",
        "/?type=%25",
        "/?from=today",
        "/?name=%00",
        "/?sort=type&after=%00.1-1",
        "/?sort=name&after=AA-1",
    ] {
        // A person sees the list without it; a program is refused.
        let page = browser.get(bad).await;
        page.assert_shows(&["was left out.", "data-cards"]);
        assert!(!page.html.contains(&bad[2..]), "{bad}: the page leads on to it");
        let asked = app.client.get(format!("{}{bad}", app.url)).header("cookie", browser.cookies());
        assert_eq!(asked.send().await.expect("an answer").status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}

async fn coming_back_shows_as_much_as_there_was(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 130).await;
    let search = Search::all(Scope::Own(ada.id)).in_state(State::Ready);
    let first = page::list_ready(&app.db, &search, Span::First).await.expect("a page");
    let end = first.next().expect("more").clone();
    let second = page::list_ready(&app.db, &search, Span::After(end)).await.expect("a page");
    let end = second.next().expect("more").clone();
    let both = page::list_ready(&app.db, &search, Span::Through(end.clone())).await.expect("both");
    assert_eq!((both.files.len(), both.next()), (96, Some(&end)));
    let third = page::list_ready(&app.db, &search, Span::After(end)).await.expect("a page");
    let all = page::list_ready(&app.db, &search, Span::Through(third.end.expect("an end"))).await.expect("all");
    assert_eq!((all.files.len(), all.next()), (130, None));
}

async fn files_are_found_by_name_type_and_date(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "Été à la plage.png", "image/png", PNG).await;
    app.upload(&ada, "100%_sure.txt", "text/plain", b"words").await;
    let browser = app.browser_of(&ada).await;
    #[expect(clippy::disallowed_methods, reason = "what day it is")]
    let (today, tomorrow) = (chrono::Utc::now().date_naive(), chrono::Utc::now().date_naive() + chrono::Days::new(1));
    for (query, beach, sure) in [
        ("", true, true),
        ("?name=ETE", true, false),
        ("?name=%C3%A9t%C3%A9", true, false),
        ("?name=%25_", false, true),
        ("?name=plage+ete", true, false),
        ("?name=png++LA+%C3%A9", true, false),
        ("?name=ete+sure", false, false),
        ("?name=2", false, true),
        ("?name=3", false, false),
        ("?name=_olida", false, false),
        ("?type=image", true, false),
        ("?type=document&name=100", false, true),
        ("?type=video", false, false),
        (&format!("?from={today}&to={today}"), true, true),
        (&format!("?from={tomorrow}"), false, false),
        (&format!("?to={}", today - chrono::Days::new(2)), false, false),
        ("?name=&type=&from=&to=&sort=", true, true),
    ] {
        let page = browser.get(&format!("/{query}")).await;
        assert_eq!((page.shows("Été à la plage.png"), page.shows("100%_sure.txt")), (beach, sure), "{query}");
    }
    assert!(browser.get("/?type=video").await.shows("No file matches."));
}

async fn files_are_counted_by_type_as_far_as_people_would(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 3_600).await;
    let page = app.browser_of(&ada).await.get("/").await;
    let count = |kind: &str| {
        let pattern = regex::Regex::new(&format!("{kind} <span class=\"count\">([^<]+)<")).expect("a pattern");
        pattern.captures(&page.html).map(|found| found[1].to_owned())
    };
    let many = Some("1,000+".to_owned());
    assert_eq!(
        [count("Images"), count("Archives"), count("Videos")],
        [many.clone(), many, None],
        "none is not offered"
    );
    assert!(page.html.contains("<span id=\"total\">2,000+<"));
    let search = SearchQuery { name: "file-0001".into(), ..SearchQuery::default() };
    let search = search.parse(Scope::Own(ada.id)).expect("fine").in_state(State::Ready);
    assert_eq!(Facets::of(&app.db, &search).await.expect("counted").count(None).words(), "10");
}

async fn the_thousandth_page_reads_no_more_rows_than_the_first_in_any_order(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 10_000).await;
    insert_files(app, "someone-else", 2_000).await;
    for order in Order::ALL {
        let search = Search { order, ..Search::all(Scope::Own(ada.id)) }.in_state(State::Ready);
        let last = last_page(app, &search).await;
        for span in [Span::First, last] {
            let plan = plan(app, page::statement(&search, &span, app.backend())).await;
            assert_reads_one_page(app, &plan, order);
        }
    }
}

fn assert_reads_one_page(app: &TestApp, plan: &str, order: Order) {
    match app.kind {
        Kind::Sqlite => {
            assert!(plan.contains("SEARCH r2_files USING INDEX r2_files_of_user"), "{order:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{order:?}: {plan}");
        }
        Kind::Postgres => {
            assert!(plan.contains("r2_files_of_user"), "{order:?}: {plan}");
            for waste in ["Removed by Filter", "Sort"] {
                assert!(!plan.contains(waste), "{order:?}: {plan}");
            }
            let rows = regex::Regex::new(r"rows=(\d+)(?:\.00)? loops=1").expect("a pattern");
            let most = rows.captures_iter(plan).map(|found| found[1].parse::<u64>().expect("a number")).max();
            assert!(most.is_some_and(|most| most <= page::PAGE + 1), "{order:?}: {plan}");
        }
    }
}

async fn files_from_before_are_found_by_their_names_in_any_spelling(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "Été.json", "application/json", b"{}").await;
    // As the migration leaves them, and as if the app had never started since.
    app.execute("UPDATE r2_files SET name_key = lower(file_name), kind = 'other'").await;
    app.execute("DELETE FROM settings WHERE name = 'names_folded'").await;
    let browser = app.browser_of(&ada).await;
    assert!(!browser.get("/?name=ete&type=document").await.shows("Été.json"));
    assert_eq!(cloakroom::jobs::backfill_search_names::run(&app.db).await.expect("done"), 1);
    assert!(browser.get("/?name=ete&type=document").await.shows("Été.json"));
    assert_eq!(cloakroom::jobs::backfill_search_names::run(&app.db).await.expect("done before"), 0);
}

/// On PostgreSQL by trigrams; on SQLite from an index alone, without a look at the rows.
async fn a_rare_name_is_found_among_many_without_reading_all(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    insert_files(app, &ada.id.to_string(), 20_000).await;
    let search = SearchQuery { name: "file-19999".into(), ..SearchQuery::default() };
    let search = search.parse(Scope::Own(ada.id)).expect("fine").in_state(State::Ready);
    let found = page::list_ready(&app.db, &search, Span::First).await.expect("found");
    assert_eq!(found.files.len(), 1);
    let plan = plan(app, page::statement(&search, &Span::First, app.backend())).await;
    match app.kind {
        Kind::Sqlite => assert!(plan.contains("USING INDEX r2_files_of_user (user_id=? AND state=?)"), "{plan}"),
        Kind::Postgres => assert!(plan.contains("r2_files_by_trigrams"), "{plan}"),
    }
}

async fn an_admin_finds_any_upload_by_user_type_name_state_and_size(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "Holiday.png", "image/png", PNG).await;
    app.upload(&bob, "100%_sure.txt", "text/plain", b"words").await;
    app.upload(&bob, "liar.png", "image/png", b"words").await;
    let browser = app.browser_of(&admin).await;
    for (query, holiday, sure, liar) in [
        ("", true, true, true),
        (&format!("?user={}", ada.email), true, false, false),
        (&format!("?user={}", bob.id), false, true, true),
        ("?user=nobody%40example.com", false, false, false),
        ("?type=image", true, false, true),
        ("?state=quarantined", false, false, true),
        ("?state=ready&type=document", false, true, false),
        ("?name=hOLI", true, false, false),
        ("?min=60", true, false, false),
        ("?max=60", false, true, true),
        ("?type=image&name=holiday&user=", true, false, false),
    ] {
        let page = browser.get(&format!("/admin/files{query}")).await;
        let shown = (page.shows("Holiday.png"), page.shows("100%_sure.txt"), page.shows("liar.png"));
        assert_eq!(shown, (holiday, sure, liar), "{query}");
    }
    let sorted = browser.get("/admin/files?sort=name").await.html;
    let places = ["100%_sure", "Holiday", "liar"].map(|name| sorted.find(name).expect(name));
    assert!(places.is_sorted(), "{places:?}");
    for hostile in
        ["?name=%00", "?name=%ff", "?after=x", "?user=%27%3B--", "?user=%00", "?type=%25%25", "?min=x", "?unknown=1"]
    {
        assert!(browser.get(&format!("/admin/files{hostile}")).await.status.as_u16() < 500, "{hostile}");
    }
    assert_eq!(app.browser_of(&ada).await.get("/admin/files").await.status, StatusCode::FORBIDDEN);
}

/// Where the last page of a list begins.
async fn last_page(app: &TestApp, search: &Search) -> Span {
    let mut after: Option<Cursor> = None;
    loop {
        let span = after.clone().map_or(Span::First, Span::After);
        let page = page::list_ready(&app.db, search, span).await.expect("a page");
        match page.next() {
            Some(next) => after = Some(next.clone()),
            None => return after.map_or(Span::First, Span::After),
        }
    }
}

/// Rows as registration makes them, without their objects: a third images, the rest archives, ten sizes.
pub async fn insert_files(app: &TestApp, owner: &str, count: u32) {
    let columns =
        "object_key, file_url, user_id, upload_timestamp, taken_at, file_name, name_key, content_type, kind, size";
    let (id, name) = (format!("'{owner}/' || n"), |number: &str| format!("'file-' || {number}"));
    let kind = "CASE WHEN n % 3 = 0 THEN 'image/png' ELSE 'application/zip' END, CASE WHEN n % 3 = 0 THEN 'image' ELSE 'archive' END, n % 10";
    let rows = match app.kind {
        Kind::Postgres => {
            let name = name("to_char(n, 'FM00000')");
            format!(
                "INSERT INTO r2_files ({columns}) SELECT {id}, '', '{owner}', now() - interval '1 day' + n * interval '1 millisecond', now() - interval '1 day' + n * interval '1 millisecond', {name}, {name}, {kind}
                 FROM generate_series(1, {count}) AS n"
            )
        }
        Kind::Sqlite => {
            let name = name("printf('%05d', n)");
            format!(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
                 INSERT INTO r2_files ({columns}) SELECT {id}, '', '{owner}', strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + n, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + n, 'unixepoch'), {name}, {name}, {kind} FROM numbers"
            )
        }
    };
    app.execute(&rows).await;
    app.execute(if app.kind == Kind::Postgres { "VACUUM ANALYZE r2_files" } else { "ANALYZE r2_files" }).await;
}
