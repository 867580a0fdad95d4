//! What a client says about the bytes it sends (length, MD5, checksums), and whether they keep to it.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, header};
use s3s::{
    S3Result, TrailingHeaders,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256},
    s3_error,
};
use serde::{Deserialize, Serialize};

use crate::bucket::http::headers::text;

/// The largest object one PUT may carry: <https://developers.cloudflare.com/r2/platform/limits/>.
pub(crate) const MAX_SINGLE_PUT: u64 = 5 * 1024 * 1024 * 1024;

/// The checksums R2 enforces on a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Algorithm {
    Sha256,
    Sha1,
    Crc32,
    Crc32c,
    Crc64nvme,
}

/// Checksums in base64, as S3 writes them.
pub(crate) type Checksums = BTreeMap<Algorithm, String>;

/// What the client says about the bytes that follow.
#[derive(Debug)]
pub(crate) struct Claims {
    /// Of the object in bytes, without the framing of `aws-chunked`.
    pub(crate) length: u64,
    md5: Option<Vec<u8>>,
    checksums: Checksums,
    /// A checksum announced by `x-amz-trailer`, whose value comes after the bytes.
    trailing: Option<Algorithm>,
}

/// Digests of bytes as they come.
pub(crate) struct Digests {
    md5: Md5,
    others: Vec<Hasher>,
}

/// What is known of bytes that kept to their claims.
#[derive(Debug)]
pub(crate) struct Verified {
    /// The MD5 in hexadecimal digits, as R2 has it for an object of one PUT.
    pub(crate) etag: String,
    pub(crate) checksums: Checksums,
}

enum Hasher {
    Sha256(Sha256),
    Sha1(Sha1),
    Crc32(Crc32),
    Crc32c(Crc32c),
    Crc64nvme(Crc64Nvme),
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] = [Self::Sha256, Self::Sha1, Self::Crc32, Self::Crc32c, Self::Crc64nvme];

    /// The header in which S3 sends its value in base64.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64nvme => "x-amz-checksum-crc64nvme",
        }
    }

    /// The name that S3 has for it in `x-amz-checksum-algorithm`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA256",
            Self::Sha1 => "SHA1",
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64nvme => "CRC64NVME",
        }
    }

    fn is_for_parts(self) -> bool {
        match self {
            Self::Sha256 | Self::Sha1 => false,
            Self::Crc32 | Self::Crc32c | Self::Crc64nvme => true,
        }
    }

    fn digest_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha1 => 20,
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64nvme => 8,
        }
    }

    fn hasher(self) -> Hasher {
        match self {
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha1 => Hasher::Sha1(Sha1::new()),
            Self::Crc32 => Hasher::Crc32(Crc32::new()),
            Self::Crc32c => Hasher::Crc32c(Crc32c::new()),
            Self::Crc64nvme => Hasher::Crc64nvme(Crc64Nvme::new()),
        }
    }
}

impl Claims {
    /// What a PUT's headers say of its body.
    pub(crate) fn of(headers: &HeaderMap) -> S3Result<Self> {
        let mut checksums = Checksums::new();
        for algorithm in Algorithm::ALL {
            if let Some(value) = text(headers, algorithm.header())? {
                decode(value, algorithm.digest_bytes(), algorithm.header())?;
                checksums.insert(algorithm, value.to_owned());
            }
        }
        Ok(Self { length: length(headers)?, md5: md5(headers)?, checksums, trailing: trailing(headers)? })
    }

    /// What an UploadPart's headers say of its body. R2 does not take SHA-1 and SHA-256 there and answers 501, although
    /// its table of checksums has them for composites: <https://developers.cloudflare.com/r2/api/s3/api/>.
    pub(crate) fn of_part(headers: &HeaderMap) -> S3Result<Self> {
        let claims = Self::of(headers)?;
        match claims.checksums.keys().chain(claims.trailing.iter()).find(|algorithm| !algorithm.is_for_parts()) {
            Some(algorithm) => Err(s3_error!(NotImplemented, "{} of a part is not implemented.", algorithm.header())),
            None => Ok(claims),
        }
    }

    /// What is said of bytes that come from this bucket itself.
    pub(crate) fn of_copy(length: u64) -> Self {
        Self { length, md5: None, checksums: Checksums::new(), trailing: None }
    }

    /// What has to be computed of the body: its MD5 always, and every checksum that was stated or announced.
    pub(crate) fn digests(&self) -> Digests {
        let others = self.checksums.keys().chain(self.trailing.iter()).map(|algorithm| algorithm.hasher()).collect();
        Digests { md5: Md5::new(), others }
    }

    /// Compares what came with what was said. The trailers are there once the body has been read to its end.
    pub(crate) fn verify(
        mut self,
        length: u64,
        digests: Digests,
        trailers: Option<&TrailingHeaders>,
    ) -> S3Result<Verified> {
        if length != self.length {
            return Err(s3_error!(IncompleteBody, "The body is shorter or longer than its stated length."));
        }
        if let Some(algorithm) = self.trailing {
            self.checksums.insert(algorithm, trailing_value(algorithm, trailers)?);
        }
        let md5 = digests.md5.finalize();
        if self.md5.is_some_and(|stated| stated != md5) {
            return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."));
        }
        let actual: Checksums = digests.others.into_iter().map(Hasher::finish).collect();
        for (algorithm, stated) in &self.checksums {
            if actual.get(algorithm) != Some(stated) {
                let name = algorithm.header();
                return Err(s3_error!(BadDigest, "The {name} you specified did not match what we received."));
            }
        }
        Ok(Verified { etag: hex::encode(md5), checksums: actual })
    }
}

impl Digests {
    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        for hasher in &mut self.others {
            match hasher {
                Hasher::Sha256(hasher) => hasher.update(bytes),
                Hasher::Sha1(hasher) => hasher.update(bytes),
                Hasher::Crc32(hasher) => hasher.update(bytes),
                Hasher::Crc32c(hasher) => hasher.update(bytes),
                Hasher::Crc64nvme(hasher) => hasher.update(bytes),
            }
        }
    }
}

impl Hasher {
    fn finish(self) -> (Algorithm, String) {
        match self {
            Self::Sha256(hasher) => (Algorithm::Sha256, BASE64_STANDARD.encode(hasher.finalize())),
            Self::Sha1(hasher) => (Algorithm::Sha1, BASE64_STANDARD.encode(hasher.finalize())),
            Self::Crc32(hasher) => (Algorithm::Crc32, BASE64_STANDARD.encode(hasher.finalize())),
            Self::Crc32c(hasher) => (Algorithm::Crc32c, BASE64_STANDARD.encode(hasher.finalize())),
            Self::Crc64nvme(hasher) => (Algorithm::Crc64nvme, BASE64_STANDARD.encode(hasher.finalize())),
        }
    }
}

/// Checksums as headers.
pub(crate) fn checksum_headers(checksums: &Checksums) -> HeaderMap {
    let value = |value: &String| value.parse().ok();
    let headers = checksums
        .iter()
        .filter_map(|(algorithm, text)| Some((HeaderName::from_static(Algorithm::header(*algorithm)), value(text)?)));
    headers.collect()
}

fn length(headers: &HeaderMap) -> S3Result<u64> {
    let missing = || s3_error!(MissingContentLength, "You must provide the Content-Length HTTP header.");
    let decoded = text(headers, "x-amz-decoded-content-length")?;
    let stated = decoded.or(text(headers, header::CONTENT_LENGTH.as_str())?).ok_or_else(missing)?;
    let length: u64 = stated.parse().map_err(|_| s3_error!(InvalidArgument, "Content-Length is not a number."))?;
    if length > MAX_SINGLE_PUT {
        return Err(s3_error!(EntityTooLarge, "One PUT carries at most 5 GiB. Use a multipart upload."));
    }
    Ok(length)
}

fn md5(headers: &HeaderMap) -> S3Result<Option<Vec<u8>>> {
    text(headers, "content-md5")?.map(|value| decode(value, 16, "Content-MD5")).transpose()
}

fn trailing(headers: &HeaderMap) -> S3Result<Option<Algorithm>> {
    let Some(name) = text(headers, "x-amz-trailer")? else {
        return Ok(None);
    };
    let known = Algorithm::ALL.into_iter().find(|algorithm| algorithm.header().eq_ignore_ascii_case(name.trim()));
    known.map(Some).ok_or_else(|| s3_error!(NotImplemented, "The trailer {name} is not implemented."))
}

fn trailing_value(algorithm: Algorithm, trailers: Option<&TrailingHeaders>) -> S3Result<String> {
    let name = algorithm.header();
    let value = trailers.and_then(|trailers| trailers.read(|headers| headers.get(name).cloned()).flatten());
    let value = value.and_then(|value| value.to_str().map(str::to_owned).ok());
    let value = value.ok_or_else(|| s3_error!(InvalidRequest, "The announced trailer {name} did not come."))?;
    decode(&value, algorithm.digest_bytes(), name)?;
    Ok(value)
}

fn decode(value: &str, bytes: usize, name: &str) -> S3Result<Vec<u8>> {
    let decoded = BASE64_STANDARD.decode(value).ok().filter(|digest| digest.len() == bytes);
    decoded.ok_or_else(|| s3_error!(InvalidDigest, "{name} is not the base64 of {bytes} bytes."))
}
