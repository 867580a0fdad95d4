//! The access rule of a link's pages: a handler that names a [`Guest`] in its signature runs for whoever has the link, while it is
//! open, and has given its password where there is one.

use super::found::Found;
use crate::{database, error::Result, shares::Share, state::AppState, web::caller::data};
use actix_web::{FromRequest, HttpRequest, dev::Payload, error::InternalError, http::StatusCode};
use futures::future::LocalBoxFuture;

/// Whoever has a link that is open to them.
pub struct Guest {
    pub share: Share,
    /// Who made it, where people are told.
    pub host: Option<String>,
    /// The path of its page, as they came by it.
    pub base: String,
}

async fn enter(request: HttpRequest) -> Result<Guest, actix_web::Error> {
    let app = data::<AppState>(&request)?;
    let found = Found::of(&app, request.match_info().get("link").unwrap_or_default()).await?;
    if let Some(page) = found.closed_page(database::now())? {
        return Err(InternalError::from_response("the link is closed", page).into());
    }
    let lock = found.lock();
    if !lock.is_open(&request, &app) {
        let page = lock.page(None, StatusCode::FORBIDDEN)?;
        return Err(InternalError::from_response("the link is locked", page).into());
    }
    Ok(Guest { host: found.host(), share: found.share, base: found.base })
}

impl FromRequest for Guest {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(enter(request.clone()))
    }
}
