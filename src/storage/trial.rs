//! Trying with an object of our own all that we ask of a store, the way it is asked for files. It lies beside the prefix,
//! where nothing is taken for an upload.

use super::{
    Checksum, Disposition, MultipartTerms, ObjectKey, PartTerms, PresignedPut, PutTerms, Store, StrictTerms,
    canary::{CANARY, CRC32C},
    encoding::url_path,
    listing::whole,
    multipart::Completion,
    preflight::{is_shared_with, listed},
    request::{broken, unexpected},
};
use crate::{
    error::{Error, Result},
    ids::{FileId, UrlKind, UserId},
};
use chrono::{DateTime, Utc};
use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN};
use reqwest::StatusCode;
use sha2::{Digest, Sha256};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

const TTL: Duration = Duration::from_secs(60);
const NAME: &str = "canary.txt";
const TYPE: &str = "text/plain";

/// Two objects of some bytes: one that comes in one PUT, and one that comes in parts. End it with [`Trial::remove`].
pub struct Trial<'a> {
    store: &'a Store,
    whole: ObjectKey,
    parts: ObjectKey,
    /// One that is not put together yet.
    upload_id: Mutex<Option<String>>,
}

impl Store {
    /// Begins a trial. No request is made.
    ///
    /// # Errors
    ///
    /// `Internal`, never in fact.
    pub fn trial(&self) -> Result<Trial<'_>> {
        let prefix = format!("{}canary/", self.beside_prefix());
        let name = NAME.parse().map_err(|_| Error::Internal(format!("{NAME} is no file's name")))?;
        let owner = UserId::generate();
        let whole = ObjectKey::new(&prefix, FileId::generate(UrlKind::Strict), owner, name);
        let parts = ObjectKey::new(&prefix, FileId::generate(UrlKind::Parts), owner, whole.name.clone());
        Ok(Trial { store: self, whole, parts, upload_id: Mutex::default() })
    }
}

impl Trial<'_> {
    /// Uploads the object by a strict URL.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable` with the store's code, `ClocksDiffer`; as for all that follows.
    pub async fn put(&self, now: DateTime<Utc>) -> Result<()> {
        let strict = StrictTerms {
            size: CANARY.len() as u64,
            disposition: Disposition::Inline,
            checksum: Some(Checksum::Sha256(Sha256::digest(CANARY).into())),
            folder: None,
            picture: None,
            courier: None,
        };
        let terms = PutTerms { content_type: TYPE, strict: Some(strict) };
        self.send(self.store.presign_put(&self.whole, &terms, TTL, now)?).await
    }

    /// Asks for its headers.
    pub async fn head(&self, now: DateTime<Utc>) -> Result<()> {
        let answer = self.store.look("HEAD", self.whole.as_str(), now).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(unexpected(status, &[])),
        }
    }

    /// Reads a range of it, as every upload is looked at.
    pub async fn inspect(&self, now: DateTime<Utc>) -> Result<()> {
        let found = self.store.inspect_head(self.whole.as_str(), now).await?;
        let found = found.ok_or_else(|| Error::StoreUnavailable("what was written is not there".into()))?;
        match found.size == CANARY.len() as u64 && found.head == CANARY.as_bytes() {
            true => Ok(()),
            false => Err(Error::StoreUnavailable("what is read is not what was written".into())),
        }
    }

    /// Uploads another object in parts, of which there is one.
    pub async fn put_in_parts(&self, now: DateTime<Utc>) -> Result<()> {
        let terms = MultipartTerms {
            content_type: TYPE,
            disposition: Disposition::Inline,
            folder: None,
            picture: None,
            courier: None,
        };
        let id = self.store.begin_multipart(&self.parts, &terms, now).await?;
        self.note_upload(Some(id.clone()));
        let checksum = Checksum::crc32c(CRC32C).ok_or_else(|| Error::Internal("a CRC32C is none".into()))?;
        let part = PartTerms { number: 1, size: CANARY.len() as u64, checksum };
        self.send(self.store.presign_part(&self.parts, &id, &part, TTL, now)?).await?;
        let parts = self.store.list_parts(&self.parts, &id, now).await?.unwrap_or_default();
        match self.store.complete_multipart(&self.parts, &id, &parts, now).await? {
            Completion::Done => {
                self.note_upload(None);
                Ok(())
            }
            Completion::Over | Completion::Changed => {
                Err(Error::StoreUnavailable("the part that was sent is not there".into()))
            }
        }
    }

    /// Can somebody without credentials read it, at the endpoint that uploads go to?
    pub async fn is_readable_by_anyone(&self) -> Result<bool> {
        self.is_served_at(&self.endpoint(self.whole.as_str())).await
    }

    /// Can somebody without credentials list the bucket there?
    pub async fn is_listed_for_anyone(&self) -> Result<bool> {
        let url = format!("{}?list-type=2&max-keys=1", self.endpoint(""));
        let answer = self.store.http.get(url).send().await.map_err(|error| broken(&error))?;
        Ok(answer.status().is_success() && whole(answer).await?.contains("ListBucketResult"))
    }

    /// Is it served at the public URL that is configured? `None`: none is.
    pub async fn is_public(&self) -> Result<Option<bool>> {
        match &self.store.public_base_url {
            Some(base) => self.is_served_at(&format!("{base}/{}", url_path(self.whole.as_str()))).await.map(Some),
            None => Ok(None),
        }
    }

    /// What scripts of a page of this origin may read of an answer; `None`: not even that it came.
    pub async fn exposed_to(&self, origin: &str, now: DateTime<Utc>) -> Result<Option<Vec<String>>> {
        let key = self.whole.as_str();
        let url = self.store.signer.presign(
            &super::signing::Request { method: "GET", key, headers: &[], query: &[] },
            TTL,
            self.store.time(now)?,
        );
        let asked = self.store.http.get(url).header(ORIGIN, origin);
        let answer = asked.send().await.map_err(|error| broken(&error))?;
        match answer.status() {
            status if status.is_success() => {}
            status => return Err(unexpected(status, &answer.bytes().await.unwrap_or_default())),
        }
        let headers = answer.headers();
        Ok(is_shared_with(headers, origin).then(|| listed(headers, &ACCESS_CONTROL_EXPOSE_HEADERS)))
    }

    /// Deletes what there is of both; that they are gone is looked at.
    pub async fn remove(&self, now: DateTime<Utc>) -> Result<()> {
        if let Some(id) = self.note_upload(None) {
            self.store.abort_multipart(&self.parts, &id, now).await?;
        }
        let (whole, parts) =
            tokio::join!(self.store.delete(self.whole.as_str()), self.store.delete(self.parts.as_str()));
        whole.and(parts)?;
        match self.store.inspect_head(self.whole.as_str(), now).await? {
            None => Ok(()),
            Some(_) => Err(Error::StoreUnavailable("what was deleted is still there".into())),
        }
    }

    async fn send(&self, put: PresignedPut) -> Result<()> {
        let mut asked = self.store.http.put(&put.url).body(CANARY);
        for (name, value) in &put.headers {
            asked = asked.header(*name, value);
        }
        let answer = asked.send().await.map_err(|error| broken(&error))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(unexpected(status, &answer.bytes().await.unwrap_or_default())),
        }
    }

    async fn is_served_at(&self, url: &str) -> Result<bool> {
        let answer = self.store.http.get(url).send().await.map_err(|error| broken(&error))?;
        Ok(answer.status() == StatusCode::OK && whole(answer).await.is_ok_and(|body| body == CANARY))
    }

    fn endpoint(&self, key: &str) -> String {
        let separator = if key.is_empty() { "" } else { "/" };
        format!("{}/{}{separator}{}", self.store.origin, self.store.bucket.name(), url_path(key))
    }

    /// Says what was noted before.
    fn note_upload(&self, id: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.upload_id.lock().unwrap_or_else(PoisonError::into_inner), id)
    }
}
