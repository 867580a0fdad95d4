//! Looking once more at files whose URLs could be used again after they were confirmed, as soon as none can be any more.

use crate::{
    database,
    error::{Error, Result},
    files::{
        file::File,
        revision::{self, Facts, Revised, Watched},
    },
    state::AppState,
    storage::ObjectKey,
    uploads::policy::validate,
};
use chrono::{DateTime, TimeDelta, Utc};

/// How many are looked at in one go.
const BATCH: u64 = 500;
/// A store that fails more often than this in a row is taken to be away.
const MAX_FAILURES: u32 = 3;
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(10);

/// Looks at all that are due, by the rules that they were confirmed by. Says how long until the next one is due, if there
/// is one. Several instances may do so at once: each file is settled by one.
///
/// A file that cannot be looked at is put behind all the others, so that it keeps none of them waiting.
pub async fn look_again(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let expected = app.expected_look(now);
    let (mut after, mut failures) = (None, 0);
    loop {
        let due = Watched::list_due(&app.db, after, BATCH, now).await?;
        let Some(last) = due.last() else { break };
        after = last.place();
        for file in due {
            let Err(error) = look(app, &file, now).await else {
                failures = 0;
                continue;
            };
            tracing::warn!(file = %file.id(), %error, "a second look failed; trying again in a while");
            revision::put_off(&app.db, &file, now + AFTER_FAILURE).await?;
            failures += 1;
            // It is away, rather than at odds with some keys.
            if failures > MAX_FAILURES {
                return Err(error);
            }
        }
    }
    let next = Watched::next_due(&app.db, now).await?;
    Ok(next.into_iter().chain(expected).min().map(|at| at - now))
}

async fn look(app: &AppState, file: &Watched, now: DateTime<Utc>) -> Result<()> {
    // A key of another prefix than today's says nothing that could be judged; an object that is gone neither.
    let Some(key) = ObjectKey::parse(app.store.prefix(), file.object_key()) else {
        return revision::leave(&app.db, file).await;
    };
    // The store goes by its own clock.
    let Some(found) = app.store.inspect(key.as_str(), database::now()).await? else {
        return revision::leave(&app.db, file).await;
    };
    let refusal = match validate(app, &key, &found) {
        Ok(verdict) => {
            let facts = Facts {
                content_type: verdict.content_type,
                size: verdict.size,
                etag: verdict.etag,
                checksum: verdict.checksum,
                dimensions: verdict.dimensions,
                state: verdict.state,
            };
            match revision::revise(&app.db, file, &facts, app.uploads.default_quota, now).await? {
                Revised::Settled => return Ok(()),
                Revised::OverQuota => "It would go over your quota.".to_owned(),
            }
        }
        Err(refusal) => said(&refusal),
    };
    revision::remove(&app.db, file, refusal, now).await
}

fn said(refusal: &Error) -> String {
    refusal.problem().words
}
