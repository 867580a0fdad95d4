//! PutObject: nothing is visible until every byte is on the disk and is what its sender said it is.

use std::time::SystemTime;

use s3s::{
    S3Request, S3Response, S3Result, TrailingHeaders,
    dto::{ETag, PutObjectInput, PutObjectOutput, StreamingBlob},
    s3_error,
};

use super::{
    attributes::Attributes,
    conditions::{Conditions, Version},
    digests::Claims,
    key::Key,
    operations::Store,
};
use crate::bucket::{
    disk::{
        changes::Change,
        objects::{NewContent, NewObject},
        outcome::precondition_failed,
        staging,
    },
    error::fault,
};

impl Store {
    /// PutObject. When it is answered, the object would survive a power cut.
    pub(crate) async fn put(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let S3Request { input, headers, trailing_headers, .. } = request;
        let key = Key::parse(&input.key)?;
        let claims = Claims::of(&headers)?;
        let conditions = Conditions::of(&headers)?;
        let attributes = Attributes::of(input.metadata, &headers)?;
        self.refuse_hopeless(&key, &conditions).await?;
        let body = input.body.ok_or_else(|| s3_error!(IncompleteBody, "The request has no body."))?;
        self.store(key, conditions, attributes, claims, body, trailing_headers).await
    }

    async fn store(
        &self,
        key: Key,
        conditions: Conditions,
        mut attributes: Attributes,
        claims: Claims,
        body: StreamingBlob,
        trailers: Option<TrailingHeaders>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let received = staging::receive(&self.folder, claims, body, trailers).await?;
        let etag = received.verified.etag;
        attributes.checksums = received.verified.checksums;
        let headers = attributes.checksum_headers();
        let version = Version::new(etag.clone(), SystemTime::now());
        let (content, size) = (NewContent::File(received.file), received.size);
        let object = NewObject { key, content, size, version, attributes };
        self.writer.apply(Change::Put { object: Box::new(object), conditions }).await?;
        let output = PutObjectOutput { e_tag: Some(ETag::Strong(etag)), ..PutObjectOutput::default() };
        Ok(S3Response::with_headers(output, headers))
    }

    /// Spares the client the transfer of bytes that would be refused. The decision that counts is the writer's.
    async fn refuse_hopeless(&self, key: &Key, conditions: &Conditions) -> S3Result<()> {
        if conditions.is_empty() {
            return Ok(());
        }
        let existing = self.index.find(key.as_bytes()).await.map_err(fault)?;
        if conditions.allow_write(existing.as_ref().map(|object| &object.version)) {
            return Ok(());
        }
        Err(precondition_failed())
    }
}
