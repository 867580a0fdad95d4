//! Is the process alive, and can it do its work? For balancers and monitors.

use crate::{
    state::{Answer, AppState, Findings},
    storage::{Capabilities, Store},
    web::{Monitor, problem::AsItIs},
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Data};
use sea_orm::{ConnectionTrait, DbBackend};
use serde::Serialize;
use std::time::Instant;

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
    let (at, findings) = app.clone().into_inner().findings().await;
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

impl Report {
    fn of(app: &AppState, at: Instant, findings: Findings) -> Self {
        let kind = if app.db.get_database_backend() == DbBackend::Sqlite { "sqlite" } else { "postgresql" };
        let (database, store) = (findings.database.answer, findings.store.answer);
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
