//! Is the process alive, and can it do its work? For balancers and monitors.

use crate::{
    database,
    state::{Answer, AppState, Findings},
    storage::{Capabilities, Store},
    web::{Monitor, problem::AsItIs},
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Data};
use sea_orm::{ConnectionTrait, DbBackend};
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long an answer is repeated without asking again: whoever asks, and however often, Neon may go to sleep and the
/// bucket is listed once a minute.
const REPEATED_FOR: Duration = Duration::from_secs(60);
/// Well below what a request may take, so that an answer is found and kept.
const PATIENCE: Duration = Duration::from_secs(4);

/// What the operator's monitor gets to know. What is known without asking, such as what the store was seen to honour,
/// is added here, in [`Report::of`].
#[derive(Serialize)]
struct Report {
    ready: bool,
    seconds_ago: u64,
    database: DatabaseReport,
    store: StoreReport,
}

#[derive(Serialize)]
struct DatabaseReport {
    state: Answer,
    kind: &'static str,
    /// Why nothing can be written, when it is the disk.
    write_trouble: Option<String>,
}

#[derive(Serialize)]
struct StoreReport {
    state: Answer,
    /// How far the store's clock is ahead of this machine's; behind, if negative. Signatures allow for it, up to ten minutes.
    clock_ahead_seconds: i64,
    /// How far the clocks are apart in words, when somebody should set one.
    clock_trouble: Option<String>,
    /// `None` until the store could be asked.
    honours: Option<Honours>,
}

#[derive(Serialize)]
struct Honours {
    conditional_writes: bool,
    signed_length: bool,
    checksums: bool,
    crc32c: bool,
    response_overrides: bool,
}

/// Answers that the process is alive. Touches neither the database nor the store.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body("ok\n")
}

/// Answers 200 when the database and the store answer, or did within the last minute, else 503; the operator's monitor
/// is told the rest as JSON.
pub async fn ready(monitor: Monitor, app: Data<AppState>) -> HttpResponse {
    let (at, findings) = look(&app).await;
    let report = Report::of(&app, at, findings);
    let mut answer = match report.ready {
        true => HttpResponse::Ok(),
        false => HttpResponse::ServiceUnavailable(),
    };
    answer.insert_header((CACHE_CONTROL, "no-store"));
    let mut answer = match (monitor, report.ready) {
        (Monitor::OfOperator, _) => answer.json(report),
        (Monitor::Stranger, true) => answer.body("ready\n"),
        (Monitor::Stranger, false) => answer.body("not ready\n"),
    };
    answer.extensions_mut().insert(AsItIs);
    answer
}

/// Those who come while somebody is looking wait for what is found. It is found and kept even when nobody waits any more,
/// so that whoever asks and hangs up makes nothing be asked more often.
async fn look(app: &Data<AppState>) -> (Instant, Findings) {
    let mut last = app.readiness.last().await;
    if let Some((at, findings)) = last.filter(|(at, _)| at.elapsed() < REPEATED_FOR) {
        return (at, findings);
    }
    let app = app.clone();
    let looking = tokio::spawn(async move {
        let found = *last.insert((Instant::now(), find(&app).await));
        if found.1.store == Answer::Answers {
            // Takes longer than anybody waits, and clocks that differ are told in the report.
            tokio::spawn(async move { app.store.get_to_know(database::now()).await });
        }
        found
    });
    looking.await.unwrap_or_else(|_| (Instant::now(), Findings { database: Answer::Away, store: Answer::Away }))
}

async fn find(app: &AppState) -> Findings {
    let database = timeout(PATIENCE, async {
        let answer = app.db.execute_unprepared("SELECT 1").await;
        // Whether it was put right is told by what it leaves as the trouble.
        let _ = app.db.check_writable().await;
        answer
    });
    let store = timeout(PATIENCE, app.store.probe());
    let (database, store) = tokio::join!(database, store);
    Findings {
        database: Answer::of(database.is_ok_and(|answer| answer.is_ok())),
        store: Answer::of(store.is_ok_and(|answer| answer.is_ok())),
    }
}

impl Report {
    fn of(app: &AppState, at: Instant, findings: Findings) -> Self {
        let kind = if app.db.get_database_backend() == DbBackend::Sqlite { "sqlite" } else { "postgresql" };
        let Findings { database, store } = findings;
        let write_trouble = app.db.write_trouble();
        Self {
            ready: database == Answer::Answers && store == Answer::Answers && write_trouble.is_none(),
            seconds_ago: at.elapsed().as_secs(),
            database: DatabaseReport { state: database, kind, write_trouble },
            store: StoreReport::of(&app.store, store),
        }
    }
}

impl StoreReport {
    fn of(store: &Store, state: Answer) -> Self {
        Self {
            state,
            clock_ahead_seconds: store.clock_skew().num_seconds(),
            clock_trouble: store.clock_trouble().map(|words| format!("this machine's clock is {words}")),
            honours: store.capabilities().map(Honours::of),
        }
    }
}

impl Honours {
    fn of(capabilities: Capabilities) -> Self {
        let Capabilities { conditional_writes, signed_length, checksums, crc32c, response_overrides } = capabilities;
        Self { conditional_writes, signed_length, checksums, crc32c, response_overrides }
    }
}
