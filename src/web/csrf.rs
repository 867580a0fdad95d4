//! Refuses unsafe requests that another site made a browser send.

use super::guests::is_nameless;
use crate::{error::Error, state::AppState};
use actix_web::{
    HttpMessage, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, ORIGIN},
    middleware::Next,
    web::Data,
};

/// Refuses with `CrossSite`, before its session is read, an unsafe request that another site made a browser send.
///
/// # Errors
///
/// What `next` fails with.
pub async fn refuse(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let origins = request.app_data::<Data<AppState>>().map_or(&[][..], |app| &app.origins);
    let is_cross_site = is_cross_site(request.headers(), origins) && !is_nameless(&request);
    if !request.method().is_safe() && is_cross_site {
        request.extensions_mut().clear();
        return Ok(request.into_response(Error::CrossSite.error_response()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// By Fetch Metadata (<https://www.w3.org/TR/fetch-metadata/>), which every current browser sends and no script can
/// change; by `Origin` for older ones. Programs send neither and carry no cookie by accident.
fn is_cross_site(headers: &HeaderMap, own_origins: &[String]) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    headers.get(ORIGIN).is_some_and(|origin| !own_origins.iter().any(|own| own.as_bytes() == origin.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn what_another_site_sends_is_refused() {
        let own = ["http://localhost:3000".to_owned(), "http://127.0.0.1:3000".to_owned()];
        for (name, value, cross) in [
            ("sec-fetch-site", "same-origin", false),
            ("sec-fetch-site", "none", false),
            ("sec-fetch-site", "same-site", true),
            ("sec-fetch-site", "cross-site", true),
            ("sec-fetch-site", "nonsense", true),
            ("origin", "http://localhost:3000", false),
            ("origin", "http://127.0.0.1:3000", false),
            ("origin", "http://localhost:3001", true),
            ("origin", "https://evil.example", true),
            ("origin", "null", true),
            ("x-other", "", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            assert_eq!(is_cross_site(&headers, &own), cross, "{name}: {value}");
        }
    }
}
