//! AbortMultipartUpload: the parts go, and the upload is as if it had never been.

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{AbortMultipartUploadInput, AbortMultipartUploadOutput},
    s3_error,
};

use crate::bucket::{
    disk::changes::Change,
    objects::{key::Key, operations::Store},
};

impl Store {
    /// AbortMultipartUpload.
    pub(crate) async fn abort_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = request.input;
        if input.if_match_initiated_time.is_some() {
            return Err(s3_error!(NotImplemented, "Conditional abortion is not implemented."));
        }
        let key = Key::parse(&input.key)?;
        self.writer.apply(Change::Abort { upload: input.upload_id, key }).await?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }
}
