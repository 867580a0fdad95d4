//! What only the bucket's listing knows: each object without a row is looked at, several at a time, and registered.

use super::report::{Progress, Report};
use crate::{
    database,
    error::{Error, Result},
    files::{Bringer, record::known},
    ids::FileId,
    jobs::tickets::{Settled, settled},
    state::AppState,
    storage::{ObjectKey, ThumbnailKey},
    uploads::{Refused, register},
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use tokio::sync::watch;

/// Each is one request to the store and a statement or two; ten at a time keep both busy.
const AT_ONCE: usize = 10;

/// Registers what was begun since a time and has no row.
pub(super) async fn add(
    app: &AppState,
    since: Option<DateTime<Utc>>,
    progress: &watch::Sender<Progress>,
    report: &mut Report,
) -> Result<()> {
    let prefix = app.store.prefix();
    let begins = since.map(|at| FileId::first_at(at).to_string()).unwrap_or_default();
    let (mut after, mut listed) = (Some(format!("{prefix}{begins}")), 0);
    while let Some(behind) = after.take() {
        let page = app.store.list_keys(prefix, &behind, database::now()).await?;
        let mut unknown: Vec<_> = page.keys.iter().filter_map(|key| ObjectKey::parse(prefix, key)).collect();
        listed += unknown.len() as u64;
        if !unknown.is_empty() {
            let known = known(&app.db, &unknown).await?;
            unknown.retain(|key| !known.contains(key.as_str()));
        }
        let mut outcomes = stream::iter(&unknown).map(|key| add_one(app, key)).buffer_unordered(AT_ONCE);
        while let Some(outcome) = outcomes.next().await {
            match outcome? {
                Some(Settled::Indexed) => report.found += 1,
                Some(Settled::Refused | Settled::Nothing) => {}
                None => report.failed += 1,
            }
        }
        progress.send_replace(Progress { done: listed, of: None, found: report.found });
        // Under a prefix of one's own, thumbnails lie behind all files.
        let is_over = |key: &String| ThumbnailKey::parse(prefix, key).is_some();
        after = page.keys.into_iter().next_back().filter(|key| page.has_more && !is_over(key));
    }
    Ok(())
}

/// None: the store answers, and is at odds with this object.
async fn add_one(app: &AppState, key: &ObjectKey) -> Result<Option<Settled>> {
    match settled(register(app, key, &Bringer::nobody(), Refused::Kept, database::now()).await) {
        Err(error @ Error::StoreUnavailable(_)) if app.store.probe().await.is_ok() => {
            tracing::warn!(file = %key.file_id, %error, "an object could not be looked at");
            Ok(None)
        }
        outcome => outcome.map(Some),
    }
}
