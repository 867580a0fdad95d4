//! What was found when somebody last asked whether everything works.

use serde::Serialize;
use std::{sync::Arc, time::Instant};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The last findings, and when they were found.
#[derive(Default)]
pub struct Readiness(Arc<Mutex<Option<(Instant, Findings)>>>);

/// What answered.
#[derive(Clone, Copy)]
pub struct Findings {
    /// The database.
    pub database: Answer,
    /// The object store.
    pub store: Answer,
}

/// Did it answer?
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Answers,
    Away,
}

impl Readiness {
    /// The last findings, for one at a time: whoever holds them may look again, and others wait for what is found.
    pub async fn last(&self) -> OwnedMutexGuard<Option<(Instant, Findings)>> {
        self.0.clone().lock_owned().await
    }
}

impl Answer {
    /// By whether it did.
    pub fn of(answers: bool) -> Self {
        if answers { Self::Answers } else { Self::Away }
    }
}
