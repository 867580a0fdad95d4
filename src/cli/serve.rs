//! `cloakroom serve`: the app, and the embedded bucket where no other store is configured.

use super::{error::Result, output::say};
use crate::{config::Config, server::Cloakroom};

/// Serves the app until the process is told to stop.
///
/// # Errors
///
/// What is in the way of a start, or what a server ends with.
pub async fn run(config: Config) -> Result<()> {
    let cloakroom = Cloakroom::open(config).await?;
    say(&format!("Cloakroom listening on {} ({})", cloakroom.url.as_str().trim_end_matches('/'), cloakroom.address));
    say(&format!("Store at {}", cloakroom.store_origin));
    if let Some(link) = &cloakroom.set_up_link {
        say(&format!("No account exists yet. Create the first one here:\n\n    {link}\n"));
    }
    Ok(cloakroom.run().await?)
}
