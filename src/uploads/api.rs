//! The guide's two endpoints: `POST /presign-upload` and `POST /save-metadata`, JSON in and out.

use super::{Refused, Registered, UploadRequest, issue::own, presign, presign_again, register};
use crate::{
    database,
    error::{Error, Result},
    ids::FileId,
    state::AppState,
    storage::{ObjectKey, encoding::url_path},
    web::caller::CallerWith,
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
    /// Of an upload that is not confirmed yet, whose URL is to be signed again.
    object_key: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PresignAnswer<'a> {
    success: bool,
    presigned_url: &'a str,
    object_key: &'a str,
    public_file_url: &'a str,
    method: &'static str,
    headers: BTreeMap<&'static str, &'a str>,
    /// RFC 3339, in UTC.
    expires_at: String,
}

/// The body of `POST /save-metadata`, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaveRequest {
    object_key: String,
    public_file_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SaveAnswer {
    success: bool,
    file_id: FileId,
    state: &'static str,
    file_url: String,
    /// What its owner should know, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

const QUARANTINED: &str = "The file's name or its first bytes do not fit its type, so it was put aside for an administrator to look at. It is listed in your trash.";

/// Answers with a URL that takes the upload, and the headers to send with it. Nothing is written, and nobody is asked, but for
/// the index when a URL is signed again.
pub async fn presign_upload(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<PresignRequest>,
) -> Result<HttpResponse> {
    let request = UploadRequest {
        file_name: &body.file_name,
        content_type: &body.content_type,
        size: body.size,
        sha256: body.sha256.as_deref(),
        crc32c: body.crc32c.as_deref(),
        folder: body.folder.as_deref(),
    };
    let presigned = match &body.object_key {
        Some(key) => presign_again(&app, &account, key, request, database::now()).await?,
        None => presign(&app, &account, request, database::now())?,
    };
    let answer = PresignAnswer {
        success: true,
        presigned_url: &presigned.put.url,
        object_key: presigned.key.as_str(),
        public_file_url: &presigned.file_url,
        method: "PUT",
        headers: presigned.put.headers.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        expires_at: presigned.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
    };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Confirms an upload by its key and answers with the state of the file, again and again if asked. A key that is not
/// the caller's is answered as one that does not exist.
pub async fn save_metadata(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<SaveRequest>,
) -> Result<HttpResponse> {
    let key = own(&app, account.id, &body.object_key)?;
    check_file_url(body.public_file_url.as_deref(), &app.file_url(&key), &key)?;
    let registered = register(&app, &key, Refused::Removed, database::now()).await?;
    Ok(saved(&app, &key, registered))
}

/// What is answered of a file that is in the index.
pub(super) fn saved(app: &AppState, key: &ObjectKey, registered: Registered) -> HttpResponse {
    let (state, message) = match registered {
        Registered::Ready => ("ready", None),
        Registered::Quarantined => ("quarantined", Some(QUARANTINED)),
        Registered::Trashed => ("trashed", None),
    };
    let answer = SaveAnswer { success: true, file_id: key.file_id, state, file_url: app.file_url(key), message };
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
