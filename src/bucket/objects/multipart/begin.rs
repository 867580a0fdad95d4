//! CreateMultipartUpload: what the object will be described by is said here.

use std::time::{Duration, SystemTime};

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{CreateMultipartUploadInput, CreateMultipartUploadOutput, Timestamp},
    s3_error,
};
use uuid::Uuid;

use super::whole::kind;
use crate::bucket::{
    disk::{changes::Change, uploads::NewUpload},
    objects::{attributes::Attributes, conditions::micros, digests::Algorithm, key::Key, operations::Store},
};

/// R2 aborts what is incomplete after 7 days: <https://developers.cloudflare.com/r2/objects/multipart-objects/>.
const LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// R2's name for the rule that says so.
const RULE: &str = "Default%20Multipart%20Abort%20Rule";

impl Store {
    /// CreateMultipartUpload.
    pub(crate) async fn begin_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let S3Request { input, headers, .. } = request;
        let key = Key::parse(&input.key)?;
        let algorithm = input.checksum_algorithm.as_ref().map(|name| algorithm(name.as_str())).transpose()?;
        let asked = input.checksum_type.as_ref().map(|kind| kind.as_str());
        if let Some(asked) = asked.filter(|asked| algorithm.map(kind) != Some(asked)) {
            return Err(s3_error!(InvalidRequest, "The checksum type {asked} does not fit the checksum algorithm."));
        }
        let attributes = Attributes::of(input.metadata, &headers)?;
        let (id, now) = (Uuid::now_v7().simple().to_string(), SystemTime::now());
        let upload = NewUpload { id: id.clone(), key, begun_at: micros(now), attributes };
        self.writer.apply(Change::Begin { upload: Box::new(upload) }).await?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            abort_date: Some(Timestamp::from(now + LIFE)),
            abort_rule_id: Some(RULE.to_owned()),
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            checksum_type: input.checksum_algorithm.as_ref().and(algorithm).map(|known| kind(known).to_owned().into()),
            checksum_algorithm: input.checksum_algorithm,
            ..CreateMultipartUploadOutput::default()
        }))
    }
}

fn algorithm(name: &str) -> S3Result<Algorithm> {
    let known = Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name);
    known.ok_or_else(|| s3_error!(InvalidRequest, "The checksum algorithm {name} is not known."))
}
