//! What is in the way of a page that hears nothing of the bucket: `POST /preflights`. A browser tells its page no more than that
//! there was an error of the network; the server sees what the bucket answers to the same question.

use super::api::unstored;
use crate::{error::Result, state::AppState, web::caller::CallerWith};
use actix_web::{HttpRequest, HttpResponse, http::header::ORIGIN, web::Data};
use serde::{Deserialize, Serialize};
use url::Url;

/// What was sent to the bucket, in vain.
#[derive(Deserialize)]
pub struct PreflightRequest {
    /// The names of the headers that went with it.
    headers: Vec<String>,
}

#[derive(Serialize)]
struct PreflightAnswer {
    success: bool,
    /// What the bucket does not allow, if its rules are what is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// Answers with what the bucket's CORS rules do not allow to the page that asks, if anything.
pub async fn ask(
    app: Data<AppState>,
    request: HttpRequest,
    CallerWith(_, body): CallerWith<PreflightRequest>,
) -> Result<HttpResponse> {
    answer(&app, &request, &body).await
}

pub(super) async fn answer(app: &AppState, request: &HttpRequest, body: &PreflightRequest) -> Result<HttpResponse> {
    app.preflights.check()?;
    let origin = origin(request).unwrap_or_else(|| app.url.origin().ascii_serialization());
    let obstacle = app.store.upload_obstacle(&origin, &body.headers).await?;
    let message = obstacle.map(|obstacle| {
        format!("Storage refuses this page: its CORS rules {}. Tell an administrator.", obstacle.words(&origin))
    });
    Ok(unstored(&PreflightAnswer { success: true, message }))
}

/// The page's own, as its browser says it, which may be another than that of `APP_URL`: then that is what is in the way.
fn origin(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(ORIGIN)?.to_str().ok()?;
    let own = Url::parse(text).ok()?.origin().ascii_serialization();
    (own == text).then_some(own)
}
