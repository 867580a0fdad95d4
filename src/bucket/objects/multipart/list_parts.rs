//! ListParts: what has arrived of an upload.

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{ETag, Initiator, ListPartsInput, ListPartsOutput, Owner, Part, StorageClass, Timestamp},
    s3_error,
};

use crate::bucket::{
    disk::parts::StoredPart,
    error::fault,
    objects::{
        digests::Algorithm,
        key::Key,
        list::{MAX_KEYS, page_size},
        operations::Store,
    },
};

impl Store {
    /// ListParts.
    pub(crate) async fn list_parts(&self, request: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        let input = request.input;
        let key = Key::parse(&input.key)?;
        let max_parts = page_size(input.max_parts, "max-parts")?;
        let marker = input.part_number_marker.unwrap_or(0);
        if marker < 0 {
            return Err(s3_error!(InvalidArgument, "part-number-marker must not be negative."));
        }
        self.find_upload(&input.upload_id, &key).await?;
        let limit = i64::from(max_parts) + 1;
        let mut parts = self.index.parts(&input.upload_id, i64::from(marker), limit).await.map_err(fault)?;
        let is_truncated = max_parts > 0 && parts.len() > usize::try_from(max_parts).unwrap_or_default();
        parts.truncate(usize::try_from(max_parts.min(MAX_KEYS)).unwrap_or_default());
        let last = parts.last().and_then(|part| i32::try_from(part.number).ok());
        Ok(S3Response::new(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            initiator: Some(Initiator::default()),
            owner: Some(Owner::default()),
            storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
            part_number_marker: Some(marker),
            next_part_number_marker: Some(last.unwrap_or(0)),
            max_parts: Some(max_parts),
            is_truncated: Some(is_truncated),
            parts: Some(parts.into_iter().map(listed).collect()),
            ..ListPartsOutput::default()
        }))
    }
}

fn listed(part: StoredPart) -> Part {
    let of = |algorithm| part.checksums.get(&algorithm).cloned();
    Part {
        checksum_crc32: of(Algorithm::Crc32),
        checksum_crc32c: of(Algorithm::Crc32c),
        checksum_crc64nvme: of(Algorithm::Crc64nvme),
        last_modified: Some(Timestamp::from(part.version.modified())),
        e_tag: Some(ETag::Strong(part.version.etag.clone())),
        part_number: i32::try_from(part.number).ok(),
        size: i64::try_from(part.size).ok(),
        ..Part::default()
    }
}
