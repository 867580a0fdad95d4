//! Runs what an earlier life left unfinished, and then each job when it is due. With nothing due it waits, and asks nobody.

use super::{
    AFTER_FAILURE, adopt, assignments, backfill_search_names, deletions, purge, second_look, snapshot, sweep, tickets,
    trash_expiry,
};
use crate::{database, error::Result, state::AppState};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::{sync::watch, time::timeout};

/// Runs every job when it is due, until it is dropped. What fails is logged and tried again.
pub async fn run(app: &AppState) {
    // Each by itself: a sweep may take hours, and a look at the bucket wakes no database.
    tokio::join!(
        run_all(app),
        sweep::keep(app),
        tickets::keep(app),
        adopt::keep(app),
        snapshot::keep(app),
        app.store.keep_time()
    );
}

async fn run_all(app: &AppState) {
    match adopt::run(app, &watch::Sender::default()).await {
        Ok(adopted) if adopted.completed == 0 => {}
        Ok(adopted) => tracing::info!(count = adopted.completed, "adopted files are completed"),
        Err(error) => tracing::warn!(%error, "adopted files could not be completed; the next start tries again"),
    }
    match backfill_search_names::run(&app.db).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "files are found by their names in any spelling"),
        Err(error) => tracing::warn!(%error, "names could not be prepared for searching; the next start tries again"),
    }
    loop {
        let due_in = run_due(app, database::now()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "removals could not be finished; trying again in a while");
            Some(AFTER_FAILURE)
        });
        // A removal that is begun meanwhile may be due before those that are known.
        match due_in {
            Some(due_in) => drop(timeout(due_in.to_std().unwrap_or_default(), app.removals.notified()).await),
            None => app.removals.notified().await,
        }
    }
}

/// Gives away what unknown owners and deleted accounts had, empties the trash of what it has kept long enough, looks again at what could be written to, and removes what is on its
/// way out, even when the second looks fail. Says how long until the next of these is due, if there is one.
async fn run_due(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    assignments::run(app, now).await?;
    deletions::run(app, now).await?;
    let trash = trash_expiry::run(app, now).await?;
    let looked = second_look::run(app, now).await;
    let removal = purge::run(app, now).await?;
    Ok([trash, looked?, removal].into_iter().flatten().min())
}
