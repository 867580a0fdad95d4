//! Answers that are pages.

use crate::error::{Result, unrendered};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ContentType, HeaderValue, LOCATION},
    },
};
use askama::Template;

/// An answer that is a page, with a status.
///
/// # Errors
///
/// `Error::Internal` when the template cannot be rendered.
pub fn page(status: StatusCode, page: &impl Template) -> Result<HttpResponse> {
    let body = page.render().map_err(unrendered)?;
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(body))
}

/// An answer that is a page, with a status, and that no cache may keep, as it shows a secret or what is true of an
/// account at this moment.
///
/// # Errors
///
/// `Error::Internal` when the template cannot be rendered.
pub fn unstored_page(status: StatusCode, template: &impl Template) -> Result<HttpResponse> {
    let mut answer = page(status, template)?;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Sends the browser on with a GET, after a form was taken or when it should look elsewhere.
pub fn see_other(place: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, place)).finish()
}
