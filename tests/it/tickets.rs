//! Tickets: each upload of a person has their next number, which is never given again.

use crate::{
    lists::insert_files,
    on_both_databases,
    support::{Someone, TestApp, uploads::status},
};
use cloakroom::{
    accounts::Role,
    database,
    files::{
        Ready, Scope, State,
        file::File,
        list::{
            facets::Facets,
            neighbours,
            page::{self, Span},
            search::SearchQuery,
        },
        ticket,
    },
    jobs::purge,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    every_upload_has_its_owners_next_ticket_also_of_many_at_once,
    a_ticket_is_never_given_again,
    what_is_refused_takes_no_ticket,
    a_ticket_that_is_taken_already_loses_no_file,
    a_row_of_the_guides_own_code_gets_its_ticket_at_the_next_start,
    a_number_finds_the_file_with_that_ticket_first_and_once,
);

async fn every_upload_has_its_owners_next_ticket_also_of_many_at_once(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    assert_eq!(ticket_of(app, &bob, "first.txt").await, 1);
    let mut presigned = Vec::new();
    for number in 0..12 {
        let one = app.presign_strictly(&ada, &format!("{number}.txt"), "text/plain", 1).await;
        assert_eq!(status(app.put(&one, b"a")).await, 200);
        presigned.push(one);
    }
    let tickets = futures::future::join_all(presigned.iter().map(|one| saved(app, &ada, one))).await;
    let mut sorted: Vec<i64> = tickets.iter().map(|ticket| ticket.as_i64().expect("a ticket")).collect();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=12).collect::<Vec<_>>());
    assert_eq!(saved(app, &ada, &presigned[3]).await, tickets[3], "asked again, it is the same");
    let keys: Vec<&Value> = presigned.iter().map(|one| &one["objectKey"]).collect();
    let batch = app.post_json(&ada, "/save-metadata/batch", &json!({"objectKeys": keys})).await;
    let batch: Value = batch.json().await.expect("JSON");
    let again = batch["files"].as_array().expect("files").iter().map(|file| file["ticket"].clone());
    assert_eq!(again.collect::<Vec<_>>(), tickets);
    assert_eq!(ticket_of(app, &bob, "second.txt").await, 2);
}

async fn a_ticket_is_never_given_again(app: &TestApp) {
    let ada = app.member().await;
    ticket_of(app, &ada, "a.txt").await;
    let last = app.upload(&ada, "b.txt", "text/plain", b"words").await;
    let browser = app.browser_of(&ada).await;
    for (path, form) in
        [("/files/trash", vec![("id", &*last)]), ("/trash/purge", vec![("id", &*last), ("confirmed", "yes")])]
    {
        assert_eq!(browser.send(Method::POST, path, &form).await.status(), StatusCode::SEE_OTHER, "{path}");
    }
    let (state, later) = (app.second_instance().await, database::now() + chrono::TimeDelta::days(9));
    purge::run(&state, later).await.expect("purged");
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 1);
    assert_eq!(ticket_of(app, &ada, "c.txt").await, 3);
}

async fn what_is_refused_takes_no_ticket(app: &TestApp) {
    let ada = app.member().await;
    app.execute("UPDATE users SET quota = 10").await;
    let presigned = app.presign(&ada, &json!({"fileName": "a.txt", "contentType": "text/plain"})).await;
    assert_eq!(status(app.put(&presigned, b"more than ten bytes")).await, 200);
    assert_eq!(app.save(&ada, &presigned).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE ticket IS NOT NULL").await, 0);
    assert_eq!(ticket_of(app, &ada, "b.txt").await, 1);
}

async fn a_row_of_the_guides_own_code_gets_its_ticket_at_the_next_start(app: &TestApp) {
    let ada = app.member().await;
    ticket_of(app, &ada, "a.txt").await;
    // As a version has left them that knew nothing of tickets.
    let (second, third) = (ticket_of(app, &ada, "b.txt").await, ticket_of(app, &ada, "c.txt").await);
    app.execute(&format!("UPDATE r2_files SET ticket = NULL WHERE ticket IN ({second}, {third})")).await;
    app.execute("UPDATE users SET last_ticket = 1").await;
    assert_eq!(ticket::give_missing(&app.db, database::now()).await.expect("given"), 2);
    let named = "SELECT count(*) FROM r2_files WHERE (ticket, file_name) IN ((1, 'a.txt'), (2, 'b.txt'), (3, 'c.txt'))";
    assert_eq!(app.count(named).await, 3);
    assert_eq!(ticket::give_missing(&app.db, database::now()).await.expect("given before"), 0);
    assert_eq!(ticket_of(app, &ada, "d.txt").await, 4);
}

async fn a_number_finds_the_file_with_that_ticket_first_and_once(app: &TestApp) {
    app.expect_orphans();
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    insert_files(app, &ada.id.to_string(), 130).await;
    insert_files(app, &bob.id.to_string(), 1).await;
    // The 7th has the ticket 1, as all others have 1 in their names; Bob's has it as well.
    app.execute("UPDATE r2_files SET ticket = 1 WHERE file_name = 'file-00007'").await;
    app.execute("UPDATE r2_files SET file_name = 'theirs', name_key = 'theirs', ticket = 1, upload_timestamp = (SELECT min(upload_timestamp) FROM r2_files) WHERE id = 131").await;
    app.execute("UPDATE r2_files SET name_key = 'file-1' WHERE name_key <> 'theirs' AND id % 2 = 1").await;
    let search = SearchQuery { name: "1".into(), sort: "oldest".into(), ..SearchQuery::default() };
    let search = search.parse(Scope::Own(ada.id)).expect("fine").in_state(State::Ready);
    let first = page::list_ready(&app.db, &search, Span::First).await.expect("a page");
    assert_eq!(names(&first.files)[..2], ["file-00007", "file-00001"]);
    let next = Span::After(first.next().expect("more").clone());
    let second = page::list_ready(&app.db, &search, next).await.expect("a page");
    let mut all = [names(&first.files), names(&second.files)].concat();
    let through = Span::Through(second.end.expect("an end"));
    let again = page::list_ready(&app.db, &search, through).await.expect("both");
    assert_eq!(names(&again.files), all, "coming back shows as much");
    let count = Facets::of(&app.db, &search).await.expect("counted").count(None).number;
    all.sort();
    all.dedup();
    assert_eq!(all.len() as u64, count, "none is listed twice");
    // In the viewer it stands where the list has it.
    let beside = neighbours::neighbours(&app.db, &search, &again.files[0]).await.expect("those beside it");
    assert!(beside.before.is_empty());
    assert_eq!(names(&beside.behind)[..1], ["file-00001"]);
    let beside = neighbours::neighbours(&app.db, &search, &again.files[1]).await.expect("those beside it");
    assert_eq!(names(&beside.before), ["file-00007"]);
    let everyones = app.browser_of(&admin).await.get("/admin/files?name=1&sort=oldest&max=8B").await;
    everyones.assert_shows(&["file-00007", "theirs"]);
    assert!(!app.browser_of(&ada).await.get("/?name=1").await.shows("theirs"));
}

fn names(files: &[Ready]) -> Vec<String> {
    files.iter().map(|file| file.name().to_owned()).collect()
}

/// Uploads a file of a few bytes; its ticket.
async fn ticket_of(app: &TestApp, someone: &Someone, name: &str) -> i64 {
    let presigned = app.presign_strictly(someone, name, "text/plain", 5).await;
    assert_eq!(status(app.put(&presigned, b"words")).await, 200);
    saved(app, someone, &presigned).await.as_i64().expect("a ticket")
}

/// Confirms an upload; its ticket as it is answered.
async fn saved(app: &TestApp, someone: &Someone, presigned: &Value) -> Value {
    let saved: Value = app.save(someone, presigned).await.json().await.expect("JSON");
    saved["ticket"].clone()
}

/// As where users were restored from an older backup than files.
async fn a_ticket_that_is_taken_already_loses_no_file(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "a.txt", "text/plain", b"a").await;
    app.execute("UPDATE users SET last_ticket = 0").await;
    let presigned = app.presign_strictly(&ada, "b.txt", "text/plain", 1).await;
    assert_eq!(status(app.put(&presigned, b"b")).await, 200);
    assert_eq!(app.save(&ada, &presigned).await.status(), 409);
    app.execute("UPDATE users SET last_ticket = 1").await;
    assert_eq!(app.save(&ada, &presigned).await.status(), 200);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 2);
}
