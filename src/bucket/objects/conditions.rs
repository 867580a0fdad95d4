//! Conditional requests: <https://www.rfc-editor.org/rfc/rfc9110#section-13>.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime};
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
        Self { etag, modified_at: micros(now) }
    }

    /// When the object was written.
    pub(crate) fn modified(&self) -> SystemTime {
        moment(self.modified_at)
    }
}

impl Conditions {
    /// The conditions in a request's headers; `InvalidArgument` for one that cannot be read.
    pub(crate) fn of(headers: &HeaderMap) -> S3Result<Self> {
        Self::after(headers, "")
    }

    /// The conditions in headers whose names begin with a prefix, as those on the source of a copy do.
    pub(crate) fn after(headers: &HeaderMap, prefix: &str) -> S3Result<Self> {
        let name = |name: &str| format!("{prefix}{name}");
        Ok(Self {
            if_match: text(headers, &name("if-match"))?.map(Tags::parse),
            if_none_match: text(headers, &name("if-none-match"))?.map(Tags::parse),
            if_modified_since: date(headers, &name("if-modified-since"))?,
            if_unmodified_since: date(headers, &name("if-unmodified-since"))?,
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

/// A time in microseconds since 1970, as the index keeps it.
pub(crate) fn micros(time: SystemTime) -> i64 {
    let elapsed = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
}

/// The time that the index keeps so.
pub(crate) fn moment(micros: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

/// Whether the range of a request with `If-Range` still applies:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5>.
pub(crate) fn range_applies(headers: &HeaderMap, version: &Version) -> S3Result<bool> {
    let Some(value) = text(headers, "if-range")? else {
        return Ok(true);
    };
    match http_date(value) {
        Some(date) => Ok(date == version.modified_at.div_euclid(1_000_000)),
        None => Ok(Tags::parse(value).match_strongly(&version.etag)),
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
    let date = http_date(value);
    let date = date.ok_or_else(|| s3_error!(InvalidArgument, "The header {name} is not an HTTP date."))?;
    Ok(Some(date))
}

/// Seconds since 1970, of a date in any of HTTP's three forms:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>.
pub(crate) fn http_date(text: &str) -> Option<i64> {
    let old = |form| NaiveDateTime::parse_from_str(text, form).ok().map(|date| date.and_utc().timestamp());
    let today = DateTime::parse_from_rfc2822(text).ok().map(|date| date.timestamp());
    today.or_else(|| old("%A, %d-%b-%y %H:%M:%S GMT")).or_else(|| old("%a %b %e %H:%M:%S %Y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_in_three_forms() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(http_date(text), Some(784_111_777), "{text}");
        }
        for text in ["", "yesterday", "\"etag\"", "Sun, 06 Nov 1994", "1994-11-06T08:49:37Z"] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
