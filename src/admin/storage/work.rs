//! What this instance does about storage because an administrator began it: an examination, a comparison, one of each at a time.
//! What came of the last ones is kept until the process ends.

use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    database::{self, now},
    doctor::{self, Check, Installation},
    error::{Error, Result},
    jobs::reconcile::{self, Mode, Progress},
    state::AppState,
};
use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Shared by all workers.
#[derive(Default)]
pub struct StorageWork {
    examination: Mutex<Course<Vec<Check>, Examined>>,
    comparison: Mutex<Course<(Mode, Progress), Compared>>,
}

/// How far something is, and how it ended last.
pub struct Course<P, E> {
    /// What is done now tells how far it is; when it ends, it lets go of it.
    running: Option<watch::Receiver<P>>,
    last: Option<E>,
}

/// What an examination found, and when.
#[derive(Clone)]
pub struct Examined {
    pub at: DateTime<Utc>,
    pub report: doctor::Report,
}

/// What a comparison found, and when.
#[derive(Clone)]
pub struct Compared {
    pub at: DateTime<Utc>,
    pub mode: Mode,
    /// Or what was in its way, in words.
    pub outcome: Result<reconcile::Report, String>,
}

impl<P, E> Default for Course<P, E> {
    fn default() -> Self {
        Self { running: None, last: None }
    }
}

impl<P: Clone, E: Clone> Course<P, E> {
    /// How far it is, if it is under way.
    fn progress(&self) -> Option<P> {
        let running = self.running.as_ref().filter(|running| running.has_changed().is_ok())?;
        Some(running.borrow().clone())
    }

    /// What is to tell how far it is, unless one is under way.
    fn begin(&mut self, at_first: P) -> Option<watch::Sender<P>> {
        if self.progress().is_some() {
            return None;
        }
        let (sender, receiver) = watch::channel(at_first);
        self.running = Some(receiver);
        Some(sender)
    }

    fn end(&mut self, found: E) {
        self.running = None;
        self.last = Some(found);
    }
}

impl StorageWork {
    /// The checks that were made so far by an examination that is under way, and what the last one found.
    pub fn examination(&self) -> (Option<Vec<Check>>, Option<Examined>) {
        let course = locked(&self.examination);
        (course.progress(), course.last.clone())
    }

    /// How far a comparison is that is under way, and what the last one found.
    pub fn comparison(&self) -> (Option<(Mode, Progress)>, Option<Compared>) {
        let course = locked(&self.comparison);
        (course.progress(), course.last.clone())
    }

    /// Begins an examination, unless one is under way.
    pub fn examine(self: Arc<Self>, app: Arc<AppState>) {
        let Some(progress) = locked(&self.examination).begin(Vec::new()) else { return };
        tokio::spawn(database::as_job(async move {
            let report = doctor::examine(&Installation::of(&app), &progress).await;
            locked(&self.examination).end(Examined { at: now(), report });
        }));
    }

    /// Begins a comparison in the name of an administrator, which the log tells; unless one is under way.
    ///
    /// # Errors
    ///
    /// `NotSignedIn`, `Forbidden`; `DatabaseUnavailable`.
    pub async fn compare(self: Arc<Self>, app: Arc<AppState>, mode: Mode, principal: Principal) -> Result<()> {
        let change = principal.begin_as_admin(&app.db, &[], now()).await?.into_change();
        let Some(told) = locked(&self.comparison).begin((mode, Progress::default())) else { return Ok(()) };
        let action = match mode {
            Mode::DryRun => Action::StorageCompared,
            Mode::Repair => Action::StorageRepaired,
        };
        change.record(action, Subject::default()).await?;
        change.commit().await?;
        tokio::spawn(database::as_job(async move {
            let progress = watch::Sender::new(Progress::default());
            let mut news = progress.subscribe();
            let telling = async {
                while news.changed().await.is_ok() {
                    let now = *news.borrow_and_update();
                    told.send_replace((mode, now));
                }
            };
            let running = async {
                let outcome = reconcile::run(&app, mode, &principal, now(), &progress).await;
                drop(progress);
                outcome
            };
            let (outcome, ()) = tokio::join!(running, telling);
            let outcome = outcome.map_err(|error| failure(&error));
            locked(&self.comparison).end(Compared { at: now(), mode, outcome });
        }));
        Ok(())
    }
}

fn failure(error: &Error) -> String {
    tracing::warn!(%error, "storage could not be compared with its index");
    error.problem().words
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
