//! ListObjectsV2 and its older sister ListObjects.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use s3s::{
    S3Request, S3Response, S3Result,
    dto::{
        ETag, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, Object, ObjectStorageClass,
        Timestamp,
    },
    s3_error,
};

use super::{encoding::Encoding, key::normalise, operations::Store, stubs::owner, walk::Walk};
use crate::bucket::{disk::index::ListedObject, error::fault};

/// S3's page size, when none is asked for and at most:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>.
pub(crate) const MAX_KEYS: i32 = 1_000;

impl Store {
    /// ListObjectsV2, which goes on at a continuation token.
    pub(crate) async fn list(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_keys = page_size(input.max_keys, "max-keys")?;
        let mut walk = walk(input.prefix.as_deref(), input.delimiter.as_deref(), max_keys);
        match (&input.continuation_token, &input.start_after) {
            (Some(token), _) => walk.from = place(token)?,
            (None, Some(key)) => walk.start_after(&normalise(key)),
            (None, None) => {}
        }
        let page = walk.page(&self.index).await.map_err(fault)?;
        let owner = input.fetch_owner.unwrap_or(false).then(owner);
        let with_owner = |object| Object { owner: owner.clone(), ..object };
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: Some(encoding.write(input.prefix.as_deref().unwrap_or_default())),
            delimiter: input.delimiter.as_deref().map(|text| encoding.write(text)),
            start_after: input.start_after.as_deref().map(|text| encoding.write(text)),
            max_keys: Some(max_keys),
            key_count: i32::try_from(page.objects.len() + page.groups.len()).ok(),
            is_truncated: Some(page.next.is_some()),
            continuation_token: input.continuation_token,
            next_continuation_token: page.next.map(|place| BASE64_URL_SAFE_NO_PAD.encode(place)),
            contents: Some(page.objects.into_iter().map(|object| with_owner(listed(object, encoding))).collect()),
            common_prefixes: Some(page.groups.into_iter().map(|group| encoding.group(&group)).collect()),
            encoding_type: input.encoding_type,
            request_charged: None,
        }))
    }

    /// ListObjects, which goes on after a key.
    pub(crate) async fn list_by_marker(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let input = request.input;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_keys = page_size(input.max_keys, "max-keys")?;
        let mut walk = walk(input.prefix.as_deref(), input.delimiter.as_deref(), max_keys);
        if let Some(marker) = &input.marker {
            walk.start_after(&normalise(marker));
        }
        let page = walk.page(&self.index).await.map_err(fault)?;
        let next = page.next.as_ref().and(page.last.as_deref());
        Ok(S3Response::new(ListObjectsOutput {
            name: Some(input.bucket),
            prefix: Some(encoding.write(input.prefix.as_deref().unwrap_or_default())),
            marker: Some(encoding.write(input.marker.as_deref().unwrap_or_default())),
            // As S3 has it: without a delimiter the last key is the marker.
            next_marker: walk.delimiter.as_ref().and(next).map(|text| encoding.write(text)),
            delimiter: input.delimiter.as_deref().map(|text| encoding.write(text)),
            max_keys: Some(max_keys),
            is_truncated: Some(page.next.is_some()),
            contents: Some(page.objects.into_iter().map(|object| listed(object, encoding)).collect()),
            common_prefixes: Some(page.groups.into_iter().map(|group| encoding.group(&group)).collect()),
            encoding_type: input.encoding_type,
            request_charged: None,
        }))
    }
}

fn listed(object: ListedObject, encoding: Encoding) -> Object {
    Object {
        key: Some(encoding.write(&object.key)),
        last_modified: Some(Timestamp::from(object.version.modified())),
        e_tag: Some(ETag::Strong(object.version.etag)),
        size: i64::try_from(object.size).ok(),
        storage_class: Some(ObjectStorageClass::from(object.storage_class)),
        ..Object::default()
    }
}

fn walk(prefix: Option<&str>, delimiter: Option<&str>, max_keys: i32) -> Walk {
    Walk {
        prefix: normalise(prefix.unwrap_or_default()),
        delimiter: delimiter.filter(|text| !text.is_empty()).map(normalise),
        from: Vec::new(),
        max: usize::try_from(max_keys).unwrap_or_default(),
    }
}

/// How many entries a page has that a parameter asks for.
pub(crate) fn page_size(asked: Option<i32>, parameter: &str) -> S3Result<i32> {
    match asked.unwrap_or(MAX_KEYS) {
        ..0 => Err(s3_error!(InvalidArgument, "{parameter} must not be negative.")),
        count => Ok(count.min(MAX_KEYS)),
    }
}

/// A continuation token is the place where the next page begins.
fn place(token: &str) -> S3Result<Vec<u8>> {
    let unknown = |_| s3_error!(InvalidArgument, "The continuation token is not one of this bucket's.");
    BASE64_URL_SAFE_NO_PAD.decode(token).map_err(unknown)
}
