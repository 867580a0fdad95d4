//! What an object carries beside its bytes: the headers it is served with, its metadata and its checksums.

use std::collections::BTreeMap;

use http::{HeaderMap, header};
use s3s::{
    S3Result,
    dto::{GetObjectOutput, HeadObjectOutput, PutObjectInput, Timestamp, TimestampFormat},
    s3_error,
};
use serde::{Deserialize, Serialize};

use super::digests::{Algorithm, Checksums};
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
}

impl Attributes {
    /// What a PUT says of its object, without checksums: those are known when the body was read.
    pub(crate) fn of(input: &PutObjectInput, headers: &HeaderMap) -> S3Result<Self> {
        let metadata: BTreeMap<_, _> = input.metadata.clone().unwrap_or_default().into_iter().collect();
        if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_METADATA_BYTES {
            return Err(s3_error!(MetadataTooLarge, "Metadata is at most 8,192 bytes."));
        }
        Ok(Self {
            content_type: input.content_type.clone(),
            cache_control: input.cache_control.clone(),
            content_disposition: input.content_disposition.clone(),
            content_encoding: input.content_encoding.as_deref().and_then(lasting_encoding),
            content_language: input.content_language.clone(),
            expires: text(headers, header::EXPIRES.as_str())?.map(str::to_owned),
            metadata,
            checksums: Checksums::new(),
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
    }

    /// The checksums as headers, for those who ask with `x-amz-checksum-mode: ENABLED`.
    pub(crate) fn checksum_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (algorithm, value) in &self.checksums {
            if let Ok(value) = value.parse() {
                headers.insert(Algorithm::header(*algorithm), value);
            }
        }
        headers
    }
}

/// `aws-chunked` describes the transfer, not the object, and is not kept.
fn lasting_encoding(value: &str) -> Option<String> {
    let codings = value.split(',').map(str::trim).filter(|coding| !coding.eq_ignore_ascii_case("aws-chunked"));
    let kept = codings.collect::<Vec<_>>().join(", ");
    (!kept.is_empty()).then_some(kept)
}

fn timestamp(value: &str) -> Option<Timestamp> {
    Timestamp::parse(TimestampFormat::HttpDate, value).ok()
}
