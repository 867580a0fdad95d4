//! Thumbnails on their way: a URL for one, and the look at what came. The store has the bytes; nothing here decodes any.

use crate::{
    error::{Error, Result},
    files::{Kind, Thumbnail, thumbnail::LARGEST},
    ids::UrlKind,
    state::AppState,
    storage::{InvalidPicture, ObjectKey, Picture, PresignedPut, ThumbnailKey, ThumbnailTerms},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a client says of a thumbnail that it has made, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThumbnailRequest {
    /// `image/webp` or `image/jpeg`.
    content_type: String,
    /// In bytes.
    size: u64,
}

/// What a client has seen of a picture, and the date of any file, its names in camelCase.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureRequest {
    width: Option<u32>,
    height: Option<u32>,
    tone: Option<String>,
    is_transparent: Option<bool>,
    taken_at: Option<String>,
    last_modified: Option<String>,
    camera: Option<String>,
    /// In milliseconds.
    duration_ms: Option<u64>,
    has_place: Option<bool>,
}

/// Where a thumbnail is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThumbnailAnswer {
    presigned_url: String,
    method: &'static str,
    headers: BTreeMap<&'static str, String>,
}

const NO_PICTURE: &str =
    "Only an image or a video has a picture that says more than lastModified, and of a video or a sound durationMs.";
const NOT_PLAYED: &str = "In picture, only a video or a sound has durationMs.";
const BAD_THUMBNAIL: &str = "A thumbnail is an image/webp or image/jpeg.";

/// Signs a URL that takes one thumbnail, once. Nothing is written, and nobody is asked.
///
/// # Errors
///
/// `Unacceptable` for what no thumbnail can be; `ClocksDiffer`.
pub(super) fn sign(
    app: &AppState,
    key: &ThumbnailKey,
    request: &ThumbnailRequest,
    now: DateTime<Utc>,
) -> Result<PresignedPut> {
    let refused = |words: String| Error::unacceptable("bad_thumbnail", words);
    let thumbnail = Thumbnail::of_content_type(&request.content_type).ok_or_else(|| refused(BAD_THUMBNAIL.into()))?;
    if request.size == 0 || ByteSize(request.size) > LARGEST {
        return Err(refused(format!("A thumbnail has at least 1 byte and at most {LARGEST}.")));
    }
    let terms = ThumbnailTerms { content_type: thumbnail.content_type(), size: request.size };
    app.store.presign_thumbnail(key, &terms, app.uploads.url_ttl_of(UrlKind::Strict), now)
}

/// The URL of the thumbnail that comes beside an upload, if one does.
///
/// # Errors
///
/// What [`sign`] fails with.
pub(super) fn sign_beside(
    app: &AppState,
    key: &ObjectKey,
    request: Option<&ThumbnailRequest>,
    now: DateTime<Utc>,
) -> Result<Option<PresignedPut>> {
    request.map(|request| sign(app, &ThumbnailKey::of(app.store.prefix(), key), request, now)).transpose()
}

/// What the thumbnail under a key is, if there is one. What is none is removed, so that another can come.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer`.
pub(super) async fn look(app: &AppState, key: &ThumbnailKey, now: DateTime<Utc>) -> Result<Option<Thumbnail>> {
    let Some(found) = app.store.inspect(key.as_str(), now).await? else { return Ok(None) };
    let thumbnail = Thumbnail::of_object(&found);
    if thumbnail.is_none() {
        app.store.delete(key.as_str()).await?;
    }
    Ok(thumbnail)
}

impl PictureRequest {
    /// # Errors
    ///
    /// `Unacceptable` for what nothing of this kind can be.
    pub(super) fn check(&self, kind: Kind) -> Result<Picture> {
        let refused = |words: String| Error::unacceptable("bad_picture", words);
        let picture = self.picture().map_err(|problem| refused(format!("In picture, {problem}")))?;
        match (picture.duration.is_none() || kind.plays(), Thumbnail::shows(kind) || picture.shows_nothing()) {
            (false, _) => Err(refused(NOT_PLAYED.into())),
            (_, false) => Err(refused(NO_PICTURE.into())),
            (true, true) => Ok(picture),
        }
    }

    fn picture(&self) -> Result<Picture, InvalidPicture> {
        let shown = match (self.width, self.height) {
            (Some(width), Some(height)) => Some(Picture::sides(width, height)?),
            (None, None) => None,
            _ => return Err(InvalidPicture::Size),
        };
        Ok(Picture {
            shown,
            tone: self.tone.as_deref().map(str::parse).transpose()?,
            is_transparent: self.is_transparent,
            taken_at: self.taken_at.as_deref().map(Picture::taken).transpose()?,
            modified_at: self.last_modified.as_deref().map(Picture::modified).transpose()?,
            camera: self.camera.as_deref().map(Picture::camera).transpose()?,
            duration: self.duration_ms.map(Picture::plays_for).transpose()?,
            has_place: self.has_place,
            has_thumbnail: false,
        })
    }
}

impl From<PresignedPut> for ThumbnailAnswer {
    fn from(put: PresignedPut) -> Self {
        Self { presigned_url: put.url, method: "PUT", headers: put.headers.into_iter().collect() }
    }
}
