//! No request takes for ever: after its time the handler is dropped where it stands, and the client is told to come again.

use crate::error::Error;
use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use std::time::Duration;
use tokio::time::timeout;

/// Counted from the complete request. Browsers wait longer, people do not.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// For putting a file together of its parts, for which a store may take long.
const COMPLETION_TIMEOUT: Duration = Duration::from_secs(60);

/// Drops a handler that is not done in time. That is like killing the process there: a transaction that it has open is
/// rolled back, and what must be finished nevertheless is a task of its own.
///
/// # Errors
///
/// `Error::TimedOut` after ten seconds, or a minute for a completion; else what `next` fails with.
pub async fn keep(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let limit = limit(request.path());
    timeout(limit, next.call(request)).await.unwrap_or_else(|_| Err(Error::TimedOut(limit).into()))
}

fn limit(path: &str) -> Duration {
    match path.starts_with("/multipart-uploads/") && path.ends_with("/completion") {
        true => COMPLETION_TIMEOUT,
        false => REQUEST_TIMEOUT,
    }
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn only_a_completion_may_take_a_minute() {
        for (path, seconds) in [
            ("/multipart-uploads/abc/completion", 60),
            ("/multipart-uploads/abc/parts", 10),
            ("/multipart-uploads", 10),
            ("/files/completion", 10),
        ] {
            assert_eq!(limit(path).as_secs(), seconds, "{path}");
        }
    }
}
