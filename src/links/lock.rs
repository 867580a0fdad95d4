//! The password in the way of a link, of either kind: it is given once, opens that link alone, and for a while.

use crate::{
    accounts::passwords,
    database,
    error::{Error, Result},
    state::AppState,
    web::{Fields, Layout, respond, signed},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::time::Duration,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
};
use askama::Template;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use uuid::Uuid;

/// How long nobody is asked for it again.
const LASTS: Duration = Duration::hours(12);

/// What is in the way of a link.
pub struct Lock {
    /// Part of the cookie's name: what the link is for.
    pub purpose: &'static str,
    pub link: Uuid,
    /// An Argon2id hash as a PHC string; `None`: nothing is in the way.
    pub hash: Option<String>,
    /// Which password it is, counted from the first.
    pub version: i64,
    /// The path of the link's page.
    pub base: String,
    /// What its page says of it, such as `Ada shares`.
    pub label: String,
}

/// What a browser keeps once the password was right: for one link, and for that password of it.
#[derive(Serialize, Deserialize)]
struct Unlocked {
    link: Uuid,
    password: i64,
    /// In seconds since 1970.
    until: i64,
}

/// Asks for the password, and shows nothing else of the link but who made it, where people are told.
#[derive(Template)]
#[template(path = "shares/locked.html")]
struct PasswordPage<'a> {
    layout: Layout,
    base: &'a str,
    label: &'a str,
    problem: Option<String>,
}

impl Lock {
    /// Is nothing in the way of this browser? It gave the password that the link has now, or there is none.
    pub fn is_open(&self, request: &HttpRequest, app: &AppState) -> bool {
        let Some(_) = &self.hash else { return true };
        let unlocked = signed::read_at::<Unlocked>(request, app, self.purpose);
        unlocked.is_some_and(|unlocked| {
            unlocked.link == self.link
                && unlocked.password == self.version
                && unlocked.until > database::now().timestamp()
        })
    }

    /// The page that asks for the password.
    ///
    /// # Errors
    ///
    /// `Internal` when it cannot be drawn.
    pub fn page(&self, problem: Option<String>, status: StatusCode) -> Result<HttpResponse> {
        let page = PasswordPage { layout: Layout::of_nobody(), base: &self.base, label: &self.label, problem };
        respond::unstored_page(status, &page)
    }

    /// Takes the password and goes on to the link's page; a wrong one is said in its place (422), and who tries too often has to wait
    /// (429).
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`; `Busy` while too many hash.
    pub async fn unlock(&self, app: &AppState, address: &str, fields: &Fields) -> Result<HttpResponse> {
        let Some(hash) = &self.hash else { return Ok(respond::see_other(&self.base)) };
        let typed = fields.all("password").next().unwrap_or_default().to_owned();
        match self.is_right(app, address, (typed, hash.clone())).await {
            Ok(true) => self.let_in(app),
            Ok(false) => {
                let words = "This is not the password. Check it and try again.";
                self.page(Some(words.into()), StatusCode::UNPROCESSABLE_ENTITY)
            }
            Err(error @ Error::TooManyAttempts { retry_after }) => {
                let mut answer = self.page(Some(error.problem().words), StatusCode::TOO_MANY_REQUESTS)?;
                answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
                Ok(answer)
            }
            Err(error) => Err(error),
        }
    }

    /// Each attempt is counted before it is looked at, for the link and the address it comes from.
    async fn is_right(&self, app: &AppState, address: &str, (typed, hash): (String, String)) -> Result<bool> {
        let attempt = app.share_throttle.by_stranger(&self.link.to_string(), address, Instant::now())?;
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

    fn let_in(&self, app: &AppState) -> Result<HttpResponse> {
        let until = database::now().timestamp() + LASTS.whole_seconds();
        let unlocked = Unlocked { link: self.link, password: self.version, until };
        let cookie = signed::cookie_at(app, (self.purpose, &self.base), &unlocked, LASTS)?;
        let mut answer = respond::see_other(&self.base);
        answer.add_cookie(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(answer)
    }
}
