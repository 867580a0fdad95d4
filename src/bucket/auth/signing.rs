//! What a request says about its own signature: which kind it is, and which headers it covers.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::{HeaderMap, Uri, header};
use url::form_urlencoded;

/// The query parameters of a presigned URL in Signature Version 4.
const PRESIGNED: [&str; 6] =
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];

/// What the AWS SDKs add to a presigned URL and lose nothing when it is ignored.
const HARMLESS: [&str; 5] =
    ["X-Amz-Acl", "X-Amz-Content-Sha256", "x-amz-acl", "x-amz-checksum-mode", "x-amz-user-agent"];

/// A request's signature, unverified: s3s does that.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    /// Signature Version 4 in the URL: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>.
    Presigned {
        signed_headers: Vec<String>,
        scope: Scope,
        /// None where it cannot be read.
        signed_at: Option<DateTime<Utc>>,
        /// Seconds. None where it cannot be read.
        expires: Option<u32>,
    },
    /// Signature Version 4 in the header:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>.
    Header {
        signed_headers: Vec<String>,
        scope: Scope,
    },
    /// Signature Version 2, which R2 does not know.
    Version2,
    None,
}

/// For which region and service a signature was made. Empty where it cannot be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Signature {
    /// What a request says of its signature. It looks in the order in which s3s does, so that both speak of one
    /// signature.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let authorization = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
        if query_value(uri, "Signature").is_some() || authorization.is_some_and(|value| value.starts_with(b"AWS ")) {
            return Self::Version2;
        }
        if query_value(uri, "X-Amz-Signature").is_some() {
            let signed_headers = query_value(uri, "X-Amz-SignedHeaders").unwrap_or_default();
            let expires = query_value(uri, "X-Amz-Expires").and_then(|seconds| seconds.parse().ok());
            let signed_at = query_value(uri, "X-Amz-Date").and_then(|date| moment(&date));
            let scope = Scope::of(&query_value(uri, "X-Amz-Credential").unwrap_or_default());
            return Self::Presigned { signed_headers: names(&signed_headers), scope, signed_at, expires };
        }
        match authorization.and_then(|value| std::str::from_utf8(value).ok()) {
            Some(value) => Self::Header {
                signed_headers: names(between(value, "SignedHeaders=", ",")),
                scope: Scope::of(between(value, "Credential=", ",")),
            },
            None => Self::None,
        }
    }

    /// Is a header, by its lower-case name, among those that were signed?
    pub(crate) fn covers(&self, header: &str) -> bool {
        match self {
            Self::Presigned { signed_headers, .. } | Self::Header { signed_headers, .. } => {
                signed_headers.iter().any(|signed| signed == header)
            }
            Self::Version2 | Self::None => false,
        }
    }
}

impl Scope {
    /// From `id/date/region/service/aws4_request`.
    fn of(credential: &str) -> Self {
        let mut parts = credential.rsplit('/').skip(1);
        let (service, region) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Self { region: region.to_owned(), service: service.to_owned() }
    }
}

/// A query parameter that stands for a header, as some clients write them when they presign. It would bind nobody
/// here, and must not look as if it did.
pub(crate) fn header_in_query(uri: &Uri) -> Option<String> {
    let names = query_names(uri);
    let known = |name: &str| PRESIGNED.contains(&name) || HARMLESS.contains(&name);
    let header = |name: &str| name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
    let mut strange = names.filter(|name| header(name) && !known(name));
    strange.next().map(Cow::into_owned)
}

/// The names of the parameters in a URL.
pub(crate) fn query_names(uri: &Uri) -> impl Iterator<Item = Cow<'_, str>> {
    query(uri).map(|(name, _)| name)
}

fn query_value(uri: &Uri, wanted: &str) -> Option<String> {
    query(uri).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn query(uri: &Uri) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok().map(|moment| moment.and_utc())
}

fn names(list: &str) -> Vec<String> {
    list.split(';').map(|name| name.trim().to_ascii_lowercase()).collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or(rest, |(value, _)| value)
}
