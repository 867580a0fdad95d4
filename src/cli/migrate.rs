//! `cloakroom migrate`: brings the database's shape up to date, and ends.

use super::error::Result;
use crate::{config::Config, database};

/// Runs the migrations that are missing.
///
/// # Errors
///
/// What is in the way, with what to do.
pub async fn run(config: &Config) -> Result<()> {
    Ok(database::migrate(&config.database, &config.data_dir).await?)
}
