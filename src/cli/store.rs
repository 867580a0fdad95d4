//! `cloakroom store`: the embedded bucket alone, as an S3 server of its own.

use super::{error::Result, output::say};
use crate::{config::Config, embedded, error::Error, process::StopSignal};

/// Serves the embedded bucket until the process is told to stop.
///
/// # Errors
///
/// What is in the way of a start.
pub async fn run(config: Config) -> Result<()> {
    let (store, bucket) = embedded::start_alone(&config).await?;
    let mut stop = StopSignal::listen().map_err(|error| Error::Internal(error.to_string()))?;
    say(&format!("Store listening on {}", store.endpoint.origin().ascii_serialization()));
    say(&format!("Bucket {}, access key {}", store.bucket, store.access_key_id));
    stop.received().await;
    bucket.stop().await;
    Ok(())
}
