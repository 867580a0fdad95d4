//! Where a file lies that is registered: its folder is found or made just before the one statement that records it.

use super::by_link;
use crate::{
    accounts::users,
    error::{Error, Result},
    files::{Bringer, NewFile, Recorded, folders, record},
    ids::FolderId,
    state::AppState,
};
use chrono::{DateTime, Utc};

/// Records it, unless the link that it came by refuses it, which is `Ok(Err(…))`.
pub(super) async fn record_or_refuse(
    app: &AppState,
    file: &mut NewFile<'_>,
    by: &Bringer,
    now: DateTime<Utc>,
) -> Result<Result<Recorded>> {
    forget_unknown(app, file).await?;
    let link = by_link::find(app, file.parcel.as_ref(), file.key.owner).await?;
    file.parcel = file.parcel.take().filter(|_| link.is_some());
    let sent = (file.key, file.size.unsigned_abs());
    match link.and_then(|link| by_link::refusal(&link, sent, now)) {
        Some(refusal) => Ok(Err(refusal)),
        None => record_where_it_lies(app, file, by, now).await.map(Ok),
    }
}

/// Whoever added it may have no account any more.
pub(super) async fn forget_unknown(app: &AppState, file: &mut NewFile<'_>) -> Result<()> {
    if let Some(contributor) = file.contributor
        && (contributor == file.key.owner || !users::exists(&app.db, contributor).await?)
    {
        file.contributor = None;
    }
    Ok(())
}

/// Its folder may go for ever between its being found and this, which the database then refuses: the next one is found, or made.
async fn record_where_it_lies(
    app: &AppState,
    file: &mut NewFile<'_>,
    by: &Bringer,
    now: DateTime<Utc>,
) -> Result<Recorded> {
    file.folder_id = folder_of(app, file, now).await?;
    let lay = file.folder_id;
    match record(&app.db, file, by, app.uploads.default_quota, now).await {
        Err(Error::Internal(_)) if lay.is_some() => {
            file.folder_id = folder_of(app, file, now).await?;
            record(&app.db, file, by, app.uploads.default_quota, now).await
        }
        recorded => recorded,
    }
}

/// Where it is to lie: in the folder that it came in, or in the one that was open.
async fn folder_of(app: &AppState, file: &NewFile<'_>, now: DateTime<Utc>) -> Result<Option<FolderId>> {
    match &file.folder {
        Some(path) => folders::path::ensure(&app.db, file.key.owner, path, now).await,
        None => Ok(None),
    }
}
