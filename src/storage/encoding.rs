//! Percent-encoding, as signatures and URLs need it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 lets stand in a URL anywhere.
pub(super) const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const UNRESERVED_AND_SLASH: AsciiSet = UNRESERVED.remove(b'/');

/// A key as a URL path: every byte but letters, digits, `-._~` and `/` is percent-encoded.
pub fn url_path(key: &str) -> String {
    utf8_percent_encode(key, &UNRESERVED_AND_SLASH).to_string()
}
