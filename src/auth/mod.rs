//! The ways in: set-up, signing in, and what is behind the links that administrators hand out.

mod entry;
pub mod invitation;
pub mod password_link;
pub mod set_up;
pub mod sign_in;

use crate::{error::Result, web::respond};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
};
use askama::Template;
use std::time::Duration;

/// A form once more, with what was written and what is wrong with it.
fn refused(page: &impl Template, status: StatusCode, retry_after: Option<Duration>) -> Result<HttpResponse> {
    let mut answer = respond::page(status, page)?;
    if let Some(wait) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(answer)
}
