//! Signing an upload URL: every check that can be made before there is a file, and no request to anywhere.

use super::policy::{Serving, check_size, check_type};
use crate::{
    accounts::Account,
    error::{Error, Result},
    files::ContentType,
    ids::{FileId, UrlKind},
    state::{AppState, Room},
    storage::{Disposition, FileName, ObjectKey, PresignedPut, PutTerms, StrictTerms},
};
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};

/// What a client wants to upload, as it says.
pub struct UploadRequest<'a> {
    /// As people see it; [`FileName`] adapts it to what stores take.
    pub file_name: &'a str,
    /// A media type, such as `image/png`.
    pub content_type: &'a str,
    /// With it the URL takes exactly this many bytes, once.
    pub size: Option<u64>,
    /// Of the whole file: 64 hexadecimal digits, or base64.
    pub sha256: Option<&'a str>,
}

/// Where to send it.
pub struct Presigned {
    /// What it will be called in the bucket, and confirmed by.
    pub key: ObjectKey,
    /// The URL, and the headers that have to come with the PUT.
    pub put: PresignedPut,
    /// Where the file will be found, once it is confirmed.
    pub file_url: String,
    /// By the store's clock: a PUT that begins later is refused.
    pub expires_at: DateTime<Utc>,
}

const SIZE_REQUIRED: &str = "Send size, the file's length in bytes, beside fileName and contentType, and with the PUT all the headers of the answer.";
const BAD_TYPE: &str = "contentType must be a media type such as image/png or text/plain; charset=utf-8, without quotes, backslashes and commas.";

/// Signs a URL that takes one upload. With a size it takes exactly that, once; without one, whatever comes until it
/// expires.
///
/// # Errors
///
/// `Malformed` for a type or a checksum that cannot be understood; `Unacceptable` for a name that no file can have, or
/// without a size where one is required; `TypeNotAllowed`; `TooLarge`; `OverQuota` and `TooManyUploads`, as far as is
/// known without asking; `ClocksDiffer` when the clocks are too far apart.
pub fn presign(app: &AppState, account: &Account, request: UploadRequest<'_>, now: DateTime<Utc>) -> Result<Presigned> {
    let name: FileName =
        request.file_name.parse().map_err(|error| Error::unacceptable("bad_file_name", format!("{error}")))?;
    let content_type = ContentType::parse(request.content_type);
    let content_type = content_type.ok_or_else(|| Error::Malformed(BAD_TYPE.into()))?;
    let strict = strict_terms(&request, &content_type)?;
    let kind = if strict.is_some() { UrlKind::Strict } else { UrlKind::Loose };
    if kind == UrlKind::Loose && app.uploads.require_size {
        return Err(Error::unacceptable("size_required", SIZE_REQUIRED));
    }
    // A strict URL makes sure that the store itself says “download” of what could run script.
    let serving = if kind == UrlKind::Strict { Serving::AsDownload } else { Serving::AsItsType };
    check_type(app, &content_type, serving)?;
    request.size.map_or(Ok(()), |size| check_size(app, size))?;
    let (id, ttl) = (FileId::generate(kind), app.uploads.url_ttl_of(kind));
    let expires_at = id.begun_at().unwrap_or(now) + ttl;
    app.open_uploads.begin(account.id, request.size.unwrap_or_default(), room(app, account), expires_at, now)?;
    let key = ObjectKey::new(app.store.prefix(), id, account.id, name);
    let terms = PutTerms { content_type: content_type.as_str(), strict };
    let put = app.store.presign_put(&key, &terms, ttl, now)?;
    let file_url = app.file_url(&key);
    Ok(Presigned { key, expires_at: put.expires_at, put, file_url })
}

fn strict_terms(request: &UploadRequest<'_>, content_type: &ContentType) -> Result<Option<StrictTerms>> {
    let sha256 = request.sha256.map(parse_sha256).transpose()?;
    let disposition = if content_type.is_inline() { Disposition::Inline } else { Disposition::Attachment };
    match (request.size, sha256) {
        (Some(size), sha256) => Ok(Some(StrictTerms { size, disposition, sha256 })),
        (None, Some(_)) => Err(Error::Malformed("sha256 needs size beside it.".into())),
        (None, None) => Ok(None),
    }
}

/// By what is known of the account without asking; `register` asks.
fn room(app: &AppState, account: &Account) -> Option<Room> {
    let quota = app.uploads.quota_of(account.quota)?;
    Some(Room { quota, used: account.used })
}

fn parse_sha256(text: &str) -> Result<[u8; 32]> {
    let bytes = match text.len() {
        64 => hex::decode(text).ok(),
        _ => BASE64_STANDARD.decode(text).ok(),
    };
    let hash = bytes.and_then(|bytes| bytes.try_into().ok());
    hash.ok_or_else(|| Error::Malformed("sha256 must be 64 hexadecimal digits or 44 characters of base64.".into()))
}

#[cfg(test)]
mod tests {
    use super::parse_sha256;

    #[test]
    fn a_checksum_is_taken_as_sha256sum_and_as_s3_write_it() {
        let hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        let base64 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
        assert_eq!(parse_sha256(hex).ok(), parse_sha256(base64).ok());
        assert!(parse_sha256(hex).is_ok());
        for bad in ["", "abc", &hex[1..], &base64[1..], &"é".repeat(32)] {
            assert!(parse_sha256(bad).is_err(), "{bad:?}");
        }
    }
}
