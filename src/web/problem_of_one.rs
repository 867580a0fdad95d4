//! What went wrong with one of several things that were asked for in one request.

use super::problem::{Report, seconds};
use crate::error::{Error, Problem};
use serde::Serialize;

/// Told and logged as if it had been asked for alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemOfOne {
    success: bool,
    /// What the answer's status would have been.
    status: u16,
    error: String,
    code: &'static str,
    /// What its `Retry-After` would have been, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl From<&Error> for ProblemOfOne {
    fn from(error: &Error) -> Self {
        let report = Report::from(error);
        report.log();
        let Problem { status, code, words, retry_after } = report.problem;
        let retry_after = retry_after.map(seconds);
        Self { success: false, status: status.as_u16(), error: words, code, retry_after }
    }
}
