//! Adopting the rows of the guide's own table: their objects are looked up and what they lack is filled in. So it is done at a start, and
//! within a minute of a request for rows that the guide's own code has written since.

use super::scan::{self, Scan};
use crate::{
    database,
    error::{Error, Result},
    files::{ContentType, adopted, ticket},
    idle,
    state::AppState,
};
use serde::Serialize;
use std::time::Duration;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

const BATCH: u64 = 100;
/// How often new rows are looked for while there are requests: each time is one question to the database, which an index answers.
const EVERY: Duration = Duration::from_secs(60);

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// Those that have everything now.
    pub completed: u64,
    /// Those whose objects are not in the bucket, or could not be looked at.
    pub left: u64,
}

struct Adoption<'a> {
    app: &'a AppState,
    after: i64,
    adopted: Adopted,
    progress: &'a watch::Sender<Adopted>,
}

/// Names owners, gives tickets where there are none, and completes every row whose object was not looked up yet. Rows whose object is
/// missing, or cannot be looked at, stay as they are and are tried again at the next start.
///
/// # Errors
///
/// `StoreUnavailable` when several in a row cannot be looked at; `DatabaseUnavailable`.
pub async fn run(app: &AppState, progress: &watch::Sender<Adopted>) -> Result<Adopted> {
    adopted::name_owners(&app.db).await?;
    // Whatever the store says, whose they are is known.
    ticket::give_missing(&app.db, database::now()).await?;
    let (adopted, _) = complete(app, 0, progress).await?;
    Ok(adopted)
}

/// Completes rows that are written while the app runs, until it is dropped: while people use it, and never when nobody does.
pub(super) async fn keep(app: &AppState) {
    // The next look begins where the last but one ended: of two rows that are written at once, the later may be seen first.
    let (mut from, mut seen, mut looked) = (0, 0, Instant::now());
    loop {
        app.db.asked().await;
        sleep_until(looked + idle::after(EVERY)).await;
        looked = Instant::now();
        match look(app, from).await {
            Ok((_, last)) => (from, seen) = (seen, last.max(seen)),
            Err(error) => tracing::warn!(%error, "new rows could not be completed; trying again in a while"),
        }
    }
}

/// Completes the rows behind one. Says how many, and which was the last that has no size.
///
/// # Errors
///
/// As [`run`].
pub async fn look(app: &AppState, from: i64) -> Result<(u64, i64)> {
    let (Adopted { completed, .. }, last) = complete(app, from, &watch::Sender::default()).await?;
    if completed > 0 {
        ticket::give_missing(&app.db, database::now()).await?;
        tracing::info!(completed, "rows that others wrote are completed");
    }
    Ok((completed, last))
}

async fn complete(app: &AppState, from: i64, progress: &watch::Sender<Adopted>) -> Result<(Adopted, i64)> {
    let mut adoption = Adoption { app, after: from, adopted: Adopted::default(), progress };
    scan::run(&mut adoption).await?;
    Ok((adoption.adopted, adoption.after))
}

impl Scan for Adoption<'_> {
    type Item = (i64, String);

    async fn list(&mut self) -> Result<Vec<Self::Item>> {
        let unknown = adopted::list_unknown(&self.app.db, self.after, BATCH).await?;
        self.after = unknown.last().map_or(self.after, |(id, _)| *id);
        Ok(unknown)
    }

    async fn handle(&mut self, (id, key): &Self::Item) -> Result<()> {
        match self.app.store.inspect(key, database::now()).await? {
            Some(found) => {
                let content_type = ContentType::of_row(&found.content_type);
                adopted::complete(&self.app.db, *id, &found, &content_type).await?;
                self.adopted.completed += 1;
            }
            None => self.adopted.left += 1,
        }
        self.progress.send_replace(self.adopted);
        Ok(())
    }

    async fn put_off(&mut self, (id, _): &Self::Item, error: Error) -> Result<Error> {
        match error {
            Error::DatabaseUnavailable(_) => Err(error),
            error => {
                tracing::warn!(row = id, %error, "an adopted file could not be looked at");
                self.adopted.left += 1;
                Ok(error)
            }
        }
    }
}
