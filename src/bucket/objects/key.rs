//! An object's key: Unicode text in NFC of at most 1,024 bytes of UTF-8.

use http::StatusCode;
use s3s::{S3Error, S3ErrorCode, S3Result};
use unicode_normalization::UnicodeNormalization;

/// R2's limit on a key, in bytes: <https://developers.cloudflare.com/r2/platform/limits/>.
const MAX_BYTES: usize = 1_024;

/// An object's key in NFC: two spellings of one text are one key, as in R2. Keys never name files, so any text is
/// harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The key that a text spells; `InvalidObjectName`, as R2 has it, if it is empty or over 1,024 bytes:
    /// <https://developers.cloudflare.com/r2/api/error-codes/>.
    pub(crate) fn parse(text: &str) -> S3Result<Self> {
        let normal = normalise(text);
        if normal.is_empty() {
            return Err(invalid("A key must not be empty."));
        }
        refuse_too_long(normal.len())?;
        Ok(Self(normal))
    }

    /// As the index has it and sorts by it.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// `InvalidObjectName` for a key of so many bytes, if they are too many.
pub(crate) fn refuse_too_long(bytes: usize) -> S3Result<()> {
    if bytes > MAX_BYTES { Err(invalid("A key is at most 1,024 bytes of UTF-8.")) } else { Ok(()) }
}

fn invalid(message: &'static str) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom("InvalidObjectName".into()), message);
    error.set_status_code(StatusCode::BAD_REQUEST);
    error
}

/// NFC, in which keys are stored and compared.
pub(crate) fn normalise(text: &str) -> String {
    text.nfc().collect()
}
