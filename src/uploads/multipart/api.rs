//! The endpoints of uploads that come in parts, JSON in and out.

use super::{
    begin::{BeginRequest, begin},
    completion::{Completed, abort, complete},
    parts::{PartRequest, list, sign},
    sealed_id::Upload,
};
use crate::{
    database,
    error::{Error, Result},
    files::Bringer,
    state::AppState,
    storage::ObjectKey,
    uploads::{
        Uploader,
        api::{bringer, saved, unstored},
        contributing::Counter,
        issue::own_key,
        thumbnail::{PictureRequest, ThumbnailAnswer, ThumbnailRequest},
    },
    web::{
        Caller,
        caller::{CallerWith, Means},
        problem::AsItIs,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CACHE_CONTROL,
    web::{Data, Path, Query},
};
use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The body of `POST /multipart-uploads`, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MultipartRequest {
    file_name: String,
    content_type: String,
    size: u64,
    folder: Option<String>,
    /// As `POST /presign-upload` has it.
    shared_folder: Option<String>,
    picture: Option<PictureRequest>,
    thumbnail: Option<ThumbnailRequest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MultipartAnswer<'a> {
    success: bool,
    object_key: &'a str,
    upload_id: String,
    part_size: u64,
    part_count: u32,
    public_file_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<ThumbnailAnswer>,
}

/// The body of `POST /multipart-uploads/{id}/part-urls`, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartUrlsRequest {
    pub(in crate::uploads) object_key: String,
    parts: Vec<PartToSign>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartToSign {
    part_number: u32,
    size: u64,
    crc32c: Option<String>,
    content_md5: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedPart<'a> {
    part_number: u32,
    presigned_url: &'a str,
    headers: BTreeMap<&'static str, &'a str>,
    /// RFC 3339, in UTC.
    expires_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedPart {
    part_number: u32,
    size: u64,
}

#[derive(Serialize)]
struct Parts<T> {
    parts: Vec<T>,
}

/// What names an upload beside its id, in the query or in a body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfKey {
    object_key: String,
}

#[derive(Serialize)]
struct PartsMissing<'a> {
    success: bool,
    error: &'static str,
    code: &'static str,
    missing: &'a [u32],
}

const PARTS_MISSING: &str = "Not all parts have arrived. Send those that are missing, then complete the upload again.";

/// Begins an upload and answers with how the file is to be cut.
pub async fn create(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<MultipartRequest>,
) -> Result<HttpResponse> {
    let counter = Counter::of(&app, &account, body.shared_folder.as_deref()).await?;
    create_by(&app, &counter.uploader(), &body).await
}

pub(in crate::uploads) async fn create_by(
    app: &AppState,
    by: &Uploader<'_>,
    body: &MultipartRequest,
) -> Result<HttpResponse> {
    let request = BeginRequest {
        file_name: &body.file_name,
        content_type: &body.content_type,
        size: body.size,
        folder: body.folder.as_deref(),
        picture: body.picture.as_ref(),
        thumbnail: body.thumbnail.as_ref(),
    };
    let (upload, thumbnail) = begin(app, by, request, database::now()).await?;
    Ok(unstored(&MultipartAnswer {
        success: true,
        object_key: upload.key.as_str(),
        upload_id: upload.sealed(&app.session_key)?,
        part_size: upload.plan.part_size,
        part_count: upload.plan.count(),
        public_file_url: app.file_url(&upload.key),
        thumbnail: thumbnail.map(ThumbnailAnswer::from),
    }))
}

/// Answers with a URL for each of the parts that are named, and the headers to send with it.
pub async fn sign_parts(
    app: Data<AppState>,
    id: Path<String>,
    CallerWith(account, body): CallerWith<PartUrlsRequest>,
) -> Result<HttpResponse> {
    let counter = Counter::of_key(&app, &account, &body.object_key).await?;
    sign_parts_by(&app, &counter.uploader(), &id, &body)
}

pub(in crate::uploads) fn sign_parts_by(
    app: &AppState,
    by: &Uploader<'_>,
    id: &str,
    body: &PartUrlsRequest,
) -> Result<HttpResponse> {
    let upload = find(app, by, id, &body.object_key)?;
    let parts: Vec<PartRequest<'_>> = body.parts.iter().map(PartToSign::request).collect();
    let signed = sign(app, by, &upload, &parts, database::now())?;
    let parts = body.parts.iter().zip(&signed).map(|(part, put)| SignedPart {
        part_number: part.part_number,
        presigned_url: &put.url,
        headers: put.headers.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        expires_at: put.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
    });
    Ok(unstored(&Parts { parts: parts.collect() }))
}

/// Answers with the parts that the store has, so that an upload goes on where it stopped.
pub async fn parts(
    app: Data<AppState>,
    id: Path<String>,
    Caller(account): Caller,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let counter = Counter::of_key(&app, &account, &key_in(&request)?).await?;
    parts_by(&app, &counter.uploader(), &id, &request).await
}

pub(in crate::uploads) async fn parts_by(
    app: &AppState,
    by: &Uploader<'_>,
    id: &str,
    request: &HttpRequest,
) -> Result<HttpResponse> {
    let upload = find(app, by, id, &key_in(request)?)?;
    let parts = list(app, by, &upload, database::now()).await?;
    let parts = parts.iter().map(|part| ListedPart { part_number: part.number, size: part.size });
    Ok(unstored(&Parts { parts: parts.collect() }))
}

/// Puts the file together and answers as `/save-metadata` does, again and again if asked; or with the parts that are missing.
pub async fn completion(
    app: Data<AppState>,
    id: Path<String>,
    CallerWith(account, body): CallerWith<OfKey>,
    means: Means,
) -> Result<HttpResponse> {
    let counter = Counter::of_key(&app, &account, &body.object_key).await?;
    let (uploader, by) = (counter.uploader(), bringer(&means, &account, &counter));
    match complete_by(&app, (&uploader, &by), &id, &body).await.map_err(|error| uploader.discreet(error))? {
        (key, Completed::Registered(registered)) => Ok(unstored(&saved(&app, &key, &counter, registered))),
        (_, Completed::Missing(missing)) => Ok(parts_missing(&missing)),
    }
}

pub(in crate::uploads) async fn complete_by(
    app: &AppState,
    by: (&Uploader<'_>, &Bringer),
    id: &str,
    body: &OfKey,
) -> Result<(ObjectKey, Completed)> {
    let upload = find(app, by.0, id, &body.object_key)?;
    let completed = complete(app, by, &upload, database::now()).await?;
    Ok((upload.key, completed))
}

pub(in crate::uploads) fn parts_missing(missing: &[u32]) -> HttpResponse {
    let body = PartsMissing { success: false, error: PARTS_MISSING, code: "parts_missing", missing };
    let mut answer = HttpResponse::Conflict().insert_header((CACHE_CONTROL, "no-store")).json(body);
    answer.extensions_mut().insert(AsItIs);
    answer
}

/// Gives an upload up. One that was given up before, or completed, is left alone.
pub async fn delete(
    app: Data<AppState>,
    id: Path<String>,
    Caller(account): Caller,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let counter = Counter::of_key(&app, &account, &key_in(&request)?).await?;
    delete_by(&app, &counter.uploader(), &id, &request).await
}

pub(in crate::uploads) async fn delete_by(
    app: &AppState,
    by: &Uploader<'_>,
    id: &str,
    request: &HttpRequest,
) -> Result<HttpResponse> {
    let upload = find(app, by, id, &key_in(request)?)?;
    abort(app, by, &upload, database::now()).await?;
    Ok(HttpResponse::NoContent().insert_header((CACHE_CONTROL, "no-store")).finish())
}

/// Looked at only once it is known who calls.
fn key_in(request: &HttpRequest) -> Result<String> {
    let query = Query::<OfKey>::from_query(request.query_string());
    let query = query.map_err(|error| Error::Malformed(format!("The address cannot be understood: {error}.")))?;
    Ok(query.into_inner().object_key)
}

/// The uploader's own; every other one does not exist.
fn find(app: &AppState, by: &Uploader<'_>, id: &str, key: &str) -> Result<Upload> {
    Upload::open(&app.session_key, own_key(app, by, key)?, by.account.id, id)
}

impl PartToSign {
    fn request(&self) -> PartRequest<'_> {
        PartRequest {
            number: self.part_number,
            size: self.size,
            crc32c: self.crc32c.as_deref(),
            content_md5: self.content_md5.as_deref(),
        }
    }
}
