//! The access rule of a link's archive: whoever has the link, while it is open and unlocked; or while only its downloads are used up, and
//! they show the permit of one that was counted.

use super::found::Found;
use crate::{
    database,
    error::{Error, Result},
    links::state::Closed,
    shares::{Share, begun::DownloadNumber, permit::Permit},
    state::AppState,
    web::{caller::data, client_ip},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Json};
use chrono::{DateTime, Utc};
use futures::future::LocalBoxFuture;
use serde::Deserialize;

const CLOSED: &str = "This link is closed. Load the page again.";
const NO_NUMBER: &str = "A download is called by 32 hexadecimal digits.";
const LOCKED: &str = "This link wants its password again. Load the page again.";

/// Whoever downloads an archive, and what their page asks.
pub struct ArchiveGuest {
    pub share: Share,
    pub request: ArchiveRequest,
    /// That of a download of this link that was counted, if they have one, or began one under the same number.
    pub permit: Option<Permit>,
    pub number: Option<DownloadNumber>,
    /// Where they ask from.
    pub address: String,
}

/// What a page asks of an archive.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ArchiveRequest {
    permit: Option<String>,
    /// What the page calls its download, until it has a permit: asked again under it, it counts once.
    download: Option<String>,
    /// The folder that is open, where it is not the shared one itself.
    pub folder: Option<String>,
    /// Behind which file the next page begins.
    pub after: Option<String>,
    /// Which files are read next.
    pub ids: Vec<String>,
}

async fn enter(request: HttpRequest, mut payload: Payload) -> Result<ArchiveGuest, actix_web::Error> {
    let app = data::<AppState>(&request)?;
    let found = Found::of(&app, request.match_info().get("link").unwrap_or_default()).await?;
    let address = client_ip::of(&request, &app.client_ip);
    app.guests.calls.check(found.share.id(), &address)?;
    if !found.lock().is_open(&request, &app) {
        return Err(Error::Conflict(LOCKED.into()).into());
    }
    let Json(asked) = Json::<ArchiveRequest>::from_request(&request, &mut payload).await?;
    let now = database::now();
    let permit = asked.permit.as_deref().and_then(|text| Permit::open(&app.session_key, text, &found.share, now));
    let number = asked.download.as_deref().map(str::parse::<DownloadNumber>).transpose();
    let number = number.map_err(|_| Error::Malformed(NO_NUMBER.into()))?;
    let permit = permit.or_else(|| number.as_ref().and_then(|number| Permit::again(&found.share, number, now)));
    let_in(&found, permit.as_ref(), now)?;
    Ok(ArchiveGuest { share: found.share, request: asked, permit, number, address })
}

/// The last download that there may be comes to its end.
fn let_in(found: &Found, permit: Option<&Permit>, now: DateTime<Utc>) -> Result<()> {
    if !found.share.has_originals() {
        return Err(Error::NotFound);
    }
    match found.closed(now) {
        None => Ok(()),
        Some(Closed::UsedUp) if permit.is_some() => Ok(()),
        Some(Closed::UsedUp | Closed::Paused | Closed::Ended | Closed::PutAway) => Err(Error::Conflict(CLOSED.into())),
    }
}

impl FromRequest for ArchiveGuest {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(enter(request.clone(), payload.take()))
    }
}
