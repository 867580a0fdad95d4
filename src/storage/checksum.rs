//! Checksums that a store holds the bytes of a PUT against, before it keeps any of them.

use base64::prelude::{BASE64_STANDARD, Engine};

pub(super) const CHECKSUM_SHA256: &str = "x-amz-checksum-sha256";
/// The checksum once more, because stores tell an object's metadata with its first bytes, but not its checksum. Both
/// are signed in one URL, so an object with this one is an object whose bytes the store held against the other.
pub(super) const VERIFIED_SHA256: &str = "x-amz-meta-sha256";
pub(super) const CHECKSUM_CRC32C: &str = "x-amz-checksum-crc32c";
/// A CRC32C once more, to be told with the first bytes.
pub(super) const VERIFIED_CRC32C: &str = "x-amz-meta-crc32c";
const CONTENT_MD5: &str = "Content-MD5";

/// What the bytes of one PUT must add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Of a whole file alone: R2 takes none on parts.
    Sha256([u8; 32]),
    /// Big-endian, as S3 has it.
    Crc32c([u8; 4]),
    Md5([u8; 16]),
}

impl Checksum {
    /// A SHA-256 in 64 hexadecimal digits, or in base64.
    pub fn sha256(text: &str) -> Option<Self> {
        match text.len() {
            64 => array(hex::decode(text).ok()).map(Self::Sha256),
            _ => array(BASE64_STANDARD.decode(text).ok()).map(Self::Sha256),
        }
    }

    /// The four bytes of a CRC32C, the most significant first, in base64.
    pub fn crc32c(text: &str) -> Option<Self> {
        array(BASE64_STANDARD.decode(text).ok()).map(Self::Crc32c)
    }

    /// An MD5 in base64, as `Content-MD5` has it.
    pub fn md5(text: &str) -> Option<Self> {
        array(BASE64_STANDARD.decode(text).ok()).map(Self::Md5)
    }

    /// The header that makes the store look.
    pub(super) fn header(&self) -> (&'static str, String) {
        match self {
            Self::Sha256(bytes) => (CHECKSUM_SHA256, BASE64_STANDARD.encode(bytes)),
            Self::Crc32c(bytes) => (CHECKSUM_CRC32C, BASE64_STANDARD.encode(bytes)),
            Self::Md5(bytes) => (CONTENT_MD5, BASE64_STANDARD.encode(bytes)),
        }
    }

    /// The metadata that tells later that the store has looked.
    pub(super) fn remark(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Sha256(bytes) => Some((VERIFIED_SHA256, BASE64_STANDARD.encode(bytes))),
            Self::Crc32c(bytes) => Some((VERIFIED_CRC32C, BASE64_STANDARD.encode(bytes))),
            Self::Md5(_) => None,
        }
    }
}

fn array<const LENGTH: usize>(bytes: Option<Vec<u8>>) -> Option<[u8; LENGTH]> {
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sha256_is_taken_as_sha256sum_and_as_s3_write_it() {
        let hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        let base64 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
        assert!(Checksum::sha256(hex).is_some());
        assert_eq!(Checksum::sha256(hex), Checksum::sha256(base64));
        for bad in ["", "abc", &hex[1..], &base64[1..], &"é".repeat(32)] {
            assert_eq!(Checksum::sha256(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn other_checksums_are_taken_in_base64_alone() {
        assert_eq!(Checksum::crc32c("yZRlqg=="), Some(Checksum::Crc32c([0xc9, 0x94, 0x65, 0xaa])));
        assert!(Checksum::md5("XUFAKrxLKna5cZ2REBfFkg==").is_some());
        for bad in ["", "c99465aa", "yZRlqg", "yZRlqgA=", "XUFAKrxLKna5cZ2REBfFkg==", "é"] {
            assert_eq!(Checksum::crc32c(bad), None, "{bad:?}");
        }
        for bad in ["", "5d41402abc4b2a76b9719d911017c592", "yZRlqg=="] {
            assert_eq!(Checksum::md5(bad), None, "{bad:?}");
        }
    }
}
