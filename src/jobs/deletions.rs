//! Finishing the deletion of accounts: their files go to whom they were given to, a step at a time, and then their rows.

use crate::{accounts::deletion, error::Result, files::inheritance, state::AppState};
use chrono::{DateTime, Utc};

/// Goes on with all that are not finished. What dies on the way is gone on with the next time; several instances may do so at once.
///
/// # Errors
///
/// `DatabaseUnavailable`; what was done before stays.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<()> {
    for one in deletion::unfinished(&app.db).await? {
        loop {
            match inheritance::go_on(&app.db, &one, now).await {
                Ok(false) => {}
                Ok(true) => break,
                Err(crate::error::Error::NotFound) => {
                    tracing::warn!(account = %one.id, heir = %one.heir, "who was to get an account's files is gone");
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        app.accounts.cache.forget(one.id);
        app.accounts.cache.forget(one.heir);
    }
    Ok(())
}
