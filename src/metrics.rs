//! `/metrics`: figures of this instance for Prometheus, in the format of OpenMetrics. Whoever scrapes wakes no database and asks no
//! store.

use crate::{
    error::{Error, Result},
    state::AppState,
    storage::{Calls, Class},
    web::Monitor,
};
use actix_web::{
    HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    middleware::Next,
    web::Data,
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use std::{sync::atomic::AtomicU64, time::Instant};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = [(&'static str, &'static str); 1];

/// Answers with the figures. Without `METRICS_TOKEN` there is nothing here.
///
/// # Errors
///
/// `NotFound` where none is set; `NotSignedIn` for whoever does not show it.
pub async fn metrics(app: Data<AppState>, monitor: Monitor) -> Result<HttpResponse> {
    match (monitor, &app.metrics_token) {
        (Monitor::OfOperator, _) => {}
        (Monitor::Stranger, Some(_)) => return Err(Error::NotSignedIn),
        (Monitor::Stranger, None) => return Err(Error::NotFound),
    }
    let mut text = String::new();
    encode(&mut text, &registry(&app)).map_err(|error| Error::Internal(error.to_string()))?;
    let answer = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, OPEN_METRICS))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text);
    Ok(answer)
}

/// Counts each request by the pattern of its route, and how long it took until its answer began.
///
/// # Errors
///
/// What `next` fails with.
pub async fn measure(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let begun = Instant::now();
    let (method, app) = (request.method().clone(), request.app_data::<Data<AppState>>().cloned());
    let outcome = next.call(request).await;
    let (route, status) = match &outcome {
        Ok(answer) => (answer.request().match_pattern(), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    if let Some(app) = app {
        app.measures.note_request(method.as_str(), route, status.as_u16(), begun.elapsed());
    }
    outcome
}

fn registry(app: &AppState) -> Registry {
    let mut all = Registry::with_prefix("cloakroom");
    app.measures.register(&mut all);
    calls(&mut all, ("store_calls", "Requests of this instance to the store, by R2's classes"), app.store.calls());
    calls(
        &mut all,
        ("store_urls", "URLs signed for others, by the class of the request that each allows"),
        app.store.urls(),
    );
    let dollars = |name, help, calls: &Calls, all: &mut Registry| {
        let counter = Counter::<f64, AtomicU64>::default();
        counter.inc_by(calls.dollars());
        all.register(name, help, counter);
    };
    let (own, others) = (app.store.calls(), app.store.urls());
    dollars("store_calls_dollars", "What these requests cost at R2's prices", own, &mut all);
    dollars("store_urls_dollars", "What using each of these URLs once costs at R2's prices", others, &mut all);
    gauge(&mut all, ("open_tickets", "Uploads begun here that nobody has confirmed yet"), app.tickets.count() as u64);
    pool(&mut all, app);
    if let Some(bytes) = resident() {
        gauge(&mut all, ("memory_resident_bytes", "Memory of the process that is in the machine's"), bytes);
    }
    all
}

fn calls(all: &mut Registry, (name, help): (&str, &str), calls: &Calls) {
    let family = Family::<Labels, Counter>::default();
    for class in Class::ALL {
        family.get_or_create(&[("class", class.as_str())]).inc_by(calls.count(class));
    }
    all.register(name, help, family);
}

fn pool(all: &mut Registry, app: &AppState) {
    let (connections, idle) = app.db.connections();
    let family = Family::<Labels, Gauge<u64, AtomicU64>>::default();
    family.get_or_create(&[("state", "used")]).set(connections.saturating_sub(idle));
    family.get_or_create(&[("state", "idle")]).set(idle);
    all.register("database_connections", "Connections to the database", family);
}

fn gauge(all: &mut Registry, (name, help): (&str, &str), value: u64) {
    let gauge = Gauge::<u64, AtomicU64>::default();
    gauge.set(value);
    all.register(name, help, gauge);
}

/// As Linux tells it, in bytes; elsewhere nobody does: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes * 1_024)
}
