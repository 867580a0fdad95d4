//! Looking once more at files whose URLs could be used again after they were confirmed, as soon as none can be any more.

use super::{
    AFTER_FAILURE,
    scan::{self, Scan},
};
use crate::{
    database,
    error::{Error, Result},
    files::{
        Place,
        file::File,
        picture::key_of,
        revision::{self, Charging, Facts, Revised, Watched},
    },
    state::AppState,
    storage::ObjectKey,
    uploads::policy::{Verdict, validate},
};
use chrono::{DateTime, TimeDelta, Utc};

const BATCH: u64 = 500;

struct SecondLooks<'a> {
    app: &'a AppState,
    now: DateTime<Utc>,
    after: Option<Place>,
}

/// Looks at all that are due, by the rules that they were confirmed by. Says how long until the next one is due, if there
/// is one. Several instances may do so at once: each file is settled by one.
///
/// A file that cannot be looked at is put behind all the others, so that it keeps none of them waiting.
///
/// # Errors
///
/// `StoreUnavailable` when several in a row cannot be looked at; `DatabaseUnavailable`.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let expected = app.expected_look(now);
    scan::run(&mut SecondLooks { app, now, after: None }).await?;
    let next = Watched::next_due(&app.db, now).await?;
    Ok(next.into_iter().chain(expected).min().map(|at| at - now))
}

impl Scan for SecondLooks<'_> {
    type Item = Watched;

    async fn list(&mut self) -> Result<Vec<Watched>> {
        let due = Watched::list_due(&self.app.db, self.after, BATCH, self.now).await?;
        self.after = due.last().and_then(Watched::place).or(self.after);
        Ok(due)
    }

    async fn handle(&mut self, file: &Watched) -> Result<()> {
        look(self.app, file, self.now).await
    }

    async fn put_off(&mut self, file: &Watched, error: Error) -> Result<Error> {
        tracing::warn!(file = %file.id(), %error, "a second look failed; trying again in a while");
        revision::put_off(&self.app.db, file, self.now + AFTER_FAILURE).await?;
        Ok(error)
    }
}

async fn look(app: &AppState, file: &Watched, now: DateTime<Utc>) -> Result<()> {
    // A key of another prefix than today's says nothing that could be validated; an object that is gone neither.
    let Some(key) = ObjectKey::parse(app.store.prefix(), file.object_key()) else {
        return revision::leave(&app.db, file).await;
    };
    // The store goes by its own clock.
    let Some(found) = app.store.inspect(key.as_str(), database::now()).await? else {
        return revision::leave(&app.db, file).await;
    };
    let refusal = match validate(app, &key, &found) {
        Ok(verdict) => {
            let facts = facts_of(verdict);
            // Its thumbnail, if it had one, shows what was there before.
            if facts.are_other_bytes_than(file)
                && let Some(thumbnail) = key_of(app.store.prefix(), file)
            {
                app.store.delete(thumbnail.as_str()).await?;
            }
            match revision::revise(&app.db, file, &facts, Charging::Within(app.uploads.default_quota), now).await? {
                Revised::Settled => return Ok(()),
                Revised::OverQuota => "It would go over your quota.".to_owned(),
            }
        }
        Err(refusal) => said(&refusal),
    };
    revision::remove(&app.db, file, refusal, now).await
}

/// What is written down of a verdict.
pub(super) fn facts_of(verdict: Verdict) -> Facts {
    Facts {
        content_type: verdict.content_type,
        found_type: verdict.found_type,
        size: verdict.size,
        etag: verdict.etag,
        checksum: verdict.checksum,
        verified: verdict.verified,
        dimensions: verdict.dimensions,
        state: verdict.state,
    }
}

fn said(refusal: &Error) -> String {
    refusal.problem().words
}
