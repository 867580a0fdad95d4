//! What is counted of this instance's work for whoever watches it. Nothing here says who did something, and no label is one that a
//! client can make up.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};
use std::time::Duration;

/// In seconds: a page answers in some milliseconds, a completion may take a minute.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0];

const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

/// Counted since the start.
#[derive(Clone)]
pub struct Measures {
    requests: Family<Answer, Counter>,
    latencies: Family<Route, Histogram>,
    uploads: Family<Outcome, Counter>,
    uploaded: Counter,
    sweeps: Counter,
    swept: Family<Outcome, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            latencies: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            uploads: Family::default(),
            uploaded: Counter::default(),
            sweeps: Counter::default(),
            swept: Family::default(),
        }
    }
}

impl Measures {
    /// A request was answered. `route` is its pattern, such as `/files/{id}`.
    pub fn note_request(&self, method: &str, route: Option<String>, status: u16, took: Duration) {
        let route = route.unwrap_or_else(|| "none".to_owned());
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("other");
        self.latencies.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answer { method, route, status }).inc();
    }

    /// An upload came to an end, such as `ready`, and is in the index with so many bytes, if it is.
    pub fn note_upload(&self, outcome: &'static str, bytes: u64) {
        self.uploads.get_or_create(&Outcome { outcome }).inc();
        self.uploaded.inc_by(bytes);
    }

    /// The bucket was looked through, and so much was found of each kind.
    pub fn note_sweep(&self, found: &[(&'static str, u64)]) {
        self.sweeps.inc();
        for (outcome, count) in found {
            self.swept.get_or_create(&Outcome { outcome }).inc_by(*count);
        }
    }

    /// Adds all of it to what is handed out.
    pub fn register(&self, to: &mut Registry) {
        to.register("http_requests", "Requests answered, by the pattern of their route", self.requests.clone());
        let seconds = "http_request_duration_seconds";
        to.register(seconds, "How long answers took until their first byte", self.latencies.clone());
        to.register("uploads", "Uploads that came to an end, by what became of them", self.uploads.clone());
        to.register("uploaded_bytes", "Bytes of uploads that are in the index", self.uploaded.clone());
        to.register("sweeps", "Times that the bucket was looked through", self.sweeps.clone());
        to.register("swept", "What sweeps found", self.swept.clone());
    }
}
