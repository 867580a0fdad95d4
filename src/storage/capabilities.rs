//! What a store was seen to honour of what our URLs sign, and what follows where it does not.

use tokio::time::Instant;

/// What a store honours of what our URLs sign. Each is true when a canary object showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// `If-None-Match: *`: an upload URL that was used is used up.
    pub conditional_writes: bool,
    /// A signed `Content-Length` is the only length taken.
    pub signed_length: bool,
    /// Bytes that are not those of `x-amz-checksum-sha256` are refused.
    pub checksums: bool,
    /// Bytes that are not those of `x-amz-checksum-crc32c` are refused.
    pub crc32c: bool,
    /// A signed read decides the type, the disposition and how long it may be kept.
    pub response_overrides: bool,
}

impl Capabilities {
    /// What R2 honours: <https://developers.cloudflare.com/r2/api/s3/api/>.
    pub const ALL: Self =
        Self { conditional_writes: true, signed_length: true, checksums: true, crc32c: true, response_overrides: true };

    /// What is not honoured, and what that means, each in words that follow “the store”.
    pub fn missing(&self) -> Vec<&'static str> {
        let all = [
            (self.conditional_writes, "ignores If-None-Match: upload URLs can be used again until they expire"),
            (self.signed_length, "ignores a signed Content-Length: upload URLs take files of any size"),
            (self.checksums, "ignores x-amz-checksum-sha256: damaged uploads are not noticed"),
            (self.crc32c, "ignores x-amz-checksum-crc32c: damaged parts of large files are not noticed"),
            (
                self.response_overrides,
                "ignores response-content-type and its like: files are served as what they were uploaded as",
            ),
        ];
        all.into_iter().filter(|(honoured, _)| !honoured).map(|(_, words)| words).collect()
    }
}

/// When the store may be asked next.
#[derive(Default)]
pub(super) struct Asking {
    pub(super) not_before: Option<Instant>,
}
