//! Presigned URLs: AWS Signature Version 4 in the query, for path-style requests whose payload is not signed.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
//!
//! Signing is what the product is made of, so it is done here rather than by rust-s3: that one takes dot segments out of
//! keys before it signs, trips over double spaces and over header names of which one begins with another, takes no
//! time to sign for, and needs five times as long. Tests hold every signature against botocore's.

use super::encoding::{UNRESERVED, url_path};
use crate::config::{Secret, StoreConfig};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use percent_encoding::utf8_percent_encode;
use sha2::{Digest, Sha256, digest::Output};
use std::{
    fmt::Write,
    sync::{PoisonError, RwLock},
    time::Duration,
};
use url::Position;

/// How long after its URL's time a PUT may still end, as the store checks a signature when a request begins: for 64 MiB at
/// 18 KiB a second.
pub const LATE_PUT: TimeDelta = TimeDelta::hours(1);

type Mac256 = Output<Sha256>;

/// Signs requests to one bucket. Makes none.
pub(super) struct Signer {
    /// `scheme://host[:port]`.
    origin: String,
    host: String,
    region: String,
    bucket: String,
    access_key_id: String,
    secret_access_key: Secret,
    /// The key of the last day that was signed for, which four rounds of hashing make.
    day_key: RwLock<Option<(String, Mac256)>>,
}

/// What a URL is to do: this, and nothing else.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) key: &'a str,
    /// Lower-case names in order, values without runs of spaces.
    pub(super) headers: &'a [(String, &'a str)],
    /// Of the query beside the signature's own; in order, and behind `X-Amz-` in it.
    pub(super) query: &'a [(&'a str, &'a str)],
}

impl Signer {
    pub(super) fn new(config: &StoreConfig) -> Self {
        let endpoint = &config.endpoint;
        Self {
            origin: endpoint.origin().ascii_serialization(),
            // A default port is no part of it, as in what clients send.
            host: endpoint[Position::BeforeHost..Position::AfterPort].to_owned(),
            region: config.region.clone(),
            bucket: config.bucket.clone(),
            access_key_id: config.access_key_id.clone(),
            secret_access_key: config.secret_access_key.clone(),
            day_key: RwLock::default(),
        }
    }

    /// The URL, which works from `now` on for `ttl`, counted in whole seconds.
    pub(super) fn presign(&self, request: &Request<'_>, ttl: Duration, now: DateTime<Utc>) -> String {
        let time = now.format("%Y%m%dT%H%M%SZ").to_string();
        let scope = format!("{}/{}/s3/aws4_request", &time[..8], self.region);
        let path = format!("/{}/{}", self.bucket, url_path(request.key));
        let (names, lines) = self.headers(request);
        let query = self.query(request, &names, &scope, &time, ttl);
        let canonical = format!("{}\n{path}\n{query}\n{lines}\n{names}\nUNSIGNED-PAYLOAD", request.method);
        let digest = Sha256::digest(canonical);
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest:x}");
        let signature = mac(&self.key_of(&time[..8]), &to_sign);
        format!("{}{path}?{query}&X-Amz-Signature={signature:x}", self.origin)
    }

    /// The names of the signed headers, and each with its value on a line of its own.
    fn headers(&self, request: &Request<'_>) -> (String, String) {
        let (mut names, mut lines) = (String::new(), String::new());
        let place_of_host = request.headers.partition_point(|(name, _)| name.as_str() < "host");
        let mut headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        headers.insert(place_of_host, ("host", &self.host));
        for (name, value) in headers {
            if !names.is_empty() {
                names.push(';');
            }
            names.push_str(name);
            for part in [name, ":", value, "\n"] {
                lines.push_str(part);
            }
        }
        (names, lines)
    }

    fn query(&self, request: &Request<'_>, names: &str, scope: &str, time: &str, ttl: Duration) -> String {
        let credential = format!("{}/{scope}", self.access_key_id);
        let expires = ttl.as_secs().to_string();
        let own = [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", time),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", names),
        ];
        let mut query = String::with_capacity(512);
        for (name, value) in own.iter().chain(request.query) {
            let separator = if query.is_empty() { "" } else { "&" };
            // Nothing can go wrong when writing to a String.
            let _ = write!(query, "{separator}{name}={}", utf8_percent_encode(value, &UNRESERVED));
        }
        query
    }

    fn key_of(&self, day: &str) -> Mac256 {
        if let Some((known, key)) = &*self.day_key.read().unwrap_or_else(PoisonError::into_inner)
            && known == day
        {
            return *key;
        }
        let secret = format!("AWS4{}", self.secret_access_key.reveal());
        let day_mac = mac(secret.as_bytes(), day);
        let key = [self.region.as_str(), "s3", "aws4_request"].iter().fold(day_mac, |key, part| mac(&key, part));
        *self.day_key.write().unwrap_or_else(PoisonError::into_inner) = Some((day.to_owned(), key));
        key
    }
}

fn mac(key: &[u8], text: &str) -> Mac256 {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(text.as_bytes());
    mac.finalize().into_bytes()
}
