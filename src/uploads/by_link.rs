//! What a link by which people without an account send files has to say to a file that came by it.

use crate::{
    drops::DropLink,
    error::{Error, Result},
    files::NewFile,
    state::AppState,
    storage::{ObjectKey, Parcel},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};

const CLOSED: &str = "link_closed";
const FULL: &str = "link_full";

/// Why the link that a file came by refuses it, if it does. Where the link is no more, or is not its owner's, the file came by none.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub(super) async fn refusal(app: &AppState, file: &mut NewFile<'_>, now: DateTime<Utc>) -> Result<Option<Error>> {
    let Some(parcel) = &file.parcel else { return Ok(None) };
    let link = match DropLink::find_sent_by(&app.db, parcel.link, file.key.owner).await {
        Ok(link) => link,
        Err(Error::NotFound) => {
            file.parcel = None;
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !link.was_open(file.key.file_id.begun_at().unwrap_or(now)) {
        let words = "The link was closed before this upload was begun.";
        return Ok(Some(Error::unacceptable(CLOSED, words)));
    }
    Ok(too_large(&link, file.size.unsigned_abs()))
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
