//! Signing an upload URL: every check that can be made before there is a file, and no request to anywhere.

use super::{
    Uploader,
    issue::{find_issued, issue},
    policy::{Serving, check_put_size, check_type},
    thumbnail::{self, PictureRequest, ThumbnailRequest},
};
use crate::{
    config::GOES_ON_FOR,
    error::{Error, Result},
    files::{ContentType, Known, State, Thumbnail},
    ids::UrlKind,
    state::{AppState, Begun},
    storage::{
        Checksum, Disposition, FileName, FolderPath, InvalidFolderPath, ObjectKey, Picture, PresignedPut, PutTerms,
        StrictTerms,
    },
};
use chrono::{DateTime, Utc};

/// What a client wants to upload, as it says.
pub struct UploadRequest<'a> {
    /// As people see it; [`FileName`] adapts it to what stores take.
    pub file_name: &'a str,
    /// A media type, such as `image/png`.
    pub content_type: &'a str,
    /// With it the URL takes exactly this many bytes, once.
    pub size: Option<u64>,
    /// Of the whole file: 64 hexadecimal digits, or base64.
    pub sha256: Option<&'a str>,
    /// Of the whole file, in base64: for who cannot have a SHA-256.
    pub crc32c: Option<&'a str>,
    /// The path of the folder that it comes in, such as `Iceland/Day 1`; empty: none.
    pub folder: Option<&'a str>,
    /// What the client has seen of it as a picture.
    pub picture: Option<&'a PictureRequest>,
    /// A thumbnail that comes beside it.
    pub thumbnail: Option<&'a ThumbnailRequest>,
}

/// Where to send it.
pub struct Presigned {
    /// What it will be called in the bucket, and confirmed by.
    pub key: ObjectKey,
    /// The URL, and the headers that have to come with the PUT.
    pub put: PresignedPut,
    /// Where the file will be found, once it is confirmed.
    pub file_url: String,
    /// The URL that takes its thumbnail, if it has one.
    pub thumbnail: Option<PresignedPut>,
    /// By the store's clock: a PUT that begins later is refused.
    pub expires_at: DateTime<Utc>,
}

const SIZE_REQUIRED: &str = "Send size, the file's length in bytes, beside fileName and contentType, and with the PUT all the headers of the answer.";
const BAD_TYPE: &str = "contentType must be a media type such as image/png or text/plain; charset=utf-8, without quotes, backslashes and commas.";
const BAD_SHA256: &str = "sha256 must be 64 hexadecimal digits or 44 characters of base64.";
const BAD_CRC32C: &str = "crc32c must be the four bytes of the checksum, the most significant first, in base64.";
const SIZE_BESIDE: &str = "sha256, crc32c, folder, picture, thumbnail and objectKey need size beside them.";
const NOT_BESIDE: &str = "Only an image or a video has a thumbnail beside it.";
const ALREADY_THERE: &str = "This upload was confirmed already. Its file is there.";
const TOO_OLD: &str = "This upload was begun more than seven days ago. Begin it anew, without objectKey.";

/// Signs a URL that takes one upload. With a size it takes exactly that, once; without one, whatever comes until it
/// expires.
///
/// # Errors
///
/// `Malformed` for a type or a checksum that cannot be understood; `Unacceptable` for a name or a folder that no file can
/// have, for what has to come in parts, or without a size where one is required; `TypeNotAllowed`; `TooLarge`; `OverQuota`
/// and `TooManyUploads`, as far as is known without asking; `ClocksDiffer` when the clocks are too far apart.
pub fn presign(app: &AppState, by: &Uploader<'_>, request: UploadRequest<'_>, now: DateTime<Utc>) -> Result<Presigned> {
    let name = file_name(request.file_name)?;
    let (content_type, strict) = terms(app, by, &request)?;
    let kind = if strict.is_some() { UrlKind::Strict } else { UrlKind::Loose };
    let key = issue(app, kind, by, name)?;
    let until = app.uploads.open_until(kind, key.file_id.begun_at().unwrap_or(now));
    let upload = Begun { file: key.file_id, size: request.size.unwrap_or_default(), until };
    by.begin(app, upload, now)?;
    sign(app, key, &content_type, strict, &request, now)
}

/// Signs a URL once more, under the key of an upload that was begun at most seven days ago and is not confirmed yet. The
/// key is all that is taken from the first time; its name, and who began it, are in it.
///
/// # Errors
///
/// `NotFound` for a key that was not issued to this account, or whose file was removed; `Conflict` for one that is confirmed;
/// `Unacceptable` for one that is too old; `Malformed` without a size, and for a key whose URL took any; else what
/// [`presign`] fails with, or `DatabaseUnavailable`, as the index is asked.
pub async fn presign_again(
    app: &AppState,
    by: &Uploader<'_>,
    key: &str,
    request: UploadRequest<'_>,
    now: DateTime<Utc>,
) -> Result<Presigned> {
    let key = find_issued(app, by, key)?;
    let (content_type, strict) = terms(app, by, &request)?;
    let (Some(UrlKind::Strict), Some(size), Some(begun_at)) =
        (key.file_id.url_kind(), request.size, key.file_id.begun_at())
    else {
        return Err(Error::Malformed(SIZE_BESIDE.into()));
    };
    if now > begun_at + GOES_ON_FOR {
        return Err(Error::unacceptable("upload_too_old", TOO_OLD));
    }
    // After it was confirmed, no other URL may write to it, also where the store ignores If-None-Match.
    match Known::find(&app.db, key.as_str()).await?.map(|known| known.state) {
        None => {}
        Some(State::Purging) => return Err(Error::NotFound),
        Some(State::Ready | State::Trashed | State::Quarantined) => return Err(Error::Conflict(ALREADY_THERE.into())),
    }
    let upload = Begun { file: key.file_id, size, until: now + app.uploads.url_ttl };
    by.prolong(app, upload, now)?;
    sign(app, key, &content_type, strict, &request, now)
}

fn sign(
    app: &AppState,
    key: ObjectKey,
    content_type: &ContentType,
    strict: Option<StrictTerms>,
    request: &UploadRequest<'_>,
    now: DateTime<Utc>,
) -> Result<Presigned> {
    let ttl = app.uploads.url_ttl_of(if strict.is_some() { UrlKind::Strict } else { UrlKind::Loose });
    let put = app.store.presign_put(&key, &PutTerms { content_type: content_type.as_str(), strict }, ttl, now)?;
    let thumbnail = thumbnail::sign_beside(app, &key, request.thumbnail, now)?;
    app.expect_upload(&key, put.expires_at, now);
    let file_url = app.file_url(&key);
    Ok(Presigned { key, expires_at: put.expires_at, put, file_url, thumbnail })
}

/// The type, and the terms of a strict URL, of what may be uploaded.
fn terms(app: &AppState, by: &Uploader<'_>, request: &UploadRequest<'_>) -> Result<(ContentType, Option<StrictTerms>)> {
    let content_type = content_type(request.content_type)?;
    if request.size.is_none() && by.purpose().is_some() {
        return Err(Error::unacceptable("size_required", SIZE_REQUIRED));
    }
    let strict = strict_terms(by, request, &content_type)?;
    if strict.is_none() && app.uploads.require_size {
        return Err(Error::unacceptable("size_required", SIZE_REQUIRED));
    }
    // A strict URL makes sure that the store itself says “download” of what could run script.
    let serving = if strict.is_some() { Serving::AsDownload } else { Serving::AsItsType };
    check_type(app, &content_type, serving)?;
    request.size.map_or(Ok(()), |size| by.check_size(size).and_then(|()| check_put_size(app, size)))?;
    Ok((content_type, strict))
}

fn strict_terms(
    by: &Uploader<'_>,
    request: &UploadRequest<'_>,
    content_type: &ContentType,
) -> Result<Option<StrictTerms>> {
    let malformed = |words: &str| Error::Malformed(words.to_owned());
    let sha256 = request.sha256.map(|text| Checksum::sha256(text).ok_or_else(|| malformed(BAD_SHA256)));
    let crc32c = request.crc32c.map(|text| Checksum::crc32c(text).ok_or_else(|| malformed(BAD_CRC32C)));
    let checksum = match (sha256.transpose()?, crc32c.transpose()?) {
        (Some(_), Some(_)) => return Err(malformed("Send sha256 or crc32c, not both.")),
        (sha256, crc32c) => sha256.or(crc32c),
    };
    let folder = by.folder(request.folder)?;
    let picture = picture(content_type, request.picture, request.thumbnail)?;
    match request.size {
        Some(size) => {
            let (disposition, courier) = (disposition(content_type), by.courier());
            Ok(Some(StrictTerms { size, disposition, checksum, folder, picture, courier }))
        }
        // Nothing would keep the client from sending others.
        None if checksum.is_some() || folder.is_some() || picture.is_some() => Err(malformed(SIZE_BESIDE)),
        None => Ok(None),
    }
}

pub(super) fn file_name(text: &str) -> Result<FileName> {
    text.parse().map_err(|error| Error::unacceptable("bad_file_name", format!("{error}")))
}

/// The path of a folder, if there is one: an empty path is none.
pub(super) fn folder_path(text: &str) -> Result<Option<FolderPath>> {
    let path = Some(text).filter(|text| !text.is_empty()).map(str::parse).transpose();
    path.map_err(|error: InvalidFolderPath| Error::unacceptable("bad_folder", error.to_string()))
}

/// What is known of a picture, a film or a sound; of other files, their date alone.
pub(super) fn picture(
    content_type: &ContentType,
    picture: Option<&PictureRequest>,
    thumbnail: Option<&ThumbnailRequest>,
) -> Result<Option<Picture>> {
    if picture.is_none() && thumbnail.is_none() {
        return Ok(None);
    }
    let kind = content_type.kind();
    let picture = picture.map(|said| said.check(kind)).transpose()?.unwrap_or_default();
    let picture = Picture { has_thumbnail: thumbnail.is_some(), ..picture };
    match Thumbnail::shows(kind) || thumbnail.is_none() {
        true => Ok(Some(picture)),
        false => Err(Error::unacceptable("bad_picture", NOT_BESIDE)),
    }
}

pub(super) fn content_type(text: &str) -> Result<ContentType> {
    ContentType::parse(text).ok_or_else(|| Error::Malformed(BAD_TYPE.into()))
}

/// What the store is to say of a file of this type to whoever reads it there.
pub(super) fn disposition(content_type: &ContentType) -> Disposition {
    if content_type.is_inline() { Disposition::Inline } else { Disposition::Attachment }
}
