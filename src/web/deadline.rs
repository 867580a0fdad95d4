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

/// Drops a handler that is not done in time. That is like killing the process there: a transaction that it has open is
/// rolled back, and what must be finished nevertheless is a task of its own.
///
/// # Errors
///
/// `Error::TimedOut` after ten seconds; else what `next` fails with.
pub async fn keep(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    timeout(REQUEST_TIMEOUT, next.call(request)).await.unwrap_or_else(|_| Err(Error::TimedOut(REQUEST_TIMEOUT).into()))
}
