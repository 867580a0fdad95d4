//! Looking at an object: one ranged GET of its first bytes tells everything, and never reads more than those.

use super::{
    Checksum, Courier, FOLDER, FolderPath, LINK, PICTURE, Picture, SENDER, Store,
    checksum::{VERIFIED_CRC32C, VERIFIED_SHA256},
    is_missing,
    request::{Extras, broken, unexpected},
    signing::Request,
    survives_urls,
};
use crate::error::{Error, Result};
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};
use http::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    RANGE,
};
use reqwest::{Response, StatusCode};

/// How much of an object is looked at: enough for every signature that `infer` knows.
const HEAD_BYTES: usize = 4_096;
const HEAD_RANGE: &str = "bytes=0-4095";

/// What the store says of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// In bytes.
    pub size: u64,
    /// Without its quotes.
    pub etag: String,
    /// As the uploader said; may be empty.
    pub content_type: String,
    /// The `Content-Disposition` that it was stored with.
    pub disposition: Option<String>,
    /// What the bytes were encoded with on top of their type, such as `gzip`, as the uploader said.
    pub encoding: Option<String>,
    /// Base64, if the store held the bytes against one.
    pub sha256: Option<String>,
    /// Did the store hold the bytes against a CRC32C?
    pub has_crc32c: bool,
    /// The folder that the uploader said it came in, if that is a path.
    pub folder: Option<FolderPath>,
    /// What the uploader said of it as a picture.
    pub picture: Picture,
    /// Who brought it, if that was not its owner.
    pub courier: Option<Courier>,
    /// The first bytes, at most 4 KiB.
    pub head: Vec<u8>,
}

impl Store {
    /// Looks at an object: its size, its headers and its first 4 KiB. `None` when there is no such object.
    ///
    /// # Errors
    ///
    /// `Error::StoreUnavailable` when the store fails, is away, or answers otherwise than S3 does;
    /// `Error::ClocksDiffer` when the clocks are too far apart.
    pub async fn inspect(&self, key: &str, now: DateTime<Utc>) -> Result<Option<Inspection>> {
        if !survives_urls(key) {
            return Ok(None);
        }
        let found = self.inspect_head(key, now).await?;
        self.after_contact(now).await;
        Ok(found)
    }

    pub(super) async fn inspect_head(&self, key: &str, now: DateTime<Utc>) -> Result<Option<Inspection>> {
        let mut answer = self.look("GET", key, now).await?;
        match answer.status() {
            StatusCode::PARTIAL_CONTENT => {
                let head = first_bytes(&mut answer).await?;
                let range = text(answer.headers(), CONTENT_RANGE.as_str());
                inspection(answer.headers(), range.as_deref().and_then(|range| Some(range.rsplit_once('/')?.1)), head)
                    .map(Some)
            }
            StatusCode::NOT_FOUND => {
                let body = first_bytes(&mut answer).await?;
                let is_missing = is_missing(&String::from_utf8_lossy(&body));
                if is_missing { Ok(None) } else { Err(unexpected(StatusCode::NOT_FOUND, &body)) }
            }
            // An empty object has no first byte, so its range cannot be satisfied.
            StatusCode::RANGE_NOT_SATISFIABLE => self.inspect_empty(key, now).await,
            status => Err(unexpected(status, &first_bytes(&mut answer).await?)),
        }
    }

    async fn inspect_empty(&self, key: &str, now: DateTime<Utc>) -> Result<Option<Inspection>> {
        let answer = self.look("HEAD", key, now).await?;
        match answer.status() {
            StatusCode::OK => {
                let size = text(answer.headers(), CONTENT_LENGTH.as_str());
                inspection(answer.headers(), size.as_deref(), Vec::new()).map(Some)
            }
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(unexpected(status, &[])),
        }
    }

    pub(super) async fn look(&self, method: &'static str, key: &str, now: DateTime<Utc>) -> Result<Response> {
        let request = Request { method, key, headers: &[], query: &[] };
        let mut extras = Extras::default();
        if method == "GET" {
            extras.headers.insert(RANGE, HeaderValue::from_static(HEAD_RANGE));
        }
        self.send_again(&request, &extras, now).await
    }
}

fn inspection(headers: &HeaderMap, size: Option<&str>, head: Vec<u8>) -> Result<Inspection> {
    let size = size.and_then(|size| size.parse().ok());
    Ok(Inspection {
        size: size.ok_or_else(|| Error::StoreUnavailable("an object was shown without its size".into()))?,
        etag: unquoted(&text(headers, ETAG.as_str()).unwrap_or_default()),
        content_type: text(headers, CONTENT_TYPE.as_str()).unwrap_or_default(),
        disposition: text(headers, CONTENT_DISPOSITION.as_str()),
        encoding: text(headers, CONTENT_ENCODING.as_str()),
        sha256: text(headers, VERIFIED_SHA256).filter(|text| is_sha256(text)),
        has_crc32c: text(headers, VERIFIED_CRC32C).is_some_and(|text| Checksum::crc32c(&text).is_some()),
        folder: text(headers, FOLDER).and_then(|text| FolderPath::parse_encoded(&text)),
        picture: text(headers, PICTURE).map(|text| Picture::parse_encoded(&text)).unwrap_or_default(),
        courier: text(headers, LINK).and_then(|link| Courier::parse(&link, text(headers, SENDER).as_deref())),
        head,
    })
}

/// However much a store sends.
async fn first_bytes(answer: &mut Response) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk[..chunk.len().min(HEAD_BYTES - bytes.len())]);
        if bytes.len() == HEAD_BYTES {
            break;
        }
    }
    Ok(bytes)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_sha256(text: &str) -> bool {
    BASE64_STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

fn unquoted(etag: &str) -> String {
    etag.trim_start_matches("W/").trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secret, StoreConfig};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    #[tokio::test]
    async fn a_store_that_sends_more_than_was_asked_for_fills_no_memory() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let endless = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.expect("a client");
            let _ = client.read(&mut [0; 4_096]).await.expect("a request");
            let head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4095/1000000000000\r\nTransfer-Encoding: chunked\r\n\r\n";
            client.write_all(head.as_bytes()).await.expect("heard");
            // Until the other side has had enough.
            while client.write_all(format!("1000\r\n{}\r\n", "x".repeat(0x1000)).as_bytes()).await.is_ok() {}
        });
        let config = StoreConfig {
            endpoint,
            region: "auto".into(),
            bucket: "bucket".into(),
            access_key_id: "id".into(),
            secret_access_key: Secret::new("secret"),
            public_base_url: None,
        };
        let store = Store::open(&config, "files/".into()).expect("a store");
        #[expect(clippy::disallowed_methods, reason = "storage stands below the database")]
        let found = store.inspect("files/x", Utc::now()).await.expect("an answer").expect("an object");
        assert_eq!((found.size, found.head.len()), (1_000_000_000_000, HEAD_BYTES));
        endless.await.expect("it ended");
    }
}
