//! Putting an upload together once all its parts have come, and giving one up.

use super::{parts::MOST_AT_ONCE, sealed_id::Upload};
use crate::{
    database,
    error::{Error, Result},
    files::Bringer,
    state::AppState,
    storage::Completion,
    uploads::{Refused, Registered, Uploader, register},
};
use chrono::{DateTime, Utc};

const CHANGED: &str = "A part was sent once more meanwhile. Nothing is lost: complete the upload again.";

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::uploads) enum Completed {
    /// It is a file.
    Registered(Registered),
    /// These parts have not come yet.
    Missing(Vec<u32>),
}

/// Puts the object together, if all its parts are there, and puts it into the index. May be called any number of times, at the
/// same time: one call puts it together, and the others find it.
///
/// # Errors
///
/// `NotFound` when there is neither an upload nor its object; `Conflict` when a part was sent again meanwhile; what
/// [`register()`] fails with; `TooManyUploads` when very much was asked lately; `StoreUnavailable`: calling again goes on.
pub(super) async fn complete(
    app: &AppState,
    (uploader, by): (&Uploader<'_>, &Bringer),
    upload: &Upload,
    now: DateTime<Utc>,
) -> Result<Completed> {
    let Upload { key, plan, store_id } = upload;
    uploader.check_parts(app, MOST_AT_ONCE)?;
    // It was put together before, or given up.
    let Some(parts) = app.store.list_parts(key, store_id, now).await? else {
        return register(app, key, by, Refused::Removed, now).await.map(Completed::Registered);
    };
    let parts = match plan.whole(parts) {
        Ok(parts) => parts,
        Err(missing) => return Ok(Completed::Missing(missing)),
    };
    // In case nobody is there any more to ask again.
    app.expect_upload(key, now, now);
    let failure = match app.store.complete_multipart(key, store_id, &parts, database::now()).await {
        Ok(Completion::Done | Completion::Over) => None,
        Ok(Completion::Changed) => return Err(Error::Conflict(CHANGED.into())),
        // It may have been done all the same.
        Err(error @ Error::StoreUnavailable(_)) => Some(error),
        Err(error) => return Err(error),
    };
    match (register(app, key, by, Refused::Removed, database::now()).await, failure) {
        (Err(Error::NotFound), Some(failure)) => Err(failure),
        (registered, _) => registered.map(Completed::Registered),
    }
}

/// Throws away what has come of an upload. What was put together before stays.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer`; `TooManyUploads` when very much was asked lately.
pub(super) async fn abort(app: &AppState, by: &Uploader<'_>, upload: &Upload, now: DateTime<Utc>) -> Result<()> {
    let Upload { key, store_id, .. } = upload;
    by.check_parts(app, MOST_AT_ONCE)?;
    app.store.abort_multipart(key, store_id, now).await?;
    by.end(app, key.file_id);
    Ok(())
}
