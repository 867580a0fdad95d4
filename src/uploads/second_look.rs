//! Looking once more at files whose URLs could be used again after they were confirmed, as soon as none can be any more.

use super::verdict::judge;
use crate::{
    database,
    error::{Error, Result},
    files::{
        lifecycle::File,
        revision::{self, Facts, Revised, Watched},
    },
    state::AppState,
    store::ObjectKey,
};
use chrono::{DateTime, TimeDelta, Utc};

/// How many are looked at in one go.
const BATCH: u64 = 500;
/// A store that fails this often in a row is taken to be away.
const MAX_FAILURES: u32 = 3;
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(10);

/// Looks at all that are due, by the rules that they were confirmed by. Says how long until the next one is due, if there
/// is one. Several instances may do so at once: each file is settled by one.
pub async fn look_again(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    app.forget_looks();
    let (mut after, mut failures, mut next_due) = (0, 0, None);
    loop {
        let due = Watched::list_due(&app.db, after, BATCH, now).await?;
        let Some(last) = due.last() else { break };
        after = last.row_id();
        for file in due {
            match look(app, &file, now).await {
                Ok(()) => failures = 0,
                Err(error) if failures == MAX_FAILURES => return Err(error),
                Err(error) => {
                    tracing::warn!(file = %file.id(), %error, "a second look failed; trying again in a while");
                    failures += 1;
                    next_due = Some(AFTER_FAILURE);
                }
            }
        }
    }
    let next = Watched::next_due(&app.db, now).await?;
    next.into_iter().for_each(|at| app.note_look(at));
    Ok(next.map(|at| at - now).into_iter().chain(next_due).min())
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
    let refusal = match judge(app, &key, &found) {
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
