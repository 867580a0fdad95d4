//! The endpoints of uploads that come in parts, for whoever has a link.

use super::{
    api::received,
    door::{Sender, SenderWith},
};
use crate::{
    error::Result,
    state::AppState,
    uploads::{
        api::unstored,
        multipart::{
            Completed,
            api::{
                MultipartRequest, OfKey, PartUrlsRequest, complete_by, create_by, delete_by, parts_by, parts_missing,
                sign_parts_by,
            },
        },
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

/// The link, and the upload.
type Named = Path<(String, String)>;

/// As [`crate::uploads::multipart::api::create`].
pub async fn create(
    app: Data<AppState>,
    SenderWith(sender, body): SenderWith<MultipartRequest>,
) -> Result<HttpResponse> {
    sender.expect_open()?;
    create_by(&app, &sender.uploader(), &body).await
}

/// As [`crate::uploads::multipart::api::sign_parts`].
pub async fn sign_parts(
    app: Data<AppState>,
    path: Named,
    SenderWith(sender, body): SenderWith<PartUrlsRequest>,
) -> Result<HttpResponse> {
    sender.expect_open_for(&app, &body.object_key)?;
    sign_parts_by(&app, &sender.uploader(), &path.1, &body)
}

/// As [`crate::uploads::multipart::api::parts`].
pub async fn parts(app: Data<AppState>, path: Named, sender: Sender, request: HttpRequest) -> Result<HttpResponse> {
    parts_by(&app, &sender.uploader(), &path.1, &request).await
}

/// As [`crate::uploads::multipart::api::completion`].
pub async fn completion(
    app: Data<AppState>,
    path: Named,
    SenderWith(sender, body): SenderWith<OfKey>,
) -> Result<HttpResponse> {
    let (uploader, by) = (sender.uploader(), sender.bringer());
    match complete_by(&app, (&uploader, &by), &path.1, &body).await.map_err(|error| uploader.discreet(error))? {
        (key, Completed::Registered(registered)) => Ok(unstored(&received(&app, &sender, &key, registered).await?)),
        (_, Completed::Missing(missing)) => Ok(parts_missing(&missing)),
    }
}

/// As [`crate::uploads::multipart::api::delete`].
pub async fn delete(app: Data<AppState>, path: Named, sender: Sender, request: HttpRequest) -> Result<HttpResponse> {
    delete_by(&app, &sender.uploader(), &path.1, &request).await
}
