//! The guide's two endpoints: `POST /presign-upload` and `POST /save-metadata`, JSON in and out.

use super::{
    Refused, Registered, Standing, UploadRequest, Uploader,
    contributing::Counter,
    presign, presign_again, register,
    thumbnail::{PictureRequest, ThumbnailAnswer, ThumbnailRequest},
};
use crate::{
    accounts::Account,
    database,
    error::{Error, Result},
    files::Bringer,
    ids::{FileId, Ticket},
    state::AppState,
    storage::{ObjectKey, encoding::url_path},
    web::caller::{CallerWith, Means},
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Data};
use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The body of `POST /presign-upload`, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PresignRequest {
    file_name: String,
    content_type: String,
    size: Option<u64>,
    sha256: Option<String>,
    crc32c: Option<String>,
    folder: Option<String>,
    /// The id of the folder that it comes in, where that is somebody else's who shares it with the caller.
    pub(super) shared_folder: Option<String>,
    picture: Option<PictureRequest>,
    thumbnail: Option<ThumbnailRequest>,
    /// Of an upload that is not confirmed yet, whose URL is to be signed again.
    pub(super) object_key: Option<String>,
}

/// What is answered of an upload that may begin.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PresignAnswer {
    success: bool,
    presigned_url: String,
    object_key: String,
    public_file_url: String,
    method: &'static str,
    headers: BTreeMap<&'static str, String>,
    /// RFC 3339, in UTC.
    expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<ThumbnailAnswer>,
}

/// The body of `POST /save-metadata`, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaveRequest {
    pub(super) object_key: String,
    public_file_url: Option<String>,
}

/// What is answered of a file that is in the index.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SaveAnswer {
    success: bool,
    file_id: FileId,
    /// Its number among all that its owner ever uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<Ticket>,
    state: &'static str,
    file_url: String,
    /// What its owner should know, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

const QUARANTINED: &str = "The file's name or its first bytes do not fit its type, so it was put aside for an administrator to look at. It is listed in your trash.";

const QUARANTINED_FOR_OTHERS: &str =
    "The file's name or its first bytes do not fit its type, so it was put aside for an administrator to look at.";

/// Answers with a URL that takes the upload, and the headers to send with it. Nothing is written, and nobody is asked, but for
/// the index when a URL is signed again.
pub async fn presign_upload(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<PresignRequest>,
) -> Result<HttpResponse> {
    Ok(unstored(&sign_for(&app, &account, &body).await?))
}

/// Signs for the caller's own account, or for that of whoever shares the folder with them.
pub(super) async fn sign_for(app: &AppState, account: &Account, body: &PresignRequest) -> Result<PresignAnswer> {
    let counter = Counter::of(app, account, body.shared_folder.as_deref()).await?;
    sign(app, &counter.uploader(), body).await
}

pub(super) async fn sign(app: &AppState, by: &Uploader<'_>, body: &PresignRequest) -> Result<PresignAnswer> {
    let request = UploadRequest {
        file_name: &body.file_name,
        content_type: &body.content_type,
        size: body.size,
        sha256: body.sha256.as_deref(),
        crc32c: body.crc32c.as_deref(),
        folder: body.folder.as_deref(),
        picture: body.picture.as_ref(),
        thumbnail: body.thumbnail.as_ref(),
    };
    let presigned = match &body.object_key {
        Some(key) => presign_again(app, by, key, request, database::now()).await?,
        None => presign(app, by, request, database::now())?,
    };
    Ok(PresignAnswer {
        success: true,
        object_key: presigned.key.as_str().to_owned(),
        presigned_url: presigned.put.url,
        public_file_url: presigned.file_url,
        method: "PUT",
        headers: presigned.put.headers.into_iter().collect(),
        expires_at: presigned.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        thumbnail: presigned.thumbnail.map(ThumbnailAnswer::from),
    })
}

/// Confirms an upload by its key and answers with the state of the file, again and again if asked. A key that is not
/// the caller's is answered as one that does not exist.
pub async fn save_metadata(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<SaveRequest>,
    means: Means,
) -> Result<HttpResponse> {
    let named = (&*account, body.object_key.as_str());
    Ok(unstored(&save(&app, &means, named, body.public_file_url.as_deref()).await?))
}

pub(super) async fn save(
    app: &AppState,
    means: &Means,
    (account, object_key): (&Account, &str),
    file_url: Option<&str>,
) -> Result<SaveAnswer> {
    let counter = Counter::of_key(app, account, object_key).await?;
    let key = counter.key(app, object_key)?;
    check_file_url(file_url, &app.file_url(&key), &key)?;
    let by = bringer(means, account, &counter);
    let registered = register(app, &key, &by, Refused::Removed, database::now()).await;
    Ok(saved(app, &key, &counter, registered.map_err(|error| counter.uploader().discreet(error))?))
}

/// Who brings a file: the caller, who may be a program.
pub(super) fn bringer(means: &Means, account: &Account, to: &Counter<'_>) -> Bringer {
    Bringer { actor: means.actor(account), means: to.means(means.words()) }
}

pub(super) fn saved(app: &AppState, key: &ObjectKey, to: &Counter<'_>, registered: Registered) -> SaveAnswer {
    let (ticket, quarantined, trashed) = match to {
        Counter::Own(_) => (registered.ticket, QUARANTINED, "trashed"),
        Counter::Shared(..) => {
            to.uploader().end(app, key.file_id);
            // Its owner sees it on the next page. How much they uploaded, and what they did with it, is nobody else's business.
            app.accounts.cache.forget(key.owner);
            (None, QUARANTINED_FOR_OTHERS, "ready")
        }
    };
    let (state, message) = match registered.standing {
        Standing::Ready => ("ready", None),
        Standing::Quarantined => ("quarantined", Some(quarantined)),
        Standing::Trashed => (trashed, None),
    };
    SaveAnswer { success: true, file_id: key.file_id, ticket, state, file_url: app.file_url(key), message }
}

/// What is for the caller alone, and for now.
pub(super) fn unstored(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer)
}

/// Only the URL that was issued is taken, or none; unencoded as well, as people paste it.
fn check_file_url(given: Option<&str>, issued: &str, key: &ObjectKey) -> Result<()> {
    let pasted = |given: &str| {
        issued.strip_suffix(&url_path(key.as_str())).is_some_and(|base| given.strip_prefix(base) == Some(key.as_str()))
    };
    match given {
        None | Some("") => Ok(()),
        Some(given) if given == issued || pasted(given) => Ok(()),
        Some(_) => Err(Error::unacceptable(
            "bad_public_file_url",
            "publicFileUrl is not the one that /presign-upload gave for this key. Send that one, or leave it out.",
        )),
    }
}
