//! What became of a change inside a transaction: made or refused, and which files nobody needs any more.

use s3s::{S3Error, s3_error};

/// What became of a change inside a transaction.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Why it was not made. What it removed all the same is among the orphans.
    pub(crate) refusal: Option<Refusal>,
    /// Files that nothing names once the transaction is committed.
    pub(crate) orphans: Vec<Orphan>,
}

/// Files to be removed.
#[derive(Debug)]
pub(crate) enum Orphan {
    /// One that was all of an object, or a part of an upload.
    File(String),
    /// Those of an object in parts, which somebody may be reading.
    Parts { content: String, files: Vec<String> },
}

/// Why a change was not made, when nothing of ours failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The conditions did not hold.
    Conditions,
    /// The upload was completed, aborted or never begun, or is another key's.
    NoSuchUpload,
    /// A part is not there, or is another one by now.
    InvalidPart,
}

impl Outcome {
    /// Nothing was changed, and this is why.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self { refusal: Some(refusal), orphans: Vec::new() }
    }
}

impl Refusal {
    /// What the client is told.
    pub(crate) fn error(self) -> S3Error {
        match self {
            Self::Conditions => precondition_failed(),
            Self::NoSuchUpload => s3_error!(NoSuchUpload, "The specified multipart upload does not exist."),
            Self::InvalidPart => invalid_part(),
        }
    }
}

/// What a request whose conditions do not hold is told: 412.
pub(crate) fn precondition_failed() -> S3Error {
    s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold.")
}

/// What a completion is told that names a part which is not there, or by another ETag.
pub(crate) fn invalid_part() -> S3Error {
    s3_error!(InvalidPart, "One or more of the specified parts could not be found.")
}
