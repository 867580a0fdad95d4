//! The bucket and its index are compared both ways, and what differs is put right.

use crate::{
    on_both_databases,
    support::{Kind, Someone, TestApp, uploads::PNG},
    sweep::key_of,
};
use chrono::{DateTime, TimeDelta, Utc};
use cloakroom::{
    accounts::{Principal, Role},
    database,
    ids::FileId,
    jobs::reconcile::{self, Mode, Progress, Report},
    state::AppState,
    storage::ObjectKey,
    uploads::{Refused, register},
};
use tokio::sync::watch;

on_both_databases!(
    a_dry_run_tells_of_everything_and_changes_nothing,
    what_differs_is_put_right_and_a_second_run_finds_nothing,
    what_is_missing_is_told_to_whose_it_is_and_to_administrators_until_it_is_there_again,
    an_object_that_is_another_one_by_now_is_charged_for_as_it_is,
    adopted_files_are_compared_whatever_their_keys_look_like,
    what_is_on_its_way_out_is_left_alone,
    a_copy_that_somebody_made_in_the_bucket_is_told_of_and_left_alone,
    hundreds_of_files_on_both_sides_are_compared_in_pages,
    a_dry_run_foretells_what_becomes_of_what_the_rules_refuse,
    of_files_that_do_not_all_fit_a_dry_run_foretells_as_many_as_do,
);

const OTHER: &[u8] = b"\x89PNG\r\n\x1a\n and other bytes than it had";

/// A bucket and an index that differ in every way there is.
async fn differing(app: &TestApp) -> (Someone, AppState, DateTime<Utc>) {
    app.expect_orphans();
    let (ada, bucket, now) = (app.member().await, app.bucket(), database::now());
    for name in ["kept.png", "lost.png", "changed.png"] {
        app.upload(&ada, name, "image/png", PNG).await;
    }
    bucket.delete_object(key_in(app, "lost.png").await).await.expect("deleted");
    bucket.put_object_with_content_type(key_in(app, "changed.png").await, OTHER, "image/png").await.expect("put");
    let orphan = key_of(&ada, now - TimeDelta::days(1), "orphan.png");
    bucket.put_object_with_content_type(orphan.as_str(), PNG, "image/png").await.expect("put");
    let stray = format!("thumbs/{}/{}/512", FileId::first_at(now - TimeDelta::days(30)), ada.id);
    bucket.put_object(stray, b"small").await.expect("put");
    let unfinished = key_of(&ada, now, "unfinished.mov");
    bucket.initiate_multipart_upload(unfinished.as_str(), "video/quicktime").await.expect("begun");
    app.execute("UPDATE users SET used_bytes = used_bytes + 7").await;
    app.execute("UPDATE file_totals SET files = files + 1").await;
    (ada, app.second_instance().await, now + TimeDelta::days(8))
}

async fn a_dry_run_tells_of_everything_and_changes_nothing(app: &TestApp) {
    let (_ada, state, now) = differing(app).await;
    let found = expected();
    assert_eq!(run(&state, Mode::DryRun, now).await, found);
    assert_eq!(run(&state, Mode::DryRun, now).await, found, "nothing was changed");
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE missing_since IS NULL").await, 3);
}

async fn what_differs_is_put_right_and_a_second_run_finds_nothing(app: &TestApp) {
    let (_ada, state, now) = differing(app).await;
    assert_eq!(run(&state, Mode::Repair, now).await, expected());
    let second = run(&state, Mode::Repair, now).await;
    assert_eq!(second, Report { objects: 3, rows: 4, still_missing: 1, ..Report::default() });
    assert!(second.is_clean());
    let sum = app.count("SELECT CAST(sum(size) AS BIGINT) FROM r2_files").await;
    assert_eq!(sum, 3 * PNG.len() as i64 + OTHER.len() as i64);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, sum);
    for (action, count) in [("file.missing", 1), ("file.replaced", 1), ("user.usage_corrected", 2)] {
        let events = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
        assert_eq!(app.count(&events).await, count, "{action}");
    }
}

async fn what_is_missing_is_told_to_whose_it_is_and_to_administrators_until_it_is_there_again(app: &TestApp) {
    app.expect_orphans();
    let (ada, admin, state) = (app.member().await, app.someone(Role::Admin).await, app.second_instance().await);
    let id = app.upload(&ada, "lost.png", "image/png", PNG).await;
    let key = key_in(app, "lost.png").await;
    app.bucket().delete_object(&key).await.expect("deleted");
    assert_eq!(run(&state, Mode::Repair, database::now()).await.missing, 1);
    let (owner, admin) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let pages = [(&owner, format!("/files/{id}")), (&admin, format!("/admin/files/{id}"))];
    for (browser, page) in &pages {
        browser.get(page).await.assert_shows(&["It was not found in storage"]);
    }
    admin.get("/admin").await.assert_shows(&["A file was not found in storage"]);
    admin.get("/admin/events").await.assert_shows(&["Not found in storage", "lost.png"]);
    app.bucket().put_object_with_content_type(&key, PNG, "image/png").await.expect("put");
    let report = run(&state, Mode::Repair, database::now()).await;
    assert_eq!((report.returned, report.missing, report.still_missing), (1, 0, 0));
    for (browser, page) in &pages {
        assert!(!browser.get(page).await.shows("It was not found in storage"), "{page}");
    }
    assert!(run(&state, Mode::Repair, database::now()).await.is_clean());
}

/// Whatever its owner has room for, and in quarantine where its bytes are not what its type says.
async fn an_object_that_is_another_one_by_now_is_charged_for_as_it_is(app: &TestApp) {
    let (ada, state) = (app.member().await, app.second_instance().await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    app.execute("UPDATE users SET quota = 10").await;
    let key = key_in(app, "a.png").await;
    app.bucket().put_object_with_content_type(&key, b"MZ\x90\0\x03\0\0\0", "image/png").await.expect("put");
    assert_eq!(run(&state, Mode::Repair, database::now()).await.differing, 1);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'quarantined' AND size = 8").await, 1);
    assert!(run(&state, Mode::Repair, database::now()).await.is_clean());
}

async fn adopted_files_are_compared_whatever_their_keys_look_like(app: &TestApp) {
    app.expect_orphans();
    let (ada, state) = (app.member().await, app.second_instance().await);
    let key = "0b7e9f2a-1d57-4b7e-8a36-6f5c0a7f3c11-holiday.jpg";
    app.bucket().put_object_with_content_type(key, b"12345", "image/jpeg").await.expect("put");
    app.bucket().put_object("readme.txt", b"nobody's").await.expect("put");
    let row = format!("INSERT INTO r2_files (object_key, file_url, user_id) VALUES ('{key}', '', '{}')", ada.id);
    app.execute(&row).await;
    cloakroom::jobs::adopt::look(&state, 0).await.expect("adopted");
    assert_eq!(run(&state, Mode::Repair, database::now()).await, Report { rows: 1, ..Report::default() });
    app.bucket().put_object_with_content_type(key, b"1234567", "image/jpeg").await.expect("put");
    assert_eq!(run(&state, Mode::Repair, database::now()).await.differing, 1);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready' AND size = 7").await, 1);
    app.bucket().delete_object(key).await.expect("deleted");
    assert_eq!(run(&state, Mode::Repair, database::now()).await.missing, 1);
}

async fn what_is_on_its_way_out_is_left_alone(app: &TestApp) {
    app.expect_orphans();
    let (ada, state) = (app.member().await, app.second_instance().await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    app.upload(&ada, "b.png", "image/png", PNG).await;
    app.bucket().delete_object(key_in(app, "b.png").await).await.expect("deleted");
    app.execute("UPDATE r2_files SET state = 'purging', size = 0").await;
    app.execute("UPDATE users SET used_bytes = 0").await;
    let report = run(&state, Mode::Repair, database::now()).await;
    assert_eq!(report, Report { objects: 1, rows: 2, ..Report::default() });
}

/// Its id is that of the file that it was copied from.
async fn a_copy_that_somebody_made_in_the_bucket_is_told_of_and_left_alone(app: &TestApp) {
    app.expect_orphans();
    let (ada, state) = (app.member().await, app.second_instance().await);
    app.upload(&ada, "a.png", "image/png", PNG).await;
    let copy = key_in(app, "a.png").await.replace("a.png", "copy of a.png");
    app.bucket().put_object_with_content_type(&copy, PNG, "image/png").await.expect("put");
    let report = run(&state, Mode::Repair, database::now()).await;
    assert_eq!(report, Report { objects: 2, rows: 1, failed: 1, ..Report::default() });
    assert!(app.bucket().head_object(&copy).await.is_ok());
    assert!(
        register(
            &state,
            &ObjectKey::parse("files/", &copy).expect("a key"),
            &cloakroom::files::Bringer::nobody(),
            Refused::Removed,
            database::now()
        )
        .await
        .is_err()
    );
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1);
}

/// More than a page of each, with differences at the edges of pages.
async fn hundreds_of_files_on_both_sides_are_compared_in_pages(app: &TestApp) {
    let (ada, store, state) = crate::sweep::on_an_odd_store(app, &[]).await;
    let now = database::now();
    let mut rows = Vec::new();
    for number in 0..2_200_i64 {
        let key = key_of(&ada, now - TimeDelta::days(1) + TimeDelta::seconds(number), "a.png");
        if number % 500 != 0 {
            store.insert(key.as_str(), "image/png", PNG);
        }
        if number % 300 != 1 {
            let size = PNG.len();
            rows.push(format!("('{}', '', '{}', '{}', {size})", key.as_str(), ada.id, in_sql(app, key.file_id)));
        }
    }
    let columns = "object_key, file_url, user_id, file_id, size";
    for rows in rows.chunks(500) {
        app.execute(&format!("INSERT INTO r2_files ({columns}) VALUES {}", rows.join(", ")).replace("'x:", "x'")).await;
    }
    app.execute("UPDATE r2_files SET owner_id = (SELECT id FROM users)").await;
    let report = run(&state, Mode::Repair, now).await;
    assert_eq!((report.objects, report.rows), (2_195, 2_192));
    assert_eq!((report.orphans, report.missing, report.usage_drift), (8, 5, 1));
    assert!(run(&state, Mode::Repair, now).await.is_clean());
}

/// SQLite's ids are 16 bytes.
fn in_sql(app: &TestApp, id: FileId) -> String {
    match app.kind {
        Kind::Sqlite => format!("x:{}", id.to_string().replace('-', "")),
        Kind::Postgres => id.to_string(),
    }
}

fn expected() -> Report {
    Report {
        objects: 3,
        rows: 3,
        orphans: 1,
        missing: 1,
        differing: 1,
        stray_thumbnails: 1,
        unfinished_uploads: 1,
        usage_drift: 1,
        bytes_reclaimable: 5,
        ..Report::default()
    }
}

pub async fn run(state: &AppState, mode: Mode, now: DateTime<Utc>) -> Report {
    let progress = watch::Sender::new(Progress::default());
    let report = reconcile::run(state, mode, &Principal::command_line(), now, &progress).await.expect("compared");
    assert_eq!(progress.borrow().report, report, "the last word of how far it is");
    report
}

async fn key_in(app: &TestApp, name: &str) -> String {
    let rows = app.rows("SELECT object_key FROM r2_files WHERE file_name = $1", [name.into()]).await;
    rows[0].try_get("", "object_key").expect("a key")
}

/// What a page may still be at work on stays as it is; what is older is put aside, and so is in the index.
async fn a_dry_run_foretells_what_becomes_of_what_the_rules_refuse(app: &TestApp) {
    app.expect_orphans();
    let (ada, state, now) = (app.member().await, app.second_instance().await, database::now());
    app.execute("UPDATE users SET quota = 10").await;
    let nobody = Someone { id: cloakroom::ids::UserId::generate(), email: String::new(), token: String::new() };
    for (minutes, who) in [(0, &ada), (120, &ada), (5, &nobody), (125, &nobody)] {
        let key = key_of(who, now - TimeDelta::minutes(minutes), "found.png");
        app.bucket().put_object_with_content_type(key.as_str(), PNG, "image/png").await.expect("put");
    }
    let foretold = run(&state, Mode::DryRun, now).await;
    assert_eq!((foretold.objects, foretold.orphans), (4, 2));
    assert_eq!(run(&state, Mode::Repair, now).await, foretold);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'quarantined'").await, 2);
}

/// A page may still be at work on them, so those that do not fit stay as they are.
async fn of_files_that_do_not_all_fit_a_dry_run_foretells_as_many_as_do(app: &TestApp) {
    app.expect_orphans();
    let (ada, bob, state) = (app.member().await, app.member().await, app.second_instance().await);
    let (now, quota) = (database::now(), 2 * PNG.len() + 1);
    app.execute(&format!("UPDATE users SET quota = {quota}")).await;
    for (minutes, who) in [(4, &ada), (3, &ada), (2, &ada), (1, &bob)] {
        let key = key_of(who, now - TimeDelta::minutes(minutes), "found.png");
        app.bucket().put_object_with_content_type(key.as_str(), PNG, "image/png").await.expect("put");
    }
    let foretold = run(&state, Mode::DryRun, now).await;
    assert_eq!((foretold.objects, foretold.orphans), (4, 3));
    assert_eq!(run(&state, Mode::Repair, now).await, foretold);
}
