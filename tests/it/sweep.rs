//! What is in the bucket and in no row is found: by looking for what was signed here, and by listing the bucket.

use crate::{
    on_both_databases,
    support::{
        Kind, Someone, TestApp, create_database,
        odd_lists::Unfinished,
        odd_store::{OddStore, Oddity},
        proxy::FreezableProxy,
        uploads::{PNG, status},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use cloakroom::{
    database,
    error::Error,
    ids::FileId,
    jobs::{
        sweep::{self, Swept},
        tickets,
    },
    state::AppState,
    storage::ObjectKey,
    uploads::{Presigned, Refused, UploadRequest, Uploader, presign, register},
};
use sea_orm::Value;
use std::time::Duration;

on_both_databases!(
    an_upload_that_nobody_confirms_is_found_after_five_minutes,
    an_upload_that_never_comes_is_looked_for_a_few_times_and_forgotten,
    a_confirmed_upload_is_not_looked_for,
    while_the_database_is_away_nothing_is_forgotten,
    what_the_rules_refuse_is_removed_while_it_is_fresh_and_else_left,
    two_instances_that_sweep_at_once_index_each_file_once,
    objects_without_a_row_are_found_among_thousands,
    a_sweep_begins_eight_days_before_the_last_one,
    what_cannot_be_looked_at_keeps_nothing_else_waiting,
    a_store_that_is_away_is_asked_again_from_where_it_was,
    multipart_uploads_that_nobody_finishes_are_aborted,
);

const READY: &str = "SELECT count(*) FROM r2_files WHERE state = 'ready'";
const FORGET_SWEEPS: &str = "DELETE FROM settings WHERE name = 'swept_at'";

async fn an_upload_that_nobody_confirms_is_found_after_five_minutes(app: &TestApp) {
    let (ada, state, now) = (app.member().await, app.second_instance().await, database::now());
    let presigned = begin(&state, &ada, "a.png", Some(PNG.len() as u64), now).await;
    put(app, &presigned, PNG).await;
    assert_eq!(tickets::run(&state, now + TimeDelta::minutes(4)).await.expect("nothing was due"), 0);
    assert_eq!(app.count(READY).await, 0);
    assert_eq!(tickets::run(&state, now + TimeDelta::minutes(5)).await.expect("looked"), 1);
    assert_eq!(app.count(READY).await, 1);
    assert_eq!(state.tickets.next_due(), None);
}

async fn an_upload_that_never_comes_is_looked_for_a_few_times_and_forgotten(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    begin(&state, &ada, "a.png", Some(1), database::now()).await;
    let mut looks = 0;
    while let Some(due) = state.tickets.next_due() {
        assert_eq!(tickets::run(&state, due).await.expect("looked"), 0);
        looks += 1;
    }
    assert_eq!(looks, 5);
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 0);
}

async fn a_confirmed_upload_is_not_looked_for(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    let presigned = begin(&state, &ada, "a.png", Some(PNG.len() as u64), database::now()).await;
    put(app, &presigned, PNG).await;
    assert!(state.tickets.next_due().is_some());
    register(&state, &presigned.key, &cloakroom::files::Bringer::nobody(), Refused::Removed, database::now())
        .await
        .expect("registered");
    assert_eq!(state.tickets.next_due(), None);
}

async fn while_the_database_is_away_nothing_is_forgotten(app: &TestApp) {
    let (ada, state, now) = (app.member().await, app.second_instance().await, database::now());
    let presigned = begin(&state, &ada, "a.png", Some(PNG.len() as u64), now).await;
    put(app, &presigned, PNG).await;
    state.db.clone().close().await.expect("closed");
    let later = now + TimeDelta::minutes(5);
    assert_eq!(tickets::run(&state, later).await.expect("one failure is none of the database's"), 0);
    assert_eq!(state.tickets.next_due(), Some(later + TimeDelta::minutes(10)));
    assert!(matches!(sweep::run(&state, later).await, Err(Error::DatabaseUnavailable(_))));
    let other = app.second_instance().await;
    assert_eq!(sweep::run(&other, later).await.expect("swept").found, 1);
    assert_eq!(app.count(READY).await, 1);
}

/// By a loose URL, which lets whoever has it add a header.
async fn what_the_rules_refuse_is_removed_while_it_is_fresh_and_else_left(app: &TestApp) {
    let (ada, state, now) = (app.member().await, app.second_instance().await, database::now());
    let presigned = begin(&state, &ada, "one.png", None, now).await;
    let request = app.client.put(&presigned.put.url).header("Content-Type", "image/png");
    assert_eq!(status(request.header("Content-Encoding", "gzip").body(PNG)).await, 200);
    assert_eq!(sweep::run(&state, database::now()).await.expect("swept").refused, 1);
    assert!(app.bucket().head_object(presigned.key.as_str()).await.is_ok(), "whose it is was not asked");
    assert_eq!(tickets::run(&state, now + TimeDelta::minutes(5)).await.expect("looked"), 0);
    assert!(app.bucket().head_object(presigned.key.as_str()).await.is_err(), "its ticket says that it came just now");
    assert_eq!(state.tickets.next_due(), None);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'purging'").await, 1);
}

/// That everyone is charged once is asserted at the end, as after every test.
async fn two_instances_that_sweep_at_once_index_each_file_once(app: &TestApp) {
    let (ada, one, other) = (app.member().await, app.second_instance().await, app.second_instance().await);
    for number in 0..20 {
        let presigned = begin(&one, &ada, &format!("{number}.png"), Some(PNG.len() as u64), database::now()).await;
        put(app, &presigned, PNG).await;
    }
    let now = database::now();
    let (first, second) = tokio::join!(sweep::run(&one, now), sweep::run(&other, now));
    assert!(first.expect("swept").found + second.expect("swept").found >= 20);
    assert_eq!(app.count(READY).await, 20);
}

/// Keys of other shapes are nobody's business.
async fn objects_without_a_row_are_found_among_thousands(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let now = database::now();
    let mut rows = Vec::new();
    for number in 0..2_500 {
        let key = key_of(&ada, now - TimeDelta::seconds(number), &format!("a b+é {number}.png"));
        store.insert(key.as_str(), "image/png", PNG);
        if number % 100 != 0 {
            rows.push(format!("('{}', '', '{}', 0)", key.as_str(), ada.id));
        }
    }
    for rows in rows.chunks(500) {
        app.execute(&format!("INSERT INTO r2_files (object_key, file_url, user_id, size) VALUES {}", rows.join(", ")))
            .await;
    }
    for foreign in ["files/readme.txt", "files/0b7e9f2a-1d57-4b7e-8a36-6f5c0a7f3c11-test.png", "other/x"] {
        store.insert(foreign, "image/png", PNG);
    }
    let swept = sweep::run(&state, now).await.expect("swept");
    assert_eq!(swept, Swept { listed: 2_500, found: 25, ..Swept::default() });
    assert_eq!(store.pages_listed(), 4, "three of files, and one of thumbnails");
    assert_eq!(app.count("SELECT count(*) FROM r2_files").await, 2_500);
    let used = app.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM users").await;
    assert_eq!(used, 25 * PNG.len() as i64);
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 0);
    assert_eq!(store.keys().len(), 2_503);
}

async fn a_sweep_begins_eight_days_before_the_last_one(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let now = database::now();
    let insert = |days, name| {
        store.insert(key_of(&ada, now - TimeDelta::days(days), name).as_str(), "image/png", PNG);
    };
    insert(1_000, "very-old.png");
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 1, "the bucket is the ledger");
    insert(9, "old.png");
    insert(7, "new.png");
    insert(-1, "to-come.png");
    assert_eq!(sweep::run(&state, now).await.expect("swept"), Swept { listed: 1, found: 1, ..Swept::default() });
    assert_eq!(sweep::run(&state, now - TimeDelta::minutes(30)).await.expect("swept").found, 0);
    assert_eq!(watermark(app).await, now, "it never goes back");
    // As a clock that was a year ahead would have left it.
    app.execute("UPDATE settings SET value = '2999-01-01T00:00:00.000000Z' WHERE name = 'swept_at'").await;
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 1, "the old one");
    assert_eq!(watermark(app).await, now);
}

/// More of them in a row than a store that is away would be asked for.
async fn what_cannot_be_looked_at_keeps_nothing_else_waiting(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let now = database::now();
    let begun_at = now - TimeDelta::days(20);
    for number in 0..6 {
        let key = key_of(&ada, begun_at + TimeDelta::minutes(number), &format!("{number}-stuck.png"));
        store.insert(key.as_str(), "image/png", PNG);
    }
    store.insert(key_of(&ada, now - TimeDelta::days(1), "fine.png").as_str(), "image/png", PNG);
    store.set_odd(&[Oddity::Stuck]);
    assert!(sweep::run(&state, now).await.is_err());
    assert_eq!(app.count(READY).await, 1);
    let missed = begun_at + TimeDelta::days(8) + state.uploads.url_ttl;
    assert!((watermark(app).await - missed).abs() < TimeDelta::seconds(1), "the next one begins with them");
    store.set_odd(&[]);
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 6);
    assert_eq!(watermark(app).await, now);
}

async fn a_store_that_is_away_is_asked_again_from_where_it_was(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let now = database::now();
    sweep::run(&state, now - TimeDelta::days(3)).await.expect("swept");
    store.insert(key_of(&ada, now - TimeDelta::days(9), "a.png").as_str(), "image/png", PNG);
    store.set_odd(&[Oddity::Away]);
    assert!(matches!(sweep::run(&state, now).await, Err(Error::StoreUnavailable(_))));
    assert_eq!(watermark(app).await, now - TimeDelta::days(3));
    store.set_odd(&[]);
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 1);
}

async fn multipart_uploads_that_nobody_finishes_are_aborted(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let now = database::now();
    let unfinished = |upload_id: &str, days, foreign: &str| {
        let begun_at = now - TimeDelta::days(days);
        let key = format!("{foreign}{}", key_of(&ada, begun_at, "a b.mov").as_str());
        Unfinished { key, upload_id: upload_id.into(), begun_at: begun_at.to_rfc3339() }
    };
    let (old, young) = (unfinished("old", 8, ""), unfinished("young", 6, ""));
    let (foreign, older) = (unfinished("foreign", 9, "files/"), unfinished("older", 20, ""));
    *store.uploads() = vec![young.clone(), old, foreign.clone(), older];
    assert_eq!(sweep::run(&state, now).await.expect("swept").aborted, 2);
    assert_eq!(*store.uploads(), [young, foreign]);
}

/// Whoever would poll would be heard within three seconds, or is slow.
#[tokio::test]
async fn after_the_sweep_nobody_asks_anything_though_uploads_are_open() {
    let (proxy, store) = (FreezableProxy::before(&create_database().await).await, OddStore::start(0, &[]).await);
    let (url, settings) = (proxy.url(), store.settings());
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str())).chain([("DATABASE_URL", &*url)]);
    let app = TestApp::start(Kind::Postgres, &settings.collect::<Vec<_>>()).await;
    app.expect_orphans();
    let ada = app.member().await;
    app.presign_strictly(&ada, "a.png", "image/png", 1).await;
    swept(&app).await;
    let (mut asked, mut sent) = (store.times_asked(), proxy.times_sent());
    let mut tries = 0;
    loop {
        asked.mark_unchanged();
        sent.mark_unchanged();
        let quiet = tokio::time::timeout(Duration::from_secs(3), async {
            tokio::select! {
                _ = asked.changed() => {}
                _ = sent.changed() => {}
            }
        });
        if quiet.await.is_err() {
            break;
        }
        tries += 1;
        assert!(tries < 100, "it never falls silent");
    }
    app.finish().await;
}

/// Somebody, and an instance on a store in memory, with a bucket that was never looked through.
pub async fn on_an_odd_store(app: &TestApp, more: &[(&str, &str)]) -> (Someone, OddStore, AppState) {
    app.expect_orphans();
    let (ada, store) = (app.member().await, OddStore::start(0, &[]).await);
    let settings = store.settings();
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let state = app.second_instance_with(&settings.chain(more.iter().copied()).collect::<Vec<_>>()).await;
    swept(app).await;
    app.execute(FORGET_SWEEPS).await;
    (ada, store, state)
}

/// Waits for the end of the sweep that the app itself began at its start.
async fn swept(app: &TestApp) {
    while app.count("SELECT count(*) FROM settings WHERE name = 'swept_at'").await == 0 {
        tokio::task::yield_now().await;
    }
}

async fn watermark(app: &TestApp) -> DateTime<Utc> {
    let rows = app.rows("SELECT value FROM settings WHERE name = 'swept_at'", Vec::<Value>::new()).await;
    rows[0].try_get::<String>("", "value").expect("text").parse().expect("a time")
}

pub fn key_of(owner: &Someone, begun_at: DateTime<Utc>, name: &str) -> ObjectKey {
    ObjectKey::new("files/", FileId::first_at(begun_at), owner.id, name.parse().expect("a name"))
}

async fn begin(state: &AppState, owner: &Someone, name: &str, size: Option<u64>, now: DateTime<Utc>) -> Presigned {
    let account = state.accounts.cache.account(owner.id).await.expect("an account");
    let request = UploadRequest {
        file_name: name,
        content_type: "image/png",
        size,
        sha256: None,
        crc32c: None,
        folder: None,
        picture: None,
        thumbnail: None,
    };
    presign(state, &Uploader::own(&account), request, now).expect("signed")
}

async fn put(app: &TestApp, presigned: &Presigned, bytes: &[u8]) {
    let request = app.client.put(&presigned.put.url).body(bytes.to_vec());
    let headers = presigned.put.headers.iter();
    let request = headers.fold(request, |request, (name, value)| request.header(*name, value));
    assert_eq!(status(request).await, 200);
}
