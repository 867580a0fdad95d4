//! What the commands about accounts and tokens work on.

use super::error::Result;
use crate::{accounts::Accounts, config::Config, database};

/// The accounts in the database, which is brought up to date.
///
/// # Errors
///
/// What is in the way of the database.
pub(super) async fn open(config: &Config) -> Result<Accounts> {
    database::migrate(&config.database, &config.data_dir).await?;
    let db = database::open(&config.database, &config.data_dir).await?;
    Ok(Accounts::new(db, config.app.sessions))
}
