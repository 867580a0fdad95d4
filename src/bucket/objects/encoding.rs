//! How keys are written into the XML of a listing, which cannot hold every character that a key can.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::{
    S3Result,
    dto::{CommonPrefix, EncodingType},
    s3_error,
};

/// What `encoding-type=url` leaves as it is.
const URL_ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// How text is written.
#[derive(Clone, Copy)]
pub(crate) enum Encoding {
    Plain,
    Url,
}

impl Encoding {
    /// The one that was asked for.
    pub(crate) fn of(asked: Option<&EncodingType>) -> S3Result<Self> {
        match asked.map(EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(_) => Err(s3_error!(InvalidArgument, "The only encoding-type is url.")),
        }
    }

    /// A key, or a part of one.
    pub(crate) fn write(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => utf8_percent_encode(text, URL_ENCODED).to_string(),
        }
    }

    /// An entry that stands for all keys that begin with it.
    pub(crate) fn group(self, group: &str) -> CommonPrefix {
        CommonPrefix { prefix: Some(self.write(group)) }
    }
}
