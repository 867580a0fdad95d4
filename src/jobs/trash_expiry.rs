//! Letting go of what the trash has kept long enough.

use crate::{
    error::Result,
    files::{folders::removal, transition},
    state::AppState,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Begins to remove every file and every folder whose time in the trash is over, and all that is in the latter. Says how long until the
/// next one's is, if there is one.
///
/// # Errors
///
/// `DatabaseUnavailable`; what was let go of before stays so.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let folders = removal::expire(&app.db, now).await?;
    removal::finish(&app.db, now).await?;
    let files = transition::expire(&app.db, now).await?;
    Ok([folders, files].into_iter().flatten().min().map(|at| at - now))
}
