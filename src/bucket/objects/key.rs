//! An object's key: Unicode text in NFC of at most 1,024 bytes of UTF-8.

use s3s::{S3Result, s3_error};
use unicode_normalization::UnicodeNormalization;

/// R2's limit on a key, in bytes: <https://developers.cloudflare.com/r2/platform/limits/>.
const MAX_BYTES: usize = 1_024;

/// An object's key in NFC: two spellings of one text are one key, as in R2. Keys never name files, so any text is
/// harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The key that a text spells; `InvalidArgument` if it is empty, `KeyTooLongError` over 1,024 bytes.
    pub(crate) fn parse(text: &str) -> S3Result<Self> {
        let normal = normalise(text);
        if normal.is_empty() {
            return Err(s3_error!(InvalidArgument, "A key must not be empty."));
        }
        if normal.len() > MAX_BYTES {
            return Err(s3_error!(KeyTooLongError, "A key is at most 1,024 bytes of UTF-8."));
        }
        Ok(Self(normal))
    }

    /// As the index has it and sorts by it.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// NFC, in which keys are stored and compared.
pub(crate) fn normalise(text: &str) -> String {
    text.nfc().collect()
}
