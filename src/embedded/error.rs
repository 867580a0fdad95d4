//! Why a bucket could not be opened, and how its own failures are answered.

use std::{fmt::Display, io, path::PathBuf};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use s3s::{S3Error, s3_error};

/// Why a bucket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    #[error("the store's folder {path} cannot be used: {source}. Make sure it is on a disk this user may write to")]
    Folder { path: PathBuf, source: io::Error },
    #[error("the store's folder {path} is used by another process. Stop that process, or choose another folder")]
    Locked { path: PathBuf },
    #[error("the store's index {path} cannot be opened: {source}. Restore it from a backup, or move the folder aside")]
    Index { path: PathBuf, source: sqlx::Error },
    #[error("the store's index {path} was written by a newer version ({version}). Start that version again")]
    Newer { path: PathBuf, version: i64 },
    #[error("the store cannot listen: {0}. Choose another address or port")]
    Listener(#[from] io::Error),
    #[error(
        "{0:?} cannot be a bucket's name: use 3 to 63 lower-case letters, digits and hyphens, \
         starting and ending with a letter or a digit"
    )]
    Name(String),
    #[error("the store needs an access key id and a secret access key, and neither may be empty")]
    Credentials,
    #[error("the store's allowed origins are wrong: {0}")]
    Origins(String),
}

/// Marks the answer to a failure of ours. It never leaves the process: `front` takes it off.
pub(super) const FAULT: HeaderName = HeaderName::from_static("x-cloakroom-fault");

/// Logs a failure that is ours, and hides it from the client.
pub(super) fn fault(error: impl Display) -> S3Error {
    tracing::error!(%error, "the embedded bucket failed");
    failure()
}

/// What a client is told of a failure that is ours and was logged.
pub(super) fn failure() -> S3Error {
    let mut error = s3_error!(InternalError, "The bucket could not do this. Its log says why.");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    headers.insert(FAULT, HeaderValue::from_static("ours"));
    error.set_headers(headers);
    error
}
