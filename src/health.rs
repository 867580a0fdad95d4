//! Is the process alive, and can it do its work? For balancers and monitors.

use crate::{
    error::{Error, Result},
    state::AppState,
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Data};
use sea_orm::ConnectionTrait;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long an answer is repeated without asking again, so that monitors neither keep Neon awake more than they
/// must nor pile up while something is away.
const REPEATED_FOR: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(20);

/// The last answer of [`ready`].
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Instant, Result<(), &'static str>)>>);

/// Touches neither the database nor the store.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body("ok\n")
}

/// The database and the store answer, or did a moment ago.
pub async fn ready(app: Data<AppState>, readiness: Data<Readiness>) -> Result<HttpResponse> {
    let mut last = readiness.0.lock().await;
    let outcome = match *last {
        Some((at, outcome)) if at.elapsed() < REPEATED_FOR => outcome,
        _ => {
            let outcome = ask(&app).await;
            *last = Some((Instant::now(), outcome));
            outcome
        }
    };
    match outcome {
        Ok(()) => Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body("ready\n")),
        Err("store") => Err(Error::StoreUnavailable("not ready".into())),
        Err(_) => Err(Error::DatabaseUnavailable("not ready".into())),
    }
}

async fn ask(app: &AppState) -> Result<(), &'static str> {
    let database = tokio::time::timeout(PATIENCE, app.db.execute_unprepared("SELECT 1"));
    database.await.is_ok_and(|answer| answer.is_ok()).then_some(()).ok_or("database")?;
    let store = tokio::time::timeout(PATIENCE, app.store.probe());
    store.await.is_ok_and(|answer| answer.is_ok()).then_some(()).ok_or("store")
}
