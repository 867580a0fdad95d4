//! Looking for uploads that were begun here and that nobody confirmed: there, they are registered; else forgotten in the end.

use super::{
    AFTER_FAILURE,
    scan::{self, Scan},
};
use crate::{
    database,
    error::{Error, Result},
    files::Bringer,
    ids::FileId,
    state::AppState,
    storage::ObjectKey,
    uploads::{Refused, register},
};
use chrono::{DateTime, Utc};
use tokio::time::timeout;

const BATCH: usize = 100;

struct Looks<'a> {
    app: &'a AppState,
    now: DateTime<Utc>,
    found: usize,
}

/// Looks at what is due, whenever something is, until it is dropped. With no ticket open it waits, and asks nobody.
pub(super) async fn keep(app: &AppState) {
    loop {
        let now = database::now();
        let due_in = match run(app, now).await {
            Ok(_) => app.tickets.next_due().map(|at| at - now),
            Err(error) => {
                tracing::warn!(%error, "uploads that nobody confirmed could not be looked for; trying again in a while");
                Some(AFTER_FAILURE)
            }
        };
        match due_in {
            Some(due_in) => drop(timeout(due_in.to_std().unwrap_or_default(), app.tickets.earlier()).await),
            None => app.tickets.earlier().await,
        }
    }
}

/// Looks at all that is due: one request to the store for each, and none to the database for what is not there. Says how
/// many were found.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable` when several in a row cannot be looked for.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<usize> {
    let mut looks = Looks { app, now, found: 0 };
    scan::run(&mut looks).await?;
    if looks.found > 0 {
        tracing::info!(count = looks.found, "uploads that nobody confirmed are in the index");
    }
    Ok(looks.found)
}

impl Scan for Looks<'_> {
    type Item = (FileId, String);

    async fn list(&mut self) -> Result<Vec<Self::Item>> {
        Ok(self.app.tickets.due(self.now, BATCH))
    }

    async fn handle(&mut self, (file, key): &Self::Item) -> Result<()> {
        let Some(key) = ObjectKey::parse(self.app.store.prefix(), key) else {
            self.app.tickets.close(*file);
            return Ok(());
        };
        // The store goes by its own clock.
        match settled(register(self.app, &key, &Bringer::nobody(), Refused::Removed, database::now()).await)? {
            Settled::Indexed => self.found += 1,
            // Its ticket is closed by then.
            Settled::Refused => {}
            Settled::Nothing => self.app.tickets.note_nothing(*file, self.now),
        }
        Ok(())
    }

    async fn put_off(&mut self, (file, _): &Self::Item, error: Error) -> Result<Error> {
        self.app.tickets.note_failure(*file, self.now, AFTER_FAILURE);
        tracing::debug!(%file, %error, "an upload could not be looked for");
        Ok(error)
    }
}

/// What registering without anybody who waits for it has come to.
pub(super) enum Settled {
    Indexed,
    /// The rules refused it.
    Refused,
    /// There is no object, or nobody's.
    Nothing,
}

/// Tells what is settled for good from what may be tried again.
pub(super) fn settled(outcome: Result<impl Sized>) -> Result<Settled> {
    match outcome {
        Ok(_) => Ok(Settled::Indexed),
        Err(Error::NotFound) => Ok(Settled::Nothing),
        Err(Error::TooLarge(_) | Error::OverQuota { .. } | Error::TypeNotAllowed(_) | Error::Unacceptable { .. }) => {
            Ok(Settled::Refused)
        }
        Err(error) => Err(error),
    }
}
