//! Thumbnails' keys: `{thumbs}{file_id}/{owner}/512`. Each is a second object of a file, found by the file's key.

use super::{ObjectKey, PresignedPut, Store};
use crate::{
    error::Result,
    ids::{FileId, UserId},
};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// The prefix of files where nothing else is configured, beside which thumbnails lie. Under every other one they lie within
/// it, so that two installations in one bucket never meet.
const FILES: &str = "files/";
const THUMBS: &str = "thumbs/";
/// The longest side that one may have, in pixels.
const NAME: &str = "512";

/// The key of a file's thumbnail. Nothing else builds or takes apart such keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThumbnailKey {
    /// The file that it shows.
    pub file_id: FileId,
    text: String,
}

/// What a presigned PUT of a thumbnail will take, once.
pub struct ThumbnailTerms {
    /// `image/webp` or `image/jpeg`.
    pub content_type: &'static str,
    /// In bytes.
    pub size: u64,
}

/// What thumbnails' keys begin with, beside files whose keys begin with `prefix`.
pub fn thumbnails_prefix(prefix: &str) -> String {
    if prefix == FILES { THUMBS.to_owned() } else { format!("{prefix}{THUMBS}") }
}

impl ThumbnailKey {
    /// Of a file. `prefix` is that of files.
    pub fn new(prefix: &str, file_id: FileId, owner: UserId) -> Self {
        Self { file_id, text: format!("{}{file_id}/{owner}/{NAME}", thumbnails_prefix(prefix)) }
    }

    /// Of a file, by its key.
    pub fn of(prefix: &str, key: &ObjectKey) -> Self {
        Self::new(prefix, key.file_id, key.owner)
    }

    /// Of a file under a key that a row names, which may have been issued under another prefix than today's, and to somebody whose
    /// account was deleted since. `owner` is whose it is.
    pub fn beside(prefix: &str, object_key: &str, file_id: FileId, owner: UserId) -> Self {
        let own = object_key.split_once(&format!("{file_id}/")).filter(|(own, _)| own.ends_with('/'));
        let uploader = own.and_then(|(own, rest)| Some((own, rest.split_once('/')?.0.parse().ok()?)));
        let (own, uploader) = uploader.unwrap_or((prefix, owner));
        Self::new(own, file_id, uploader)
    }

    /// `None` for keys of any other shape.
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let (file_id, rest) = text.strip_prefix(&thumbnails_prefix(prefix))?.split_once('/')?;
        let (owner, _) = rest.split_once('/')?;
        let key = Self::new(prefix, file_id.parse().ok()?, owner.parse().ok()?);
        (key.text == text).then_some(key)
    }

    /// The key as the store has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Store {
    /// Signs the upload of a thumbnail: exactly this many bytes, once. No request is made.
    ///
    /// # Errors
    ///
    /// `Error::ClocksDiffer` when the clocks are too far apart.
    pub fn presign_thumbnail(
        &self,
        key: &ThumbnailKey,
        terms: &ThumbnailTerms,
        ttl: Duration,
        now: DateTime<Utc>,
    ) -> Result<PresignedPut> {
        let headers = vec![
            ("Content-Type", terms.content_type.to_owned()),
            ("If-None-Match", "*".to_owned()),
            ("Cache-Control", super::KEEP_FOR_EVER.to_owned()),
        ];
        self.presign_put_of(key.as_str(), headers, Some(terms.size), ttl, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UrlKind;

    #[test]
    fn thumbnails_lie_beside_files_or_within_another_prefix() {
        let (file, owner) = (FileId::generate(UrlKind::Strict), UserId::generate());
        for (prefix, thumbs) in [("files/", "thumbs/"), ("team/", "team/thumbs/"), ("a/files/", "a/files/thumbs/")] {
            let key = ThumbnailKey::new(prefix, file, owner);
            assert_eq!(key.as_str(), format!("{thumbs}{file}/{owner}/512"));
            assert_eq!(ThumbnailKey::parse(prefix, key.as_str()), Some(key.clone()));
            assert_eq!(ObjectKey::parse(prefix, key.as_str()), None, "it is no file");
            let object_key = format!("{prefix}{file}/{owner}/a.jpg");
            assert_eq!(ThumbnailKey::beside("today/", &object_key, file, owner), key);
        }
    }

    #[test]
    fn only_keys_of_their_own_shape_are_parsed() {
        let (file, owner) = (FileId::generate(UrlKind::Strict), UserId::generate());
        for bad in [
            format!("thumbs/{file}/{owner}/513"),
            format!("thumbs/{file}/{owner}/512/"),
            format!("thumbs/{file}/{owner}"),
            format!("thumbs/{file}/../512"),
            format!("files/{file}/{owner}/512"),
            format!("thumbs/{}/{owner}/512", file.to_string().to_uppercase()),
        ] {
            assert_eq!(ThumbnailKey::parse("files/", &bad), None, "{bad}");
        }
    }
}
