//! What a problem looks like: a page of its own, or a part of the page that asked.

use super::Layout;
use crate::error::Problem;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "problem.html")]
pub(super) struct ProblemPage {
    pub layout: Layout,
    pub problem: Problem,
}

impl ProblemPage {
    /// What is the matter, in the fewest words.
    fn title(&self) -> &'static str {
        match self.problem.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => "There is nothing here",
            StatusCode::FORBIDDEN => "This is not open to you",
            StatusCode::TOO_MANY_REQUESTS => "That was too much at once",
            StatusCode::SERVICE_UNAVAILABLE => "Not just now",
            status if status.is_client_error() => "That cannot be done",
            _ => "Something went wrong",
        }
    }
}

#[derive(Template)]
#[template(path = "_problem.html")]
pub(super) struct ProblemFragment {
    pub layout: Layout,
    pub problem: Problem,
}
