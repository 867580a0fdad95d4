//! CopyObject: a second name for the same bytes, with the same description or another one.

use std::time::SystemTime;

use http::HeaderMap;
use s3s::{
    S3Request, S3Response, S3Result,
    dto::{CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETag, Timestamp},
    s3_error,
};
use uuid::Uuid;

use super::{
    attributes::Attributes,
    conditions::{Conditions, Verdict, Version},
    content::{Content, MAX_LOOKS},
    digests::Algorithm,
    key::Key,
    operations::Store,
};
use crate::bucket::{
    disk::{
        changes::Change,
        folder::UnlistedFile,
        index::StoredObject,
        objects::{NewContent, NewObject},
        outcome::precondition_failed,
        parts::NewPart,
    },
    error::{fault, no_room},
    http::headers::text,
};

/// S3's limit on what one CopyObject takes: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>.
const MAX_SOURCE: u64 = 5 * 1024 * 1024 * 1024;

/// What becomes of the description. `MERGE` is R2's own: <https://developers.cloudflare.com/r2/api/s3/extensions/>.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Copy,
    Replace,
    Merge,
}

impl Store {
    /// CopyObject. No document says which ETag R2 gives to the copy of an object in parts: it keeps its own here, as
    /// its parts stay what they are.
    pub(crate) async fn copy(&self, request: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        let S3Request { input, headers, .. } = request;
        let (source, target) = (self.source(&input.copy_source)?, Key::parse(&input.key)?);
        let conditions = destination_conditions(&headers)?;
        let directive = Directive::of(&headers)?;
        let said = Attributes::of(input.metadata, &headers)?;
        let (object, content) = self.duplicate(&source, &headers).await?;
        if source == target && directive == Directive::Copy && !said.differs_in_class(&object.attributes) {
            let message = "This copy request is illegal because it is trying to copy an object to itself without \
                changing the object's metadata or storage class.";
            return Err(s3_error!(InvalidRequest, "{message}"));
        }
        refuse_other_checksum(input.checksum_algorithm.as_ref().map(|name| name.as_str()), &object)?;
        let attributes = match directive {
            Directive::Copy => object.attributes.clone().in_class_of(&said),
            Directive::Replace => said.with_checksums_of(&object.attributes),
            Directive::Merge => object.attributes.clone().overlaid_by(said)?,
        };
        let version = Version::new(object.version.etag.clone(), SystemTime::now());
        let copy = NewObject { key: target, content, size: object.size, version: version.clone(), attributes };
        self.writer.apply(Change::Put { object: Box::new(copy), conditions }).await?;
        let of = |algorithm| object.attributes.checksums.get(&algorithm).cloned();
        let result = CopyObjectResult {
            e_tag: Some(ETag::Strong(version.etag.clone())),
            last_modified: Some(Timestamp::from(version.modified())),
            checksum_sha256: of(Algorithm::Sha256),
            checksum_sha1: of(Algorithm::Sha1),
            checksum_crc32: of(Algorithm::Crc32),
            checksum_crc32c: of(Algorithm::Crc32c),
            checksum_crc64nvme: of(Algorithm::Crc64nvme),
            checksum_type: None,
        };
        Ok(S3Response::new(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() }))
    }

    /// The key that a copy reads.
    pub(super) fn source(&self, source: &CopySource) -> S3Result<Key> {
        let CopySource::Bucket { bucket, key, version_id } = source else {
            return Err(s3_error!(NotImplemented, "Access points are not implemented."));
        };
        if version_id.is_some() {
            return Err(s3_error!(NotImplemented, "Versions are not implemented."));
        }
        if **bucket != *self.bucket {
            return Err(s3_error!(NoSuchBucket, "The specified bucket does not exist."));
        }
        Key::parse(key)
    }

    /// The source of a copy, if the conditions that are set on it hold.
    pub(super) async fn open_source(&self, key: &Key, headers: &HeaderMap) -> S3Result<(StoredObject, Content)> {
        let (object, content) = self.open(key).await?;
        match Conditions::after(headers, "x-amz-copy-source-")?.of_read(&object.version) {
            Verdict::Proceed => Ok((object, content)),
            Verdict::NotModified | Verdict::Failed => Err(precondition_failed()),
        }
    }

    /// The source of a copy, and new files with its bytes.
    async fn duplicate(&self, source: &Key, headers: &HeaderMap) -> S3Result<(StoredObject, NewContent)> {
        for _ in 0..MAX_LOOKS {
            let (object, content) = self.open_source(source, headers).await?;
            if object.size > MAX_SOURCE {
                let message = "The specified copy source is larger than the maximum allowable size for a copy source";
                return Err(s3_error!(InvalidRequest, "{message}: {MAX_SOURCE}"));
            }
            let copied = match content {
                // Its name may go while it is open.
                Content::File(_) => self.link(&object.file).await?.map(NewContent::File),
                Content::Parts(_) => self.link_parts(&object).await?,
            };
            if let Some(copied) = copied {
                return Ok((object, copied));
            }
        }
        Err(fault("an object's file is missing from the store's folder: restore it from a backup"))
    }

    async fn link(&self, file: &str) -> S3Result<Option<UnlistedFile>> {
        let (folder, file) = (self.folder.clone(), file.to_owned());
        let linked = tokio::task::spawn_blocking(move || folder.link(&file)).await.map_err(fault)?;
        match linked {
            Ok(linked) => Ok(Some(linked)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(no_room(&error)),
        }
    }

    async fn link_parts(&self, object: &StoredObject) -> S3Result<Option<NewContent>> {
        let count = object.size.div_ceil(object.part_size);
        let mut parts = Vec::new();
        for part in self.index.parts_between(&object.file, 0, count).await.map_err(fault)? {
            let Some(file) = self.link(&part.file).await? else { return Ok(None) };
            let (version, checksums) = (part.version, part.checksums);
            parts.push(NewPart { number: part.number, file, size: part.size, version, checksums });
        }
        let (id, part_size) = (Uuid::now_v7().simple().to_string(), object.part_size);
        Ok((parts.len() as u64 == count).then_some(NewContent::Parts { id, part_size, parts }))
    }
}

impl Directive {
    fn of(headers: &HeaderMap) -> S3Result<Self> {
        match text(headers, "x-amz-metadata-directive")? {
            None | Some("COPY") => Ok(Self::Copy),
            Some("REPLACE") => Ok(Self::Replace),
            Some("MERGE") => Ok(Self::Merge),
            Some(_) => Err(s3_error!(InvalidArgument, "x-amz-metadata-directive is COPY, REPLACE or MERGE.")),
        }
    }
}

/// Conditions on what is there already: S3's, or R2's own.
fn destination_conditions(headers: &HeaderMap) -> S3Result<Conditions> {
    let own = Conditions::after(headers, "cf-copy-destination-")?;
    if own.is_empty() { Conditions::of(headers) } else { Ok(own) }
}

/// Checksums are kept, and none is made anew.
fn refuse_other_checksum(asked: Option<&str>, object: &StoredObject) -> S3Result<()> {
    let has = |asked: &str| object.attributes.checksums.keys().any(|algorithm| algorithm.name() == asked);
    match asked.filter(|asked| !has(asked)) {
        Some(asked) => Err(s3_error!(NotImplemented, "Another checksum than the source has ({asked}) is not made.")),
        None => Ok(()),
    }
}
