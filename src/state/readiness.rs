//! Do the database and the store answer, and how quickly: asked when somebody wants to know, at most once a minute.

use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};

/// How long an answer is repeated without asking again: whoever asks, and however often, Neon may go to sleep and the
/// bucket is listed once a minute.
pub const REPEATED_FOR: Duration = Duration::from_secs(60);
/// Well below what a request may take, so that an answer is found and kept.
pub const PATIENCE: Duration = Duration::from_secs(4);

/// The last findings, and when they were found.
#[derive(Default)]
pub struct Readiness(Arc<Mutex<Option<(Instant, Findings)>>>);

/// What answered.
#[derive(Clone, Copy)]
pub struct Findings {
    /// The database.
    pub database: Finding,
    /// The object store.
    pub store: Finding,
}

/// Whether one of them answered, and how long that took.
#[derive(Clone, Copy)]
pub struct Finding {
    pub answer: Answer,
    pub took: Duration,
}

/// Did it answer?
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Answers,
    Away,
}

/// Asks one of them.
pub async fn ask<T, E>(question: impl Future<Output = Result<T, E>>) -> Finding {
    let begun = Instant::now();
    let answers = timeout(PATIENCE, question).await.is_ok_and(|answer| answer.is_ok());
    Finding { answer: if answers { Answer::Answers } else { Answer::Away }, took: begun.elapsed() }
}

impl Readiness {
    /// The last findings, for one at a time: whoever holds them may look again, and others wait for what is found.
    pub async fn last(&self) -> OwnedMutexGuard<Option<(Instant, Findings)>> {
        self.0.clone().lock_owned().await
    }
}

impl Findings {
    /// Nothing answered.
    pub const AWAY: Self = Self { database: Finding::AWAY, store: Finding::AWAY };
}

impl Finding {
    const AWAY: Self = Self { answer: Answer::Away, took: Duration::ZERO };
}
