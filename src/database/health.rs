//! What is known of the connections' state: which of them are not to be trusted, and whether writes come through.

use crate::error::write_trouble;
use sea_orm::DbErr;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// A statement that was given up leaves its connection in the middle of an answer. It comes back at once, so for this
/// long every one that comes back has to answer first.
const SUSPICION: Duration = Duration::from_secs(2);

/// Shared by a pool, its connections and its transactions.
#[derive(Debug, Default)]
pub(super) struct Health {
    state: Mutex<State>,
    /// What was committed.
    pub(super) changes: Signal,
    /// Statements that somebody waited for.
    pub(super) requests: Signal,
}

/// That something happened, for one that waits for it.
#[derive(Debug, Default)]
pub(super) struct Signal {
    times: AtomicU64,
    noted: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Connections opened before are closed instead of used.
    distrusted_at: Option<Instant>,
    cancelled_at: Option<Instant>,
    write_trouble: Option<String>,
}

/// Notes that a statement was given up, unless it is told of its end.
#[must_use]
pub(super) struct CancelledUnlessTold<'a>(Option<&'a Health>);

impl Signal {
    pub(super) fn note(&self) {
        self.times.fetch_add(1, Ordering::AcqRel);
        self.noted.notify_one();
    }

    pub(super) fn times(&self) -> u64 {
        self.times.load(Ordering::Acquire)
    }

    pub(super) async fn wait(&self) {
        self.noted.notified().await;
    }
}

impl Health {
    /// A statement had no answer in time, or a transaction no known end: every connection opened until now is closed.
    pub(super) fn distrust(&self) {
        self.state(|state| state.distrusted_at = Some(Instant::now()));
    }

    /// May a connection of this age be used?
    pub(super) fn trusts(&self, age: Duration) -> bool {
        self.state(|state| state.distrusted_at.is_none_or(|at| at.elapsed() > age))
    }

    /// Was a statement given up a moment ago?
    pub(super) fn is_suspicious(&self) -> bool {
        self.state(|state| state.cancelled_at.is_some_and(|at| at.elapsed() < SUSPICION))
    }

    pub(super) fn cancelled_unless_told(&self) -> CancelledUnlessTold<'_> {
        CancelledUnlessTold(Some(self))
    }

    pub(super) fn note_error(&self, error: &DbErr) {
        if let Some(words) = write_trouble(error) {
            self.state(|state| state.write_trouble = Some(words.to_owned()));
        }
    }

    pub(super) fn note_commit(&self) {
        self.state(|state| state.write_trouble = None);
        self.changes.note();
    }

    pub(super) fn write_trouble(&self) -> Option<String> {
        self.state(|state| state.write_trouble.clone())
    }

    fn state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CancelledUnlessTold<'_> {
    pub(super) fn tell_of_the_end(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelledUnlessTold<'_> {
    fn drop(&mut self) {
        if let Some(health) = self.0 {
            health.state(|state| state.cancelled_at = Some(Instant::now()));
        }
    }
}
