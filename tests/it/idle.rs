//! Idle means idle: after real use, and whatever that has left to be done, neither the database nor the bucket hears of an instance.

use crate::support::{
    base_settings,
    cluster::Cluster,
    life::Life,
    odd_store::OddStore,
    postgres::connect,
    program::{Program, command},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::{
    process::Stdio,
    time::{Duration, Instant},
};

/// So many times sooner all comes to rest.
const HURRY: u32 = 120;
/// Ten minutes.
const WATCHED: Duration = Duration::from_secs(600 / HURRY as u64);
/// Two minutes: the last connection may be closed a moment before something is done that was due just then.
const SETTLED: Duration = Duration::from_secs(120 / HURRY as u64);
const PATIENCE: Duration = Duration::from_secs(60);

/// What the database and the bucket have heard so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heard {
    transactions: i64,
    connections: i32,
    requests: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_idle_minutes_after_real_use_nobody_is_asked_anything() {
    // A vacuum of its own accord is a transaction as well.
    let (_cluster, server) = Cluster::start(&["autovacuum=off"]);
    let db = connect(&server).await;
    db.execute_unprepared("CREATE DATABASE idle").await.expect("a database");
    let (store, folder) = (OddStore::start(0, &[]).await, tempfile::tempdir().expect("a folder"));
    let mut settings = base_settings(folder.path());
    settings.extend(store.settings().into_iter().map(|(name, value)| (name.to_owned(), value)));
    settings.insert("DATABASE_URL".into(), server.replacen("/postgres?", "/idle?", 1));
    settings
        .extend([("MAX_UPLOAD_SIZE", "9 MiB"), ("SNAPSHOTS", "on")].map(|(name, value)| (name.into(), value.into())));
    let mut life = Life::new("ada@example.com", folder.path(), &settings);
    let mut app = command(&[], &settings, folder.path());
    app.env("HURRY", HURRY.to_string()).stderr(Stdio::null());
    let program = Program::spawn(app);
    let url = program.wait_for("Cloakroom listening on ");
    life.live(&url).await.expect("a life");
    life.look_at(&url, &["/", "/trash", "/account"]).await.expect("pages");
    let at_rest = rest(&db, &store).await;
    assert!(at_rest.transactions > 50, "{at_rest:?}");
    assert!(at_rest.requests > 20, "{at_rest:?}");
    tokio::time::sleep(WATCHED).await;
    assert_eq!(heard(&db, &store).await, at_rest);
    life.live(&url).await.expect("another life");
    assert!(program.end().success());
}

/// Waits until nobody is connected to the database, and nothing is heard for a while.
async fn rest(db: &DatabaseConnection, store: &OddStore) -> Heard {
    let begun = Instant::now();
    let (mut last, mut since) = (heard(db, store).await, begun);
    while last.connections > 0 || since.elapsed() < SETTLED {
        assert!(begun.elapsed() < PATIENCE, "it does not come to rest: {last:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = heard(db, store).await;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

async fn heard(db: &DatabaseConnection, store: &OddStore) -> Heard {
    let sql = "SELECT xact_commit + xact_rollback, numbackends FROM pg_stat_database WHERE datname = 'idle'";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    let row = row.expect("an answer").expect("a row");
    Heard {
        transactions: row.try_get_by_index(0).expect("a number"),
        connections: row.try_get_by_index(1).expect("a number"),
        requests: *store.times_asked().borrow(),
    }
}
