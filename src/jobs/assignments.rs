//! Giving files whose owner has no account here to whom an administrator assigned them, a step at a time.

use crate::{error::Result, files::assignment, state::AppState};
use chrono::{DateTime, Utc};

/// Goes on with all that are not finished. What dies on the way is gone on with the next time; several instances may do so at once.
///
/// # Errors
///
/// `DatabaseUnavailable`; what was done before stays.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<()> {
    for one in assignment::unfinished(&app.db).await? {
        while !assignment::go_on(&app.db, &one, now).await? {}
        app.accounts.cache.forget(one.heir);
    }
    Ok(())
}
