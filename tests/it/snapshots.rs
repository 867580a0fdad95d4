//! Snapshots of the index are made while it is used, one an hour, and at a stop; and old ones go.

use crate::{
    on_both_databases,
    support::{
        TestApp,
        rebuilt::{SESSION_KEY, make},
        uploads::{PNG, text},
    },
};
use chrono::TimeDelta;
use cloakroom::{
    accounts::Principal,
    database,
    files::Bringer,
    jobs::{
        adopt,
        reconcile::{self, Mode, Progress, Report},
        snapshot::{at_stop, run_due},
    },
    storage::ObjectKey,
    uploads::{Refused, register},
};
use tokio::sync::watch;

on_both_databases!(
    of_two_instances_one_makes_a_snapshot_and_none_within_the_hour,
    at_a_stop_there_is_one_if_something_was_changed,
    a_public_bucket_gets_none_that_is_not_sealed,
    old_snapshots_go_and_nothing_else_does,
    a_snapshot_is_no_file_under_any_prefix,
    a_snapshot_that_fails_is_due_again_in_ten_minutes,
    rows_that_the_guides_code_writes_meanwhile_are_completed,
    a_row_without_an_object_is_looked_for_twice_and_not_for_ever,
);

async fn of_two_instances_one_makes_a_snapshot_and_none_within_the_hour(app: &TestApp) {
    app.expect_orphans();
    let (one, two, now) = (app.second_instance().await, app.second_instance().await, database::now());
    let (first, second) = tokio::join!(run_due(&one, now), run_due(&two, now));
    let made = [first.expect("no trouble"), second.expect("no trouble")];
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    assert!(!run_due(&one, now + TimeDelta::minutes(59)).await.expect("no trouble"));
    assert!(run_due(&two, now + TimeDelta::minutes(61)).await.expect("no trouble"));
    assert_eq!(app.snapshots().await.len(), 2);
}

async fn at_a_stop_there_is_one_if_something_was_changed(app: &TestApp) {
    app.expect_orphans();
    let on = app.instance_with(&[("SNAPSHOTS", "on")]).await;
    assert!(!at_stop(&on, database::now()).await.expect("no trouble"), "nothing was changed there");
    let ada = app.member().await;
    let presigned = app.presign_strictly(&ada, "a.png", "image/png", PNG.len()).await;
    app.put(&presigned, PNG).send().await.expect("put");
    let key = ObjectKey::parse("files/", text(&presigned, "objectKey")).expect("a key");
    register(&on, &key, &Bringer::nobody(), Refused::Removed, database::now()).await.expect("registered");
    assert!(at_stop(&on, database::now()).await.expect("no trouble"));
    assert!(!at_stop(&on, database::now()).await.expect("no trouble"), "it is in the last one");
    assert!(!run_due(&app.second_instance().await, database::now()).await.expect("no trouble"), "within the hour");
    let off = app.instance_with(&[]).await;
    off.db.note_change();
    assert!(!at_stop(&off, database::now()).await.expect("no trouble"), "it is turned off");
    assert_eq!(app.snapshots().await.len(), 1);
}

async fn a_public_bucket_gets_none_that_is_not_sealed(app: &TestApp) {
    app.expect_orphans();
    let public = ("R2_PUBLIC_BASE_URL", "https://pub.example.com");
    let state = app.instance_with(&[public, ("SNAPSHOTS", "on")]).await;
    let refusal = run_due(&state, database::now()).await.expect_err("public");
    assert!(refusal.to_string().contains("Set SESSION_KEY"), "{refusal}");
    state.db.note_change();
    assert!(!at_stop(&state, database::now()).await.expect("no trouble"));
    assert_eq!(app.snapshots().await, Vec::<String>::new());
    assert!(make(&app.instance_with(&[public, ("SESSION_KEY", SESSION_KEY)]).await).await.is_sealed);
}

async fn old_snapshots_go_and_nothing_else_does(app: &TestApp) {
    app.expect_orphans();
    let (state, now) = (app.second_instance().await, database::now());
    let name = |days: i64, hours: i64| {
        let at = now - TimeDelta::days(days) - TimeDelta::hours(hours);
        format!("index/{}-0123456789abcdef.jsonl.gz", at.format("%Y%m%dT%H%M%SZ"))
    };
    // The thirtieth day may be the last that stays, by the hour.
    let old: Vec<_> = (31..50).map(|days| name(days, 0)).collect();
    app.bucket().put_object(name(30, 0), b"old").await.expect("put");
    let recent: Vec<_> = (2..30).map(|days| name(days, 0)).chain((1..24).map(|hours| name(0, hours))).collect();
    let others =
        ["index/20200101T000000Z-0123456789abcdef.jsonl.gz.bak", "index/readme.txt", "index/20200101T000000Z.jsonl.gz"];
    for key in old.iter().chain(&recent).map(String::as_str).chain(others) {
        app.bucket().put_object(key, b"old").await.expect("put");
    }
    let made = make(&state).await;
    let kept = app.snapshots().await;
    assert!(old.iter().all(|key| !kept.contains(key)), "{kept:?}");
    assert!(recent.iter().map(String::as_str).chain(others).all(|key| kept.iter().any(|kept| kept == key)), "{kept:?}");
    assert!(kept.contains(&format!("index/{}", made.name)));
    assert!(made.removed >= old.len());
}

async fn a_snapshot_is_no_file_under_any_prefix(app: &TestApp) {
    app.expect_orphans();
    for prefix in ["files/", "team/"] {
        let state = app.instance_with(&[("R2_KEY_PREFIX", prefix)]).await;
        let made = make(&state).await;
        let later = database::now() + TimeDelta::days(30);
        let progress = watch::Sender::new(Progress::default());
        let report =
            reconcile::run(&state, Mode::Repair, &Principal::itself(), later, &progress).await.expect("compared");
        assert_eq!(report, Report::default(), "{prefix}");
        cloakroom::jobs::sweep::run(&state, later).await.expect("swept");
        let folder = if prefix == "files/" { "index/" } else { "team/index/" };
        let key = format!("{folder}{}", made.name);
        assert!(app.bucket().head_object(&key).await.is_ok(), "{key}");
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
}

async fn a_snapshot_that_fails_is_due_again_in_ten_minutes(app: &TestApp) {
    app.expect_orphans();
    let (away, now) = (app.instance_with(&[("R2_BUCKET_NAME", "elsewhere")]).await, database::now());
    assert!(run_due(&away, now).await.is_err());
    let state = app.second_instance().await;
    assert!(!run_due(&state, now + TimeDelta::minutes(9)).await.expect("no trouble"));
    assert!(run_due(&state, now + TimeDelta::minutes(11)).await.expect("no trouble"));
    assert_eq!(app.snapshots().await.len(), 1);
}

async fn rows_that_the_guides_code_writes_meanwhile_are_completed(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let (_, from) = adopt::look(&state, 0).await.expect("looked");
    let key = "0b7e9f2a-1d57-4b7e-8a36-6f5c0a7f3c11-holiday.png";
    app.bucket().put_object_with_content_type(key, PNG, "image/png").await.expect("put");
    let sql = format!("INSERT INTO r2_files (object_key, file_url, user_id) VALUES ('{key}', '', '{}')", ada.id);
    app.execute(&sql).await;
    assert_eq!(adopt::look(&state, from).await.expect("looked").0, 1);
    let whole = "SELECT count(*) FROM r2_files WHERE size = 69 AND ticket = 1 AND owner_id IS NOT NULL";
    assert_eq!(app.count(whole).await, 1);
    // What a request asks is what wakes whoever looks.
    state.accounts.cache.account(ada.id).await.expect("an account");
    tokio::time::timeout(std::time::Duration::from_secs(1), state.db.asked()).await.expect("it is told");
}

async fn a_row_without_an_object_is_looked_for_twice_and_not_for_ever(app: &TestApp) {
    app.expect_orphans();
    let state = app.second_instance().await;
    app.execute("INSERT INTO r2_files (object_key, file_url, user_id) VALUES ('gone-a.png', '', 'user_123')").await;
    let (completed, last) = adopt::look(&state, 0).await.expect("looked");
    assert_eq!((completed, adopt::look(&state, last).await.expect("looked")), (0, (0, last)));
}
