//! The password of a link: it is given once, opens that link alone, and for a while.

use super::found::Found;
use crate::{
    accounts::passwords,
    database,
    error::{Error, Result},
    ids::ShareId,
    shares::Share,
    state::AppState,
    web::{ClientIp, Fields, Layout, respond, signed},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::time::Duration,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web::{Data, Path},
};
use askama::Template;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Part of the cookie's name.
const PURPOSE: &str = "share";
/// How long nobody is asked for it again.
const LASTS: Duration = Duration::hours(12);

/// What a browser keeps once the password was right: for one link, and for that password of it.
#[derive(Serialize, Deserialize)]
struct Unlocked {
    share: ShareId,
    password: i64,
    /// In seconds since 1970.
    until: i64,
}

/// Asks for the password, and shows nothing else of the link but who made it, where people are told.
#[derive(Template)]
#[template(path = "shares/locked.html")]
pub(super) struct PasswordPage {
    layout: Layout,
    base: String,
    host: Option<String>,
    problem: Option<String>,
}

/// Was the password that the link has now given by this browser?
pub(super) fn is_unlocked(request: &HttpRequest, app: &AppState, share: &Share) -> bool {
    let unlocked = signed::read_at::<Unlocked>(request, app, PURPOSE);
    unlocked.is_some_and(|unlocked| {
        unlocked.share == share.id()
            && unlocked.password == share.password_version()
            && unlocked.until > database::now().timestamp()
    })
}

/// Takes the password of a link and goes on to its page; a wrong one is said in its place (422), and who tries too often has to
/// wait (429).
pub async fn unlock(
    app: Data<AppState>,
    link: Path<String>,
    ClientIp(address): ClientIp,
    fields: Fields,
) -> Result<HttpResponse> {
    let found = Found::of(&app, &link).await?;
    if let Some(page) = found.closed_page(database::now())? {
        return Ok(page);
    }
    let Some(hash) = found.share.password_hash() else { return Ok(respond::see_other(&found.base)) };
    let typed = fields.all("password").next().unwrap_or_default().to_owned();
    match is_right(&app, &found.share, &address, (typed, hash.to_owned())).await {
        Ok(true) => let_in(&app, &found),
        Ok(false) => PasswordPage::of(&found, Some("This is not the password. Check it and try again.".into()))
            .drawn(StatusCode::UNPROCESSABLE_ENTITY),
        Err(error @ Error::TooManyAttempts { retry_after }) => {
            let page = PasswordPage::of(&found, Some(error.problem().words));
            let mut answer = page.drawn(StatusCode::TOO_MANY_REQUESTS)?;
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
            Ok(answer)
        }
        Err(error) => Err(error),
    }
}

/// Each attempt is counted before it is looked at, for the link and the address it comes from.
async fn is_right(app: &AppState, share: &Share, address: &str, (typed, hash): (String, String)) -> Result<bool> {
    let attempt = app.share_throttle.by_stranger(&share.id().to_string(), address, Instant::now())?;
    match passwords::verify_of_link(typed, hash).await {
        Ok(true) => {
            attempt.succeed(Instant::now());
            Ok(true)
        }
        Ok(false) => Ok(false),
        Err(error) => {
            attempt.take_back(Instant::now());
            Err(error)
        }
    }
}

fn let_in(app: &AppState, found: &Found) -> Result<HttpResponse> {
    let until = database::now().timestamp() + LASTS.whole_seconds();
    let unlocked = Unlocked { share: found.share.id(), password: found.share.password_version(), until };
    let cookie = signed::cookie_at(app, (PURPOSE, &found.base), &unlocked, LASTS)?;
    let mut answer = respond::see_other(&found.base);
    answer.add_cookie(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(answer)
}

impl PasswordPage {
    pub(super) fn of(found: &Found, problem: Option<String>) -> Self {
        Self { layout: Layout::of_nobody(), base: found.base.clone(), host: found.host(), problem }
    }

    pub(super) fn drawn(&self, status: StatusCode) -> Result<HttpResponse> {
        respond::unstored_page(status, self)
    }
}
