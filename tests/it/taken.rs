//! The time that somebody's own files are listed by: when they were taken, else their own date, else when they were uploaded.

use crate::{
    migrations::{config, execute, insert, keys, since},
    on_both_databases,
    support::{
        Kind, Someone, TestApp, drop_database,
        uploads::{PNG, status},
    },
};
use cloakroom::{
    accounts::Role,
    database,
    files::{
        Ready, Scope, State,
        file::File,
        list::{
            page::{self, Span},
            search::{Order, Search},
        },
    },
    ids::FileId,
};
use migration::{Migrator, MigratorTrait};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    own_files_are_listed_by_when_they_were_taken_and_everyones_by_when_they_came,
    a_time_that_cannot_be_is_not_believed,
    the_viewer_says_taken_of_what_a_camera_says_alone,
    files_of_any_age_lead_from_page_to_page,
);

#[tokio::test]
async fn every_file_from_before_has_a_time_on_sqlite() {
    from_before(Kind::Sqlite).await;
}

#[tokio::test]
async fn every_file_from_before_has_a_time_on_postgres() {
    from_before(Kind::Postgres).await;
}

async fn own_files_are_listed_by_when_they_were_taken_and_everyones_by_when_they_came(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    upload(
        app,
        &ada,
        "camera.png",
        json!({"takenAt": "2020-07-01T01:00:00+02:00", "lastModified": "2024-01-01T00:00:00Z"}),
    )
    .await;
    upload(app, &ada, "scan.png", json!({"lastModified": "1957-10-04T19:28:34Z"})).await;
    app.upload(&ada, "now.txt", "text/plain", b"words").await;
    upload(app, &ada, "notes.txt", json!({"lastModified": "2010-05-05T05:05:05.555+05:00"})).await;
    let browser = app.browser_of(&ada).await;
    let shown = |html: &str, all: [&str; 4]| all.map(|name| html.find(name).expect("listed")).is_sorted();
    let newest = browser.get("/").await.html;
    assert!(shown(&newest, ["now.txt", "camera.png", "notes.txt", "scan.png"]), "newest");
    let oldest = browser.get("/?sort=oldest").await.html;
    assert!(shown(&oldest, ["scan.png", "notes.txt", "camera.png", "now.txt"]), "oldest");
    let everyones = app.browser_of(&admin).await.get("/admin/files").await.html;
    assert!(shown(&everyones, ["notes.txt", "now.txt", "scan.png", "camera.png"]), "everyone's");
    // The first of July at one o'clock is the last of June in UTC.
    let june = browser.get("/?from=2020-06-30&to=2020-06-30").await;
    assert_eq!((june.shows("camera.png"), june.shows("now.txt"), june.shows("notes.txt")), (true, false, false));
    assert!(browser.get("/?to=1957-10-04").await.shows("scan.png"));
    // A place of a list by time of upload, as an address has it that somebody kept, is one in this list as well.
    let from_before = browser.get("/?after=1600000000000000-1").await;
    assert_eq!((from_before.status, from_before.shows("notes.txt")), (StatusCode::OK, true));
    assert!(!from_before.shows("now.txt"));
}

async fn a_time_that_cannot_be_is_not_believed(app: &TestApp) {
    let ada = app.member().await;
    for (name, picture) in [
        ("future.txt", json!({"lastModified": "9999-01-01T00:00:00Z"})),
        ("unset.png", json!({"takenAt": "1899-12-31T00:00:00", "lastModified": "1601-01-01T00:00:00Z"})),
    ] {
        upload(app, &ada, name, picture).await;
    }
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE taken_at = upload_timestamp").await, 2);
    for picture in [
        json!({"lastModified": "yesterday"}),
        json!({"lastModified": "1764000000"}),
        json!({"lastModified": "2026-01-01T00:00:00"}),
        json!({"camera": "A"}),
    ] {
        let request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 6_000_000, "picture": picture});
        for path in ["/presign-upload", "/multipart-uploads"] {
            let answer = app.post_json(&ada, path, &request).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {picture}");
        }
    }
}

async fn the_viewer_says_taken_of_what_a_camera_says_alone(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let camera = upload(app, &ada, "a.png", json!({"takenAt": "2020-07-01T01:00:00+02:00"})).await;
    browser.get(&format!("/files/{camera}")).await.assert_shows(&["Taken", "1 Jul 2020, 01:00"]);
    let other = upload(app, &ada, "b.png", json!({"lastModified": "2020-07-01T01:00:00Z"})).await;
    assert!(!browser.get(&format!("/files/{other}")).await.shows("Taken"));
}

async fn files_of_any_age_lead_from_page_to_page(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    crate::lists::insert_files(app, &ada.id.to_string(), 100).await;
    app.execute("UPDATE r2_files SET taken_at = '1901-01-01T00:00:00+00:00' WHERE id % 2 = 0").await;
    app.execute("UPDATE r2_files SET taken_at = '1969-12-31T23:59:59.999+00:00' WHERE id % 3 = 0").await;
    for order in [Order::Newest, Order::Oldest, Order::Type] {
        let search = Search { order, ..Search::all(Scope::Own(ada.id)) }.in_state(State::Ready);
        let (mut ids, mut span) = (Vec::<FileId>::new(), Span::First);
        loop {
            let page = page::list_ready(&app.db, &search, span).await.expect("a page");
            ids.extend(page.files.iter().map(Ready::id));
            let Some(next) = page.next() else { break };
            // By way of an address, as people go.
            span = Span::After(cloakroom::files::Cursor::parse(&next.to_string(), order).expect("its own"));
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 100, "{order:?}");
    }
}

async fn from_before(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = config(kind, &folder).await;
    database::migrate(&config, folder.path()).await.expect("up to date");
    let db = database::open(&config, folder.path()).await.expect("open");
    Migrator::down(db.unlimited(), since("_taken_at")).await.expect("before");
    for key in ["camera", "future", "none"] {
        insert(&db, key, "user_123").await;
    }
    execute(&db, "UPDATE r2_files SET upload_timestamp = '2026-01-02T03:04:05+00:00'").await;
    execute(&db, "UPDATE r2_files SET taken_at = '2020-07-01 01:00:00' WHERE object_key = 'camera'").await;
    execute(&db, "UPDATE r2_files SET taken_at = '2026-01-04 00:00:00' WHERE object_key = 'future'").await;
    Migrator::up(db.unlimited(), None).await.expect("and after");
    // The guide's own code says no time.
    insert(&db, "late", "user_123").await;
    let select = "SELECT object_key FROM r2_files WHERE taken_at = ";
    assert_eq!(keys(&db, &format!("{select}'2020-07-01T01:00:00+00:00'")).await, ["camera"]);
    assert_eq!(keys(&db, &format!("{select}upload_timestamp ORDER BY id")).await, ["future", "none", "late"]);
    Migrator::down(db.unlimited(), since("_taken_at")).await.expect("and back");
    assert_eq!(keys(&db, "SELECT object_key FROM r2_files WHERE taken_at < '2021-01-01 00:00:00'").await, ["camera"]);
    db.close().await.expect("closed");
    if let Some(url) = url {
        drop_database(&url).await;
    }
}

/// Uploads a file of which something is said; its id.
pub async fn upload(app: &TestApp, someone: &Someone, name: &str, picture: Value) -> String {
    let (content_type, bytes) = if name.ends_with("png") { ("image/png", PNG) } else { ("text/plain", &b"words"[..]) };
    let request = json!({"fileName": name, "contentType": content_type, "size": bytes.len(), "picture": picture});
    let presigned = app.presign(someone, &request).await;
    assert_eq!(status(app.put(&presigned, bytes)).await, 200);
    let saved: Value = app.save(someone, &presigned).await.json().await.expect("JSON");
    saved["fileId"].as_str().expect("an id").to_owned()
}
