//! Letting go of events that the log has kept long enough, beside the sweep: at a start, and once a day while there are uploads.

use crate::{audit::ageing, state::AppState};
use chrono::{DateTime, Utc};

/// Removes what is old. What fails is logged; the next time goes on. Several instances may do so at once.
pub(super) async fn run(app: &AppState, now: DateTime<Utc>) {
    let Some(kept) = app.audit_kept else { return };
    match ageing::run(&app.db, kept, now).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "events of the log were old enough to be removed"),
        Err(error) => tracing::warn!(%error, "old events could not be removed; the next sweep tries again"),
    }
}
