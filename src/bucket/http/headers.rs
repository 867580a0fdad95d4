//! Reads headers the way S3 does: once each, and as text.

use http::HeaderMap;
use s3s::{S3Result, s3_error};

/// A header's value, if the header came; `InvalidArgument` if it came twice or is not text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> S3Result<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(s3_error!(InvalidArgument, "The header {name} came twice."));
    }
    let value = value.to_str().map_err(|_| s3_error!(InvalidArgument, "The header {name} is not text."))?;
    Ok(Some(value))
}
