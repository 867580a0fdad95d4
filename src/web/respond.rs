//! Answers that are pages.

use crate::error::{Result, unrendered};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ContentType, HeaderValue},
    },
};
use askama::Template;

/// A page.
///
/// # Errors
///
/// `Internal` when the template cannot be rendered.
pub fn page(status: StatusCode, page: &impl Template) -> Result<HttpResponse> {
    let body = page.render().map_err(unrendered)?;
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(body))
}

/// A page that no cache may keep, as it shows a secret or what is true of an account at this moment.
///
/// # Errors
///
/// `Internal` when the template cannot be rendered.
pub fn unstored_page(status: StatusCode, template: &impl Template) -> Result<HttpResponse> {
    let mut answer = page(status, template)?;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}
