//! When snapshots are made: while people use it, once an hour at most, and at a stop. Nothing is asked when nothing was changed, so no
//! database is woken for one: what was changed before it went to sleep is in the next.

use super::{
    make::{Progress, make},
    tables::MADE,
};
use crate::{
    database::{self, settings},
    error::Result,
    idle,
    jobs::AFTER_FAILURE,
    state::AppState,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

const EVERY: TimeDelta = TimeDelta::hours(1);
/// How long a change is waited behind for others: not until Neon sleeps.
const SETTLES: Duration = Duration::from_secs(30);

/// Makes one when something was changed and the last is an hour old, until it is dropped. What fails is logged, and tried again behind a
/// later change.
pub(in crate::jobs) async fn keep(app: &AppState) {
    let mut rests_until = None;
    loop {
        app.db.changed().await;
        if rests_until.is_some_and(|until| database::now() < until) || !app.snapshots.are_automatic {
            continue;
        }
        sleep(idle::after(SETTLES)).await;
        let now = database::now();
        let rest = match run_due(app, now).await {
            Ok(true) => EVERY,
            Ok(false) => AFTER_FAILURE,
            Err(error) => {
                tracing::warn!(%error, "no snapshot of the index could be made; trying again in a while");
                AFTER_FAILURE
            }
        };
        rests_until = Some(now + rest);
    }
}

/// Makes one unless there is one that is less than an hour old, or on its way. Of many instances, one does; says whether it did.
///
/// # Errors
///
/// What it could not be made for: then it is due again in ten minutes.
pub async fn run_due(app: &AppState, now: DateTime<Utc>) -> Result<bool> {
    let (begun, seen) = (text(now), app.db.changes());
    if !settings::advance(&app.db, MADE, begun.clone(), [&text(now - EVERY), &text(now + EVERY)]).await? {
        return Ok(false);
    }
    match make(app, now, &watch::Sender::new(Progress::default())).await {
        Ok(_) => {
            app.snapshots.note(seen);
            Ok(true)
        }
        Err(error) => {
            settings::take_back(&app.db, MADE, &begun, text(now - EVERY + AFTER_FAILURE)).await?;
            Err(error)
        }
    }
}

/// Makes one if something was changed here that the last of this instance does not have. Says whether it did.
///
/// # Errors
///
/// What it could not be made for.
pub async fn at_stop(app: &AppState, now: DateTime<Utc>) -> Result<bool> {
    let seen = app.db.changes();
    if !app.snapshots.are_automatic || !app.snapshots.has_news(seen) {
        return Ok(false);
    }
    make(app, now, &watch::Sender::new(Progress::default())).await?;
    app.snapshots.note(seen);
    settings::raise(&app.db, MADE, text(now)).await?;
    Ok(true)
}

/// As text that sorts as times do.
fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
