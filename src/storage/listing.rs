//! Listing what is in the bucket, a page at a time in the order of keys: objects, and multipart uploads that nobody
//! finished.

use super::{
    Store, code_of,
    request::{Extras, broken, unexpected},
    signing::Request,
    xml::{self, Place},
};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use reqwest::{Response, StatusCode};
use std::collections::HashMap;

/// What S3 tells at most at once: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>.
const PAGE: &str = "1000";
/// A thousand keys of 1,024 bytes, each of which may be three in its encoding, and what is said of each.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Keys that follow one another.
#[derive(Debug, PartialEq, Eq)]
pub struct ListedKeys {
    /// As they are, sorted byte by byte; of any shape.
    pub keys: Vec<String>,
    /// Does anything come after them?
    pub has_more: bool,
}

/// An object, as a listing has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedObject {
    /// As it is; of any shape.
    pub key: String,
    /// In bytes, if the store says it.
    pub size: Option<u64>,
    /// Without its quotes, if the store says it.
    pub etag: Option<String>,
}

/// Objects that follow one another by their keys, and whether anything comes after them.
pub type ListedObjects = (Vec<ListedObject>, bool);

/// A multipart upload that is neither completed nor aborted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedUpload {
    /// Of any shape.
    pub key: String,
    /// The store's own name of it.
    pub upload_id: String,
    /// When it was begun, if the store says so.
    pub begun_at: Option<DateTime<Utc>>,
}

/// Where a listing of uploads goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadMarker {
    key: String,
    upload_id: String,
}

/// Unfinished uploads that follow one another, and where the next ones begin, if there are any.
pub type ListedUploads = (Vec<UnfinishedUpload>, Option<UploadMarker>);

/// An answer in XML: what stands in it by name, and in each of its entries.
#[derive(Default)]
struct Listing {
    said: HashMap<String, String>,
    entries: Vec<HashMap<String, String>>,
}

impl Store {
    /// At most a thousand keys under a prefix, behind one, which need not exist.
    ///
    /// # Errors
    ///
    /// `Error::StoreUnavailable` when the store fails, is away, or lists otherwise than S3 does; `Error::ClocksDiffer`
    /// when the clocks are too far apart.
    pub async fn list_keys(&self, prefix: &str, after: &str, now: DateTime<Utc>) -> Result<ListedKeys> {
        let (objects, has_more) = self.list_objects(prefix, after, now).await?;
        Ok(ListedKeys { keys: objects.into_iter().map(|object| object.key).collect(), has_more })
    }

    /// The same, with what a listing says of each.
    ///
    /// # Errors
    ///
    /// As [`Store::list_keys`].
    pub async fn list_objects(&self, prefix: &str, after: &str, now: DateTime<Utc>) -> Result<ListedObjects> {
        let query = [
            ("encoding-type", "url"),
            ("list-type", "2"),
            ("max-keys", PAGE),
            ("prefix", prefix),
            ("start-after", after),
        ];
        let answer = self.ask(&query, now).await?;
        if !answer.status().is_success() {
            return Err(refused(answer).await);
        }
        let listing = Listing::parse(&whole(answer).await?, "Contents")?;
        let objects = listing.entries.iter().filter_map(|entry| listing.object(entry));
        let (objects, has_more) = (objects.collect::<Vec<_>>(), listing.has_more());
        // Whoever goes on behind the last one must come to an end.
        let keys = objects.iter().map(|object| object.key.as_str());
        let is_sorted = { keys }.try_fold(after, |last, key| (last < key).then_some(key));
        match is_sorted {
            Some(_) if !(has_more && objects.is_empty()) => Ok((objects, has_more)),
            Some(_) | None => Err(Error::StoreUnavailable("it lists keys in another order than theirs".into())),
        }
    }

    /// At most a thousand unfinished multipart uploads under our prefix. `None` where the store tells of none, as it knows
    /// none, or the credentials may not ask.
    ///
    /// # Errors
    ///
    /// `Error::StoreUnavailable` when the store fails or is away; `Error::ClocksDiffer` when the clocks are too far apart.
    pub async fn list_uploads(&self, from: &UploadMarker, now: DateTime<Utc>) -> Result<Option<ListedUploads>> {
        let query = [
            ("encoding-type", "url"),
            ("key-marker", &*from.key),
            ("max-uploads", PAGE),
            ("prefix", self.prefix()),
            ("upload-id-marker", &*from.upload_id),
            ("uploads", ""),
        ];
        // An empty marker is none, and some stores take it for one.
        let query: Vec<_> =
            query.into_iter().filter(|(name, value)| !value.is_empty() || !name.ends_with("-marker")).collect();
        let answer = self.ask(&query, now).await?;
        match answer.status() {
            status if status.is_success() => {}
            status if status == StatusCode::NOT_IMPLEMENTED || status.is_client_error() => return Ok(None),
            _ => return Err(refused(answer).await),
        }
        let listing = Listing::parse(&whole(answer).await?, "Upload")?;
        let upload = |entry: &HashMap<String, String>| {
            Some(UnfinishedUpload {
                key: listing.decoded(entry.get("Key")?)?,
                upload_id: entry.get("UploadId")?.clone(),
                begun_at: entry.get("Initiated").and_then(|text| text.parse().ok()),
            })
        };
        let uploads = listing.entries.iter().filter_map(upload).collect();
        let next = listing.has_more().then(|| listing.upload_marker()).flatten();
        Ok(Some((uploads, next.filter(|next| next != from))))
    }

    async fn ask(&self, query: &[(&str, &str)], now: DateTime<Utc>) -> Result<Response> {
        self.send(&Request { method: "GET", key: "", headers: &[], query }, &Extras::default(), now).await
    }
}

async fn refused(answer: Response) -> Error {
    let status = answer.status();
    match whole(answer).await {
        Ok(body) => {
            // The code alone: what else a store says can repeat keys.
            tracing::debug!(code = code_of(&body), "the store refused to list");
            unexpected(status, body.as_bytes())
        }
        Err(error) => error,
    }
}

pub(super) async fn whole(mut answer: Response) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_BYTES {
            return Err(Error::StoreUnavailable("it lists more than was asked for".into()));
        }
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

pub(super) fn unreadable() -> Error {
    Error::StoreUnavailable("its answer is not the XML that S3 answers with".into())
}

impl Listing {
    /// Reads what stands directly in the answer, and directly in its elements of this name.
    fn parse(xml: &str, entry: &str) -> Result<Self> {
        let mut listing = Self::default();
        let read = xml::walk(xml, |place| match place {
            Place::Begins([_, name]) if name == entry => listing.entries.push(HashMap::new()),
            Place::Begins(_) => {}
            Place::Ends(path, text) => listing.note(path, entry, text),
        });
        read.map(|()| listing).ok_or_else(unreadable)
    }

    fn note(&mut self, path: &[String], entry: &str, text: String) {
        match path {
            [_, name] => {
                self.said.insert(name.clone(), text);
            }
            [_, parent, name] if parent == entry => {
                if let Some(last) = self.entries.last_mut() {
                    last.insert(name.clone(), text);
                }
            }
            _ => {}
        }
    }

    fn has_more(&self) -> bool {
        self.said.get("IsTruncated").is_some_and(|text| text == "true")
    }

    /// A key as it is. In a URL's encoding AWS and those who follow it write a space as a plus sign, and a plus sign in
    /// hexadecimal digits. `None` for what is no text, which no key of ours is.
    fn decoded(&self, key: &str) -> Option<String> {
        if self.said.get("EncodingType").is_none_or(|encoding| encoding != "url") {
            return Some(key.to_owned());
        }
        percent_decode_str(&key.replace('+', " ")).decode_utf8().ok().map(|key| key.into_owned())
    }

    fn object(&self, entry: &HashMap<String, String>) -> Option<ListedObject> {
        let key = self.decoded(entry.get("Key")?)?;
        let size = entry.get("Size").and_then(|size| size.parse().ok());
        let etag = entry.get("ETag").map(|etag| etag.trim_matches('"').to_owned()).filter(|etag| !etag.is_empty());
        Some(ListedObject { key, size, etag })
    }

    fn upload_marker(&self) -> Option<UploadMarker> {
        let key = self.decoded(self.said.get("NextKeyMarker")?)?;
        let upload_id = self.said.get("NextUploadIdMarker").cloned().unwrap_or_default();
        Some(UploadMarker { key, upload_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_stores_write_it() {
        let xml = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">
            <Name>b</Name><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Prefix/>
            <Contents><Key>files/a%26+%2B%C3%A9</Key><Owner><ID>1</ID></Owner><Size>1</Size></Contents>
            <Contents><Size>2</Size><Key>files/b</Key></Contents>
            <CommonPrefixes><Prefix>c</Prefix></CommonPrefixes></ListBucketResult>";
        let listing = Listing::parse(xml, "Contents").expect("a list");
        let keys: Vec<_> = listing.entries.iter().filter_map(|entry| listing.decoded(entry.get("Key")?)).collect();
        assert_eq!(keys, ["files/a& +é", "files/b"]);
        assert!(listing.has_more());
    }

    #[test]
    fn keys_that_are_not_encoded_are_read_as_xml_has_them() {
        let xml = "<L><Contents><Key>a&amp;+&#x20;<![CDATA[<b>]]>%20</Key></Contents></L>";
        let listing = Listing::parse(xml, "Contents").expect("a list");
        assert_eq!(listing.decoded(&listing.entries[0]["Key"]).as_deref(), Some("a&+ <b>%20"));
        assert!(!listing.has_more());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for bad in ["<L><Contents>", "<a></b>", "<L>&unknown;</L>", "<L>&#0;</L>"] {
            assert!(Listing::parse(bad, "Contents").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_list_of_uploads_says_where_it_goes_on() {
        let xml = "<R><NextKeyMarker>k%20</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>
            <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated></R>";
        let listing = Listing::parse(xml, "Upload").expect("a list");
        let marker = UploadMarker { key: "k ".into(), upload_id: "u".into() };
        assert_eq!(listing.upload_marker(), Some(marker));
    }
}
