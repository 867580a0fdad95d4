//! Deleting an account that has many files, and dying at every point on the way: nothing is lost, sums are right, and it ends.

use crate::{
    lists::insert_files,
    on_both_databases,
    support::{Kind, Someone, TestApp, dying::for_polls, uploads::PNG},
};
use cloakroom::{
    accounts::{
        Principal,
        deletion::{self, Deletion, Fate},
    },
    database,
    files::inheritance,
    jobs::deletions,
};

on_both_databases!(
    an_account_with_thousands_of_files_is_deleted_in_steps_each_by_another_life,
    a_deletion_that_dies_at_any_point_is_gone_on_with,
    a_start_goes_on_with_what_was_left,
);

const LEFT: &str = "SELECT count(*) FROM deleted_accounts WHERE finished_at IS NULL";

async fn an_account_with_thousands_of_files_is_deleted_in_steps_each_by_another_life(app: &TestApp) {
    app.expect_orphans();
    let (ada, bob) = (app.member().await, app.member().await);
    own(app, &ada, 2_500).await;
    own(app, &bob, 3).await;
    let (total, everything) = (sum(app, &ada).await, sum(app, &ada).await + sum(app, &bob).await);
    // What is in the trash keeps its time there.
    app.execute(
        "UPDATE r2_files SET state = 'trashed', state_changed_at = upload_timestamp WHERE file_name = 'file-00007'",
    )
    .await;
    begin(app, &ada, &bob, Fate::Given).await;
    let mut given = Vec::new();
    loop {
        // Each step is another process's, which is gone afterwards.
        let state = app.second_instance().await;
        let one = deletion::unfinished(&state.db).await.expect("a list").remove(0);
        let is_done = inheritance::go_on(&state.db, &one, database::now()).await.expect("a step");
        state.db.close().await.expect("closed");
        given.push(of(app, &bob).await);
        assert_eq!(of(app, &ada).await + of(app, &bob).await, 2_503, "none is lost");
        assert_eq!(sum(app, &bob).await, charged(app, &bob).await);
        assert!(is_done || sum(app, &ada).await == charged(app, &ada).await);
        if is_done {
            break;
        }
    }
    assert_eq!(given, [1_003, 2_003, 2_503, 2_503]);
    assert!(total > 0);
    assert_eq!((app.count(LEFT).await, charged(app, &bob).await), (0, everything));
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
    assert_eq!(app.count("SELECT count(DISTINCT ticket) FROM r2_files").await, 2_503, "each has a ticket of its own");
    assert_eq!(
        app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed' AND file_name = 'file-00007'").await,
        1
    );
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.inherited'").await, 2_500);
}

async fn a_deletion_that_dies_at_any_point_is_gone_on_with(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    for name in ["1.png", "2.png", "3.png"] {
        app.upload(&ada, name, "image/png", PNG).await;
    }
    begin(app, &ada, &bob, Fate::Trashed).await;
    let mut lives = 0;
    while app.count(LEFT).await > 0 {
        let state = app.second_instance().await;
        if let Some(ended) = for_polls(lives, deletions::run(&state, database::now())).await {
            ended.expect("it ends well");
        }
        drop(state.db.close().await);
        assert_eq!(of(app, &ada).await + of(app, &bob).await, 3, "none is lost in life {lives}");
        for one in [&ada, &bob] {
            assert_eq!(sum(app, one).await, charged(app, one).await, "life {lives}");
        }
        // A little further each time; in the end it is done whatever happens.
        lives += 1;
        assert!(lives < 10_000, "it does not end");
    }
    assert_eq!((of(app, &ada).await, of(app, &bob).await), (0, 3));
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed'").await, 3);
    assert_eq!(
        app.count("SELECT count(*) FROM audit_events WHERE action = 'file.inherited'").await,
        3,
        "each is given once"
    );
}

async fn a_start_goes_on_with_what_was_left(app: &TestApp) {
    app.expect_orphans();
    let (ada, bob) = (app.member().await, app.member().await);
    own(app, &ada, 1_200).await;
    begin(app, &ada, &bob, Fate::Given).await;
    let one = deletion::unfinished(&app.db).await.expect("a list").remove(0);
    inheritance::go_on(&app.db, &one, database::now()).await.expect("a step");
    assert_eq!((of(app, &ada).await, of(app, &bob).await), (200, 1_000));
    let later = app.another_instance().await;
    while app.count(LEFT).await > 0 {
        tokio::task::yield_now().await;
    }
    later.stop().await;
    assert_eq!((of(app, &ada).await, of(app, &bob).await), (0, 1_200));
    assert_eq!(sum(app, &bob).await, charged(app, &bob).await);
}

/// Shuts an account and tells nobody, as a process does that dies before it goes on.
async fn begin(app: &TestApp, whom: &Someone, heir: &Someone, fate: Fate) {
    let new = Deletion { id: whom.id, email: whom.email.clone(), heir: heir.id, fate };
    let by = Principal::command_line();
    deletion::delete(&app.accounts, &new, None, &by, database::now()).await.expect("shut");
}

/// Gives somebody files without objects, with owner, tickets and charge as registration has them.
async fn own(app: &TestApp, someone: &Someone, count: u32) {
    insert_files(app, &someone.id.to_string(), count).await;
    let id = literal(app, someone);
    let theirs = format!("user_id = '{}'", someone.id);
    let numbered = format!("SELECT id, row_number() OVER (ORDER BY id) AS ticket FROM r2_files WHERE {theirs}");
    app.execute(&format!("UPDATE r2_files SET owner_id = {id}, ticket = numbered.ticket FROM ({numbered}) AS numbered WHERE r2_files.id = numbered.id")).await;
    app.execute(&format!("UPDATE users SET last_ticket = {count}, used_bytes = (SELECT sum(size) FROM r2_files WHERE {theirs}) WHERE id = {id}")).await;
}

fn literal(app: &TestApp, someone: &Someone) -> String {
    match app.kind {
        Kind::Sqlite => format!("x'{}'", someone.id.to_string().replace('-', "")),
        Kind::Postgres => format!("'{}'", someone.id),
    }
}

async fn of(app: &TestApp, someone: &Someone) -> i64 {
    app.count(&format!("SELECT count(*) FROM r2_files WHERE user_id = '{}'", someone.id)).await
}

async fn sum(app: &TestApp, someone: &Someone) -> i64 {
    app.count(&format!("SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM r2_files WHERE user_id = '{}'", someone.id))
        .await
}

async fn charged(app: &TestApp, someone: &Someone) -> i64 {
    let id = literal(app, someone);
    app.count(&format!("SELECT CAST(coalesce(sum(used_bytes), 0) AS BIGINT) FROM users WHERE id = {id}")).await
}
