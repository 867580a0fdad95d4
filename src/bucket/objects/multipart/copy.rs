//! UploadPartCopy: a part made of bytes that the bucket has already.

use std::ops::Range;

use s3s::{
    S3Error, S3Request, S3Response, S3Result,
    dto::{CopyPartResult, ETag, StreamingBlob, Timestamp, UploadPartCopyInput, UploadPartCopyOutput},
    s3_error,
};

use super::part::part_number;
use crate::bucket::{
    disk::staging,
    http::headers::text,
    objects::{
        digests::{Claims, MAX_SINGLE_PUT},
        key::Key,
        operations::Store,
    },
};

impl Store {
    /// UploadPartCopy.
    pub(crate) async fn copy_part(
        &self,
        request: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        let S3Request { input, headers, .. } = request;
        let (source, key) = (self.source(&input.copy_source)?, Key::parse(&input.key)?);
        let number = part_number(input.part_number)?;
        self.find_upload(&input.upload_id, &key).await?;
        let (object, content) = self.open_source(&source, &headers).await?;
        let span = match text(&headers, "x-amz-copy-source-range")? {
            Some(range) => span(range, object.size)?,
            None => 0..object.size,
        };
        let length = span.end - span.start;
        if length > MAX_SINGLE_PUT {
            return Err(s3_error!(EntityTooLarge, "One part carries at most 5 GiB. Copy a range."));
        }
        let body = StreamingBlob::wrap(self.read(&source, &object, content, span).await?);
        let received = staging::receive(&self.folder, Claims::of_copy(length), body, None).await?;
        let version = self.keep_part(input.upload_id, key, number, received).await?;
        let result = CopyPartResult {
            last_modified: Some(Timestamp::from(version.modified())),
            e_tag: Some(ETag::Strong(version.etag)),
            ..CopyPartResult::default()
        };
        let output = UploadPartCopyOutput { copy_part_result: Some(result), ..UploadPartCopyOutput::default() };
        Ok(S3Response::new(output))
    }
}

/// `bytes=first-last`, both within the source:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>.
fn span(range: &str, size: u64) -> S3Result<Range<u64>> {
    let (first, last) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(unreadable)?;
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(unreadable());
    }
    if last >= size {
        return Err(s3_error!(InvalidRange, "The requested range is not within the source, of {size} bytes."));
    }
    Ok(first..last + 1)
}

fn number(text: &str) -> S3Result<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(unreadable)
}

fn unreadable() -> S3Error {
    s3_error!(InvalidArgument, "x-amz-copy-source-range has the form bytes=first-last.")
}
