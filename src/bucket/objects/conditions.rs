//! Conditional requests: <https://www.rfc-editor.org/rfc/rfc9110#section-13>.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use http::HeaderMap;
use s3s::{S3Result, s3_error};

use crate::bucket::http::headers::text;

/// The conditions a request sets on the object it reads or replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
    /// Seconds since 1970, as are HTTP's dates.
    if_modified_since: Option<i64>,
    if_unmodified_since: Option<i64>,
}

/// What the conditions are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// Without its quotes.
    pub(crate) etag: String,
    /// Microseconds since 1970.
    pub(crate) modified_at: i64,
}

/// What conditions make of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Proceed,
    /// 304: the client has it already.
    NotModified,
    /// 412.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    Any,
    Listed(Vec<Tag>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tag {
    Strong(String),
    Weak(String),
}

impl Version {
    /// The version of an object that is written now.
    pub(crate) fn new(etag: String, now: SystemTime) -> Self {
        let elapsed = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { etag, modified_at: i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX) }
    }

    /// When the object was written.
    pub(crate) fn modified(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(u64::try_from(self.modified_at).unwrap_or_default())
    }
}

impl Conditions {
    /// The conditions in a request's headers; `InvalidArgument` for one that cannot be read.
    pub(crate) fn of(headers: &HeaderMap) -> S3Result<Self> {
        Ok(Self {
            if_match: text(headers, "if-match")?.map(Tags::parse),
            if_none_match: text(headers, "if-none-match")?.map(Tags::parse),
            if_modified_since: date(headers, "if-modified-since")?,
            if_unmodified_since: date(headers, "if-unmodified-since")?,
        })
    }

    /// Does the request set no condition?
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What becomes of a read of an object that exists, in the order that
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2> sets.
    pub(crate) fn of_read(&self, version: &Version) -> Verdict {
        let seconds = version.modified_at.div_euclid(1_000_000);
        let unchanged = match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) => tags.match_strongly(&version.etag),
            (None, Some(since)) => seconds <= since,
            (None, None) => true,
        };
        if !unchanged {
            return Verdict::Failed;
        }
        let known = match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) => tags.match_weakly(&version.etag),
            (None, Some(since)) => seconds <= since,
            (None, None) => false,
        };
        if known { Verdict::NotModified } else { Verdict::Proceed }
    }

    /// May a write replace what is there, or nothing?
    pub(crate) fn allow_write(&self, existing: Option<&Version>) -> bool {
        match existing {
            Some(version) => self.of_read(version) == Verdict::Proceed,
            None => self.if_match.is_none(),
        }
    }
}

/// Whether the range of a request with `If-Range` still applies:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5>.
pub(crate) fn range_applies(headers: &HeaderMap, version: &Version) -> S3Result<bool> {
    let Some(value) = text(headers, "if-range")? else {
        return Ok(true);
    };
    match DateTime::parse_from_rfc2822(value) {
        Ok(date) => Ok(date.timestamp() == version.modified_at.div_euclid(1_000_000)),
        Err(_) => Ok(Tags::parse(value).match_strongly(&version.etag)),
    }
}

impl Tags {
    fn parse(value: &str) -> Self {
        match value.trim() {
            "*" => Self::Any,
            list => Self::Listed(list.split(',').map(Tag::parse).collect()),
        }
    }

    fn match_strongly(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.contains(&Tag::Strong(etag.to_owned())),
        }
    }

    fn match_weakly(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(|tag| tag.value() == etag),
        }
    }
}

impl Tag {
    fn parse(value: &str) -> Self {
        let value = value.trim();
        match value.strip_prefix("W/") {
            Some(weak) => Self::Weak(weak.trim_matches('"').to_owned()),
            None => Self::Strong(value.trim_matches('"').to_owned()),
        }
    }

    fn value(&self) -> &str {
        match self {
            Self::Strong(value) | Self::Weak(value) => value,
        }
    }
}

fn date(headers: &HeaderMap, name: &str) -> S3Result<Option<i64>> {
    let Some(value) = text(headers, name)? else {
        return Ok(None);
    };
    let date = DateTime::parse_from_rfc2822(value);
    let date = date.map_err(|_| s3_error!(InvalidArgument, "The header {name} is not an HTTP date."))?;
    Ok(Some(date.timestamp()))
}
