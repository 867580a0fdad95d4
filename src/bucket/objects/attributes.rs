//! What an object carries beside its bytes: the headers it is served with, its metadata and its checksums.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use s3s::{
    S3Result,
    dto::{GetObjectOutput, HeadObjectOutput, Metadata, StorageClass, Timestamp, TimestampFormat},
    s3_error,
};
use serde::{Deserialize, Serialize};

use super::digests::{Checksums, checksum_headers};
use crate::bucket::http::headers::text;

/// R2's limit on names and values together, in bytes: <https://developers.cloudflare.com/r2/platform/limits/>.
const MAX_METADATA_BYTES: usize = 8_192;

/// What R2 serves an object as whose uploader did not say.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// The headers and metadata that an object was stored with. Kept as JSON in the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Attributes {
    content_type: Option<String>,
    cache_control: Option<String>,
    content_disposition: Option<String>,
    content_encoding: Option<String>,
    content_language: Option<String>,
    /// An HTTP date, as it came.
    expires: Option<String>,
    metadata: BTreeMap<String, String>,
    pub(crate) checksums: Checksums,
    /// None for `STANDARD`.
    storage_class: Option<String>,
}

impl Attributes {
    /// What a request says of the object that it makes, without checksums: those are known when the body was read.
    pub(crate) fn of(metadata: Option<Metadata>, headers: &HeaderMap) -> S3Result<Self> {
        let metadata: BTreeMap<_, _> = metadata.unwrap_or_default().into_iter().collect();
        refuse_too_large(&metadata)?;
        let owned = |name: HeaderName| -> S3Result<_> { Ok(text(headers, name.as_str())?.map(str::to_owned)) };
        Ok(Self {
            content_type: owned(header::CONTENT_TYPE)?,
            cache_control: owned(header::CACHE_CONTROL)?,
            content_disposition: owned(header::CONTENT_DISPOSITION)?,
            content_encoding: text(headers, header::CONTENT_ENCODING.as_str())?.and_then(lasting_encoding),
            content_language: owned(header::CONTENT_LANGUAGE)?,
            expires: owned(header::EXPIRES)?,
            metadata,
            checksums: Checksums::new(),
            storage_class: storage_class(headers)?,
        })
    }

    /// Is it in another storage class?
    pub(crate) fn differs_in_class(&self, other: &Self) -> bool {
        self.storage_class != other.storage_class
    }

    /// The same in the storage class of another.
    pub(crate) fn in_class_of(mut self, other: &Self) -> Self {
        self.storage_class.clone_from(&other.storage_class);
        self
    }

    /// The same with the checksums of another, whose bytes are the same.
    pub(crate) fn with_checksums_of(mut self, other: &Self) -> Self {
        self.checksums.clone_from(&other.checksums);
        self
    }

    /// What another says in the place of the same here, and all that it does not speak of.
    pub(crate) fn overlaid_by(mut self, other: Self) -> S3Result<Self> {
        self.metadata.extend(other.metadata);
        refuse_too_large(&self.metadata)?;
        Ok(Self {
            content_type: other.content_type.or(self.content_type),
            cache_control: other.cache_control.or(self.cache_control),
            content_disposition: other.content_disposition.or(self.content_disposition),
            content_encoding: other.content_encoding.or(self.content_encoding),
            content_language: other.content_language.or(self.content_language),
            expires: other.expires.or(self.expires),
            metadata: self.metadata,
            checksums: self.checksums,
            storage_class: other.storage_class,
        })
    }

    /// Puts headers and metadata into the answer to a GET.
    pub(crate) fn describe_get(self, output: &mut GetObjectOutput) {
        output.content_type = Some(self.content_type.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned()));
        output.cache_control = self.cache_control;
        output.content_disposition = self.content_disposition;
        output.content_encoding = self.content_encoding;
        output.content_language = self.content_language;
        output.expires = self.expires.as_deref().and_then(timestamp);
        output.metadata = Some(self.metadata.into_iter().collect());
        output.storage_class = self.storage_class.map(StorageClass::from);
    }

    /// Puts headers and metadata into the answer to a HEAD, whose type is another one of s3s's.
    pub(crate) fn describe_head(self, output: &mut HeadObjectOutput) {
        output.content_type = Some(self.content_type.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned()));
        output.cache_control = self.cache_control;
        output.content_disposition = self.content_disposition;
        output.content_encoding = self.content_encoding;
        output.content_language = self.content_language;
        output.expires = self.expires.as_deref().and_then(timestamp);
        output.metadata = Some(self.metadata.into_iter().collect());
        output.storage_class = self.storage_class.map(StorageClass::from);
    }

    /// The checksums as headers, for those who ask with `x-amz-checksum-mode: ENABLED`.
    pub(crate) fn checksum_headers(&self) -> HeaderMap {
        let mut headers = checksum_headers(&self.checksums);
        if let Some(value) = self.checksums.values().next() {
            let kind = if value.contains('-') { "COMPOSITE" } else { "FULL_OBJECT" };
            headers.insert("x-amz-checksum-type", HeaderValue::from_static(kind));
        }
        headers
    }
}

fn refuse_too_large(metadata: &BTreeMap<String, String>) -> S3Result<()> {
    if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_METADATA_BYTES {
        return Err(s3_error!(MetadataTooLarge, "Metadata is at most 8,192 bytes."));
    }
    Ok(())
}

/// `aws-chunked` describes the transfer, not the object, and is not kept.
fn lasting_encoding(value: &str) -> Option<String> {
    let codings = value.split(',').map(str::trim).filter(|coding| !coding.eq_ignore_ascii_case("aws-chunked"));
    let kept = codings.collect::<Vec<_>>().join(", ");
    (!kept.is_empty()).then_some(kept)
}

/// R2 has two classes: <https://developers.cloudflare.com/r2/buckets/storage-classes/>.
fn storage_class(headers: &HeaderMap) -> S3Result<Option<String>> {
    match text(headers, "x-amz-storage-class")? {
        None | Some("STANDARD") => Ok(None),
        Some(class @ "STANDARD_IA") => Ok(Some(class.to_owned())),
        Some(_) => Err(s3_error!(InvalidStorageClass, "The storage class is STANDARD or STANDARD_IA.")),
    }
}

fn timestamp(value: &str) -> Option<Timestamp> {
    Timestamp::parse(TimestampFormat::HttpDate, value).ok()
}
