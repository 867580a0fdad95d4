//! Pages for people without an account, whose address is what opens them: no search engine keeps it, and no other site is told.

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY},
    middleware::Next,
};

/// Where they begin.
const PLACES: [&str; 2] = ["/s/", "/d/"];
/// <https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag#xrobotstag>
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Adds the headers that say so, to problems and what is not there as well.
///
/// # Errors
///
/// What `next` fails with.
pub async fn keep_to_themselves<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_theirs = is_at(&request);
    let mut response = next.call(request).await?;
    if is_theirs {
        let headers = response.headers_mut();
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    }
    Ok(response)
}

/// Does a form of theirs, and no script, come from a browser that says only that it may not say from where? Whoever sends no referrer sends the origin
/// `null` (<https://fetch.spec.whatwg.org/#append-a-request-origin-header>). Nothing of an account can be changed by one, and what
/// it opens takes a cookie that no other site can send along.
pub fn is_nameless(request: &ServiceRequest) -> bool {
    let says_site = request.headers().contains_key("sec-fetch-site");
    let is_null = request.headers().get(ORIGIN).is_some_and(|origin| origin.as_bytes() == b"null");
    let is_form = request.path().starts_with("/s/") || request.path().ends_with("/password");
    is_at(request) && is_form && is_null && !says_site
}

fn is_at(request: &ServiceRequest) -> bool {
    PLACES.iter().any(|place| request.path().starts_with(place))
}
