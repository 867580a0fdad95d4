//! What the store in memory answers when it is asked to list: objects and unfinished uploads, by pages, as S3 writes them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::{collections::HashMap, fmt::Write};

/// A multipart upload that was begun and not completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    pub key: String,
    pub upload_id: String,
    /// RFC 3339.
    pub begun_at: String,
}

/// ListObjectsV2 of these keys, which are sorted.
pub fn objects<'a>(keys: impl Iterator<Item = &'a String>, query: &HashMap<String, String>) -> String {
    let most = query.get("max-keys").and_then(|most| most.parse().ok()).unwrap_or(1_000);
    let prefix = query.get("prefix").map_or("", String::as_str);
    let after = query.get("start-after").map_or("", String::as_str);
    let mut keys = keys.filter(|key| key.starts_with(prefix) && key.as_str() > after).peekable();
    let mut entries = String::new();
    for key in keys.by_ref().take(most) {
        write!(entries, "<Contents><Key>{}</Key><Size>1</Size></Contents>", encoded(key)).expect("written");
    }
    let has_more = keys.peek().is_some();
    format!(
        "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>{has_more}</IsTruncated>{entries}</ListBucketResult>"
    )
}

/// ListMultipartUploads of these, one a page.
pub fn uploads(all: &[Unfinished], query: &HashMap<String, String>) -> String {
    let marker = query.get("upload-id-marker");
    let place = all.iter().position(|upload| Some(&upload.upload_id) == marker).map_or(0, |place| place + 1);
    let (mut entries, has_more) = (String::new(), all.len() > place + 1);
    if let Some(Unfinished { key, upload_id, begun_at }) = all.get(place) {
        let key = encoded(key);
        entries = format!(
            "<NextKeyMarker>{key}</NextKeyMarker><NextUploadIdMarker>{upload_id}</NextUploadIdMarker>
            <Upload><Initiated>{begun_at}</Initiated><UploadId>{upload_id}</UploadId><Key>{key}</Key></Upload>"
        );
    }
    format!("<R><EncodingType>url</EncodingType><IsTruncated>{has_more}</IsTruncated>{entries}</R>")
}

/// As AWS writes it.
fn encoded(key: &str) -> String {
    utf8_percent_encode(key, NON_ALPHANUMERIC).to_string().replace("%20", "+")
}
