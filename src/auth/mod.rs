//! The ways in: set-up, signing in, and what is behind the links that administrators hand out.

mod entry;
pub mod invitation;
pub mod password_link;
pub mod set_up;
pub mod sign_in;

use crate::{
    error::{Error, Result},
    web::{Layout, respond},
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
};
use askama::Template;
use std::time::Duration;

/// A link that opens nothing any more, or never did: which it was, and what to do.
#[derive(Template)]
#[template(path = "auth/spent.html")]
struct SpentLink {
    layout: Layout,
    title: &'static str,
    words: &'static str,
}

/// Says what a link was, where there is nothing behind it; every other failure stays one.
fn spent(error: Error, title: &'static str, words: &'static str) -> Result<HttpResponse> {
    match error {
        Error::NotFound => {
            respond::page(StatusCode::NOT_FOUND, &SpentLink { layout: Layout::of_nobody(), title, words })
        }
        error => Err(error),
    }
}

/// A form once more, with what was written and what is wrong with it.
fn refused(page: &impl Template, status: StatusCode, retry_after: Option<Duration>) -> Result<HttpResponse> {
    let mut answer = respond::page(status, page)?;
    if let Some(wait) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(answer)
}
