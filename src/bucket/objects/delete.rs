//! DeleteObject and DeleteObjects. What is not there counts as deleted.

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{
        DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error,
        ObjectIdentifier,
    },
    s3_error,
};

use super::{key::Key, operations::Store};
use crate::bucket::{disk::changes::Change, http::digested::refuse_other_bytes};

/// S3's limit on one DeleteObjects: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>.
const MAX_OBJECTS: usize = 1_000;

impl Store {
    /// DeleteObject.
    pub(crate) async fn delete(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = request.input;
        if input.if_match.is_some() || input.version_id.is_some() {
            return Err(s3_error!(NotImplemented, "Conditional deletion and versions are not implemented."));
        }
        self.writer.apply(Change::Delete { keys: vec![Key::parse(&input.key)?] }).await?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    /// DeleteObjects: all in one transaction, but for those that are named wrongly.
    pub(crate) async fn delete_many(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        refuse_other_bytes(&request.extensions, &request.headers)?;
        let asked = request.input.delete;
        if asked.objects.is_empty() || asked.objects.len() > MAX_OBJECTS {
            return Err(s3_error!(MalformedXML, "Name 1 to 1,000 objects to delete."));
        }
        let (mut keys, mut deleted, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for object in asked.objects {
            match named(&object) {
                Ok(key) => {
                    keys.push(key);
                    deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() });
                }
                Err(error) => errors.push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    message: error.message().map(str::to_owned),
                    key: Some(object.key),
                    version_id: None,
                }),
            }
        }
        self.writer.apply(Change::Delete { keys }).await?;
        let deleted = (!asked.quiet.unwrap_or(false)).then_some(deleted);
        Ok(S3Response::new(DeleteObjectsOutput { deleted, errors: Some(errors), request_charged: None }))
    }
}

fn named(object: &ObjectIdentifier) -> S3Result<Key> {
    let conditional = object.e_tag.is_some() || object.size.is_some() || object.last_modified_time.is_some();
    if conditional || object.version_id.is_some() {
        return Err(s3_error!(NotImplemented, "Conditional deletion and versions are not implemented."));
    }
    Key::parse(&object.key)
}
