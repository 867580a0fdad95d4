//! Signed headers that s3s cannot read and R2 can, or ignores: dates in HTTP's older forms, and senseless ranges.
//!
//! s3s refuses them before it calls anything of ours, and without them the signature would not fit. So s3s verifies the
//! signature first, and then a second s3s, which asks for none, is given the request with those headers mended.

use chrono::DateTime;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use s3s::{
    Body, S3Request, S3Response, S3Result,
    dto::{Range, Timestamp, TimestampFormat},
    route::S3Route,
    s3_error,
    service::S3Service,
};

use super::host::key_of;
use crate::bucket::{auth::access::refuse, error::fault, objects::conditions::http_date};

/// Headers that are dates.
const DATES: [&str; 4] = [
    "if-modified-since",
    "if-unmodified-since",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-unmodified-since",
];

/// Answers requests with such headers.
pub(crate) struct Lenient {
    /// Asks for no signature: what it is given was verified.
    pub(crate) trusting: S3Service,
    /// The only bucket that there is.
    pub(crate) bucket: String,
}

#[async_trait::async_trait]
impl S3Route for Lenient {
    fn is_match(&self, method: &Method, uri: &Uri, headers: &HeaderMap, _: &mut Extensions) -> bool {
        let reads = matches!(*method, Method::GET | Method::HEAD) || headers.contains_key("x-amz-copy-source");
        let key = key_of(&self.bucket, headers, uri.path());
        reads && key.is_some_and(|key| !key.is_empty()) && mended(headers).is_some()
    }

    async fn call(&self, request: S3Request<Body>) -> S3Result<S3Response<Body>> {
        let S3Request { input, method, uri, headers, .. } = request;
        refuse(&uri, &headers)?;
        let mut headers = mended(&headers).unwrap_or(headers);
        headers.remove(header::AUTHORIZATION);
        headers.remove("x-amz-content-sha256");
        let uri = unsigned(&uri).ok_or_else(|| s3_error!(InvalidURI, "The URL cannot be read."))?;
        let mut mended = Request::new(input);
        (*mended.method_mut(), *mended.uri_mut(), *mended.headers_mut()) = (method, uri, headers);
        let answer = self.trusting.call(mended).await;
        let (parts, body) = answer.map_err(|error| fault(format!("{error:?}")))?.into_parts();
        let mut response = S3Response::with_headers(body, parts.headers);
        response.status = Some(parts.status);
        Ok(response)
    }
}

/// The headers with dates in today's form, and without a range that is none. `None` if there is nothing to mend.
pub(super) fn mended(headers: &HeaderMap) -> Option<HeaderMap> {
    let mut mended = headers.clone();
    for name in DATES {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(date) = value.and_then(in_todays_form) {
            mended.insert(HeaderName::from_static(name), date);
        }
    }
    if !range_is_fine(headers) {
        mended.remove(header::RANGE);
    }
    (mended != *headers).then_some(mended)
}

fn in_todays_form(date: &str) -> Option<HeaderValue> {
    if Timestamp::parse(TimestampFormat::HttpDate, date).is_ok() {
        return None;
    }
    let date = DateTime::from_timestamp(http_date(date)?, 0)?;
    HeaderValue::try_from(date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// A range that cannot be read, or is a list, is no range: <https://www.rfc-editor.org/rfc/rfc9110#section-14.2>.
fn range_is_fine(headers: &HeaderMap) -> bool {
    let readable = |value: &HeaderValue| value.to_str().is_ok_and(|value| Range::parse(value).is_ok());
    let mut values = headers.get_all(header::RANGE).iter();
    match (values.next(), values.next()) {
        (None, _) => true,
        (Some(value), None) => readable(value),
        (Some(_), Some(_)) => false,
    }
}

/// A URL without the parameters of its signature.
fn unsigned(uri: &Uri) -> Option<Uri> {
    let query = uri.query().unwrap_or_default();
    let kept = query.split('&').filter(|pair| !pair.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-")));
    let kept = kept.collect::<Vec<_>>().join("&");
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{}{mark}{kept}", uri.path()).parse().ok()
}
