//! Who may ask and what is refused before a byte of a body is read, once s3s has verified the signature.

use http::{HeaderMap, Uri};
use s3s::{
    S3Result,
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
    s3_error,
};

use super::signing::{Signature, header_in_query, query_names};

/// The `x-amz-*` headers that are understood. R2 answers 501 to what it does not know, and so must we: an unknown
/// header that is ignored would look as if it had been obeyed.
const KNOWN_HEADERS: [&str; 24] = [
    // Ignored, as R2 is seen to do, although its list says that it is not implemented:
    // <https://developers.cloudflare.com/r2/api/s3/api/>.
    "x-amz-acl",
    "x-amz-checksum-algorithm",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-mode",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-checksum-type",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-copy-source-if-match",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-unmodified-since",
    "x-amz-copy-source-range",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-metadata-directive",
    "x-amz-mp-object-size",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-storage-class",
    "x-amz-trailer",
    "x-amz-user-agent",
];

/// The one key pair of the bucket.
pub(crate) struct KeyPair {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: SecretKey,
}

/// The rules for everyone who holds the key pair, or a URL signed with it.
pub(crate) struct Access {
    /// The only bucket that there is.
    pub(crate) bucket: String,
}

#[async_trait::async_trait]
impl S3Auth for KeyPair {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == self.access_key_id {
            return Ok(self.secret_access_key.clone());
        }
        Err(s3_error!(InvalidAccessKeyId, "The access key id you provided does not exist in our records."))
    }
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "This bucket answers only signed requests."));
        }
        refuse(context.uri(), context.headers())?;
        refuse_unknown_parameters(context.s3_op().name(), context.uri())?;
        match context.s3_path().get_bucket_name() {
            Some(bucket) if bucket != self.bucket => {
                Err(s3_error!(NoSuchBucket, "The specified bucket does not exist."))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// What is refused of any request, whatever it asks for.
pub(crate) fn refuse(uri: &Uri, headers: &HeaderMap) -> S3Result<()> {
    refuse_unsigned(&Signature::of(uri, headers), headers)?;
    refuse_unknown(headers)?;
    match header_in_query(uri) {
        Some(name) => Err(s3_error!(NotImplemented, "{name} in a URL is not implemented. Sign it as a header.")),
        None => Ok(()),
    }
}

/// R2 answers 501 to parameters of a listing that it does not know. Elsewhere it ignores them.
fn refuse_unknown_parameters(operation: &str, uri: &Uri) -> S3Result<()> {
    let known: &[&str] = match operation {
        "ListObjects" => &["marker", "max-keys"],
        "ListObjectsV2" => &["list-type", "continuation-token", "start-after", "max-keys", "fetch-owner"],
        "ListMultipartUploads" => &["uploads", "key-marker", "upload-id-marker", "max-uploads"],
        _ => return Ok(()),
    };
    let always = ["prefix", "delimiter", "encoding-type", "x-id"];
    let is_header = |name: &str| name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
    let is_known = |name: &str| known.contains(&name) || always.contains(&name) || is_header(name);
    match query_names(uri).find(|name| !is_known(name)) {
        Some(name) => Err(s3_error!(NotImplemented, "{operation} search parameter {name} not implemented")),
        None => Ok(()),
    }
}

/// Whoever holds a signed URL must not be able to make it do more by adding a header.
fn refuse_unsigned(signature: &Signature, headers: &HeaderMap) -> S3Result<()> {
    let binding = |name: &str| name.starts_with("x-amz-") || name == "content-md5";
    match headers.keys().map(|name| name.as_str()).find(|name| binding(name) && !signature.covers(name)) {
        Some(name) => {
            Err(s3_error!(AccessDenied, "There were headers present in the request which were not signed: {name}."))
        }
        None => Ok(()),
    }
}

fn refuse_unknown(headers: &HeaderMap) -> S3Result<()> {
    let known = |name: &str| KNOWN_HEADERS.contains(&name) || name.starts_with("x-amz-meta-");
    match headers.keys().map(|name| name.as_str()).find(|name| name.starts_with("x-amz-") && !known(name)) {
        Some(name) => Err(s3_error!(NotImplemented, "The header {name} is not implemented.")),
        None => Ok(()),
    }
}
