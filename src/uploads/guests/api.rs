//! The same endpoints for whoever has a link: what they send is its owner's, and they learn of nothing but what they sent.

use super::door::{Sender, SenderWith};
use crate::{
    database,
    error::Result,
    files::received::receipt,
    ids::FileId,
    state::AppState,
    storage::ObjectKey,
    uploads::{
        Refused, Registered, Standing,
        api::{PresignRequest, SaveRequest, sign, unstored},
        issue::own_key,
        preflight::{self, PreflightRequest},
        register,
        together::{PresignBatch, SaveBatch, presign_all, save_all},
    },
};
use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Serialize;

/// What is answered of a file that has come.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    success: bool,
    file_id: FileId,
    /// Its number among all that came by the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<i64>,
    state: &'static str,
}

/// As [`crate::uploads::api::presign_upload`].
pub async fn presign_upload(
    app: Data<AppState>,
    SenderWith(sender, body): SenderWith<PresignRequest>,
) -> Result<HttpResponse> {
    expect_open(&app, &sender, &body)?;
    Ok(unstored(&sign(&app, &sender.uploader(), &body).await?))
}

/// As [`crate::uploads::together::presign_batch`].
pub async fn presign_batch(
    app: Data<AppState>,
    SenderWith(sender, body): SenderWith<PresignBatch>,
) -> Result<HttpResponse> {
    presign_all(&body, async |request| {
        expect_open(&app, &sender, request)?;
        sign(&app, &sender.uploader(), request).await
    })
    .await
}

/// As [`crate::uploads::api::save_metadata`], for what was sent by this link.
pub async fn save_metadata(
    app: Data<AppState>,
    SenderWith(sender, body): SenderWith<SaveRequest>,
) -> Result<HttpResponse> {
    Ok(unstored(&save(&app, &sender, &body.object_key).await?))
}

/// As [`crate::uploads::together::save_batch`], for what was sent by this link.
pub async fn save_batch(app: Data<AppState>, SenderWith(sender, body): SenderWith<SaveBatch>) -> Result<HttpResponse> {
    save_all(&app, &sender.uploader(), &body, async |key| save(&app, &sender, key).await).await
}

/// As [`crate::uploads::preflight::ask`].
pub async fn preflights(
    app: Data<AppState>,
    request: HttpRequest,
    SenderWith(_, body): SenderWith<PreflightRequest>,
) -> Result<HttpResponse> {
    preflight::answer(&app, &request, &body).await
}

async fn save(app: &AppState, sender: &Sender, key: &str) -> Result<Received> {
    let key = own_key(app, &sender.uploader(), key)?;
    let registered = register(app, &key, &sender.bringer(), Refused::Removed, database::now()).await;
    received(app, sender, &key, registered.map_err(|error| sender.uploader().discreet(error))?).await
}

/// What a sender is told of a file that is there.
pub(super) async fn received(
    app: &AppState,
    sender: &Sender,
    key: &ObjectKey,
    registered: Registered,
) -> Result<Received> {
    sender.uploader().end(app, key.file_id);
    // Its owner sees it on the next page.
    app.accounts.cache.forget(key.owner);
    let ticket = receipt(&app.db, key.file_id, sender.found.link.id()).await.ok().map(|receipt| receipt.0);
    let state = match registered.standing {
        Standing::Ready | Standing::Trashed => "ready",
        Standing::Quarantined => "quarantined",
    };
    Ok(Received { success: true, file_id: key.file_id, ticket, state })
}

fn expect_open(app: &AppState, sender: &Sender, body: &PresignRequest) -> Result<()> {
    match &body.object_key {
        None => sender.expect_open(),
        Some(key) => sender.expect_open_for(app, key),
    }
}
