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

/// Thumbnails of no file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Strays {
    pub count: u64,
    /// Together.
    pub bytes: u64,
}

/// Looks for those of uploads that were begun between two times, none of which is of a file that the index knows, in whatever state, and
/// removes them if it is told to.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable`: the next time looks at those of another week.
pub(super) async fn find(
    app: &AppState,
    since: Option<DateTime<Utc>>,
    until: DateTime<Utc>,
    removes: bool,
) -> Result<Strays> {
    let prefix = thumbnails_prefix(app.store.prefix());
    let begins = since.map(|at| FileId::first_at(at).to_string()).unwrap_or_default();
    let mut after = format!("{prefix}{begins}");
    let mut strays = Strays::default();
    loop {
        let (objects, has_more) = app.store.list_objects(&prefix, &after, database::now()).await?;
        let last = objects.last().map(|object| object.key.clone());
        let thumbnails = objects.into_iter().filter_map(|object| {
            Some((ThumbnailKey::parse(app.store.prefix(), &object.key)?, object.size.unwrap_or_default()))
        });
        let (due, late): (Vec<_>, Vec<_>) = thumbnails.partition(|(key, _)| key.file_id.begun_at() < Some(until));
        let ids: Vec<FileId> = due.iter().map(|(key, _)| key.file_id).collect();
        let known = known_ids(&app.db, &ids).await?;
        for (key, size) in due.iter().filter(|(key, _)| !known.contains(&key.file_id)) {
            if is_in_the_bucket(app, key.file_id).await? {
                continue;
            }
            if removes {
                app.store.delete(key.as_str()).await?;
            }
            strays = Strays { count: strays.count + 1, bytes: strays.bytes + size };
        }
        match last {
            Some(last) if has_more && late.is_empty() => after = last,
            Some(_) | None => return Ok(strays),
        }
    }
}

/// Is there a file with this id, whatever it is called and whoever owns it?
async fn is_in_the_bucket(app: &AppState, file: FileId) -> Result<bool> {
    let place = format!("{}{file}/", app.store.prefix());
    let page = app.store.list_keys(&place, &place, database::now()).await?;
    Ok(!page.keys.is_empty())
}
