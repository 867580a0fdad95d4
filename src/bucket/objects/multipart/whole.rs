//! What parts make together: whether their sizes fit, the ETag of the whole and its checksums.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use s3s::{
    S3Result,
    crypto::{Checksum as _, Crc32, Crc32c, Md5, Sha1, Sha256},
    s3_error,
};

use crate::bucket::{
    disk::parts::StoredPart,
    objects::digests::{Algorithm, Checksums},
};

/// The smallest part but the last: <https://developers.cloudflare.com/r2/objects/multipart-objects/>.
const MIN_PART: u64 = 5 * 1024 * 1024;

/// S3's limit on an object, which is R2's less 5 GiB: <https://developers.cloudflare.com/r2/platform/limits/>.
const MAX_OBJECT: u64 = 5 * 1024 * 1024 * 1024 * 1024 - 5 * 1024 * 1024 * 1024;

/// How R2 makes the checksum of a whole, by algorithm: <https://developers.cloudflare.com/r2/api/s3/api/>.
pub(super) fn kind(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Crc64nvme => "FULL_OBJECT",
        Algorithm::Sha256 | Algorithm::Sha1 | Algorithm::Crc32 | Algorithm::Crc32c => "COMPOSITE",
    }
}

/// The size of the whole, if R2 would take parts of these sizes. Parts are equal, and the last one no larger:
/// <https://developers.cloudflare.com/r2/objects/multipart-objects/>. R2 is seen to call unequal ones `InvalidPart`.
pub(super) fn size(parts: &[StoredPart]) -> S3Result<u64> {
    let size = parts.iter().map(|part| part.size).sum();
    let (Some(first), Some((last, others))) = (parts.first(), parts.split_last()) else {
        return Err(s3_error!(MalformedXML, "Name at least one part."));
    };
    if others.iter().any(|part| part.size < MIN_PART) || size == 0 {
        return Err(s3_error!(EntityTooSmall, "Your proposed upload is smaller than the minimum allowed object size."));
    }
    if others.iter().any(|part| part.size != first.size) || last.size > first.size {
        return Err(s3_error!(InvalidPart, "All non-trailing parts must have the same length."));
    }
    if size > MAX_OBJECT {
        return Err(s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed object size."));
    }
    Ok(size)
}

/// The ETag of the whole: the MD5 of the parts' MD5s, and how many they are.
pub(super) fn etag(parts: &[StoredPart]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(&hex::decode(&part.version.etag).unwrap_or_default());
    }
    format!("{}-{}", hex::encode(md5.finalize()), parts.len())
}

/// The checksums of the whole, by every algorithm that all the parts have.
pub(super) fn checksums(parts: &[StoredPart]) -> Checksums {
    let whole = |algorithm| Some((algorithm, checksum(parts, algorithm)?));
    Algorithm::ALL.into_iter().filter_map(whole).collect()
}

fn checksum(parts: &[StoredPart], algorithm: Algorithm) -> Option<String> {
    let decoded = |part: &StoredPart| BASE64_STANDARD.decode(part.checksums.get(&algorithm)?).ok();
    let digests = parts.iter().map(decoded).collect::<Option<Vec<_>>>()?;
    let all = digests.concat();
    let bytes = match algorithm {
        Algorithm::Crc64nvme => return crc64nvme(parts, &digests),
        Algorithm::Sha256 => Sha256::checksum(&all).to_vec(),
        Algorithm::Sha1 => Sha1::checksum(&all).to_vec(),
        Algorithm::Crc32 => Crc32::checksum(&all).to_vec(),
        Algorithm::Crc32c => Crc32c::checksum(&all).to_vec(),
    };
    Some(format!("{}-{}", BASE64_STANDARD.encode(bytes), parts.len()))
}

/// The CRC of the whole, from those of its parts and their sizes.
fn crc64nvme(parts: &[StoredPart], digests: &[Vec<u8>]) -> Option<String> {
    let mut whole = 0;
    for (part, digest) in parts.iter().zip(digests) {
        let crc = u64::from_be_bytes(digest.as_slice().try_into().ok()?);
        whole = crc_fast::checksum_combine(crc_fast::CrcAlgorithm::Crc64Nvme, whole, crc, part.size);
    }
    Some(BASE64_STANDARD.encode(whole.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bucket::objects::conditions::Version;
    use s3s::crypto::Crc64Nvme;

    fn part(size: u64) -> StoredPart {
        let version = Version { etag: String::new(), modified_at: 0 };
        StoredPart { number: 1, file: String::new(), size, version, checksums: Checksums::new() }
    }

    #[test]
    fn parts_are_equal_and_large_enough_but_the_last() {
        let small = MIN_PART - 1;
        let large = MIN_PART + 1;
        for (sizes, expected) in [
            (&[1][..], Ok(1)),
            (&[0], Err("EntityTooSmall")),
            (&[MIN_PART, 1], Ok(MIN_PART + 1)),
            (&[MIN_PART, MIN_PART], Ok(2 * MIN_PART)),
            (&[small, 1], Err("EntityTooSmall")),
            (&[MIN_PART, large], Err("InvalidPart")),
            (&[MIN_PART, large, 1], Err("InvalidPart")),
            (&[large, MIN_PART, 1], Err("InvalidPart")),
            (&[], Err("MalformedXML")),
        ] {
            let parts: Vec<_> = sizes.iter().copied().map(part).collect();
            let found = size(&parts).map_err(|error| error.code().as_str().to_owned());
            assert_eq!(found, expected.map_err(str::to_owned), "{sizes:?}");
        }
    }

    #[test]
    fn the_crc64_of_the_whole_is_that_of_its_bytes() {
        let halves = ["hang up the ", "coats"];
        let parts = halves.map(|half| {
            let crc = BASE64_STANDARD.encode(Crc64Nvme::checksum(half.as_bytes()));
            StoredPart { checksums: [(Algorithm::Crc64nvme, crc)].into(), ..part(half.len() as u64) }
        });
        let whole = BASE64_STANDARD.encode(Crc64Nvme::checksum(halves.concat().as_bytes()));
        assert_eq!(checksums(&parts), [(Algorithm::Crc64nvme, whole)].into());
    }
}
