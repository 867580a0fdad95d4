//! Thumbnails of which there is no file, as their uploads were given up: they are removed once no such upload can come any
//! more. A file that the index does not know keeps its thumbnail for as long as it lies in the bucket: a database may be lost,
//! restored or mistaken.

use crate::{
    database,
    error::Result,
    files::record::known_ids,
    ids::FileId,
    state::AppState,
    storage::{ThumbnailKey, thumbnails_prefix},
};
use chrono::{DateTime, Utc};

/// Of a thousand keys each; what is behind them is for the next time.
const MOST_PAGES: usize = 1_000;

/// Removes those of uploads that were begun between two times; says how many. None of a file that the index knows, in
/// whatever state, is among them.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable`: the next time looks at those of another week.
pub(super) async fn remove(app: &AppState, since: Option<DateTime<Utc>>, until: DateTime<Utc>) -> Result<usize> {
    let prefix = thumbnails_prefix(app.store.prefix());
    let begins = since.map(|at| FileId::first_at(at).to_string()).unwrap_or_default();
    let mut after = format!("{prefix}{begins}");
    let mut removed = 0;
    for _ in 0..MOST_PAGES {
        let page = app.store.list_keys(&prefix, &after, database::now()).await?;
        let keys = page.keys.iter().filter_map(|key| ThumbnailKey::parse(app.store.prefix(), key));
        let (due, late): (Vec<_>, Vec<_>) = keys.partition(|key| key.file_id.begun_at() < Some(until));
        let ids: Vec<FileId> = due.iter().map(|key| key.file_id).collect();
        let known = known_ids(&app.db, &ids).await?;
        for key in due.iter().filter(|key| !known.contains(&key.file_id)) {
            if !is_in_the_bucket(app, key.file_id).await? {
                app.store.delete(key.as_str()).await?;
                removed += 1;
            }
        }
        match page.keys.into_iter().next_back() {
            Some(last) if page.has_more && late.is_empty() => after = last,
            Some(_) | None => break,
        }
    }
    Ok(removed)
}

/// Is there a file with this id, whatever it is called and whoever owns it?
async fn is_in_the_bucket(app: &AppState, file: FileId) -> Result<bool> {
    let place = format!("{}{file}/", app.store.prefix());
    let page = app.store.list_keys(&place, &place, database::now()).await?;
    Ok(!page.keys.is_empty())
}
