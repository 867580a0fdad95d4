//! What may be uploaded: the rules that presigning asks as far as a client says what comes, and that an object is held against
//! when it is confirmed and when it is looked at again.

use crate::{
    error::{Error, Result},
    files::{ContentType, State, Verified, dimensions},
    ids::UrlKind,
    state::AppState,
    storage::{Capabilities, Inspection, ObjectKey},
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
    /// What the bytes are, if they contradict that.
    pub found_type: Option<ContentType>,
    /// In bytes.
    pub size: i64,
    /// Without its quotes.
    pub etag: String,
    /// SHA-256 in base64, if the store held the bytes against it.
    pub checksum: Option<String>,
    /// What the store held the bytes against, if it did.
    pub verified: Option<Verified>,
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
    check_size(app, found.size)?;
    check_encoding(found.encoding.as_deref())?;
    let (declared, serving) = (ContentType::of_row(&found.content_type), serving(key, found));
    check_type(app, &declared, serving)?;
    let contradicts = declared.contradicts(&found.head, key.name.as_str());
    // A name that contradicts its type says so itself.
    let found_type =
        (contradicts && !declared.contradicts_name(key.name.as_str())).then(|| ContentType::found(&found.head));
    let content_type = declared.corrected(&found.head);
    check_type(app, &content_type, serving)?;
    let state = match contradicts {
        false => State::Ready,
        // Where anyone can read the object, putting it aside would not keep anyone from it.
        true if app.store.is_public() => return Err(Error::unacceptable("type_mismatch", CONTRADICTION)),
        true => State::Quarantined,
    };
    let verified = verified(app, key, found);
    Ok(Verdict {
        state,
        content_type,
        found_type,
        size: i64::try_from(found.size).map_err(|_| Error::TooLarge(app.uploads.largest()))?,
        etag: found.etag.clone(),
        checksum: found.sha256.clone().filter(|_| verified == Some(Verified::Sha256)),
        verified,
        dimensions: dimensions(&found.head),
    })
}

/// How the store itself serves an object to whoever reads it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serving {
    /// As its type says.
    AsItsType,
    /// As something to be saved, whatever its type is.
    AsDownload,
    /// As a type that one reader takes for another than the next one does.
    Ambiguously,
}

/// Is a file of so many bytes taken?
///
/// # Errors
///
/// `TooLarge`.
pub fn check_size(app: &AppState, size: u64) -> Result<()> {
    match ByteSize(size) > app.uploads.largest() {
        true => Err(Error::TooLarge(app.uploads.largest())),
        false => Ok(()),
    }
}

/// Is a file of so many bytes taken by one PUT?
///
/// # Errors
///
/// `TooLarge` for one that is not taken at all; `Unacceptable` for one that has to come in parts.
pub fn check_put_size(app: &AppState, size: u64) -> Result<()> {
    check_size(app, size)?;
    match ByteSize(size) > app.uploads.largest_put() {
        true => Err(Error::unacceptable("parts_required", in_parts(app.uploads.largest_put()))),
        false => Ok(()),
    }
}

fn in_parts(largest: ByteSize) -> String {
    format!("One PUT takes at most {largest}. Begin this upload with POST /multipart-uploads, and send it in parts.")
}

/// Are files of a type taken? Where anyone can read the bucket, nothing may be served that could run script.
///
/// # Errors
///
/// `TypeNotAllowed`.
pub fn check_type(app: &AppState, content_type: &ContentType, serving: Serving) -> Result<()> {
    let could_run = match serving {
        Serving::AsItsType => content_type.is_active(),
        Serving::AsDownload => false,
        Serving::Ambiguously => true,
    };
    match app.uploads.allowed_types.allow(content_type.mime()) && !(app.store.is_public() && could_run) {
        true => Ok(()),
        false => Err(Error::TypeNotAllowed(content_type.essence().to_owned())),
    }
}

/// Only where it was signed for, and by a store that looks, were the bytes held against it. The URL of a part is never
/// signed without a checksum, and nothing but parts can be put under the key of such an upload.
fn verified(app: &AppState, key: &ObjectKey, found: &Inspection) -> Option<Verified> {
    let capabilities = app.store.capabilities().unwrap_or(Capabilities::ALL);
    match key.file_id.url_kind() {
        Some(UrlKind::Loose) => None,
        Some(UrlKind::Parts) => capabilities.crc32c.then_some(Verified::Parts),
        Some(UrlKind::Strict) | None if found.sha256.is_some() => capabilities.checksums.then_some(Verified::Sha256),
        Some(UrlKind::Strict) | None => (found.has_crc32c && capabilities.crc32c).then_some(Verified::Crc32c),
    }
}

fn serving(key: &ObjectKey, found: &Inspection) -> Serving {
    if !found.content_type.is_empty() && ContentType::parse(&found.content_type).is_none() {
        return Serving::Ambiguously;
    }
    let disposition = found.disposition.as_deref().unwrap_or_default().trim_start();
    // Only a strict URL signs the disposition; another object may have lost it by the next PUT.
    match disposition.starts_with("attachment") && key.file_id.url_kind() != Some(UrlKind::Loose) {
        true => Serving::AsDownload,
        false => Serving::AsItsType,
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
