//! GetObject and HeadObject: conditions, one range, and a stream that holds little in memory.

use std::{fs::File, io, ops::Range as Span};

use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use http::{HeaderMap, HeaderValue, header};
use s3s::{
    S3Error, S3Request, S3Response, S3Result,
    dto::{
        ChecksumMode, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, Range, StreamingBlob,
        Timestamp,
    },
    s3_error,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{
    conditions::{Conditions, Verdict, range_applies},
    key::Key,
    operations::Store,
};
use crate::bucket::{
    disk::{index::StoredObject, writer::precondition_failed},
    error::fault,
};

/// Bytes read from the disk at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Looks at an object again when its file went between the look and the opening: it was just replaced.
const MAX_LOOKS: usize = 5;

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
        let (object, file) = self.open(&key).await?;
        check(&object, &headers)?;
        let extent = extent(&object, input.range, &headers)?;
        let checksums = checksum_headers(&object, &extent, input.checksum_mode.as_ref());
        let mut output = GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(StreamingBlob::wrap(read(file, extent.span.clone()))),
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
        let extent = extent(&object, input.range, &headers)?;
        let mut extra = checksum_headers(&object, &extent, input.checksum_mode.as_ref());
        extra.extend(overrides(&input)?);
        let mut output = HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(extent.span.end - extent.span.start)),
            content_range: extent.content_range,
            e_tag: Some(ETag::Strong(object.version.etag.clone())),
            last_modified: Some(Timestamp::from(object.version.modified())),
            ..HeadObjectOutput::default()
        };
        object.attributes.describe_head(&mut output);
        Ok(S3Response::with_headers(output, extra))
    }

    async fn look(&self, key: &Key) -> S3Result<StoredObject> {
        let object = self.index.find(key.as_bytes()).await.map_err(fault)?;
        object.ok_or_else(|| s3_error!(NoSuchKey, "The specified key does not exist."))
    }

    /// An open file stays readable whatever happens to its object afterwards.
    async fn open(&self, key: &Key) -> S3Result<(StoredObject, File)> {
        for _ in 0..MAX_LOOKS {
            let object = self.look(key).await?;
            let path = self.folder.path(&object.file);
            match tokio::task::spawn_blocking(move || File::open(path)).await.map_err(fault)? {
                Ok(file) => return Ok((object, file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(fault(error)),
            }
        }
        Err(fault("an object's file is missing from the store's folder: restore it from a backup"))
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

/// A file shorter than its row breaks the answer off, so that nobody takes a part for the whole.
fn read(file: File, span: Span<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    let file = tokio::fs::File::from_std(file);
    let state = (file, span, Start::Unsought);
    stream::try_unfold(state, |(mut file, span, start)| async move {
        if span.is_empty() {
            return Ok(None);
        }
        if let Start::Unsought = start {
            file.set_max_buf_size(CHUNK_BYTES);
            file.seek(io::SeekFrom::Start(span.start)).await?;
        }
        let wanted = usize::try_from(span.end - span.start).unwrap_or(usize::MAX).min(CHUNK_BYTES);
        let mut buffer = BytesMut::with_capacity(wanted);
        let count = (&mut file).take(wanted as u64).read_buf(&mut buffer).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let rest = span.start + count as u64..span.end;
        Ok(Some((buffer.freeze(), (file, rest, Start::Sought))))
    })
}

enum Start {
    Unsought,
    Sought,
}

fn signed(length: u64) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
