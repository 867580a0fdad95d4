//! The object store: signing for others, and looking; deleting through rust-s3, around its pitfalls.

mod calls;
mod canary;
mod capabilities;
mod checksum;
mod clock;
mod cors;
pub mod encoding;
mod file_time;
pub mod folder_path;
mod inspect;
pub mod key;
mod lifecycle;
mod listing;
mod multipart;
pub mod name;
mod parcel;
mod picture;
mod preflight;
mod put;
mod request;
mod signing;
mod snapshot;
mod thumbnail;
mod time;
mod tone;
mod trial;
mod xml;

use crate::{
    config::StoreConfig,
    crash_points::Effect,
    error::{Error, Result},
    ids::FileId,
};
use capabilities::Asking;
use chrono::{DateTime, Utc};
use clock::Clock;
use reqwest::redirect::Policy;
use s3::{Bucket, Region, creds::Credentials, error::S3Error};
use signing::{Request, Signer};
use std::{sync::RwLock, time::Duration};
use tokio::sync::Mutex;
use url::Url;

pub use calls::{Calls, Class};
pub use capabilities::Capabilities;
pub use checksum::Checksum;
pub use cors::{CorsPolicy, CorsRules};
pub use file_time::CameraTime;
pub use folder_path::{FolderPath, InvalidFolderPath};
pub use inspect::Inspection;
pub use key::ObjectKey;
pub use lifecycle::LifecycleRule;
pub use listing::{ListedKeys, ListedObject, ListedUploads, UnfinishedUpload, UploadMarker};
pub use multipart::{Completion, MAX_PARTS, MultipartTerms, PartTerms, StoredPart};
pub use name::{Disposition, FileName, InvalidName};
pub use parcel::{Courier, InvalidParcel, Parcel};
pub use picture::{InvalidPicture, Picture};
pub use preflight::CorsObstacle;
pub use put::{PresignedPut, PutTerms, StrictTerms};
pub use signing::LATE_PUT;
pub use snapshot::{MOST_BYTES as MOST_SNAPSHOT_BYTES, Sealing, SnapshotKey};
pub use thumbnail::{ThumbnailKey, ThumbnailTerms, thumbnails_prefix};
pub use tone::Tone;
pub use trial::Trial;

/// Objects never change under their key, so whoever may read one may keep it.
const KEEP_FOR_EVER: &str = "private, max-age=31536000, immutable";
/// The folder that a file came in, percent-encoded: [`FolderPath::encoded`].
const FOLDER: &str = "x-amz-meta-folder";
/// What an uploader says of a picture, and when any file was made: [`Picture::encoded`].
const PICTURE: &str = "x-amz-meta-picture";
/// The link by which somebody without an account sent a file.
const LINK: &str = "x-amz-meta-link";
/// What they wrote beside it, if anything: [`Parcel`].
const SENDER: &str = "x-amz-meta-sender";
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
const DELETE_ATTEMPTS: u32 = 3;

/// One bucket. Cheap requests only: no bytes of files pass through here beyond their first 4 KiB.
pub struct Store {
    bucket: Box<Bucket>,
    http: reqwest::Client,
    signer: Signer,
    origin: String,
    prefix: String,
    public_base_url: Option<String>,
    clock: Clock,
    capabilities: RwLock<Option<Capabilities>>,
    asking: Mutex<Asking>,
    calls: Calls,
    urls: Calls,
}

/// What a presigned GET says of the object, in place of what it was stored with.
pub struct ReadTerms<'a> {
    pub content_type: &'a str,
    pub disposition: &'a str,
    pub cache_control: &'a str,
}

impl Store {
    /// A client of the configured bucket, for keys that begin with `prefix`. No request is made.
    ///
    /// # Errors
    ///
    /// `Error::Internal` or `Error::StoreUnavailable` when the settings make no client.
    pub fn open(config: &StoreConfig, prefix: String) -> Result<Self> {
        let origin = config.endpoint.origin().ascii_serialization();
        let secret = Some(config.secret_access_key.reveal());
        let credentials = Credentials::new(Some(&config.access_key_id), secret, None, None, None);
        let credentials = credentials.map_err(|error| Error::Internal(error.to_string()))?;
        let region = Region::Custom { region: config.region.clone(), endpoint: origin.clone() };
        let mut bucket = Bucket::new(&config.bucket, region, credentials).map_err(unavailable)?.with_path_style();
        bucket.set_request_timeout(Some(REQUEST_TIMEOUT));
        let signer = Signer::new(config);
        // Where a store would send us on to is none of its business.
        let http = reqwest::Client::builder().redirect(Policy::none()).timeout(REQUEST_TIMEOUT).build();
        let http = http.map_err(|error| Error::Internal(error.to_string()))?;
        let public_base_url = config.public_base_url.clone();
        Ok(Self {
            bucket,
            http,
            signer,
            origin,
            prefix,
            public_base_url,
            clock: Clock::new(),
            capabilities: RwLock::default(),
            asking: Mutex::default(),
            calls: Calls::default(),
            urls: Calls::default(),
        })
    }

    /// `scheme://host[:port]`, which browsers must be allowed to talk to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What was asked of the store by this instance.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// What was signed for others, who may ask it once, often or never.
    pub fn urls(&self) -> &Calls {
        &self.urls
    }

    fn signed_for_others(&self, request: &Request<'_>, ttl: Duration, from: DateTime<Utc>) -> String {
        self.urls.note(Class::of(request));
        self.signer.presign(request, ttl, from)
    }

    /// What our keys begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Can anyone read the bucket?
    pub fn is_public(&self) -> bool {
        self.public_base_url.is_some()
    }

    /// Where a file is found by its link, for any key that a row names: an adopted one has a shape of its own.
    pub fn url_of(&self, app_url: &Url, file: FileId, key: &str) -> String {
        match &self.public_base_url {
            Some(base) => format!("{base}/{}", encoding::url_path(key)),
            None => stable_link(app_url, file),
        }
    }

    /// Signs a GET or HEAD of any key that a row names, from a moment of the store's time on. No request is made.
    ///
    /// # Errors
    ///
    /// `Error::NotFound` for a key that no URL can carry unchanged.
    pub fn presign_read(
        &self,
        method: &str,
        key: &str,
        terms: &ReadTerms<'_>,
        ttl: Duration,
        from: DateTime<Utc>,
    ) -> Result<String> {
        if !survives_urls(key) {
            return Err(Error::NotFound);
        }
        let query = [
            ("response-cache-control", terms.cache_control),
            ("response-content-disposition", terms.disposition),
            ("response-content-type", terms.content_type),
        ];
        Ok(self.signed_for_others(&Request { method, key, headers: &[], query: &query }, ttl, from))
    }

    /// Removes an object; one that is not there counts as removed.
    ///
    /// # Errors
    ///
    /// `Error::NotFound` for a key that no URL can carry; `Error::StoreUnavailable` after three attempts.
    pub async fn delete(&self, key: &str) -> Result<()> {
        if !survives_urls(key) {
            return Err(Error::NotFound);
        }
        let mut attempt = 1;
        loop {
            self.calls.note(Class::Free);
            match self.bucket.delete_object(key).await {
                Ok(_) => {
                    Effect::of_request("DELETE", key).note();
                    return Ok(());
                }
                Err(S3Error::HttpFailWithBody(404, body)) if is_missing(&body) => return Ok(()),
                Err(error) if attempt == DELETE_ATTEMPTS => return Err(unavailable(error)),
                Err(_) => tokio::time::sleep(Duration::from_millis(100) * 2_u32.pow(attempt)).await,
            }
            attempt += 1;
        }
    }
}

/// The app's own link to a file, which never changes.
pub fn stable_link(app_url: &Url, file: FileId) -> String {
    format!("{}/files/{file}/content", app_url.as_str().trim_end_matches('/'))
}

/// URLs lose dot segments on their way, in rust-s3 before it signs, which would sign for another object, or
/// another bucket; rust-s3 drops a leading slash as well. Our own keys have neither; keys of adopted files might.
fn survives_urls(key: &str) -> bool {
    !key.is_empty() && !key.starts_with('/') && !key.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// The store's `<Code>` alone: its messages can repeat signed URLs and keys, which are not for the log.
fn unavailable(error: S3Error) -> Error {
    let words = match &error {
        S3Error::HttpFailWithBody(status, body) => format!("HTTP {status} {}", code_of(body)),
        S3Error::Reqwest(error) => without_url(error).to_owned(),
        other => other.to_string(),
    };
    Error::StoreUnavailable(words)
}

/// Is it the object that a 404 speaks of? A bucket that is not there says nothing of its objects.
fn is_missing(body: &str) -> bool {
    code_of(body) != "NoSuchBucket"
}

/// What stands in an error's XML, or nothing.
fn code_of(body: &str) -> &str {
    body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code)
}

const NO_CONNECTION: &str = "no connection";

fn without_url(error: &reqwest::Error) -> &'static str {
    match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => NO_CONNECTION,
        _ => "the connection broke",
    }
}
