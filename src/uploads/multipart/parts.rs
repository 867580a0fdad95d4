//! Signing the next few parts of an upload, each for exactly its bytes, and telling which ones have come.

use super::sealed_id::Upload;
use crate::{
    config::GOES_ON_FOR,
    error::{Error, Result},
    ids::UrlKind,
    state::{AppState, Begun},
    storage::{Checksum, PartTerms, PresignedPut, StoredPart},
    uploads::Uploader,
};
use chrono::{DateTime, Utc};
use std::num::NonZeroU32;

/// Parts that are signed at once: for some seconds of a fast line. Their URLs are not to lie about until they expire.
pub(super) const MOST_AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);

const HOW_MANY: &str = "Ask for the URLs of 1 to 32 parts at once.";
const CHECKSUM: &str =
    "Each part needs its crc32c (the four bytes, the most significant first) or its contentMd5, in base64.";

/// A part that is about to be sent, as its client says.
pub(super) struct PartRequest<'a> {
    /// From 1 on.
    pub(super) number: u32,
    /// In bytes.
    pub(super) size: u64,
    /// In base64.
    pub(super) crc32c: Option<&'a str>,
    /// In base64.
    pub(super) content_md5: Option<&'a str>,
}

/// Signs a URL for each of these parts. Nobody is asked.
///
/// # Errors
///
/// `Malformed` for too many parts, and those without a checksum; `Unacceptable` for a part that the file does not have, or that
/// is of another size; `TooManyUploads` when very many were asked for lately; `OverQuota` for an upload that did not count any
/// more, when others have taken its room; `NotFound` for one that was begun more than seven days ago; `ClocksDiffer`.
pub(super) fn sign(
    app: &AppState,
    by: &Uploader<'_>,
    upload: &Upload,
    parts: &[PartRequest<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<PresignedPut>> {
    let count = u32::try_from(parts.len()).ok().and_then(NonZeroU32::new).filter(|count| *count <= MOST_AT_ONCE);
    let count = count.ok_or_else(|| Error::Malformed(HOW_MANY.into()))?;
    let terms = parts.iter().map(|part| terms(upload, part)).collect::<Result<Vec<_>>>()?;
    let file = upload.key.file_id;
    let begun_at = file.begun_at().filter(|begun_at| now <= *begun_at + GOES_ON_FOR).ok_or(Error::NotFound)?;
    by.check_parts(app, count)?;
    let ttl = app.uploads.url_ttl_of(UrlKind::Parts);
    let until = app.uploads.open_until(UrlKind::Parts, begun_at).max(now + ttl);
    let begun = Begun { file, size: upload.plan.size, until };
    by.go_on(app, begun, now + ttl, now)?;
    terms.iter().map(|part| app.store.presign_part(&upload.key, &upload.store_id, part, ttl, now)).collect()
}

/// The parts that the store has.
///
/// # Errors
///
/// `NotFound` when the upload is no more; `TooManyUploads` when very much was asked lately; `StoreUnavailable`,
/// `ClocksDiffer`.
pub(super) async fn list(
    app: &AppState,
    by: &Uploader<'_>,
    upload: &Upload,
    now: DateTime<Utc>,
) -> Result<Vec<StoredPart>> {
    by.check_parts(app, MOST_AT_ONCE)?;
    app.store.list_parts(&upload.key, &upload.store_id, now).await?.ok_or(Error::NotFound)
}

fn terms(upload: &Upload, part: &PartRequest<'_>) -> Result<PartTerms> {
    let checksum = match (part.crc32c, part.content_md5) {
        (Some(crc32c), None) => Checksum::crc32c(crc32c),
        (None, Some(md5)) => Checksum::md5(md5),
        (Some(_), Some(_)) | (None, None) => None,
    };
    let checksum = checksum.ok_or_else(|| Error::Malformed(CHECKSUM.into()))?;
    match upload.plan.size_of(part.number) {
        Some(size) if size == part.size => Ok(PartTerms { number: part.number, size, checksum }),
        Some(size) => Err(bad_part(format!("Part {} of this file has {size} bytes.", part.number))),
        None => Err(bad_part(format!("This file has the parts 1 to {}.", upload.plan.count()))),
    }
}

fn bad_part(words: String) -> Error {
    Error::unacceptable("bad_part", words)
}
