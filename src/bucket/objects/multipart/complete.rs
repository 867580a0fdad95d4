//! CompleteMultipartUpload: the parts become an object where they are. No byte is written again.

use std::{collections::HashMap, time::SystemTime};

use http::HeaderMap;
use s3s::{
    S3Request, S3Response, S3Result,
    dto::{CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedPart, ETag},
    s3_error,
};

use super::{part::MAX_PARTS, whole};
use crate::bucket::{
    disk::{
        changes::Change,
        objects::{NewContent, NewObject},
        outcome::invalid_part,
        parts::StoredPart,
        uploads::Completion,
    },
    error::fault,
    http::headers::text,
    objects::{
        conditions::{Conditions, Version},
        digests::{Algorithm, Checksums},
        encoding::Encoding,
        key::Key,
        operations::Store,
    },
};

impl Store {
    /// CompleteMultipartUpload. When it is answered, the object would survive a power cut. Asked again it answers
    /// `NoSuchUpload`, as R2 does.
    pub(crate) async fn complete_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let S3Request { input, headers, .. } = request;
        let key = Key::parse(&input.key)?;
        let conditions = Conditions::of(&headers)?;
        let asked = asked(input.multipart_upload.and_then(|upload| upload.parts))?;
        let mut attributes = self.find_upload(&input.upload_id, &key).await?;
        let stored = self.index.parts(&input.upload_id, 0, MAX_PARTS).await.map_err(fault)?;
        let parts = chosen(&asked, stored)?;
        let size = whole::size(&parts)?;
        refuse_other_size(input.mpu_object_size, size)?;
        attributes.checksums = whole::checksums(&parts);
        refuse_other_checksums(&headers, &attributes.checksums)?;
        let (version, checksums) = (Version::new(whole::etag(&parts), SystemTime::now()), attributes.checksums.clone());
        let part_size = parts.first().map_or(0, |part| part.size);
        let content = NewContent::Upload { id: input.upload_id.clone(), part_size };
        let object = NewObject { key, content, size, version: version.clone(), attributes };
        let parts = parts.into_iter().map(|part| (part.number, part.file)).collect();
        let completion = Completion { object, upload: input.upload_id, parts };
        self.writer.apply(Change::Complete { completion: Box::new(completion), conditions }).await?;
        let host = text(&headers, "host")?.unwrap_or_default();
        let location = format!("http://{host}/{}/{}", input.bucket, Encoding::Url.write(&input.key));
        let mut output = described(version.etag, &checksums);
        (output.location, output.bucket, output.key) = (Some(location), Some(input.bucket), Some(input.key));
        Ok(S3Response::new(output))
    }
}

/// What is asked for, if it is in order.
fn asked(parts: Option<Vec<CompletedPart>>) -> S3Result<Vec<CompletedPart>> {
    let parts = parts.filter(|parts| !parts.is_empty() && parts.len() as i64 <= MAX_PARTS);
    let parts = parts.ok_or_else(|| s3_error!(MalformedXML, "Name 1 to 10,000 parts."))?;
    if parts.iter().any(|part| part.part_number.is_none() || part.e_tag.is_none()) {
        return Err(s3_error!(MalformedXML, "Each part needs its number and its ETag."));
    }
    if !parts.is_sorted_by(|one, next| one.part_number < next.part_number) {
        return Err(s3_error!(InvalidPartOrder, "The list of parts was not in ascending order."));
    }
    Ok(parts)
}

/// The parts that are asked for, as the index has them.
fn chosen(asked: &[CompletedPart], stored: Vec<StoredPart>) -> S3Result<Vec<StoredPart>> {
    let mut stored: HashMap<_, _> = stored.into_iter().map(|part| (part.number, part)).collect();
    let mut parts = Vec::with_capacity(asked.len());
    for asked in asked {
        let number = asked.part_number.unwrap_or_default();
        let part = stored.remove(&i64::from(number)).filter(|part| is_meant(asked, part));
        parts.push(part.ok_or_else(invalid_part)?);
    }
    Ok(parts)
}

fn is_meant(asked: &CompletedPart, part: &StoredPart) -> bool {
    let stated = [
        (Algorithm::Sha256, &asked.checksum_sha256),
        (Algorithm::Sha1, &asked.checksum_sha1),
        (Algorithm::Crc32, &asked.checksum_crc32),
        (Algorithm::Crc32c, &asked.checksum_crc32c),
        (Algorithm::Crc64nvme, &asked.checksum_crc64nvme),
    ];
    let same = |(algorithm, stated): &(Algorithm, &Option<String>)| match (stated, part.checksums.get(algorithm)) {
        (Some(stated), Some(stored)) => stated == stored,
        (Some(_), None) | (None, _) => true,
    };
    asked.e_tag.as_ref().is_some_and(|etag| etag.value() == part.version.etag) && stated.iter().all(same)
}

fn refuse_other_size(stated: Option<i64>, size: u64) -> S3Result<()> {
    if stated.is_some_and(|stated| u64::try_from(stated) != Ok(size)) {
        return Err(s3_error!(InvalidRequest, "The parts do not have the size that x-amz-mp-object-size states."));
    }
    Ok(())
}

/// The client may say what it has computed of the whole.
fn refuse_other_checksums(headers: &HeaderMap, checksums: &Checksums) -> S3Result<()> {
    for (algorithm, actual) in checksums {
        let name = algorithm.header();
        // Without its number of parts, as some write a composite.
        let same = |stated: &str| stated == actual || actual.split('-').next() == Some(stated);
        if text(headers, name)?.is_some_and(|stated| !same(stated)) {
            return Err(s3_error!(BadDigest, "The {name} you specified did not match what we received."));
        }
    }
    Ok(())
}

fn described(etag: String, checksums: &Checksums) -> CompleteMultipartUploadOutput {
    let of = |algorithm| checksums.get(&algorithm).cloned();
    CompleteMultipartUploadOutput {
        e_tag: Some(ETag::Strong(etag)),
        checksum_sha256: of(Algorithm::Sha256),
        checksum_sha1: of(Algorithm::Sha1),
        checksum_crc32: of(Algorithm::Crc32),
        checksum_crc32c: of(Algorithm::Crc32c),
        checksum_crc64nvme: of(Algorithm::Crc64nvme),
        checksum_type: checksums.keys().next().map(|algorithm| whole::kind(*algorithm).to_owned().into()),
        ..CompleteMultipartUploadOutput::default()
    }
}
