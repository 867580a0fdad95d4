//! What a link by which people without an account send files has to say to a file that came by it.

use crate::{
    drops::DropLink,
    error::{Error, Result},
    ids::UserId,
    state::AppState,
    storage::{ObjectKey, Parcel},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};

const CLOSED: &str = "link_closed";
const FULL: &str = "link_full";

/// The link that a file of an owner came by. Where that is no more, or is not its owner's, the file came by none.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub(super) async fn find(app: &AppState, parcel: Option<&Parcel>, owner: UserId) -> Result<Option<DropLink>> {
    let Some(parcel) = parcel else { return Ok(None) };
    match DropLink::find_sent_by(&app.db, parcel.link, owner).await {
        Ok(link) => Ok(Some(link)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why a link refuses a file of so many bytes, if it does, however much has come by it.
pub(super) fn refusal(link: &DropLink, (key, size): (&ObjectKey, u64), now: DateTime<Utc>) -> Option<Error> {
    if !link.was_open(key.file_id.begun_at().unwrap_or(now)) {
        return Some(Error::unacceptable(CLOSED, "The link was closed before this upload was begun."));
    }
    too_large(link, size)
}

/// Is a file larger than may come by a link?
pub(super) fn too_large(link: &DropLink, size: u64) -> Option<Error> {
    link.limits().file_bytes.filter(|most| ByteSize(size) > *most).map(Error::TooLarge)
}

/// That as much has come by a link as may.
pub(super) fn full() -> Error {
    Error::unacceptable(FULL, "As much has come by this link as it takes. Tell whoever sent it to you.")
}

/// Is it the link that refuses, and not what holds for every file?
pub(super) fn is_of_link(refusal: &Error) -> bool {
    matches!(refusal, Error::Unacceptable { code: CLOSED | FULL, .. })
}

/// An upload is over: it does not count as open any more.
pub(super) fn end(app: &AppState, key: &ObjectKey, parcel: Option<&Parcel>) {
    app.open_uploads.end(key.owner, key.file_id);
    if let Some(parcel) = parcel {
        app.guests.uploads_of_links.end(parcel.link, key.file_id);
    }
}
