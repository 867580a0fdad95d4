//! Presigned PUTs of files: what one will take, and the headers that its client must send.

use super::{
    Checksum, Courier, Disposition, FOLDER, FolderPath, KEEP_FOR_EVER, ObjectKey, PICTURE, Picture, Store,
    signing::Request,
};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use http::HeaderValue;
use std::time::Duration;

/// What a presigned PUT will take.
pub struct PutTerms<'a> {
    pub content_type: &'a str,
    /// `None`: a URL that takes any bytes, again and again until it expires.
    pub strict: Option<StrictTerms>,
}

/// The terms of a URL that can do exactly one thing, once.
pub struct StrictTerms {
    /// In bytes: the only length that is taken.
    pub size: u64,
    pub disposition: Disposition,
    /// Of the whole file; `None`: the store checks no bytes.
    pub checksum: Option<Checksum>,
    /// The folder that the file comes in.
    pub folder: Option<FolderPath>,
    /// What is known of it as a picture.
    pub picture: Option<Picture>,
    /// Who brings it, if that is not its owner.
    pub courier: Option<Courier>,
}

/// A presigned PUT, and the headers that must be sent with it as they are.
pub struct PresignedPut {
    pub url: String,
    /// By the store's clock, which decides.
    pub expires_at: DateTime<Utc>,
    pub headers: Vec<(&'static str, String)>,
}

impl PutTerms<'_> {
    /// What the client must send.
    fn headers(&self, key: &ObjectKey) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Content-Type", self.content_type.to_owned())];
        if let Some(strict) = &self.strict {
            headers.push(("If-None-Match", "*".to_owned()));
            headers.push(("Cache-Control", KEEP_FOR_EVER.to_owned()));
            headers.push(("Content-Disposition", key.name.disposition(strict.disposition)));
            if let Some(checksum) = &strict.checksum {
                headers.push(checksum.header());
                headers.extend(checksum.remark());
            }
            headers.extend(strict.folder.as_ref().map(|folder| (FOLDER, folder.encoded())));
            headers.extend(strict.picture.as_ref().and_then(Picture::encoded).map(|picture| (PICTURE, picture)));
            headers.extend(strict.courier.iter().flat_map(Courier::headers));
        }
        headers
    }
}

impl Store {
    /// Signs an upload. No request is made.
    ///
    /// # Errors
    ///
    /// `Error::Malformed` for terms that no header can carry; `Error::ClocksDiffer` when the clocks are too far apart.
    pub fn presign_put(
        &self,
        key: &ObjectKey,
        terms: &PutTerms<'_>,
        ttl: Duration,
        now: DateTime<Utc>,
    ) -> Result<PresignedPut> {
        let length = terms.strict.as_ref().map(|strict| strict.size);
        self.presign_put_of(key.as_str(), terms.headers(key), length, ttl, now)
    }

    pub(super) fn presign_put_of(
        &self,
        key: &str,
        headers: Vec<(&'static str, String)>,
        length: Option<u64>,
        ttl: Duration,
        now: DateTime<Utc>,
    ) -> Result<PresignedPut> {
        // No client could send such a header, and a line break in it would sign another one.
        if headers.iter().any(|(_, value)| HeaderValue::from_str(value).is_err()) {
            return Err(Error::Malformed("contentType cannot be sent as a header.".into()));
        }
        let mut signed: Vec<(String, &str)> =
            headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
        let length = length.map(|length| length.to_string());
        // Every client sends it by itself, and browsers let no script set it: signed, but not listed.
        signed.extend(length.as_deref().map(|length| ("content-length".to_owned(), length)));
        signed.sort_unstable();
        let request = Request { method: "PUT", key, headers: &signed, query: &[] };
        let signed_at = self.time(now)?;
        Ok(PresignedPut { url: self.signed_for_others(&request, ttl, signed_at), expires_at: signed_at + ttl, headers })
    }
}
