//! Stages bytes: in a file that nobody sees, hashed on the way, checked, and synced before anyone is told.

use std::{fs::File, io::Write, sync::Arc};

use futures::StreamExt;
use http::StatusCode;
use s3s::{S3Error, S3ErrorCode, S3Result, TrailingHeaders, dto::StreamingBlob, s3_error};

use super::folder::{Folder, UnlistedFile};
use crate::bucket::{
    error::{fault, no_room},
    objects::digests::{Claims, Digests, Verified},
};

/// Bytes held in memory before they go to the disk. Smaller bodies are written in one step.
const BUFFER_BYTES: usize = 1024 * 1024;

/// Bytes that are on the disk and are what their sender said they are. Nobody sees them until a change names the file.
pub(crate) struct Received {
    pub(crate) file: UnlistedFile,
    pub(crate) size: u64,
    pub(crate) verified: Verified,
}

/// A file being filled. The file is made by the first write.
struct StagedFile {
    folder: Arc<Folder>,
    open: Option<(File, UnlistedFile)>,
    digests: Digests,
    written: u64,
}

/// Receives a whole body. Whatever goes wrong, or if the caller stops waiting, the file is removed.
pub(crate) async fn receive(
    folder: &Arc<Folder>,
    claims: Claims,
    mut body: StreamingBlob,
    trailers: Option<TrailingHeaders>,
) -> S3Result<Received> {
    let mut staged = StagedFile { folder: Arc::clone(folder), open: None, digests: claims.digests(), written: 0 };
    // Copied, because a sender of single bytes would otherwise make a crowd of small buffers.
    let mut buffer = Vec::new();
    let mut received = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| broken(&error.to_string()))?;
        received += chunk.len() as u64;
        if received > claims.length {
            return Err(s3_error!(IncompleteBody, "The body is longer than its stated length."));
        }
        buffer.extend_from_slice(&chunk);
        if buffer.len() >= BUFFER_BYTES {
            let full = std::mem::take(&mut buffer);
            staged = blocking(move || staged.write(&full)).await?;
        }
    }
    blocking(move || staged.write(&buffer)?.seal(claims, trailers.as_ref())).await
}

impl StagedFile {
    fn write(mut self, bytes: &[u8]) -> S3Result<Self> {
        let (mut file, unlisted) = match self.open.take() {
            Some(open) => open,
            None => self.folder.create().map_err(|error| no_room(&error))?,
        };
        file.write_all(bytes).map_err(|error| no_room(&error))?;
        self.digests.update(bytes);
        self.written += bytes.len() as u64;
        self.open = Some((file, unlisted));
        Ok(self)
    }

    fn seal(self, claims: Claims, trailers: Option<&TrailingHeaders>) -> S3Result<Received> {
        let verified = claims.verify(self.written, self.digests, trailers)?;
        let (file, unlisted) = self.open.ok_or_else(|| fault("a file was sealed before it was written"))?;
        file.sync_all().map_err(|error| no_room(&error))?;
        Ok(Received { file: unlisted, size: self.written, verified })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> S3Result<T> + Send + 'static) -> S3Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(fault)?
}

/// Why a body broke off. s3s keeps the types of these errors to itself, so their texts are all there is.
fn broken(reason: &str) -> S3Error {
    if reason.contains("Sha256Mismatch") {
        let code = S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into());
        let mut error = S3Error::with_message(code, "The body does not match its x-amz-content-sha256 header.");
        error.set_status_code(StatusCode::BAD_REQUEST);
        return error;
    }
    if reason.contains("SignatureMismatch") {
        return s3_error!(SignatureDoesNotMatch, "The signature of a chunk is wrong.");
    }
    s3_error!(IncompleteBody, "The body broke off before its stated length.")
}
