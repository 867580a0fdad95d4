//! Beginning an upload that comes in parts: every check that can be made before there is a file, and one request to the store.

use super::{plan::Plan, sealed_id::Upload};
use crate::{
    error::{Error, Result},
    ids::{FileId, UrlKind},
    state::{AppState, Begun},
    storage::{MultipartTerms, PresignedPut},
    uploads::{
        Uploader,
        issue::issue,
        policy::{Serving, check_size, check_type},
        presign::{content_type, disposition, file_name, picture},
        thumbnail::{self, PictureRequest, ThumbnailRequest},
    },
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};

/// What S3 and R2 take as a part that is not the last: <https://developers.cloudflare.com/r2/platform/limits/>. A smaller file
/// comes in one PUT.
const LEAST: ByteSize = ByteSize::mib(5);

/// What a client wants to upload, as it says.
pub(super) struct BeginRequest<'a> {
    pub(super) file_name: &'a str,
    pub(super) content_type: &'a str,
    /// In bytes.
    pub(super) size: u64,
    /// The path of the folder that the file came in; empty: none.
    pub(super) folder: Option<&'a str>,
    pub(super) picture: Option<&'a PictureRequest>,
    pub(super) thumbnail: Option<&'a ThumbnailRequest>,
}

/// Counts it until it is dropped, unless it is kept: a request may be broken off while the store does not answer.
struct Counted<'a> {
    app: &'a AppState,
    by: &'a Uploader<'a>,
    file: Option<FileId>,
}

/// Begins an upload at the store, and signs the URL of its thumbnail.
///
/// # Errors
///
/// What signing a URL for one PUT fails with, but for what has to come in parts; `Unacceptable` for a folder that
/// cannot be called so, and for a file that is too small; `StoreUnavailable`.
pub(super) async fn begin(
    app: &AppState,
    by: &Uploader<'_>,
    request: BeginRequest<'_>,
    now: DateTime<Utc>,
) -> Result<(Upload, Option<PresignedPut>)> {
    let (name, content_type) = (file_name(request.file_name)?, content_type(request.content_type)?);
    let folder = by.folder(request.folder)?;
    check_type(app, &content_type, Serving::AsDownload)?;
    by.check_size(request.size)?;
    check_size(app, request.size)?;
    check_is_large(app, request.size)?;
    let picture = picture(&content_type, request.picture, request.thumbnail)?;
    let key = issue(app, UrlKind::Parts, by, name)?;
    let until = app.uploads.unanswered_until(now);
    let upload = Begun { file: key.file_id, size: request.size, until };
    by.begin(app, upload, now)?;
    let counted = Counted { app, by, file: Some(key.file_id) };
    let courier = by.courier();
    let terms = MultipartTerms {
        content_type: content_type.as_str(),
        disposition: disposition(&content_type),
        folder: folder.as_ref(),
        picture: picture.as_ref(),
        courier: courier.as_ref(),
    };
    let thumbnail = thumbnail::sign_beside(app, &key, request.thumbnail, now)?;
    let store_id = app.store.begin_multipart(&key, &terms, now).await?;
    counted.keep();
    app.sweeps.note_activity(now);
    Ok((Upload { key, plan: Plan::of(request.size), store_id }, thumbnail))
}

fn check_is_large(app: &AppState, size: u64) -> Result<()> {
    // Where one PUT takes even less, a file in between has no other way; an empty one has no part.
    match ByteSize(size) >= LEAST || ByteSize(size) > app.uploads.largest_put() {
        true => Ok(()),
        false => Err(Error::unacceptable("parts_too_small", too_small())),
    }
}

fn too_small() -> String {
    format!("A file under {LEAST} does not come in parts. Ask for its URL with POST /presign-upload.")
}

impl Counted<'_> {
    fn keep(mut self) {
        self.file = None;
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.file.take().into_iter().for_each(|file| self.by.end(self.app, file));
    }
}
