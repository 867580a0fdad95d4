//! Files that are confirmed at the same time: each is recorded whole or not at all, whatever stands in the way of others.

use crate::{
    on_both_databases,
    support::{Kind, Someone, TestApp},
};
use cloakroom::{
    database,
    error::{Error, Result},
    files::{self, Bringer, ContentType, NewFile, Recorded, State},
    ids::{FileId, FolderId, UrlKind},
    storage::{ObjectKey, Picture},
};
use futures::{FutureExt, future::join_all};

/// Each file's.
const SIZE: i64 = 1_000;

on_both_databases!(
    many_at_once_are_written_in_few_transactions,
    what_cannot_be_recorded_is_in_nobodys_way,
    of_the_same_file_at_once_one_is_recorded,
    whoever_goes_away_takes_nobody_along,
);

fn keys(someone: &Someone, count: usize) -> Vec<ObjectKey> {
    let name = |number| format!("{number}.txt").parse().expect("a name");
    let key = |number| ObjectKey::new("files/", FileId::generate(UrlKind::Strict), someone.id, name(number));
    (0..count).map(key).collect()
}

fn file(key: &ObjectKey, folder_id: Option<FolderId>) -> NewFile<'_> {
    NewFile {
        key,
        file_url: format!("https://files.example.com/files/{}/content", key.file_id),
        content_type: ContentType::of_row("text/plain"),
        found_type: None,
        size: SIZE,
        etag: None,
        checksum: None,
        verified: None,
        dimensions: None,
        state: State::Ready,
        quarantine_reason: None,
        object_removed_at: None,
        writable_until: None,
        folder: None,
        folder_id,
        thumbnail: None,
        picture: Picture::default(),
        parcel: None,
        contributor: None,
    }
}

/// As a confirmation does, of a file that lies in no folder unless one is named.
async fn record(app: &TestApp, key: &ObjectKey, folder: Option<FolderId>) -> Result<Recorded> {
    files::record(&app.db, &file(key, folder), &Bringer::nobody(), None, database::now()).await
}

/// The tickets that rows have, in their order, after a look at what must always hold.
async fn tickets(app: &TestApp, someone: &Someone) -> Vec<i64> {
    // No object was uploaded; rows, used bytes and events are looked at here.
    app.expect_orphans();
    let id = [someone.id.into()];
    let rows = app.rows("SELECT ticket FROM r2_files WHERE owner_id = $1 ORDER BY ticket", id.clone()).await;
    let used = app.rows("SELECT used_bytes, last_ticket FROM users WHERE id = $1", id.clone()).await;
    let events = "SELECT count(*) FROM audit_events WHERE action = 'file.uploaded' AND user_id = $1";
    let events: i64 = app.rows(events, id).await[0].try_get_by_index(0).expect("a number");
    let used = |name: &str| used[0].try_get::<i64>("", name).expect("a number");
    let count = rows.len() as i64;
    assert_eq!((used("used_bytes"), used("last_ticket"), events), (SIZE * count, count, count));
    rows.iter().map(|row| row.try_get("", "ticket").expect("a ticket")).collect()
}

async fn many_at_once_are_written_in_few_transactions(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let keys = [keys(&ada, 40), keys(&bob, 9)].concat();
    let before = app.db.changes();
    let recorded = join_all(keys.iter().map(|key| record(app, key, None))).await;
    assert!(recorded.iter().all(|recorded| matches!(recorded, Ok(Recorded::New(_)))), "{recorded:?}");
    if app.kind == Kind::Sqlite {
        let transactions = app.db.changes() - before;
        assert!(transactions <= 3, "{transactions}");
    }
    assert_eq!(tickets(app, &ada).await, (1..=40).collect::<Vec<_>>());
    assert_eq!(tickets(app, &bob).await, (1..=9).collect::<Vec<_>>());
}

async fn what_cannot_be_recorded_is_in_nobodys_way(app: &TestApp) {
    let ada = app.member().await;
    let keys = keys(&ada, 12);
    let known = record(app, &keys[5], None).await.expect("recorded");
    assert!(matches!(known, Recorded::New(_)), "{known:?}");
    let gone = Some(FolderId::generate());
    let folder = |place| gone.filter(|_| place == 8);
    let recorded = join_all(keys.iter().enumerate().map(|(place, key)| record(app, key, folder(place)))).await;
    for (place, recorded) in recorded.iter().enumerate() {
        match place {
            5 => assert!(matches!(recorded, Ok(Recorded::Before(_))), "{recorded:?}"),
            8 => assert!(matches!(recorded, Err(Error::Internal(_))), "{recorded:?}"),
            _ => assert!(matches!(recorded, Ok(Recorded::New(_))), "{place}: {recorded:?}"),
        }
    }
    assert_eq!(tickets(app, &ada).await, (1..=11).collect::<Vec<_>>());
}

async fn of_the_same_file_at_once_one_is_recorded(app: &TestApp) {
    let ada = app.member().await;
    let keys = keys(&ada, 1);
    let recorded = join_all((0..20).map(|_| record(app, &keys[0], None))).await;
    let new = recorded.iter().filter(|recorded| matches!(recorded, Ok(Recorded::New(_)))).count();
    let before = recorded.iter().filter(|recorded| matches!(recorded, Ok(Recorded::Before(_)))).count();
    assert_eq!((new, before), (1, 19), "{recorded:?}");
    assert_eq!(tickets(app, &ada).await, [1]);
}

async fn whoever_goes_away_takes_nobody_along(app: &TestApp) {
    let ada = app.member().await;
    let keys = keys(&ada, 20);
    for key in &keys[..10] {
        // It has been asked for, and nobody waits.
        assert!(record(app, key, None).now_or_never().is_none());
    }
    let recorded = join_all(keys[10..].iter().map(|key| record(app, key, None))).await;
    assert!(recorded.iter().all(|recorded| matches!(recorded, Ok(Recorded::New(_)))), "{recorded:?}");
    let recorded = join_all(keys.iter().map(|key| record(app, key, None))).await;
    assert!(recorded.iter().all(|recorded| recorded.is_ok()), "{recorded:?}");
    assert_eq!(tickets(app, &ada).await, (1..=20).collect::<Vec<_>>());
}
