//! UploadPart: a part is there once its bytes are on the disk and are what their sender said.

use std::time::SystemTime;

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{ETag, UploadPartInput, UploadPartOutput},
    s3_error,
};

use crate::bucket::{
    disk::{
        changes::Change,
        outcome::Refusal,
        parts::NewPart,
        staging::{self, Received},
    },
    error::fault,
    objects::{
        attributes::Attributes,
        conditions::Version,
        digests::{Claims, checksum_headers},
        key::Key,
        operations::Store,
    },
};

/// S3's limit: <https://developers.cloudflare.com/r2/platform/limits/>.
pub(super) const MAX_PARTS: i64 = 10_000;

impl Store {
    /// UploadPart. When it is answered, the part would survive a power cut.
    pub(crate) async fn put_part(&self, request: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let S3Request { input, headers, trailing_headers, .. } = request;
        let key = Key::parse(&input.key)?;
        let number = part_number(input.part_number)?;
        let claims = Claims::of_part(&headers)?;
        // Spares the client the transfer of bytes that would be refused. The decision that counts is the writer's.
        self.find_upload(&input.upload_id, &key).await?;
        let body = input.body.ok_or_else(|| s3_error!(IncompleteBody, "The request has no body."))?;
        let received = staging::receive(&self.folder, claims, body, trailing_headers).await?;
        let headers = checksum_headers(&received.verified.checksums);
        let version = self.keep_part(input.upload_id, key, number, received).await?;
        let output = UploadPartOutput { e_tag: Some(ETag::Strong(version.etag)), ..UploadPartOutput::default() };
        Ok(S3Response::with_headers(output, headers))
    }

    /// Puts bytes that are on the disk in the place of a part.
    pub(super) async fn keep_part(
        &self,
        upload: String,
        key: Key,
        number: i64,
        received: Received,
    ) -> S3Result<Version> {
        let version = Version::new(received.verified.etag, SystemTime::now());
        let part = NewPart {
            number,
            file: received.file,
            size: received.size,
            version: version.clone(),
            checksums: received.verified.checksums,
        };
        self.writer.apply(Change::PutPart { upload, key, part: Box::new(part) }).await?;
        Ok(version)
    }

    /// What the object of an upload will be described by; `NoSuchUpload` if this key has no such upload.
    pub(super) async fn find_upload(&self, id: &str, key: &Key) -> S3Result<Attributes> {
        let found = self.index.upload(id, key.as_bytes()).await.map_err(fault)?;
        found.ok_or_else(|| Refusal::NoSuchUpload.error())
    }
}

/// The number of a part that is sent.
pub(super) fn part_number(number: i32) -> S3Result<i64> {
    let number = i64::from(number);
    if (1..=MAX_PARTS).contains(&number) {
        return Ok(number);
    }
    Err(s3_error!(InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive."))
}
