//! Files whose owner has no account here: who sees them, who may get them, and dying on the way.

use crate::{
    lists::insert_files,
    on_both_databases,
    support::{Someone, TestApp, dying::for_polls, uploads::PNG},
};
use cloakroom::{
    accounts::{Principal, Role},
    database,
    files::assignment::{self, Assignment},
    jobs::assignments,
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    files_of_an_unknown_owner_are_given_to_an_account_and_can_be_read,
    what_was_put_aside_as_nobody_knew_its_owner_is_ready_once_somebody_has_it,
    files_of_an_unknown_owner_are_given_only_where_that_is_sound,
    administrators_alone_see_and_give_files_of_unknown_owners,
    thousands_of_files_are_given_in_steps_and_a_start_goes_on,
    an_assignment_that_dies_at_any_point_is_gone_on_with,
    an_assignment_ends_with_the_account_that_was_to_get_the_files,
);

const LEFT: &str = "SELECT count(*) FROM assignments";
const LOST: &str = "01a21819-9415-71da-8788-8b52fe6b746d";

async fn files_of_an_unknown_owner_are_given_to_an_account_and_can_be_read(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "a.png", "image/png", PNG).await;
    app.upload(&ada, "b.png", "image/png", PNG).await;
    app.upload(&bob, "c.txt", "text/plain", b"words").await;
    lose(app, &ada).await;
    let browser = app.browser_of(&admin).await;
    browser.get("/admin/users").await.assert_shows(&["2 files, 138 bytes", "Unknown owners"]);
    browser.get("/admin/unowned").await.assert_shows(&[LOST, "2 files, 138 bytes"]);
    assert_eq!(give(app, &admin, LOST, &bob.email).await, StatusCode::SEE_OTHER);
    run(app).await;
    browser.get("/admin/unowned").await.assert_shows(&["Every file has an owner."]);
    assert!(!browser.get("/admin/users").await.shows("Unknown owners"));
    let theirs = app.browser_of(&bob).await;
    theirs.get("/").await.assert_shows(&["a.png", "b.png", "c.txt"]);
    theirs.get(&format!("/files/{id}")).await.assert_shows(&["Given to another account", LOST]);
    let sent_on = theirs.send(Method::GET, &format!("/files/{id}/content"), &[]).await;
    let place = sent_on.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(&app.client.get(place).send().await.expect("an answer").bytes().await.expect("bytes")[..], PNG);
    let tickets = "SELECT count(DISTINCT ticket) FROM r2_files WHERE ticket BETWEEN 1 AND 3";
    assert_eq!(app.count(tickets).await, 3);
    let log = browser.get("/admin/events?what=accounts").await;
    log.assert_shows(&["Files of an unknown owner given", LOST, "2 files, 138 bytes"]);
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'user.files_assigned'").await, 1);
    assert_eq!(give(app, &admin, LOST, &bob.email).await, StatusCode::CONFLICT, "none are left");
}

async fn what_was_put_aside_as_nobody_knew_its_owner_is_ready_once_somebody_has_it(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "fine.png", "image/png", PNG).await;
    app.upload(&ada, "lies.png", "image/png", PNG).await;
    lose(app, &ada).await;
    app.execute("UPDATE r2_files SET state = 'quarantined', quarantine_reason = 'unknown_owner'").await;
    app.execute("UPDATE r2_files SET found_type = 'text/html' WHERE file_name = 'lies.png'").await;
    give(app, &admin, LOST, &bob.id.to_string()).await;
    run(app).await;
    let theirs = app.browser_of(&bob).await.get("/").await;
    assert!(theirs.shows("fine.png"));
    let aside = "SELECT count(*) FROM r2_files WHERE state = 'quarantined' AND quarantine_reason IS NULL";
    assert_eq!(app.count(aside).await, 1, "what its bytes contradict stays aside");
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.released'").await, 1);
}

async fn files_of_an_unknown_owner_are_given_only_where_that_is_sound(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    app.upload(&bob, "b.png", "image/png", PNG).await;
    lose(app, &ada).await;
    for account in ["", "nobody", "nobody@example.com", LOST] {
        assert_eq!(give(app, &admin, LOST, account).await, StatusCode::UNPROCESSABLE_ENTITY, "{account}");
    }
    assert_eq!(give(app, &admin, "nobody", &bob.email).await, StatusCode::CONFLICT, "nothing stands under it");
    assert_eq!(give(app, &admin, "a\0b", &bob.email).await, StatusCode::CONFLICT, "nothing can stand under it");
    assert_eq!(give(app, &admin, &bob.id.to_string(), &admin.email).await, StatusCode::CONFLICT, "it has an account");
    app.execute("UPDATE users SET quota = 100 WHERE role = 'member'").await;
    assert_eq!(give(app, &admin, LOST, &bob.email).await, StatusCode::UNPROCESSABLE_ENTITY, "no room");
    app.execute("UPDATE users SET quota = NULL").await;
    let browser = app.browser_of(&admin).await;
    browser.send(Method::POST, &format!("/admin/users/{}/disablement", bob.id), &[]).await;
    assert_eq!(give(app, &admin, LOST, &bob.email).await, StatusCode::UNPROCESSABLE_ENTITY, "disabled");
    assert_eq!(app.count(LEFT).await, 0);
    browser.get("/admin/unowned").await.assert_shows(&[LOST]);
}

async fn administrators_alone_see_and_give_files_of_unknown_owners(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    lose(app, &ada).await;
    let browser = app.browser_of(&bob).await;
    let page = browser.send(Method::GET, "/admin/unowned", &[]).await;
    assert_eq!(page.status(), StatusCode::FORBIDDEN);
    assert_eq!(give(app, &bob, LOST, &bob.email).await, StatusCode::FORBIDDEN);
    assert_eq!(app.count(LEFT).await, 0);
    assert!(!browser.get("/").await.shows("a.png"));
}

async fn thousands_of_files_are_given_in_steps_and_a_start_goes_on(app: &TestApp) {
    app.expect_orphans();
    let (bob, admin) = (app.member().await, app.someone(Role::Admin).await);
    insert_files(app, "user_123", 2_500).await;
    app.execute("INSERT INTO assignments SELECT 'user_123', id, created_at FROM users WHERE role = 'member'").await;
    let one = Assignment { owner: "user_123".to_owned(), heir: bob.id };
    assert!(!assignment::go_on(&app.db, &one, database::now()).await.expect("a step"));
    assert_eq!((under(app, "user_123").await, under(app, &bob.id.to_string()).await), (1_500, 1_000));
    let page = app.browser_of(&admin).await.get("/admin/unowned").await;
    page.assert_shows(&["On their way", "1,500 files", &bob.email]);
    assert_eq!(give(app, &admin, "user_123", &admin.email).await, StatusCode::CONFLICT, "on their way already");
    let later = app.another_instance().await;
    while app.count(LEFT).await > 0 {
        tokio::task::yield_now().await;
    }
    later.stop().await;
    assert_eq!((under(app, "user_123").await, under(app, &bob.id.to_string()).await), (0, 2_500));
    assert_eq!(app.count("SELECT count(DISTINCT ticket) FROM r2_files").await, 2_500, "each has a ticket of its own");
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.inherited'").await, 2_500);
}

async fn an_assignment_that_dies_at_any_point_is_gone_on_with(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    for name in ["1.png", "2.png", "3.png"] {
        app.upload(&ada, name, "image/png", PNG).await;
    }
    lose(app, &ada).await;
    let new = Assignment { owner: LOST.to_owned(), heir: bob.id };
    assignment::begin(&app.db, &new, None, &Principal::command_line(), database::now()).await.expect("begun");
    let mut lives = 0;
    while app.count(LEFT).await > 0 {
        let state = app.second_instance().await;
        if let Some(ended) = for_polls(lives, assignments::run(&state, database::now())).await {
            ended.expect("it ends well");
        }
        drop(state.db.close().await);
        let (theirs, its) = (under(app, &bob.id.to_string()).await, under(app, LOST).await);
        assert_eq!(theirs + its, 3, "none is lost in life {lives}");
        let charged = app.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM users").await;
        assert_eq!(charged, theirs * PNG.len() as i64, "life {lives}");
        // A little further each time; in the end it is done whatever happens.
        lives += 1;
        assert!(lives < 10_000, "it does not end");
    }
    assert_eq!(under(app, &bob.id.to_string()).await, 3);
    let given = "SELECT count(*) FROM audit_events WHERE action = 'file.inherited'";
    assert_eq!(app.count(given).await, 3, "each is given once");
}

async fn an_assignment_ends_with_the_account_that_was_to_get_the_files(app: &TestApp) {
    app.expect_orphans();
    let (bob, admin) = (app.member().await, app.someone(Role::Admin).await);
    insert_files(app, "user_123", 3).await;
    app.execute("INSERT INTO assignments SELECT 'user_123', id, created_at FROM users WHERE role = 'member'").await;
    app.execute("DELETE FROM users WHERE role = 'member'").await;
    let one = Assignment { owner: "user_123".to_owned(), heir: bob.id };
    assert!(assignment::go_on(&app.db, &one, database::now()).await.expect("nothing to do"));
    assert_eq!(under(app, "user_123").await, 3);
    assert_eq!(give(app, &admin, "user_123", &admin.email).await, StatusCode::SEE_OTHER);
}

/// Has a database forget somebody, as one does that was lost and rebuilt from the bucket.
async fn lose(app: &TestApp, someone: &Someone) {
    let theirs = format!("user_id = '{}'", someone.id);
    app.execute(&format!("UPDATE r2_files SET user_id = '{LOST}', owner_id = NULL, ticket = NULL WHERE {theirs}"))
        .await;
    app.execute(&format!("UPDATE users SET used_bytes = 0 WHERE email = '{}'", someone.email)).await;
}

async fn give(app: &TestApp, by: &Someone, owner: &str, account: &str) -> StatusCode {
    let browser = app.browser_of(by).await;
    let fields = [("owner", owner), ("account", account)];
    browser.send(Method::POST, "/admin/unowned/assignment", &fields).await.status()
}

async fn run(app: &TestApp) {
    let state = app.second_instance().await;
    assignments::run(&state, database::now()).await.expect("done");
}

async fn under(app: &TestApp, owner: &str) -> i64 {
    app.count(&format!("SELECT count(*) FROM r2_files WHERE user_id = '{owner}'")).await
}
