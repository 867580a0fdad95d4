//! GetObject and HeadObject: conditions, one range, and a stream that holds little in memory.

use std::ops::Range as Span;

use http::{HeaderMap, HeaderValue, header};
use s3s::{
    S3Error, S3Request, S3Response, S3Result,
    dto::{
        ChecksumMode, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, Range, StreamingBlob,
        Timestamp,
    },
    s3_error,
};

use super::{
    conditions::{Conditions, Verdict, range_applies},
    key::Key,
    operations::Store,
};
use crate::bucket::{
    disk::{index::StoredObject, outcome::precondition_failed},
    error::fault,
};

/// The bytes to send: all, or a part as the request's range says.
struct Extent {
    span: Span<u64>,
    /// `Content-Range`, for a part.
    content_range: Option<String>,
}

impl Store {
    /// GetObject: all of it, or one range.
    pub(crate) async fn get(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let S3Request { input, headers, .. } = request;
        refuse_parts(input.version_id.as_deref(), input.part_number)?;
        let key = Key::parse(&input.key)?;
        let (object, content) = self.open(&key).await?;
        check(&object, &headers)?;
        let extent = extent(&object, input.range, &headers)?;
        let checksums = checksum_headers(&object, &extent, input.checksum_mode.as_ref());
        let mut output = GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(StreamingBlob::wrap(self.read(&key, &object, content, extent.span.clone()).await?)),
            content_length: Some(signed(extent.span.end - extent.span.start)),
            content_range: extent.content_range,
            e_tag: Some(ETag::Strong(object.version.etag.clone())),
            last_modified: Some(Timestamp::from(object.version.modified())),
            ..GetObjectOutput::default()
        };
        object.attributes.describe_get(&mut output);
        Ok(S3Response::with_headers(output, checksums))
    }

    /// HeadObject: what GetObject would answer, without the bytes.
    pub(crate) async fn head(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let S3Request { input, headers, .. } = request;
        refuse_parts(input.version_id.as_deref(), input.part_number)?;
        let key = Key::parse(&input.key)?;
        let object = self.look(&key).await?;
        check(&object, &headers)?;
        // R2 answers a HEAD as if it had no Range.
        let whole = Extent { span: 0..object.size, content_range: None };
        let mut extra = checksum_headers(&object, &whole, input.checksum_mode.as_ref());
        extra.extend(overrides(&input)?);
        let mut output = HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(object.size)),
            e_tag: Some(ETag::Strong(object.version.etag.clone())),
            last_modified: Some(Timestamp::from(object.version.modified())),
            ..HeadObjectOutput::default()
        };
        object.attributes.describe_head(&mut output);
        Ok(S3Response::with_headers(output, extra))
    }
}

fn refuse_parts(version: Option<&str>, part_number: Option<i32>) -> S3Result<()> {
    match (version, part_number) {
        (None, None) => Ok(()),
        (Some(_), _) => Err(s3_error!(NotImplemented, "Versions are not implemented.")),
        (None, Some(_)) => Err(s3_error!(NotImplemented, "Reading by part number is not implemented.")),
    }
}

fn check(object: &StoredObject, headers: &HeaderMap) -> S3Result<()> {
    match Conditions::of(headers)?.of_read(&object.version) {
        Verdict::Proceed => Ok(()),
        Verdict::Failed => Err(precondition_failed()),
        Verdict::NotModified => {
            let mut error = s3_error!(NotModified, "The object is what you have.");
            error.set_headers(validators(object)?);
            Err(error)
        }
    }
}

/// What a cache needs to see again on a 304: <https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5>.
fn validators(object: &StoredObject) -> S3Result<HeaderMap> {
    let date = chrono::DateTime::<chrono::Utc>::from(object.version.modified());
    let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, HeaderValue::try_from(format!("\"{}\"", object.version.etag)).map_err(fault)?);
    headers.insert(header::LAST_MODIFIED, HeaderValue::try_from(date).map_err(fault)?);
    Ok(headers)
}

fn extent(object: &StoredObject, range: Option<Range>, headers: &HeaderMap) -> S3Result<Extent> {
    let size = object.size;
    let Some(range) = range else {
        return Ok(Extent { span: 0..size, content_range: None });
    };
    if !range_applies(headers, &object.version)? {
        return Ok(Extent { span: 0..size, content_range: None });
    }
    let span = range.check(size).map_err(|_| unsatisfiable(size))?;
    if span.is_empty() {
        return Err(unsatisfiable(size));
    }
    let content_range = format!("bytes {}-{}/{size}", span.start, span.end - 1);
    Ok(Extent { span, content_range: Some(content_range) })
}

fn unsatisfiable(size: u64) -> S3Error {
    let mut error = s3_error!(InvalidRange, "The requested range is not satisfiable.");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
        headers.insert(header::CONTENT_RANGE, value);
    }
    error.set_headers(headers);
    error
}

/// A checksum of the whole says nothing of a part.
fn checksum_headers(object: &StoredObject, extent: &Extent, mode: Option<&ChecksumMode>) -> HeaderMap {
    if mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED) && extent.content_range.is_none() {
        object.attributes.checksum_headers()
    } else {
        HeaderMap::new()
    }
}

/// s3s replaces these on GET by itself, and on HEAD not at all.
fn overrides(input: &HeadObjectInput) -> S3Result<HeaderMap> {
    let asked = [
        (header::CONTENT_TYPE, &input.response_content_type),
        (header::CACHE_CONTROL, &input.response_cache_control),
        (header::CONTENT_DISPOSITION, &input.response_content_disposition),
        (header::CONTENT_ENCODING, &input.response_content_encoding),
        (header::CONTENT_LANGUAGE, &input.response_content_language),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in asked {
        if let Some(value) = value {
            let value = HeaderValue::try_from(value.as_str());
            headers.insert(name, value.map_err(|_| s3_error!(InvalidArgument, "A response-* value is not text."))?);
        }
    }
    Ok(headers)
}

fn signed(length: u64) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
