//! What the next page says of what was done just now, with a way to take it back where there is one. It travels in a
//! signed cookie that is shown once, so that no link can make a page say anything.

use super::{layout::see_other, signed};
use crate::{database, error::Error, state::AppState};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    cookie::time::Duration,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::HeaderMap,
    middleware::Next,
    web::Data,
};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};

/// How long a page may take to come.
const LASTS: Duration = Duration::seconds(60);
const PURPOSE: &str = "flash";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub words: String,
    pub undo: Option<Undo>,
}

/// A form that takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    pub action: String,
    /// The move, which names what was moved.
    pub id: String,
    /// Where to go afterwards: the page that shows it.
    #[serde(skip)]
    pub back: String,
}

/// What was left for this page to say, if anything. Whoever asks for it has to show it: it is gone afterwards.
pub struct Left(pub Option<Flash>);

#[derive(Serialize, Deserialize)]
struct Carried {
    /// In seconds since 1970.
    until: i64,
    flash: Flash,
}

/// Marks a request whose page shows it.
struct Taken;

impl Flash {
    pub fn saying(words: impl Into<String>) -> Self {
        Self { words: words.into(), undo: None }
    }

    /// Sends the browser on to the page that will say it.
    pub fn see_other(self, app: &AppState, place: &str) -> HttpResponse {
        let mut answer = see_other(place);
        let until = database::now().timestamp() + LASTS.whole_seconds();
        let cookie = signed::cookie(app, PURPOSE, &Carried { until, flash: self }, LASTS);
        // What was done is done, said or not.
        let left = cookie.map(|cookie| answer.add_cookie(&cookie));
        if !matches!(left, Ok(Ok(()))) {
            tracing::warn!("a page cannot say what was done: its cookie cannot be made");
        }
        answer
    }
}

impl FromRequest for Left {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<AppState>>().filter(|_| is_shown(request.headers()));
        let carried = app.and_then(|app| signed::read::<Carried>(request, app, PURPOSE));
        if carried.is_some() {
            request.extensions_mut().insert(Taken);
        }
        let carried = carried.filter(|carried| carried.until >= database::now().timestamp());
        ready(Ok(Self(carried.map(|carried| carried.flash))))
    }
}

/// Makes the browser forget what its page shows now.
pub async fn forget<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let app = request.app_data::<Data<AppState>>().cloned();
    let mut response = next.call(request).await?;
    let is_taken = response.request().extensions().contains::<Taken>() && response.status().is_success();
    if let Some(app) = app.filter(|_| is_taken) {
        response.response_mut().add_cookie(&signed::removal(&app, PURPOSE))?;
    }
    Ok(response)
}

/// Is it a page that is asked for, or the place on it where a flash goes? Scripts also ask for pages of which they
/// take something else.
fn is_shown(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &[u8]| headers.get(name).is_some_and(|other| other.as_bytes() == value);
    match headers.contains_key("hx-request") {
        true => is("hx-target", b"flash"),
        false => !is("sec-fetch-dest", b"empty"),
    }
}
