//! Thumbnails of files that came without one: `POST /files/{id}/thumbnail-url` and `POST /files/{id}/thumbnail`, JSON in and
//! out.

use super::{
    api::unstored,
    thumbnail::{PictureRequest, ThumbnailAnswer, ThumbnailRequest, look, sign},
};
use crate::{
    accounts::Account,
    database,
    error::{Error, Result},
    files::{Ready, file::File, pages::own_file, picture::key_of},
    state::AppState,
    storage::ThumbnailKey,
    web::caller::CallerWith,
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::Serialize;
use std::num::NonZeroU32;

const NO_THUMBNAIL: &str =
    "This file takes no thumbnail: it is no picture, no film and no document, or it may still be written to.";
const NOT_THERE: &str = "There is no thumbnail, or it was no WebP or JPEG of at most 512 pixels and 64 KiB. Send it first, to the URL of POST /files/{id}/thumbnail-url.";

#[derive(Serialize)]
struct Added {
    success: bool,
}

/// What is answered of a file whose thumbnail came already, as from another tab, or from a page that was left.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct There {
    is_there: bool,
}

/// Answers with a URL that takes a thumbnail of the caller's own file, or that it came already.
pub async fn sign_url(
    app: Data<AppState>,
    id: Path<String>,
    CallerWith(account, body): CallerWith<ThumbnailRequest>,
) -> Result<HttpResponse> {
    let (_, key) = find(&app, &account, &id).await?;
    let signed = sign(&app, &key, &body, database::now())?;
    // A store tells pages nothing of what it refuses, so it is asked first; also where a row says that there is one.
    if look(&app, &key, database::now()).await?.is_some() {
        return Ok(unstored(&There { is_there: true }));
    }
    Ok(unstored(&ThumbnailAnswer::from(signed)))
}

/// Looks at the thumbnail that was sent, and makes it the file's, with what its browser has seen of the picture. Repeating it
/// is harmless.
pub async fn add(
    app: Data<AppState>,
    id: Path<String>,
    CallerWith(account, body): CallerWith<PictureRequest>,
) -> Result<HttpResponse> {
    let (file, key) = find(&app, &account, &id).await?;
    let picture = body.check(file.kind())?;
    if file.thumbnail().is_some() {
        return Ok(unstored(&Added { success: true }));
    }
    let thumbnail = look(&app, &key, database::now()).await?;
    let thumbnail = thumbnail.ok_or_else(|| Error::unacceptable("bad_thumbnail", NOT_THERE))?;
    file.add_thumbnail(&app.db, thumbnail, &picture).await?;
    Ok(unstored(&Added { success: true }))
}

/// The caller's own file, which may have one, and where that is.
async fn find(app: &AppState, account: &Account, id: &str) -> Result<(Ready, ThumbnailKey)> {
    app.open_uploads.check_parts(account.id, NonZeroU32::MIN)?;
    let file = own_file(app, account, id).await?;
    match file.thumbnail().is_some() || file.wants_thumbnail() {
        true => {
            let key = key_of(app.store.prefix(), &file).ok_or(Error::NotFound)?;
            Ok((file, key))
        }
        false => Err(Error::Conflict(NO_THUMBNAIL.into())),
    }
}
