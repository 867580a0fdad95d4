//! Requests of our own to the store: each signed for its time, and each answer a lesson in it.

use super::{Class, Store, clock::Exchange, code_of, signing::Request};
use crate::{
    crash_points::Effect,
    error::{Error, Result},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, header::CONTENT_LENGTH};
use reqwest::{Method, Response, StatusCode};
use std::time::{Duration, Instant};
use url::Url;

/// For one request, which begins at once.
const TTL: Duration = Duration::from_secs(60);
const ATTEMPTS: u32 = 2;
/// What took longer than this is not tried again.
const PATIENCE: Duration = Duration::from_secs(5);
const REST: Duration = Duration::from_millis(100);

/// What is sent beside what is signed.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// How long it may take, if that is not what requests take.
    pub(super) patience: Option<Duration>,
}

impl Store {
    /// One request. Where it was signed for a wrong time, as its answer shows, or that of another request meanwhile, it is
    /// signed for the right one and sent once more.
    pub(super) async fn send(&self, request: &Request<'_>, extras: &Extras, now: DateTime<Utc>) -> Result<Response> {
        let started = Instant::now();
        let ahead = self.clock.ahead();
        let mut answer = self.send_once(request, extras, now + ahead).await?;
        let ahead_now = self.clock.ahead();
        if ahead_now != ahead && answer.status().is_client_error() {
            answer = self.send_once(request, extras, now + started.elapsed() + ahead_now).await?;
        }
        self.clock.at_the_store(now).map(|_| answer)
    }

    /// Asks, and asks again if the store failed or the connection broke: for what may be done twice.
    pub(super) async fn send_again(
        &self,
        request: &Request<'_>,
        extras: &Extras,
        now: DateTime<Utc>,
    ) -> Result<Response> {
        let started = Instant::now();
        let mut attempt = 1;
        loop {
            let is_last = attempt == ATTEMPTS || started.elapsed() > PATIENCE;
            match self.send(request, extras, now + started.elapsed()).await {
                Ok(answer) if is_last || !answer.status().is_server_error() => return Ok(answer),
                Err(error) if is_last || matches!(error, Error::ClocksDiffer { .. }) => return Err(error),
                Ok(_) | Err(_) => tokio::time::sleep(REST).await,
            }
            attempt += 1;
        }
    }

    /// Does the bucket answer with these credentials? The cheapest question that a token with Object Read & Write may
    /// ask.
    ///
    /// # Errors
    ///
    /// `Error::StoreUnavailable` with the store's code; `Error::ClocksDiffer` when the clocks are too far apart.
    pub async fn probe(&self) -> Result<()> {
        let query = [("list-type", "2"), ("max-keys", "1"), ("prefix", &*self.prefix)];
        let request = Request { method: "GET", key: "", headers: &[], query: &query };
        #[expect(clippy::disallowed_methods, reason = "storage stands below the database")]
        let answer = self.send(&request, &Extras::default(), Utc::now()).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(unexpected(status, &answer.bytes().await.unwrap_or_default())),
        }
    }

    async fn send_once(&self, request: &Request<'_>, extras: &Extras, store_time: DateTime<Utc>) -> Result<Response> {
        let internal = |words: String| Error::Internal(words);
        self.calls.note(Class::of(request));
        let url = Url::parse(&self.signer.presign(request, TTL, store_time));
        let url = url.map_err(|error| internal(error.to_string()))?;
        let method: Method = request.method.parse().map_err(|_| internal(format!("no method: {}", request.method)))?;
        let mut asked = self.http.request(method, url).headers(extras.headers.clone());
        for (name, value) in request.headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH.as_str()) {
            asked = asked.header(name, *value);
        }
        if let Some(patience) = extras.patience {
            asked = asked.timeout(patience);
        }
        // The clock itself: the caller's `now` may be some seconds old.
        #[expect(clippy::disallowed_methods, reason = "storage stands below the database")]
        let (sent, begun) = (Utc::now(), Instant::now());
        let answer = asked.body(extras.body.clone()).send().await.map_err(|error| broken(&error))?;
        Effect::of_request(request.method, request.key).note();
        self.clock.learn(answer.headers(), Exchange { sent, begun, took: begun.elapsed() });
        Ok(answer)
    }
}

pub(super) fn unexpected(status: StatusCode, body: &[u8]) -> Error {
    Error::StoreUnavailable(format!("HTTP {} {}", status.as_u16(), code_of(&String::from_utf8_lossy(body))))
}

pub(super) fn broken(error: &reqwest::Error) -> Error {
    Error::StoreUnavailable(super::without_url(error).to_owned())
}
