//! The headers that every answer carries.

use crate::state::AppState;
use actix_web::{
    http::header::{self, HeaderName, HeaderValue},
    middleware::DefaultHeaders,
};

/// Two years, which browsers' preload lists ask for: <https://hstspreload.org/>.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000";

/// The middleware that adds the headers to every answer, unless a handler set its own.
pub fn middleware(app: &AppState) -> DefaultHeaders {
    list(app).into_iter().fold(DefaultHeaders::new(), |headers, header| headers.add(header))
}

/// The headers themselves, for answers that the middleware does not see.
pub fn list(app: &AppState) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin")),
        (header::PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), geolocation=(), microphone=()")),
        // Whoever sits down there next goes back to nothing that is someone's.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    // An origin is plain ASCII.
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(app.store.origin())) {
        headers.push((header::CONTENT_SECURITY_POLICY, policy));
    }
    if app.is_https() {
        headers.push((header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT_SECURITY)));
    }
    headers
}

/// Only our own files run; only the store is talked to, and its PDFs are framed, besides us. Pictures may be files that the page has
/// in hand (`blob:`), before they are sent. Signing in may lead on to
/// a file, and browsers hold a form to its policy through every redirect.
fn content_security_policy(store: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; worker-src 'self'; manifest-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: {store}; media-src 'self' blob: {store}; \
         connect-src 'self' {store}; frame-src 'self' {store}; form-action 'self' {store}; base-uri 'none'; frame-ancestors 'none'"
    )
}
