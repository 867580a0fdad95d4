//! Learns by a canary object what the store honours of what our URLs sign: some S3-compatible stores ignore what they
//! do not know, and a signature alone does not tell.

use super::{
    Capabilities, KEEP_FOR_EVER, NO_CONNECTION, Store,
    checksum::{CHECKSUM_CRC32C, CHECKSUM_SHA256, VERIFIED_CRC32C, VERIFIED_SHA256},
    request::{Extras, broken, unexpected},
    signing::Request,
};
use crate::error::{Error, Result};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::join_all;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Response, StatusCode};
use sha2::{Digest, Sha256};
use std::{sync::PoisonError, time::Duration};
use tokio::time::{Instant, sleep, timeout};

/// The canary, and what is sent where it was signed for: more bytes, and as many others.
pub(super) const CANARY: &str = "canary";
const TOO_LONG: &str = "canary!";
const OTHER: &str = "cuckoo";
/// Of the canary.
pub(super) const CRC32C: &str = "oFrygA==";
/// What a signed read asks to be told instead of what was stored.
const OVERRIDES: [(&str, &str); 3] = [
    ("response-cache-control", "private, max-age=7"),
    ("response-content-disposition", "attachment; filename=\"canary\""),
    ("response-content-type", "application/x-canary"),
];
/// For all questions together, and for cleaning up after them.
const PATIENCE: Duration = Duration::from_secs(5);
const TIDYING: Duration = Duration::from_secs(2);
/// R2 takes one write a second to a key: <https://developers.cloudflare.com/r2/platform/limits/>.
const WRITES_APART: Duration = Duration::from_millis(1_200);
/// How long a store is let alone that would not be asked, or that answered everything but this.
const AFTER_REFUSAL: Duration = Duration::from_secs(3_600);
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// What a canary's URL signs. Bytes too many would fail their checksum as well, whatever becomes of the length.
#[derive(Clone, Copy)]
enum Signed {
    All,
    AllButTheChecksum,
    /// All, but a CRC32C in place of the SHA-256.
    AllByCrc32c,
}

/// The store would not take the canary itself.
struct Refused(Error);

impl Store {
    /// What the store honours; `None` until it could be asked.
    pub fn capabilities(&self) -> Option<Capabilities> {
        *self.capabilities.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// May any upload URL of this store, strict ones too, write again until it expires? So it is taken until the store
    /// has shown otherwise.
    pub fn may_write_again(&self) -> bool {
        !self.capabilities().is_some_and(|capabilities| capabilities.conditional_writes)
    }

    pub(super) fn remember(&self, found: Capabilities) {
        for words in found.missing() {
            tracing::warn!("the store {words}");
        }
        *self.capabilities.write().unwrap_or_else(PoisonError::into_inner) = Some(found);
    }

    /// Finds out what the store honours. Makes about ten small requests, of which nothing remains, and takes seven
    /// seconds at most. A store that is away is asked later, at the first contact with it.
    ///
    /// # Errors
    ///
    /// `Error::ClocksDiffer` alone: the clocks are more than ten minutes apart.
    pub async fn get_to_know(&self, now: DateTime<Utc>) -> Result<()> {
        self.ask_once(Duration::ZERO, now).await
    }

    /// Finds out once more what the store honours, whatever was known. Whoever asks meanwhile waits.
    ///
    /// # Errors
    ///
    /// `Error::StoreUnavailable` with the store's code when it does not take the canary, `Error::ClocksDiffer`.
    pub async fn get_to_know_anew(&self, now: DateTime<Utc>) -> Result<Capabilities> {
        let _asking = self.asking.lock().await;
        let found = self.try_canary(now).await?.map_err(|Refused(error)| error)?;
        self.remember(found);
        Ok(found)
    }

    /// When the store has answered something, it is asked what it honours, if that is not known yet.
    pub(super) async fn after_contact(&self, now: DateTime<Utc>) {
        if self.capabilities().is_none() {
            // Clocks that differ too much are what the caller is told anyway.
            let _ = self.ask_once(AFTER_FAILURE, now).await;
        }
    }

    async fn ask_once(&self, after_failure: Duration, now: DateTime<Utc>) -> Result<()> {
        // Whoever comes while it is being asked does not wait.
        let Ok(mut asking) = self.asking.try_lock() else { return Ok(()) };
        if self.capabilities().is_some() || asking.not_before.is_some_and(|moment| Instant::now() < moment) {
            return Ok(());
        }
        let error = match self.try_canary(now).await {
            Ok(Ok(found)) => {
                self.remember(found);
                return Ok(());
            }
            Err(error @ Error::ClocksDiffer { .. }) => return Err(error),
            Ok(Err(Refused(error))) => {
                asking.not_before = Some(Instant::now() + AFTER_REFUSAL);
                error
            }
            Err(error) => {
                asking.not_before = Some(Instant::now() + after_failure);
                error
            }
        };
        tracing::warn!(%error, "what the store honours is not known yet; until it is, all upload URLs count as ones that may write again");
        Ok(())
    }

    async fn try_canary(&self, now: DateTime<Utc>) -> Result<Result<Capabilities, Refused>> {
        let name = format!("{}canary/{}", self.beside_prefix(), uuid::Uuid::new_v4().simple());
        let keys = ["", "-length", "-checksum", "-crc32c"].map(|part| format!("{name}{part}"));
        let found = match timeout(PATIENCE, self.question(&keys, now)).await {
            Ok(found) => found,
            Err(_) => Err(Error::StoreUnavailable("no answer in time".into())),
        };
        // Where nobody listens nothing was stored.
        if !matches!(&found, Err(Error::StoreUnavailable(words)) if words == NO_CONNECTION) {
            let tidied = timeout(TIDYING, join_all(keys.iter().map(|key| self.delete(key)))).await;
            if !tidied.is_ok_and(|done| done.iter().all(Result::is_ok)) {
                tracing::info!(canary = name, "a canary of a few bytes may have been left in the store");
            }
        }
        found
    }

    async fn question(&self, keys: &[String; 4], now: DateTime<Utc>) -> Result<Result<Capabilities, Refused>> {
        let first = self.put_canary(&keys[0], CANARY, Signed::All, now).await?;
        if !first.status().is_success() {
            let is_refusal = first.status().is_client_error();
            let error = unexpected(first.status(), &first.bytes().await.unwrap_or_default());
            return if is_refusal { Ok(Err(Refused(error))) } else { Err(error) };
        }
        let (again, longer, other, crc32c, read) = tokio::join!(
            self.is_refused(&keys[0], CANARY, Signed::All, now),
            self.is_refused(&keys[1], TOO_LONG, Signed::AllButTheChecksum, now),
            self.is_refused(&keys[2], OTHER, Signed::All, now),
            self.is_refused(&keys[3], OTHER, Signed::AllByCrc32c, now),
            self.overrides(&keys[0], now),
        );
        Ok(Ok(Capabilities {
            conditional_writes: again?,
            signed_length: longer?,
            checksums: other?,
            crc32c: crc32c?,
            response_overrides: read?,
        }))
    }

    /// Does the store refuse this, as what was signed says? One that is busy is asked once more.
    async fn is_refused(&self, key: &str, body: &'static str, signed: Signed, now: DateTime<Utc>) -> Result<bool> {
        let mut answer = self.put_canary(key, body, signed, now).await?;
        if is_busy(answer.status()) {
            sleep(WRITES_APART).await;
            answer = self.put_canary(key, body, signed, now + WRITES_APART).await?;
        }
        match answer.status() {
            status if status.is_success() => Ok(false),
            status if status.is_client_error() && !is_busy(status) => Ok(true),
            status => Err(unexpected(status, &answer.bytes().await.unwrap_or_default())),
        }
    }

    /// A strict PUT of the canary, with these bytes in its place.
    async fn put_canary(&self, key: &str, body: &'static str, signed: Signed, now: DateTime<Utc>) -> Result<Response> {
        let (length, sha256) = (CANARY.len().to_string(), BASE64_STANDARD.encode(Sha256::digest(CANARY)));
        let headers = [
            (CACHE_CONTROL.as_str(), KEEP_FOR_EVER),
            (CONTENT_DISPOSITION.as_str(), "inline"),
            (CONTENT_LENGTH.as_str(), &length),
            (CONTENT_TYPE.as_str(), "text/plain"),
            ("if-none-match", "*"),
        ];
        let checksum = match signed {
            Signed::All => vec![(CHECKSUM_SHA256, &*sha256), (VERIFIED_SHA256, &*sha256)],
            Signed::AllButTheChecksum => Vec::new(),
            Signed::AllByCrc32c => vec![(CHECKSUM_CRC32C, CRC32C), (VERIFIED_CRC32C, CRC32C)],
        };
        let headers = headers.into_iter().chain(checksum);
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_owned(), value)).collect();
        let request = Request { method: "PUT", key, headers: &headers, query: &[] };
        self.send(&request, &Extras { body: Bytes::from_static(body.as_bytes()), ..Extras::default() }, now).await
    }

    async fn overrides(&self, key: &str, now: DateTime<Utc>) -> Result<bool> {
        let request = Request { method: "GET", key, headers: &[], query: &OVERRIDES };
        let answer = self.send(&request, &Extras::default(), now).await?;
        if !answer.status().is_success() {
            // A store that refuses such reads would show no file at all, and that is not for a canary to tell.
            return Ok(false);
        }
        let told = [CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE].map(|name| answer.headers().get(name).cloned());
        let _ = answer.bytes().await.map_err(|error| broken(&error))?;
        Ok(OVERRIDES.iter().zip(told).all(|((_, asked), told)| told.is_some_and(|told| told == asked)))
    }

    /// The folder that the prefix is in, where nothing is taken for an upload.
    pub(super) fn beside_prefix(&self) -> &str {
        let inner = self.prefix.trim_end_matches('/');
        &inner[..inner.rfind('/').map_or(0, |slash| slash + 1)]
    }
}

fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE
}
