//! The rules that an uploaded object alone decides, when it is confirmed and when it is looked at again.

use crate::{
    error::{Error, Result},
    files::{ContentType, State, dimensions},
    ids::UrlKind,
    state::AppState,
    storage::{Inspection, ObjectKey},
};
use bytesize::ByteSize;

const ENCODED: &str = "The file was stored with a “Content-Encoding”, so its readers would get other bytes than those that were checked. \
    Send it without that header.";
const CONTRADICTION: &str = "The file's name or its first bytes do not fit its type. Send it as what it is.";

/// What an object that may be kept is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Ready, or quarantined.
    pub state: State,
    /// As it was declared; a picture of another kind is called what it is.
    pub content_type: ContentType,
    /// In bytes.
    pub size: i64,
    /// Without its quotes.
    pub etag: String,
    /// SHA-256 in base64, if the store held the bytes against it.
    pub checksum: Option<String>,
    /// Width and height of a picture, in pixels.
    pub dimensions: Option<(i64, i64)>,
}

/// Applies every rule that the object alone decides; a quota is for who records it.
///
/// # Errors
///
/// The refusals: `TooLarge`, `TypeNotAllowed`, and `Unacceptable` for an object that readers would unpack, or that
/// contradicts its type in a public bucket.
pub fn validate(app: &AppState, key: &ObjectKey, found: &Inspection) -> Result<Verdict> {
    if ByteSize(found.size) > app.uploads.largest() {
        return Err(Error::TooLarge(app.uploads.largest()));
    }
    check_encoding(found.encoding.as_deref())?;
    let declared = check_type(app, key, found)?;
    let contradicts = declared.contradicts(&found.head, key.name.as_str());
    let content_type = declared.corrected(&found.head);
    if !app.uploads.allowed_types.allow(content_type.mime()) {
        return Err(Error::TypeNotAllowed(content_type.essence().to_owned()));
    }
    let state = match contradicts {
        false => State::Ready,
        // Where anyone can read the object, putting it aside would not keep anyone from it.
        true if app.store.is_public() => return Err(Error::unacceptable("type_mismatch", CONTRADICTION)),
        true => State::Quarantined,
    };
    // Only where it was signed for, and by a store that looks, were the bytes held against it.
    let was_verified = key.file_id.url_kind() != Some(UrlKind::Loose)
        && app.store.capabilities().is_none_or(|capabilities| capabilities.checksums);
    Ok(Verdict {
        state,
        content_type,
        size: i64::try_from(found.size).map_err(|_| Error::TooLarge(app.uploads.largest()))?,
        etag: found.etag.clone(),
        checksum: found.sha256.clone().filter(|_| was_verified),
        dimensions: dimensions(&found.head),
    })
}

/// The type that the object was stored with, if files of it are taken.
fn check_type(app: &AppState, key: &ObjectKey, found: &Inspection) -> Result<ContentType> {
    let content_type = ContentType::of_row(&found.content_type);
    let disposition = found.disposition.as_deref().unwrap_or_default().trim_start();
    let is_download = disposition.starts_with("attachment") && key.file_id.url_kind() != Some(UrlKind::Loose);
    // A public bucket serves it as it was stored, so it must not be anything that readers could take for a page.
    let is_ambiguous = !found.content_type.is_empty() && ContentType::parse(&found.content_type).is_none();
    let would_run = app.store.is_public() && (is_ambiguous || content_type.is_active() && !is_download);
    match app.uploads.allowed_types.allow(content_type.mime()) && !would_run {
        true => Ok(content_type),
        false => Err(Error::TypeNotAllowed(content_type.essence().to_owned())),
    }
}

/// The header is not signed, so whoever uploads may add it; then readers get other bytes than those that were looked at,
/// and maybe a thousand times as many.
fn check_encoding(encoding: Option<&str>) -> Result<()> {
    // `aws-chunked` is about the way there; some stores keep it.
    let is_plain =
        |coding: &str| ["", "identity", "none", "aws-chunked"].iter().any(|plain| coding.eq_ignore_ascii_case(plain));
    match encoding {
        Some(encoding) if !encoding.split(',').all(|coding| is_plain(coding.trim())) => {
            Err(Error::unacceptable("encoded", ENCODED))
        }
        Some(_) | None => Ok(()),
    }
}
