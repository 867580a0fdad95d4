//! Objects that come in parts: our own requests begin them, list what has come, put it together or give it up; the parts
//! are PUT by others, each through a URL of its own.

use super::{
    Checksum, Courier, Disposition, FOLDER, FolderPath, KEEP_FOR_EVER, ObjectKey, PICTURE, Picture, PresignedPut,
    Store, code_of, is_missing,
    request::{Extras, broken, unexpected},
    signing::Request,
};
use crate::error::{Error, Result};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{CONTENT_LENGTH, HeaderValue};
use quick_xml::{de, escape::escape};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use std::{fmt::Write, time::Duration};

/// As many as S3 and R2 take: <https://developers.cloudflare.com/r2/platform/limits/>.
pub const MAX_PARTS: u32 = 10_000;
/// As many as S3 lists at once: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>.
const PAGE: &str = "1000";
/// Ten would do; some stores list fewer at once.
const MAX_PAGES: usize = 100;
/// A thousand parts with all that a store may say of each.
const MAX_ANSWER: usize = 2 * 1024 * 1024;
/// As long as a name that a store gives may be; R2's have about 200 letters.
const MAX_UPLOAD_ID: usize = 1_024;
/// As long as an ETag may be; those of S3 have 34 letters.
const MAX_ETAG: usize = 256;
/// How long a store may take to put ten thousand parts together. A request here may take somewhat longer.
const COMPLETION_TIMEOUT: Duration = Duration::from_secs(45);

/// What an object will be that comes in parts.
pub struct MultipartTerms<'a> {
    pub content_type: &'a str,
    pub disposition: Disposition,
    pub folder: Option<&'a FolderPath>,
    /// What is known of it as a picture.
    pub picture: Option<&'a Picture>,
    /// Who brings it, if that is not its owner.
    pub courier: Option<&'a Courier>,
}

/// What the URL of a part takes, and nothing else.
pub struct PartTerms {
    /// From 1 on.
    pub number: u32,
    /// In bytes.
    pub size: u64,
    pub checksum: Checksum,
}

/// A part that the store has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StoredPart {
    #[serde(rename = "PartNumber")]
    pub number: u32,
    /// In bytes.
    pub size: u64,
    /// As the store says it, with its quotes.
    #[serde(rename = "ETag")]
    pub etag: String,
}

/// What became of putting an object together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// It is there.
    Done,
    /// The upload is no more, or the object was there before: somebody else was faster.
    Over,
    /// A part is not what it was when it was listed.
    Changed,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Initiated {
    upload_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listing {
    #[serde(default)]
    is_truncated: bool,
    #[serde(default)]
    next_part_number_marker: Option<u32>,
    #[serde(default, rename = "Part")]
    parts: Vec<StoredPart>,
}

impl Store {
    /// Begins an object that comes in parts; the store's own name of the upload.
    ///
    /// # Errors
    ///
    /// `Malformed` for terms that no header can carry; `StoreUnavailable`, `ClocksDiffer`. Nothing is tried twice, as each
    /// time would begin an upload.
    pub async fn begin_multipart(
        &self,
        key: &ObjectKey,
        terms: &MultipartTerms<'_>,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let (disposition, folder) = (key.name.disposition(terms.disposition), terms.folder.map(FolderPath::encoded));
        let mut headers = vec![
            ("cache-control".to_owned(), KEEP_FOR_EVER),
            ("content-disposition".to_owned(), &*disposition),
            ("content-type".to_owned(), terms.content_type),
        ];
        headers.extend(folder.as_deref().map(|folder| (FOLDER.to_owned(), folder)));
        let courier: Vec<(&str, String)> = terms.courier.into_iter().flat_map(Courier::headers).collect();
        let picture = terms.picture.and_then(Picture::encoded);
        headers.extend(picture.as_deref().map(|picture| (PICTURE.to_owned(), picture)));
        headers.extend(courier.iter().map(|(name, value)| ((*name).to_owned(), value.as_str())));
        headers.sort_unstable();
        if headers.iter().any(|(_, value)| HeaderValue::from_str(value).is_err()) {
            return Err(Error::Malformed("contentType cannot be sent as a header.".into()));
        }
        let request = Request { method: "POST", key: key.as_str(), headers: &headers, query: &[("uploads", "")] };
        let mut extras = Extras::default();
        extras.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        let answer = self.send(&request, &extras, now).await?;
        let (status, body) = read(answer).await?;
        if !status.is_success() {
            return Err(unexpected(status, body.as_bytes()));
        }
        let begun = de::from_str::<Initiated>(&body).map_err(|_| unreadable())?;
        let is_plain = (1..=MAX_UPLOAD_ID).contains(&begun.upload_id.len()) && begun.upload_id.is_ascii();
        if is_plain { Ok(begun.upload_id) } else { Err(unreadable()) }
    }

    /// Signs the PUT of one part. No request is made.
    ///
    /// # Errors
    ///
    /// `ClocksDiffer` when the clocks are too far apart.
    pub fn presign_part(
        &self,
        key: &ObjectKey,
        upload_id: &str,
        part: &PartTerms,
        ttl: Duration,
        now: DateTime<Utc>,
    ) -> Result<PresignedPut> {
        let (name, checksum) = part.checksum.header();
        let (length, number) = (part.size.to_string(), part.number.to_string());
        let mut signed = [("content-length".to_owned(), &*length), (name.to_ascii_lowercase(), &*checksum)];
        signed.sort_unstable();
        let query = [("partNumber", &*number), ("uploadId", upload_id)];
        let request = Request { method: "PUT", key: key.as_str(), headers: &signed, query: &query };
        let signed_at = self.time(now)?;
        let url = self.signed_for_others(&request, ttl, signed_at);
        Ok(PresignedPut { url, expires_at: signed_at + ttl, headers: vec![(name, checksum)] })
    }

    /// The parts that the store has, by their numbers; `None`: it has no such upload, or not any more.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable` when the store fails, is away, or lists otherwise than S3 does; `ClocksDiffer`.
    pub async fn list_parts(
        &self,
        key: &ObjectKey,
        upload_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<StoredPart>>> {
        let mut parts: Vec<StoredPart> = Vec::new();
        for _ in 0..MAX_PAGES {
            let after = parts.last().map_or(0, |part| part.number).to_string();
            let query = [("max-parts", PAGE), ("part-number-marker", &*after), ("uploadId", upload_id)];
            let query: Vec<_> = query.into_iter().filter(|(_, value)| *value != "0").collect();
            let request = Request { method: "GET", key: key.as_str(), headers: &[], query: &query };
            let (status, body) = read(self.send_again(&request, &Extras::default(), now).await?).await?;
            match status {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND if is_missing(&body) => return Ok(None),
                status => return Err(unexpected(status, body.as_bytes())),
            }
            let page = de::from_str::<Listing>(&body).map_err(|_| unreadable())?;
            let has_more = page.is_truncated && page.next_part_number_marker.is_none_or(|next| next < MAX_PARTS);
            let is_empty = page.parts.is_empty();
            for part in page.parts {
                let before = parts.last().map_or(0, |part| part.number);
                if part.number <= before || part.number > MAX_PARTS || part.etag.len() > MAX_ETAG {
                    return Err(unreadable());
                }
                parts.push(part);
            }
            if !has_more || is_empty {
                return Ok(Some(parts));
            }
        }
        Err(unreadable())
    }

    /// Puts an object together of all these parts, unless there is one already.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, after which the object may be there all the same; `ClocksDiffer`.
    pub async fn complete_multipart(
        &self,
        key: &ObjectKey,
        upload_id: &str,
        parts: &[StoredPart],
        now: DateTime<Utc>,
    ) -> Result<Completion> {
        let headers = [("if-none-match".to_owned(), "*")];
        let query = [("uploadId", upload_id)];
        let request = Request { method: "POST", key: key.as_str(), headers: &headers, query: &query };
        let extras = Extras { body: list(parts), patience: Some(COMPLETION_TIMEOUT), ..Extras::default() };
        let (status, body) = read(self.send(&request, &extras, now).await?).await?;
        // A store that takes long begins its answer before it knows what it will be:
        // <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>.
        match (status, code_of(&body)) {
            (StatusCode::OK, "") if body.contains("CompleteMultipartUploadResult") => Ok(Completion::Done),
            (_, "NoSuchUpload" | "PreconditionFailed" | "ConditionalRequestConflict") => Ok(Completion::Over),
            (StatusCode::PRECONDITION_FAILED, _) => Ok(Completion::Over),
            (_, "InvalidPart" | "InvalidPartOrder" | "EntityTooSmall") => Ok(Completion::Changed),
            _ => Err(unexpected(status, body.as_bytes())),
        }
    }

    /// Throws away the parts of an upload that is not completed. Says whether there was one.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, `ClocksDiffer`.
    pub async fn abort_multipart(&self, key: &ObjectKey, upload_id: &str, now: DateTime<Utc>) -> Result<bool> {
        let query = [("uploadId", upload_id)];
        let request = Request { method: "DELETE", key: key.as_str(), headers: &[], query: &query };
        let (status, body) = read(self.send_again(&request, &Extras::default(), now).await?).await?;
        match status {
            status if status.is_success() => Ok(true),
            StatusCode::NOT_FOUND if is_missing(&body) => Ok(false),
            status => Err(unexpected(status, body.as_bytes())),
        }
    }
}

/// The body of a completion: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>.
fn list(parts: &[StoredPart]) -> Bytes {
    let mut xml = String::from("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for StoredPart { number, etag, .. } in parts {
        let etag = escape(etag.as_str());
        // Nothing can go wrong when writing to a String.
        let _ = write!(xml, "<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
    }
    (xml + "</CompleteMultipartUpload>").into()
}

async fn read(mut answer: Response) -> Result<(StatusCode, String)> {
    let (status, mut bytes) = (answer.status(), Vec::new());
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER {
            return Err(unreadable());
        }
    }
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

fn unreadable() -> Error {
    Error::StoreUnavailable("its answer about a multipart upload is not what S3 answers".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_parts_is_read_as_stores_write_it() {
        let xml = "<?xml version=\"1.0\"?>\n<ListPartsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">
            <Bucket>b</Bucket><Key>files/a</Key><UploadId>u</UploadId><Owner><ID>1</ID></Owner>
            <IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>2</MaxParts>
            <Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag><Size>8388608</Size></Part>
            <Part><ETag>\"b\"</ETag><LastModified>x</LastModified><PartNumber>2</PartNumber><Size>7</Size></Part>
            </ListPartsResult>";
        let listing = de::from_str::<Listing>(xml).expect("a list");
        assert!(listing.is_truncated);
        let part = |number, size, etag: &str| StoredPart { number, size, etag: etag.to_owned() };
        assert_eq!(listing.parts, [part(1, 8_388_608, "\"a\""), part(2, 7, "\"b\"")]);
        let empty = de::from_str::<Listing>("<ListPartsResult><UploadId>u</UploadId></ListPartsResult>");
        assert!(empty.is_ok_and(|listing| listing.parts.is_empty()));
        assert!(de::from_str::<Listing>("<ListPartsResult><Part>").is_err());
    }

    #[test]
    fn an_etag_ends_no_element() {
        let part = StoredPart { number: 1, size: 1, etag: "\"</ETag>&\"".to_owned() };
        let xml = String::from_utf8(list(&[part]).to_vec()).expect("text");
        assert!(xml.contains("<ETag>&quot;&lt;/ETag&gt;&amp;&quot;</ETag>"), "{xml}");
    }
}
