//! Letting go of what the trash has kept long enough.

use crate::{error::Result, files::transition, state::AppState};
use chrono::{DateTime, TimeDelta, Utc};

/// Begins to remove every file whose time in the trash is over. Says how long until the next one's is, if there is one.
///
/// # Errors
///
/// `DatabaseUnavailable`; what was let go of before stays so.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    Ok(transition::expire(&app.db, now).await?.map(|at| at - now))
}
